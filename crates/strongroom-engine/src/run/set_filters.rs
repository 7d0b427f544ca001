use std::ops::Range;

use strongroom_cohort::ast::Pick;
use strongroom_timeline::{EventSet, NO_PERIOD};

use super::day_tests::{Asked, DayTest};
use super::machine::{Machine, Scope};
use super::observed::ObservedTime;
use super::picks::PickedAt;
use super::placed::Placed;
use super::predicates::Reading;
use super::rules;
use crate::compile::Filter;

/// A filter of which no events are made.
enum PlacedFilter<'m> {
    Where {
        test: DayTest<'m>,
        /// Whether an event is asked once for each period that contains its start.
        in_each_period: bool,
    },
    Keep(Pick),
}

impl Machine<'_> {
    /// Takes the events of a set through filters, person by person.
    pub(super) fn filter_set(&self, filters: &[Filter], set: &EventSet, scope: Scope<'_>) -> EventSet {
        let by_columns = self.placed_filters(filters, set, scope);
        let rest = filters.get(by_columns.len()..).unwrap_or_default();
        let asks_for_periods = by_columns.iter().any(|filter| matches!(filter, PlacedFilter::Where { .. }));
        let (mut own, mut rows) = (Vec::new(), self.spare());
        let (mut kept, mut made) = (Vec::new(), Vec::new());
        for (person, positions) in set.groups() {
            if self.watch.halts() {
                break;
            }
            let scope = Scope { person, ..scope };
            own.clear();
            put_down(set, positions, scope, asks_for_periods, &mut own);
            for filter in &by_columns {
                self.filter_placed(filter, set, scope, &mut own);
            }
            if rest.is_empty() {
                kept.extend(own.iter().map(|one| (one.place, one.period)));
                continue;
            }
            rows.extend(own.iter().filter_map(|one| one.event(set)));
            for filter in rest {
                if rows.is_empty() {
                    break;
                }
                self.filter(filter, &mut rows, scope, &[]);
            }
            made.append(&mut rows);
        }
        self.give_back(rows);
        if rest.is_empty() { set.at(self.people(), &kept) } else { EventSet::new(self.people(), made) }
    }

    /// The first filters, as far as they are asked of columns.
    fn placed_filters<'m>(
        &'m self,
        filters: &'m [Filter],
        set: &'m EventSet,
        scope: Scope<'_>,
    ) -> Vec<PlacedFilter<'m>> {
        let asked = Asked { profile: scope.profile, reading: Reading::Row, of: Some(set) };
        let in_periods = rules::pairs_events_with_periods(scope.profile);
        let filters = filters.iter().map_while(|filter| match filter {
            Filter::Where { test, asks_for_observation } => Some(PlacedFilter::Where {
                test: self.day_test(test, asked)?,
                in_each_period: *asks_for_observation && in_periods,
            }),
            Filter::Keep(pick) => Some(PlacedFilter::Keep(*pick)),
            Filter::During { .. } | Filter::SameVisit { .. } | Filter::Interval { .. } => None,
        });
        filters.collect()
    }

    fn filter_placed(
        &self,
        filter: &PlacedFilter<'_>,
        set: &EventSet,
        scope: Scope<'_>,
        own: &mut Vec<Placed>,
    ) {
        match filter {
            PlacedFilter::Where { test, in_each_period } => {
                if *in_each_period {
                    pair(scope, own);
                }
                own.retain(|one| test.holds(one, self, &scope));
            }
            PlacedFilter::Keep(pick) => {
                self.keep_placed(scope.profile, PickedAt::Events, set, own, *pick);
            }
        }
    }
}

/// Puts down the events at a person's positions, with the observed interval around each if asked.
fn put_down(
    set: &EventSet,
    positions: Range<usize>,
    scope: Scope<'_>,
    with_intervals: bool,
    own: &mut Vec<Placed>,
) {
    let starts = set.starts().get(positions.clone()).unwrap_or_default();
    own.extend(positions.zip(starts).map(|(place, day)| {
        let period = set.period(place);
        let interval = match scope.observed {
            ObservedTime::Within(intervals) if with_intervals => {
                let around = || intervals.around(scope.person, *day);
                let paired = (period != NO_PERIOD).then_some(period as usize);
                paired.or_else(around).and_then(|position| intervals.get(position))
            }
            ObservedTime::Within(_) | ObservedTime::Unbounded => None,
        };
        Placed { place, period, day: *day, interval }
    }));
}

/// Every event once for each period that contains its start; as it is where none does.
fn pair(scope: Scope<'_>, own: &mut Vec<Placed>) {
    let ObservedTime::Within(intervals) = scope.observed else { return };
    let count = own.len();
    for position in 0..count {
        let Some(one) = own.get(position).copied().filter(|one| one.period == NO_PERIOD) else { continue };
        let periods = intervals.containing(scope.person, one.day);
        let paired = periods.filter_map(|period| {
            let interval = intervals.get(period);
            u32::try_from(period).ok().map(|period| Placed { period, interval, ..one })
        });
        for (nth, paired) in paired.enumerate() {
            match own.get_mut(position).filter(|_| nth == 0) {
                Some(one) => *one = paired,
                None => own.push(paired),
            }
        }
    }
    if own.len() > count {
        own.sort_by_key(|one| one.place);
    }
}
