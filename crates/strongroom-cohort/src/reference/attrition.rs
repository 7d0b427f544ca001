use std::ops::{AddAssign, Sub};

use super::entries::Outcome;
use super::evaluate::Evaluation;
use super::truth::Truth;
use crate::ast::Title;
use crate::resolved::ResolvedCohort;

/// How many people and entries each part of a cohort took away (R10).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attrition {
    /// The people there are.
    pub universe: u64,
    /// Those who entered, and how often.
    pub entered: Tally,
    /// What each step did, in order.
    pub steps: Vec<StepAttrition>,
    /// Entries that passed every step but would end before they begin, and the people who have no
    /// others.
    pub without_days: Tally,
    /// Who is in the cohort, and how many entries are left after merging and cutting.
    pub included: Tally,
}

/// What one step did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepAttrition {
    /// The step's label.
    pub label: Option<Title>,
    /// What reached it.
    pub before: Tally,
    /// What it dropped; of people, those of whom nothing was left.
    pub dropped: Tally,
    /// For what its predicate was unknown: `require` dropped it, `exclude` kept it (R7). Of people,
    /// those of whom at least one entry was so.
    pub unknown: Tally,
}

/// A number of people and of their entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(clippy::exhaustive_structs, reason = "two numbers with names")]
pub struct Tally {
    /// People with at least one.
    pub people: u64,
    /// Entries.
    pub entries: u64,
}

impl Tally {
    /// One person with so many entries.
    #[must_use]
    #[inline]
    pub fn of_person(entries: usize) -> Self {
        let entries = u64::try_from(entries).unwrap_or(u64::MAX);
        Self { people: u64::from(entries > 0), entries }
    }
}

impl AddAssign for Tally {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        self.people += other.people;
        self.entries += other.entries;
    }
}

impl Sub for Tally {
    type Output = Self;

    /// How many are left without some of them.
    fn sub(self, some: Self) -> Self {
        Self {
            people: self.people.saturating_sub(some.people),
            entries: self.entries.saturating_sub(some.entries),
        }
    }
}

impl Attrition {
    /// The attrition of a cohort over nobody, to which people are added.
    #[must_use]
    pub fn of(cohort: &ResolvedCohort) -> Self {
        let steps = cohort.plan.steps.iter().map(|step| StepAttrition {
            label: step.label.clone(),
            before: Tally::default(),
            dropped: Tally::default(),
            unknown: Tally::default(),
        });
        Self {
            universe: 0,
            entered: Tally::default(),
            steps: steps.collect(),
            without_days: Tally::default(),
            included: Tally::default(),
        }
    }

    /// Adds one person.
    pub fn add(&mut self, evaluation: &Evaluation) {
        let trails = evaluation.trails();
        self.universe += 1;
        self.entered += Tally::of_person(trails.len());
        for (position, step) in self.steps.iter_mut().enumerate() {
            let reached = trails.iter().filter(|trail| trail.steps.len() > position).count();
            let dropped = trails.iter().filter(|trail| trail.outcome == Outcome::DroppedAt(position)).count();
            let unknown =
                trails.iter().filter(|trail| trail.steps.get(position) == Some(&Truth::Unknown)).count();
            step.before += Tally::of_person(reached);
            step.dropped.people += u64::from(reached > 0 && dropped == reached);
            step.dropped.entries += u64::try_from(dropped).unwrap_or(u64::MAX);
            step.unknown += Tally::of_person(unknown);
        }
        let passed = trails.iter().filter(|trail| !matches!(trail.outcome, Outcome::DroppedAt(_))).count();
        let without = trails.iter().filter(|trail| trail.outcome == Outcome::EndsBeforeItBegins).count();
        self.without_days.people += u64::from(passed > 0 && without == passed);
        self.without_days.entries += u64::try_from(without).unwrap_or(u64::MAX);
        self.included += Tally::of_person(evaluation.entries().len());
    }
}

impl<'e> Extend<&'e Evaluation> for Attrition {
    fn extend<T: IntoIterator<Item = &'e Evaluation>>(&mut self, evaluations: T) {
        for evaluation in evaluations {
            self.add(evaluation);
        }
    }
}
