use std::ops::Range;

use strongroom_cohort::ast::{Endpoint, Pick};
use strongroom_timeline::{Day, Event, EventSet, Interval, PersonSet};

use super::machine::{Machine, Scope};
use super::observed::Around;
use super::picks::PickedAt;
use super::plans::Candidate;
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
        mut take: impl FnMut(Scope<'s>, &mut Vec<Candidate>),
    ) {
        let set = self.set(entering.of);
        let (mut events, mut own) = (self.spare(), Vec::new());
        for (person, positions) in set.groups() {
            if among.is_some_and(|among| !among.contains(person)) {
                continue;
            }
            if self.watch.halts() {
                break;
            }
            let scope = Scope { person, ..scope };
            self.picked(entering.pick, set, positions, scope, &mut events);
            own.clear();
            own.extend(events.drain(..).filter_map(|event| {
                let day = match entering.index {
                    Endpoint::Start => event.start.known()?,
                    Endpoint::End => event.end.known()?,
                };
                Some(Candidate { person, event, day, interval: interval_of(scope, &event, day) })
            }));
            if !own.is_empty() {
                take(scope, &mut own);
            }
        }
        self.give_back(events);
    }

    /// Adds those of a person's events, at these positions of a set, that are entries.
    fn picked(
        &self,
        pick: Pick,
        set: &EventSet,
        positions: Range<usize>,
        scope: Scope<'_>,
        own: &mut Vec<Event>,
    ) {
        let starts = set.starts().get(positions.clone()).unwrap_or_default();
        let observed = |day: &Day| scope.observed.observes(scope.person, *day);
        let mut places = positions.zip(starts);
        if pick == Pick::First && set.is_in_order_of_picks() {
            // Those of one day stand together, and the first of them is among the first day's.
            let Some((place, first)) = places.find(|(_, day)| observed(day)) else { return };
            own.extend(set.get(place));
            own.extend(places.take_while(|(_, day)| *day == first).filter_map(|(place, _)| set.get(place)));
        } else {
            own.extend(places.filter(|(_, day)| observed(day)).filter_map(|(place, _)| set.get(place)));
        }
        if rules::pairs_events_with_periods(scope.profile) {
            scope.observed.pair(own);
        }
        self.pick(scope.profile, PickedAt::Events, own, pick, |event| *event);
    }
}

/// The observed interval of an entry.
#[inline]
fn interval_of(scope: Scope<'_>, event: &Event, day: Day) -> Option<Interval> {
    if let Some(period) = scope.observed.period(event) {
        return Some(period);
    }
    let around = match scope.observed.around(event.person, day) {
        // The index may be an end that lies behind the interval of the event.
        Around::Nowhere if event.start.is_known() => scope.observed.around(event.person, event.start),
        around => around,
    };
    match around {
        Around::Within(interval) => Some(interval),
        Around::Unbounded | Around::Nowhere => None,
    }
}
