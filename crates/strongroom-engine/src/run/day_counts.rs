use std::cell::Cell;
use std::ops::Range as Positions;

use strongroom_cohort::ResolvedWindow;
use strongroom_cohort::ast::{Column, CountTest, CountUnit, Endpoint, SameVisit, WindowTest};
use strongroom_timeline::{Day, EventSet, PersonDays};

use super::counting::{enough, number_of};
use super::day_tests::Asked;
use super::filters::VisitAround;
use super::machine::{Machine, Scope};
use super::placed::Placed;
use super::rules;
use super::tables::kind_of_table;
use super::windows::{InWindows, Range};
use crate::compile::{Count, Filter, Origin};
use crate::shard::UNKNOWN_ID;

/// A count of rows or dates that lie in windows around an event's days, or in its visit.
pub(super) struct DayCount<'m> {
    test: CountTest,
    counts_days: bool,
    of: Counted<'m>,
    windows: Vec<Window<'m>>,
    /// The set of the events that are asked, where their last days or visits matter.
    asked: Option<&'m EventSet>,
}

/// What is counted.
enum Counted<'m> {
    Days(&'m PersonDays),
    Events {
        set: &'m EventSet,
        visit: Option<InVisit>,
        /// Of whom the events were asked for last, and where they stand.
        own: Cell<(u32, usize, usize)>,
    },
}

struct Window<'m> {
    test: WindowTest,
    days: &'m ResolvedWindow,
    /// Of which end of the event.
    around: Endpoint,
    ignoring_observation: bool,
}

/// What the visits of events are compared with.
struct InVisit {
    or: SameVisit,
    asked: Vec<i64>,
    counted: Vec<i64>,
}

impl Machine<'_> {
    /// A count that needs no more than columns; nothing where it asks for more.
    pub(super) fn day_count<'m>(&'m self, count: &'m Count, asked: Asked<'m>) -> Option<DayCount<'m>> {
        let counts_days = match count.unit {
            CountUnit::Rows => false,
            CountUnit::Dates => true,
            CountUnit::Visits | CountUnit::Concepts | CountUnit::Distinct(_) => return None,
        };
        let Origin::Set(id) = count.of.from else { return None };
        if count.per_concept || count.within.is_some() {
            return None;
        }
        let (mut windows, mut same_visit) = (Vec::new(), None);
        for filter in &count.of.filters {
            match filter {
                Filter::During { test, window, of, ignoring_observation } => windows.push(Window {
                    test: *test,
                    days: window,
                    around: asked.endpoint(of)?,
                    ignoring_observation: *ignoring_observation,
                }),
                Filter::SameVisit { or, as_anchor } if same_visit.is_none() => {
                    asked.endpoint(as_anchor)?;
                    same_visit = Some((*or, asked.of?));
                }
                Filter::SameVisit { .. }
                | Filter::Where { .. }
                | Filter::Keep(_)
                | Filter::Interval { .. } => {
                    return None;
                }
            }
        }
        let days_alone =
            same_visit.is_none() && windows.iter().all(|window| window.test == WindowTest::Start);
        let days = if days_alone { self.days_of(id, asked.profile) } else { None };
        let of = match days {
            Some(days) => Counted::Days(days),
            None => {
                let set = self.set(id);
                let visit = same_visit.map(|(or, asked)| InVisit {
                    or,
                    asked: self.visits_of(asked),
                    counted: self.visits_of(set),
                });
                Counted::Events { set, visit, own: Cell::new((u32::MAX, 0, 0)) }
            }
        };
        let asks_for_ends = windows.iter().any(|window| window.around == Endpoint::End);
        let asked = asked.of.filter(|_| asks_for_ends);
        Some(DayCount { test: count.test, counts_days, of, windows, asked })
    }

    /// The visits of the events of a set, side by side as they are compared; unknown where there is none.
    fn visits_of(&self, set: &EventSet) -> Vec<i64> {
        match set.only_table().and_then(kind_of_table) {
            Some(kind) => {
                let column = self.tables.ids(kind, Column::Visit);
                set.rows()
                    .iter()
                    .map(|row| column.get(*row as usize).copied().unwrap_or(UNKNOWN_ID))
                    .collect()
            }
            None => set.iter().map(|event| self.visit(&event).unwrap_or(UNKNOWN_ID)).collect(),
        }
    }
}

impl DayCount<'_> {
    /// Whether there are so many for an event.
    #[inline]
    pub(super) fn passes(&self, one: &Placed, scope: &Scope<'_>) -> bool {
        self.test.holds(self.number(one, scope))
    }

    /// How many there are, as far as the test tells numbers apart.
    fn number(&self, one: &Placed, scope: &Scope<'_>) -> u64 {
        let enough = enough(self.test);
        match &self.of {
            Counted::Days(days) => {
                let own = days.of(scope.person);
                if own.is_empty() {
                    return 0;
                }
                let Some(within) = self.within(one, scope) else { return 0 };
                number_of(own, self.counts_days, enough, |_, day| within.take(day, || Day::UNKNOWN))
            }
            Counted::Events { set, visit, own } => {
                let own = positions(set, own, scope.person);
                if own.is_empty() {
                    return 0;
                }
                let Some(within) = self.within(one, scope) else { return 0 };
                let starts = set.starts().get(own.clone()).unwrap_or_default();
                let ends = set.ends().get(own.clone()).unwrap_or_default();
                let in_windows = |place: usize, start: Day| {
                    within.take(start, || ends.get(place).copied().unwrap_or(Day::UNKNOWN))
                };
                let Some(visit) = visit else {
                    return number_of(starts, self.counts_days, enough, in_windows);
                };
                let around = VisitAround {
                    or: visit.or,
                    day: one.day,
                    visit: known_visit(&visit.asked, one.place),
                    missing_are_equal: rules::missing_visits_are_equal(scope.profile),
                };
                number_of(starts, self.counts_days, enough, |place, start| {
                    in_windows(place, start)
                        && around.contains(start, || known_visit(&visit.counted, own.start + place))
                })
            }
        }
    }

    /// The days that are in all windows around an event; nothing where one of them has none.
    #[inline]
    fn within(&self, one: &Placed, scope: &Scope<'_>) -> Option<InWindows> {
        let mut within = InWindows::default();
        for Window { test, days, around, ignoring_observation } in &self.windows {
            let (day, around) = match (around, self.asked) {
                (Endpoint::End, Some(asked)) => {
                    let end = one.end(asked);
                    (end, one.around_end(end, scope))
                }
                _ => (one.day, one.around(scope)),
            };
            let range = Range::of(scope.profile, days, day.known()?, around, *ignoring_observation)?;
            within.narrow(*test, &range);
        }
        (!within.take_nothing()).then_some(within)
    }
}

#[inline]
fn known_visit(visits: &[i64], place: usize) -> Option<i64> {
    visits.get(place).copied().filter(|visit| *visit != UNKNOWN_ID)
}

/// Where a person's events stand.
#[inline]
fn positions(set: &EventSet, own: &Cell<(u32, usize, usize)>, person: u32) -> Positions<usize> {
    let (known, begin, end) = own.get();
    if known == person {
        return begin..end;
    }
    // People are asked for in their order.
    let found = set.of_from(begin, person);
    own.set((person, found.start, found.end));
    found
}
