use strongroom_cohort::ResolvedWindow;
use strongroom_cohort::ast::{CountTest, CountUnit, Endpoint, Pick, Profile, WindowTest};
use strongroom_cohort::reference::Tally;
use strongroom_timeline::{Day, DayRange, count_rows, earliest_days};

use super::day_entries::{DayEntry, leaves_by_day};
use super::entered::Entering;
use super::exits::OwnEnd;
use super::machine::{Machine, Scope};
use super::observed::Around;
use super::plans::{PlanRun, StepTally};
use super::sources::PlainRows;
use super::windows::Range;
use crate::compile::{AnchorBase, Count, Filter, Origin, Plan, PlanId, Step, Test};

/// A test of everybody's only index day, which is answered by going over rows once for each count in
/// it. It is never unknown.
enum RowTest<'m> {
    Count(RowCount<'m>),
    All(Vec<Self>),
    AnyOf(Vec<Self>),
    Not(Box<Self>),
}

/// A count of rows that start in windows around the index day.
struct RowCount<'m> {
    test: CountTest,
    rows: PlainRows<'m>,
    windows: Vec<(&'m ResolvedWindow, bool)>,
}

impl Machine<'_> {
    /// Takes people who enter by their first event through a cohort that asks for nothing of it but its
    /// day, without dealing days out to anybody; nothing where more is asked.
    pub(super) fn run_by_first_days(
        &self,
        id: PlanId,
        plan: &Plan,
        entering: Entering,
        scope: Scope<'_>,
    ) -> Option<PlanRun> {
        // The Researcher Workbench's builder may keep several events of one day.
        let one_day = entering.pick == Pick::First && scope.profile != Profile::AouWorkbench1;
        if !one_day || entering.index != Endpoint::Start || !leaves_by_day(plan) {
            return None;
        }
        let rows = self.plain_rows(entering.of, scope.profile)?;
        let tests: Option<Vec<_>> =
            plan.steps.iter().map(|step| self.row_step(step, scope.profile)).collect();
        let tests = tests?;
        let mut run = PlanRun::default();
        let mut left = self.first_entries(&rows, id, scope);
        let mut before = everyone(&left);
        run.attrition.entered = before;
        for (test, must_hold) in &tests {
            let holders = test.holders(&left, self, scope);
            let mut holders = holders.into_iter();
            left.retain(|_| holders.next() == Some(*must_hold));
            let kept = everyone(&left);
            run.attrition.steps.push(StepTally { before, dropped: before - kept, ..StepTally::default() });
            before = kept;
        }
        let own_end = OwnEnd::of(plan);
        let mut leaving = self.leaving(id, plan, scope.profile);
        for entry in &left {
            if self.watch.halts() {
                break;
            }
            let scope = Scope { person: entry.person, ..scope };
            match own_end {
                Some(end) => leaving.take(entry.person, std::iter::once(entry.span(end)), &mut run),
                None => leaving.take_events(scope, std::iter::once(entry.candidate()), &mut run),
            }
        }
        Some(run)
    }

    /// Each person's first observed day (R6, R9), in the order of the people.
    fn first_entries(&self, rows: &PlainRows<'_>, id: PlanId, scope: Scope<'_>) -> Vec<DayEntry> {
        let around = |person, day| scope.observed.around(person, day);
        let rows = rows.among(self.possible(id));
        let days = earliest_days(self.people(), &rows, |person, day| around(person, day) != Around::Nowhere);
        let of_person = |(person, day): (u32, Day)| {
            let interval = match around(person, day.known()?) {
                Around::Unbounded => None,
                Around::Within(interval) => Some(interval),
                Around::Nowhere => return None,
            };
            Some(DayEntry { person, day, interval })
        };
        (0..).zip(days).filter_map(of_person).collect()
    }

    fn row_step<'m>(&'m self, step: &'m Step, profile: Profile) -> Option<(RowTest<'m>, bool)> {
        match step {
            Step::Require(test) => Some((self.row_test(test, profile)?, true)),
            Step::Exclude(test) => Some((self.row_test(test, profile)?, false)),
            Step::Keep(_) => None,
        }
    }

    fn row_test<'m>(&'m self, test: &'m Test, profile: Profile) -> Option<RowTest<'m>> {
        let each = |of: &'m [Test]| -> Option<Vec<_>> {
            of.iter().map(|test| self.row_test(test, profile)).collect()
        };
        match test {
            Test::Count(count) => Some(RowTest::Count(self.row_count(count, profile)?)),
            Test::All(members) => Some(RowTest::All(each(members)?)),
            Test::AnyOf(members) => Some(RowTest::AnyOf(each(members)?)),
            Test::Not(inner) => Some(RowTest::Not(Box::new(self.row_test(inner, profile)?))),
            Test::NumberOf { .. }
            | Test::Observed { .. }
            | Test::MemberOf { .. }
            | Test::PersonHas(_)
            | Test::Leaf(_) => None,
        }
    }

    fn row_count<'m>(&'m self, count: &'m Count, profile: Profile) -> Option<RowCount<'m>> {
        let Origin::Set(id) = count.of.from else { return None };
        if count.unit != CountUnit::Rows || count.per_concept || count.within.is_some() {
            return None;
        }
        let around_index = |filter: &'m Filter| match filter {
            Filter::During { test: WindowTest::Start, window, of, ignoring_observation }
                if matches!(of.on, AnchorBase::Index) && of.endpoint == Endpoint::Start =>
            {
                Some((window, *ignoring_observation))
            }
            _ => None,
        };
        let windows: Option<Vec<_>> = count.of.filters.iter().map(around_index).collect();
        Some(RowCount { test: count.test, rows: self.plain_rows(id, profile)?, windows: windows? })
    }
}

impl RowTest<'_> {
    /// Of each entry whether the test is true of it.
    fn holders(&self, entries: &[DayEntry], machine: &Machine<'_>, scope: Scope<'_>) -> Vec<bool> {
        let of = |test: &Self| test.holders(entries, machine, scope);
        match self {
            Self::Count(count) => count.holders(entries, machine, scope),
            Self::All(members) => {
                joined(members.iter().map(of), vec![true; entries.len()], |one, other| one & other)
            }
            Self::AnyOf(members) => {
                joined(members.iter().map(of), vec![false; entries.len()], |one, other| one | other)
            }
            Self::Not(inner) => of(inner).into_iter().map(|holds| !holds).collect(),
        }
    }
}

fn joined(
    all: impl Iterator<Item = Vec<bool>>,
    none: Vec<bool>,
    join: impl Fn(bool, bool) -> bool + Copy,
) -> Vec<bool> {
    all.fold(none, |one, other| one.into_iter().zip(other).map(|(one, other)| join(one, other)).collect())
}

impl RowCount<'_> {
    fn holders(&self, entries: &[DayEntry], machine: &Machine<'_>, scope: Scope<'_>) -> Vec<bool> {
        const NEVER: DayRange = DayRange { first: Day::LAST, last: Day::FIRST };
        let rows = self.rows.among(None);
        let people = machine.people();
        let numbers = if self.windows.is_empty() {
            count_rows(people, &rows, |_, _| true)
        } else {
            let mut ranges = vec![NEVER; people as usize];
            for entry in entries {
                if let Some(range) = ranges.get_mut(entry.person as usize) {
                    *range = self.range(entry, scope).unwrap_or(NEVER);
                }
            }
            count_rows(people, &rows, |person, day| {
                ranges.get(person as usize).is_some_and(|range| range.contains(day))
            })
        };
        let number = |entry: &DayEntry| numbers.get(entry.person as usize).copied().unwrap_or_default();
        entries.iter().map(|entry| self.test.holds(number(entry).into())).collect()
    }

    /// The days on which a row may start that is in all windows.
    fn range(&self, entry: &DayEntry, scope: Scope<'_>) -> Option<DayRange> {
        let around = entry.interval.map_or(Around::Unbounded, Around::Within);
        self.windows.iter().try_fold(DayRange::ALWAYS, |days, (window, ignoring_observation)| {
            let range = Range::of(scope.profile, window, entry.day, around, *ignoring_observation)?;
            Some(days.within(range.of_starts()))
        })
    }
}

/// Each with the one entry that they have.
fn everyone(entries: &[DayEntry]) -> Tally {
    let people = entries.len().try_into().unwrap_or(u64::MAX);
    Tally { people, entries: people }
}
