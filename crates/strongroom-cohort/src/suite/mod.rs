//! The `test` blocks of a document, run on the people written in them. No release is needed.

mod people;
mod small;

use std::fmt;

use chrono::NaiveDate;
use strongroom_omop::SubjectId;

pub use self::small::small_vocabulary;

use self::people::People;
use crate::ast::{Cohort, Definition, ExampleTest, Expectation};
use crate::limits::Limits;
use crate::path::JsonPath;
use crate::reference::{Evaluation, Outcome, evaluate_all};
use crate::resolve::{Arguments, resolve_cohort};
use crate::vocabulary::Vocabulary;
use crate::{CohortName, ColumnName};

/// What became of one expectation of a `test` block.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TestOutcome {
    /// Where the expectation stands in the definition.
    pub path: JsonPath,
    /// The cohort that was tested.
    pub cohort: CohortName,
    /// The person it is about.
    pub person: ColumnName,
    /// Whether it came out as written.
    pub passed: bool,
    /// What was expected, such as `in 2016-01-10 .. 2020-12-31`.
    pub expected: String,
    /// What came out instead or likewise, such as `out at “washout”`; or why it could not be run.
    pub found: String,
}

/// Runs every `test` of a document with a vocabulary of the document's own codes: each of them is a
/// standard, valid concept without descendants and mappings. Parameters have their defaults.
///
/// A test that cannot be run, because its definition has errors, fails and says why.
#[must_use]
pub fn run_tests(definition: &Definition, limits: &Limits) -> Vec<TestOutcome> {
    run_tests_with(definition, &small_vocabulary(definition), limits)
}

/// The same with this vocabulary, such as that of a release: what people have descendants of, and
/// units, are then known.
#[must_use]
pub fn run_tests_with(definition: &Definition, vocabulary: &Vocabulary, limits: &Limits) -> Vec<TestOutcome> {
    let at = JsonPath::default().field("tests");
    let tests = definition.tests.iter().enumerate();
    tests
        .flat_map(|(position, test)| run(definition, test, &at.position(position), vocabulary, limits))
        .collect()
}

fn run(
    definition: &Definition,
    test: &ExampleTest,
    at: &JsonPath,
    vocabulary: &Vocabulary,
    limits: &Limits,
) -> Vec<TestOutcome> {
    let evaluated = evaluate(definition, test, vocabulary, limits);
    let cohort = definition.cohort(&test.of);
    let outcomes = test.expect.iter().enumerate().map(|(position, expectation)| {
        let person = person(expectation);
        let (passed, found) = match &evaluated {
            Err(reason) => (false, reason.clone()),
            Ok(evaluations) => {
                let position = test.people.iter().position(|one| one.name == *person);
                let evaluation = position.and_then(|position| {
                    let subject = People::subject(position);
                    evaluations.iter().find(|evaluation| evaluation.subject() == subject)
                });
                match evaluation.zip(cohort) {
                    Some((evaluation, cohort)) => {
                        (holds(expectation, evaluation, cohort), in_words(evaluation, cohort))
                    }
                    None => (false, "the test has no person of this name".to_owned()),
                }
            }
        };
        TestOutcome {
            path: at.field("expect").position(position),
            cohort: test.of.clone(),
            person: person.clone(),
            passed,
            expected: expected(expectation),
            found,
        }
    });
    outcomes.collect()
}

fn evaluate(
    definition: &Definition,
    test: &ExampleTest,
    vocabulary: &Vocabulary,
    limits: &Limits,
) -> Result<Vec<Evaluation>, String> {
    let resolved = resolve_cohort(definition, &test.of, vocabulary, limits, &Arguments::new())
        .map_err(|error| error.to_string())?;
    let people = People { definition, vocabulary }.of(test)?;
    Ok(evaluate_all(&resolved, &people))
}

const fn person(expectation: &Expectation) -> &ColumnName {
    match expectation {
        Expectation::In { person, .. } | Expectation::Out { person, .. } => person,
    }
}

fn holds(expectation: &Expectation, evaluation: &Evaluation, cohort: &Cohort) -> bool {
    match expectation {
        Expectation::In { days: None, .. } => evaluation.is_included(),
        Expectation::In { days: Some((from, to)), .. } => {
            let days = (Some(*from), Some(*to));
            evaluation.entries().iter().any(|entry| (entry.start, entry.end) == days)
        }
        Expectation::Out { at: None, .. } => !evaluation.is_included(),
        Expectation::Out { at: Some(label), .. } => {
            let dropped = evaluation.trails().iter().any(|trail| match trail.outcome {
                Outcome::DroppedAt(step) => {
                    cohort.steps.get(step).is_some_and(|step| step.label.as_ref() == Some(label))
                }
                Outcome::EndsBeforeItBegins | Outcome::Stays(_) => false,
            });
            dropped && !evaluation.is_included()
        }
    }
}

fn expected(expectation: &Expectation) -> String {
    match expectation {
        Expectation::In { days: None, .. } => "in".to_owned(),
        Expectation::In { days: Some((from, to)), .. } => format!("in {from} .. {to}"),
        Expectation::Out { at: None, .. } => "out".to_owned(),
        Expectation::Out { at: Some(label), .. } => format!("out at “{label}”"),
    }
}

fn in_words(evaluation: &Evaluation, cohort: &Cohort) -> String {
    if evaluation.is_included() {
        let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        let stays: Vec<_> = evaluation
            .entries()
            .iter()
            .map(|entry| format!(" {} .. {}", day(entry.start), day(entry.end)))
            .filter(|days| days != "  .. ")
            .collect();
        return format!("in{}", stays.join(" and"));
    }
    if evaluation.left_out_by_sample() {
        return "out: the sample leaves it out".to_owned();
    }
    let mut reasons = Vec::new();
    for trail in evaluation.trails() {
        let reason = match trail.outcome {
            Outcome::DroppedAt(step) => match cohort.steps.get(step).and_then(|step| step.label.as_ref()) {
                Some(label) => format!("out at “{label}”"),
                None => format!("out at step {}", step + 1),
            },
            Outcome::EndsBeforeItBegins => "out: it would end before it begins".to_owned(),
            Outcome::Stays(_) => "out: nothing is left of it after `clip`".to_owned(),
        };
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    if reasons.is_empty() { "out: never enters".to_owned() } else { reasons.join(" and ") }
}

impl fmt::Display for TestOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, cohort, person, expected, found, .. } = self;
        let passed = if self.passed { "passed" } else { "failed" };
        write!(f, "{passed}: {cohort}, {person} (at {path}): expected {expected}, found {found}")
    }
}

impl People<'_> {
    /// The id of the person at this position of a test.
    fn subject(position: usize) -> SubjectId {
        SubjectId::new(i64::try_from(position).unwrap_or(i64::MAX))
    }
}
