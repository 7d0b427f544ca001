use std::ops::Range;

use strongroom_cohort::ast::{Endpoint, Pick, Profile};
use strongroom_cohort::reference::{Tally, Truth};
use strongroom_timeline::{Day, Event, Interval, PersonSet};

use super::day_tests::{Asked, DayTest};
use super::entered::Entering;
use super::exits::OwnEnd;
use super::machine::{Index, Machine, Scope};
use super::picks::PickedAt;
use super::predicates::Reading;
use crate::compile::{Entry, Plan, PlanId, Step, Test};

/// What a cohort came to in a shard: entries in the order of (person, first day, last day), and what
/// became of the rest.
#[derive(Debug, Default)]
pub(crate) struct PlanRun {
    persons: Vec<u32>,
    /// Both days unknown where people enter without days.
    entries: Vec<Interval>,
    pub(crate) attrition: ShardAttrition,
}

/// The attrition of a cohort in a shard.
#[derive(Debug, Default)]
pub(crate) struct ShardAttrition {
    pub(crate) entered: Tally,
    pub(crate) steps: Vec<StepTally>,
    pub(crate) without_days: Tally,
}

/// What one step did.
#[derive(Debug, Default)]
pub(crate) struct StepTally {
    pub(crate) before: Tally,
    pub(crate) dropped: Tally,
    pub(crate) unknown: Tally,
}

/// A step of entries of which no events are made.
enum PlacedStep<'m> {
    /// A test, and whether it must hold.
    Test(DayTest<'m>, bool),
    Keep(Pick),
}

/// An entry on its way through the steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) person: u32,
    pub(super) event: Event,
    /// The index day.
    pub(super) day: Day,
    pub(super) interval: Option<Interval>,
}

impl Candidate {
    pub(super) fn scope<'e>(&'e self, scope: Scope<'e>) -> Scope<'e> {
        let index = Index { event: &self.event, day: self.day };
        Scope { person: self.person, index: Some(index), ..scope }
    }
}

impl PlanRun {
    /// The positions of a person's entries.
    fn positions(&self, person: u32) -> Range<usize> {
        let from = self.persons.partition_point(|other| *other < person);
        let rest = self.persons.get(from..).unwrap_or_default();
        from..from + rest.iter().take_while(|other| **other == person).count()
    }

    /// A person's entries.
    pub(super) fn of(&self, person: u32) -> &[Interval] {
        self.entries.get(self.positions(person)).unwrap_or_default()
    }

    /// Everyone's entries, person by person.
    pub(super) fn groups(&self) -> impl Iterator<Item = (u32, &[Interval])> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let person = *self.persons.get(at)?;
            let rest = self.persons.get(at..)?;
            let end = at + rest.iter().take_while(|other| **other == person).count();
            let own = self.entries.get(at..end)?;
            at = end;
            Some((person, own))
        })
    }

    /// The people with entries.
    pub(crate) fn people(&self) -> impl Iterator<Item = u32> {
        self.groups().map(|(person, _)| person)
    }

    /// How many people and entries there are.
    pub(crate) fn included(&self) -> Tally {
        let people = self.persons.chunk_by(|one, other| one == other).count();
        Tally { people: count(people), entries: count(self.entries.len()) }
    }

    /// Adds the entries of the next person.
    pub(super) fn add(&mut self, person: u32, entries: &[Interval]) {
        self.persons.extend(entries.iter().map(|_| person));
        self.entries.extend_from_slice(entries);
    }

    /// How many entries there are.
    pub(crate) const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Every entry.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, Interval)> {
        self.persons.iter().copied().zip(self.entries.iter().copied())
    }
}

impl Machine<'_> {
    /// Takes the people of the shard through a cohort.
    pub(super) fn run(&self, id: PlanId, plan: &Plan) -> PlanRun {
        let Some(scope) = self.scope(plan.environment, 0) else { return PlanRun::default() };
        match &plan.entry {
            Entry::People(test) => self.run_people(id, plan, test, scope),
            Entry::Events { of, pick, index } => {
                let entering = Entering { of: *of, pick: *pick, index: *index };
                let by_days = self.run_by_first_days(id, plan, entering, scope);
                let by_days = by_days.or_else(|| self.run_by_days(id, plan, entering, scope));
                by_days.unwrap_or_else(|| self.run_entries(id, plan, entering, scope))
            }
        }
    }

    /// Takes people without an index day through the steps: nothing ends, is joined or cut.
    fn run_people(&self, id: PlanId, plan: &Plan, test: &Test, scope: Scope<'_>) -> PlanRun {
        let mut run = PlanRun::default();
        let mut left = self.people_where(test, scope, Reading::Entry);
        run.attrition.entered = people(&left);
        for step in &plan.steps {
            let mut step_tally = StepTally { before: people(&left), ..StepTally::default() };
            let kept = match step {
                Step::Require(test) | Step::Exclude(test) => {
                    if self.tells_attrition {
                        step_tally.unknown = people(&self.people_unknown(test, &left, scope));
                    }
                    let mut kept = self.people_among(test, &left, scope, Reading::Entry);
                    if matches!(step, Step::Exclude(_)) {
                        left.subtract(&kept);
                        kept = left;
                    }
                    kept
                }
                // Who has no index day has no position, and is kept.
                Step::Keep(_) => left,
            };
            left = kept;
            step_tally.dropped = step_tally.before - people(&left);
            run.attrition.steps.push(step_tally);
        }
        run.persons.extend(left.iter().filter(|person| self.is_drawn(id, *person)));
        run.entries.resize(run.persons.len(), Interval { start: Day::UNKNOWN, end: Day::UNKNOWN });
        run
    }

    /// Takes entries through steps, exit, merging and cutting, person by person.
    fn run_entries(&self, id: PlanId, plan: &Plan, entering: Entering, scope: Scope<'_>) -> PlanRun {
        let mut run = PlanRun::default();
        run.attrition.steps.resize_with(plan.steps.len(), StepTally::default);
        let set = self.set(entering.of);
        if set.is_empty() {
            return run;
        }
        let by_columns = self.placed_steps(&plan.steps, entering, scope.profile);
        let own_end = OwnEnd::of(plan).filter(|_| by_columns.len() == plan.steps.len());
        let (mut own, mut leaving) = (Vec::new(), self.leaving(id, plan, scope.profile));
        self.each_entered(entering, self.possible(id), scope, |scope, entered| {
            run.attrition.entered += Tally::of_person(entered.len());
            let mut tallies = run.attrition.steps.iter_mut();
            for (step, tally) in by_columns.iter().zip(&mut tallies) {
                let before = Tally::of_person(entered.len());
                match step {
                    PlacedStep::Test(test, must_hold) => {
                        entered.retain(|entry| test.holds(entry, self, &scope) == *must_hold);
                    }
                    PlacedStep::Keep(pick) => {
                        self.keep_placed(scope.profile, PickedAt::Step, set, entered, *pick);
                    }
                }
                tally.before += before;
                tally.dropped += before - Tally::of_person(entered.len());
                if entered.is_empty() {
                    return;
                }
            }
            if let Some(end) = own_end {
                leaving.take(scope.person, entered.iter().map(|entry| end.of_placed(entry, set)), &mut run);
                return;
            }
            own.clear();
            own.extend(entered.iter().filter_map(|entry| entry.candidate(set)));
            for (step, tally) in plan.steps.iter().skip(by_columns.len()).zip(tallies) {
                self.take_step(step, &mut own, scope, tally);
            }
            leaving.take_events(scope, own.iter().copied(), &mut run);
        });
        run
    }

    /// The steps at the beginning of a cohort that are asked of columns.
    fn placed_steps<'m>(
        &'m self,
        steps: &'m [Step],
        entering: Entering,
        profile: Profile,
    ) -> Vec<PlacedStep<'m>> {
        // An index at the end may lie in another observed interval than the start.
        if entering.index != Endpoint::Start {
            return Vec::new();
        }
        let asked = Asked { profile, reading: Reading::Entry, of: Some(self.set(entering.of)) };
        let steps = steps.iter().map_while(|step| match step {
            Step::Require(test) => Some(PlacedStep::Test(self.day_test(test, asked)?, true)),
            Step::Exclude(test) => Some(PlacedStep::Test(self.day_test(test, asked)?, false)),
            Step::Keep(pick) => Some(PlacedStep::Keep(*pick)),
        });
        steps.collect()
    }

    /// Whether a person is in the sample of a cohort, if it has one.
    pub(super) fn is_drawn(&self, id: PlanId, person: u32) -> bool {
        let Some(drawn) = self.drawn.get(&id) else { return true };
        self.tables.people().subjects.get(person as usize).is_some_and(|subject| drawn.contains(subject))
    }

    /// Takes the entries of a person that are left through one step (R10).
    fn take_step(&self, step: &Step, own: &mut Vec<Candidate>, scope: Scope<'_>, tally: &mut StepTally) {
        let before = Tally::of_person(own.len());
        match step {
            Step::Require(test) | Step::Exclude(test) => {
                let requires = matches!(step, Step::Require(_));
                let mut unknown = 0;
                own.retain(|candidate| {
                    let found = self.truth(test, candidate.scope(scope), Reading::Entry);
                    unknown += usize::from(found == Truth::Unknown);
                    (found == Truth::True) == requires
                });
                tally.unknown += Tally::of_person(unknown);
            }
            Step::Keep(pick) => self.pick(scope.profile, PickedAt::Step, own, *pick, |one| one.event),
        }
        tally.before += before;
        tally.dropped += before - Tally::of_person(own.len());
    }
}

fn people(people: &PersonSet) -> Tally {
    Tally { people: people.len(), entries: people.len() }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
