use std::cell::Cell;
use std::ops::Range as Positions;

use strongroom_cohort::ResolvedWindow;
use strongroom_cohort::ast::{Column, CountTest, CountUnit, Endpoint, Profile, SameVisit, WindowTest};
use strongroom_timeline::{Day, DayRange, EventSet, PersonDays};

use super::counting::number_of;
use super::entered::{Entered, Entering};
use super::filters::VisitAround;
use super::machine::{Machine, Scope};
use super::rules;
use super::tables::{id_at, kind_of_table};
use super::windows::Range;
use crate::compile::{AnchorBase, Count, Filter, Origin, Step, Test};

/// A test of an entry that needs nothing of it but its days, and perhaps its visit: it is asked of
/// columns, before an event is made of each row. It is never unknown.
pub(super) enum DayTest<'m> {
    Count(DayCount<'m>),
    All(Vec<Self>),
    AnyOf(Vec<Self>),
    NumberOf { test: CountTest, of: Vec<Self> },
    Not(Box<Self>),
}

/// A count of rows or dates that start in windows around the index day, or in the entry's visit.
pub(super) struct DayCount<'m> {
    test: CountTest,
    counts_days: bool,
    of: Counted<'m>,
    windows: Vec<(&'m ResolvedWindow, bool)>,
}

/// What is counted.
enum Counted<'m> {
    Days(&'m PersonDays),
    Events {
        set: &'m EventSet,
        visit: Option<InVisit<'m>>,
        /// Of whom the events were asked for last, and where they stand.
        own: Cell<(u32, usize, usize)>,
    },
}

/// What the visits of entries are compared with.
struct InVisit<'m> {
    or: SameVisit,
    entries: Visits<'m>,
    events: Visits<'m>,
}

/// The visits of the events of a set.
struct Visits<'m> {
    set: &'m EventSet,
    /// The column of their table, where it is one table.
    column: Option<&'m [i64]>,
}

impl Visits<'_> {
    #[inline]
    fn at(&self, machine: &Machine<'_>, place: usize) -> Option<i64> {
        match self.column {
            Some(column) => id_at(column, *self.set.rows().get(place)?),
            None => machine.visit(&self.set.get(place)?),
        }
    }
}

impl Machine<'_> {
    /// The steps at the beginning of a cohort that ask for days alone, and whether what they ask
    /// must be so; the rest of them is for [`truth`](Self::truth).
    pub(super) fn day_tests<'m>(
        &'m self,
        steps: &'m [Step],
        entering: Entering,
        profile: Profile,
    ) -> Vec<(DayTest<'m>, bool)> {
        // An index at the end may lie in another observed interval than the start.
        if entering.index != Endpoint::Start {
            return Vec::new();
        }
        let asked = steps.iter().map_while(|step| match step {
            Step::Require(test) => Some((self.day_test(test, entering, profile)?, true)),
            Step::Exclude(test) => Some((self.day_test(test, entering, profile)?, false)),
            Step::Keep(_) => None,
        });
        asked.collect()
    }

    fn day_test<'m>(&'m self, test: &'m Test, entering: Entering, profile: Profile) -> Option<DayTest<'m>> {
        let each = |of: &'m [Test]| -> Option<Vec<_>> {
            of.iter().map(|test| self.day_test(test, entering, profile)).collect()
        };
        Some(match test {
            Test::Count(count) => DayTest::Count(self.day_count(count, entering, profile)?),
            Test::All(members) => DayTest::All(each(members)?),
            Test::AnyOf(members) => DayTest::AnyOf(each(members)?),
            Test::NumberOf { test, of } => DayTest::NumberOf { test: *test, of: each(of)? },
            Test::Not(inner) => DayTest::Not(Box::new(self.day_test(inner, entering, profile)?)),
            Test::Observed { .. } | Test::MemberOf { .. } | Test::PersonHas(_) | Test::Leaf(_) => {
                return None;
            }
        })
    }

    fn day_count<'m>(
        &'m self,
        count: &'m Count,
        entering: Entering,
        profile: Profile,
    ) -> Option<DayCount<'m>> {
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
                Filter::During { test: WindowTest::Start, window, of, ignoring_observation }
                    if matches!(of.on, AnchorBase::Index) && of.endpoint == Endpoint::Start =>
                {
                    windows.push((window, *ignoring_observation));
                }
                Filter::SameVisit { or, as_anchor }
                    if same_visit.is_none() && matches!(as_anchor.on, AnchorBase::Index) =>
                {
                    same_visit = Some(*or);
                }
                _ => return None,
            }
        }
        let days = if same_visit.is_none() { self.days_of(id, profile) } else { None };
        let of = match days {
            Some(days) => Counted::Days(days),
            None => {
                let set = self.set(id);
                let visits = |or| {
                    let (entries, events) = (self.visits_of(self.set(entering.of)), self.visits_of(set));
                    InVisit { or, entries, events }
                };
                let own = Cell::new((u32::MAX, 0, 0));
                Counted::Events { set, visit: same_visit.map(visits), own }
            }
        };
        Some(DayCount { test: count.test, counts_days, of, windows })
    }

    fn visits_of<'m>(&'m self, set: &'m EventSet) -> Visits<'m> {
        let kind = set.only_table().and_then(kind_of_table);
        Visits { set, column: kind.map(|kind| self.tables.ids(kind, Column::Visit)) }
    }
}

impl DayTest<'_> {
    /// Whether it asks for the visits of entries.
    pub(super) fn asks_for_visits(&self) -> bool {
        match self {
            Self::Count(count) => matches!(&count.of, Counted::Events { visit: Some(_), .. }),
            Self::All(of) | Self::AnyOf(of) | Self::NumberOf { of, .. } => {
                of.iter().any(Self::asks_for_visits)
            }
            Self::Not(inner) => inner.asks_for_visits(),
        }
    }

    /// Whether it is true of an entry.
    #[inline]
    pub(super) fn holds(&self, entry: &Entered, machine: &Machine<'_>, scope: &Scope<'_>) -> bool {
        let holds = |test: &Self| test.holds(entry, machine, scope);
        match self {
            Self::Count(count) => count.test.holds(count.number(entry, machine, scope)),
            Self::All(members) => members.iter().all(holds),
            Self::AnyOf(members) => members.iter().any(holds),
            Self::NumberOf { test, of } => test.holds(of.iter().map(|member| u64::from(holds(member))).sum()),
            Self::Not(inner) => !holds(inner),
        }
    }
}

impl Counted<'_> {
    fn has_none_of(&self, person: u32) -> bool {
        match self {
            Self::Days(days) => days.of(person).is_empty(),
            Self::Events { set, own, .. } => positions(set, own, person).is_empty(),
        }
    }
}

impl DayCount<'_> {
    fn number(&self, entry: &Entered, machine: &Machine<'_>, scope: &Scope<'_>) -> u64 {
        if self.of.has_none_of(scope.person) {
            return 0;
        }
        let mut days = DayRange::ALWAYS;
        for (window, ignoring_observation) in &self.windows {
            let around = entry.around(scope);
            match Range::of(scope.profile, window, entry.day, around, *ignoring_observation) {
                Some(range) => days = days.within(range.of_starts()),
                None => return 0,
            }
        }
        let in_window = |start: Day| self.windows.is_empty() || days.contains(start);
        match &self.of {
            Counted::Days(days) => {
                number_of(days.of(scope.person), self.counts_days, |_, day| in_window(day))
            }
            Counted::Events { set, visit, own } => {
                let own = positions(set, own, scope.person);
                let starts = set.starts().get(own.clone()).unwrap_or_default();
                let Some(visit) = visit else {
                    return number_of(starts, self.counts_days, |_, start| in_window(start));
                };
                let around = VisitAround {
                    or: visit.or,
                    day: entry.day,
                    visit: visit.entries.at(machine, entry.place),
                    missing_are_equal: rules::missing_visits_are_equal(scope.profile),
                };
                number_of(starts, self.counts_days, |place, start| {
                    in_window(start) && around.contains(start, || visit.events.at(machine, own.start + place))
                })
            }
        }
    }
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
