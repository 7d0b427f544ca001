use std::ops::Range;

use strongroom_cohort::ast::{Endpoint, Pick};
use strongroom_timeline::{Day, EventSet, NO_PERIOD, PersonSet};

use super::machine::{Machine, Scope};
use super::observed::{Around, ObservedTime};
use super::picks::PickedAt;
use super::placed::{Placed, keep_first_day};
use super::rules;
use crate::compile::SetId;

/// How events become entries.
#[derive(Clone, Copy)]
pub(super) struct Entering {
    pub(super) of: SetId,
    pub(super) pick: Pick,
    pub(super) index: Endpoint,
}

impl Machine<'_> {
    /// Hands over the entries of each of some people who enter by events (R6): events that start
    /// outside of observed time are not entries.
    pub(super) fn each_entered<'s>(
        &self,
        entering: Entering,
        among: Option<&PersonSet>,
        scope: Scope<'s>,
        mut take: impl FnMut(Scope<'s>, &mut Vec<Placed>),
    ) {
        let set = self.set(entering.of);
        let mut own = Vec::new();
        for (person, positions) in set.groups() {
            if among.is_some_and(|among| !among.contains(person)) {
                continue;
            }
            if self.watch.halts() {
                break;
            }
            let scope = Scope { person, ..scope };
            own.clear();
            observed_starts(set, positions, entering.pick, scope, &mut own);
            // Of one alone, its position decides.
            if own.len() > 1 || matches!(entering.pick, Pick::Nth(_)) {
                self.keep_placed(scope.profile, PickedAt::Events, set, &mut own, entering.pick);
            }
            if entering.index == Endpoint::End {
                own.retain_mut(|one| end_is_index(one, set, scope));
            }
            if !own.is_empty() {
                take(scope, &mut own);
            }
        }
    }
}

/// Adds those of a person's events, at these positions of a set, whose start is observed; where the
/// first is to be picked, at most those of the first such day.
#[inline]
fn observed_starts(
    set: &EventSet,
    positions: Range<usize>,
    pick: Pick,
    scope: Scope<'_>,
    own: &mut Vec<Placed>,
) {
    // Those of one day stand together, and the first of them is among the first day's.
    let one_day = pick == Pick::First && set.is_in_order_of_picks();
    let starts = set.starts().get(positions.clone()).unwrap_or_default();
    // Most people are observed once, and few events are paired already.
    if let (ObservedTime::Within(intervals), true) = (scope.observed, !set.is_paired())
        && let (period, [only]) = intervals.of_person(scope.person)
    {
        let pairs = rules::pairs_events_with_periods(scope.profile);
        let period = if pairs { u32::try_from(period).unwrap_or(NO_PERIOD) } else { NO_PERIOD };
        let observed = positions.zip(starts).filter(|(_, start)| only.contains(**start));
        own.extend(observed.map(|(place, day)| Placed { place, period, day: *day, interval: Some(*only) }));
        if one_day {
            keep_first_day(own);
        }
        return;
    }
    for (place, start) in positions.zip(starts) {
        if one_day && own.first().is_some_and(|first| first.day != *start) {
            break;
        }
        if !start.is_known() {
            continue;
        }
        let paired = set.period(place);
        let mut enter = |period, interval| own.push(Placed { place, period, day: *start, interval });
        match scope.observed {
            ObservedTime::Unbounded => enter(paired, None),
            ObservedTime::Within(intervals) => {
                let pairs = rules::pairs_events_with_periods(scope.profile) && paired == NO_PERIOD;
                if pairs {
                    for period in intervals.containing(scope.person, *start) {
                        enter(u32::try_from(period).unwrap_or(NO_PERIOD), intervals.get(period));
                    }
                } else if let Some(around) = intervals.around(scope.person, *start) {
                    let period = if paired == NO_PERIOD { around } else { paired as usize };
                    enter(paired, intervals.get(period));
                }
            }
        }
    }
}

/// Takes the end of an event for its index day; not if it is unknown.
fn end_is_index(one: &mut Placed, set: &EventSet, scope: Scope<'_>) -> bool {
    let Some(end) = set.ends().get(one.place).copied().and_then(Day::known) else { return false };
    one.day = end;
    if one.period == NO_PERIOD {
        // The index may lie behind the interval of the event, which holds then.
        match scope.observed.around(scope.person, end) {
            Around::Within(interval) => one.interval = Some(interval),
            Around::Unbounded | Around::Nowhere => {}
        }
    }
    true
}
