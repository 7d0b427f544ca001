use strongroom_primitives::Label;

use super::evaluate::{Verdict, evaluate};
use super::person::PersonRecord;
use super::truth::Truth;
use crate::resolved::ResolvedCohort;

/// How many people each part of a definition took away (R10).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attrition {
    /// The people there are.
    pub universe: usize,
    /// Those who entered.
    pub entered: usize,
    /// What each step did, in order.
    pub steps: Vec<StepAttrition>,
    /// Those who are in the cohort.
    pub included: usize,
}

/// What one step did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepAttrition {
    /// The step's label.
    pub label: Option<Label>,
    /// The people who reached it.
    pub before: usize,
    /// Those whom it dropped.
    pub dropped: usize,
    /// Those for whom its predicate was unknown: `require` dropped them, `exclude` kept them (R7).
    pub unknown: usize,
}

/// The attrition of a cohort over these people.
#[must_use]
pub fn attrition<'a>(
    cohort: &ResolvedCohort,
    people: impl IntoIterator<Item = &'a PersonRecord>,
) -> Attrition {
    let steps = cohort.steps().iter().map(|step| StepAttrition {
        label: step.label.clone(),
        before: 0,
        dropped: 0,
        unknown: 0,
    });
    let mut total = Attrition { universe: 0, entered: 0, steps: steps.collect(), included: 0 };
    for person in people {
        let evaluation = evaluate(cohort, person);
        let verdict = evaluation.verdict();
        total.universe += 1;
        total.entered += usize::from(verdict != Verdict::NotEntered);
        total.included += usize::from(evaluation.is_included());
        for (position, (step, truth)) in total.steps.iter_mut().zip(evaluation.steps()).enumerate() {
            step.before += 1;
            step.unknown += usize::from(*truth == Truth::Unknown);
            step.dropped += usize::from(verdict == Verdict::DroppedAt(position));
        }
    }
    total
}
