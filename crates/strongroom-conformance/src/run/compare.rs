use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;

use strongroom_cohort::Definition;
use strongroom_omop::SubjectId;

use crate::cases::{Expected, ExpectedCohort};
use crate::{CohortRow, Engine, EngineError, hash};

/// What became of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The answer is the expected one; or none was possible, and any clear answer or error is right.
    Identical,
    /// The answer is another.
    Different(Difference),
    /// There is no answer.
    Failed(EngineError),
    /// Nobody knows what the answer must be.
    NotJudged(Size),
}

/// How large an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Size {
    /// Its rows; nothing where only people were asked for.
    pub rows: Option<u64>,
    /// Its people.
    pub persons: u64,
}

/// How an answer differs from the expected one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The answer.
    pub found: Size,
    /// What was expected.
    pub expected: Size,
    /// The first lines that only one of the two has, as many as were asked for; none where only
    /// the digest of the expected ones is known.
    pub lines: Vec<DifferingLine>,
}

/// A line that only one of two answers has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DifferingLine {
    /// The engine has it and should not.
    Unexpected(String),
    /// The engine lacks it.
    Missing(String),
}

/// How many people are in a cohort.
pub(crate) fn persons(cohort: &[CohortRow]) -> u64 {
    cohort.iter().map(|row| row.subject).collect::<BTreeSet<_>>().len() as u64
}

impl Size {
    fn of(cohort: &[CohortRow]) -> Self {
        Self { rows: Some(cohort.len() as u64), persons: persons(cohort) }
    }
}

/// What an engine says to a definition, as what must come out.
pub(super) fn answer(
    definition: Result<&Definition, &EngineError>,
    engine: &(impl Engine + ?Sized),
) -> Expected {
    match definition.map(|definition| engine.run(definition)) {
        Ok(Ok(cohort)) => Expected::Cohort(ExpectedCohort::of(cohort)),
        Ok(Err(_)) | Err(_) => Expected::Failure,
    }
}

/// Runs a definition and compares, noting at most so many differing lines.
pub(super) fn judge(
    definition: Result<Definition, EngineError>,
    expected: Option<&Expected>,
    engine: &(impl Engine + ?Sized),
    lines: usize,
) -> Verdict {
    let answer = definition.and_then(|definition| match expected {
        Some(Expected::People(expected)) => {
            engine.people(&definition).map(|found| judge_people(found, expected, lines))
        }
        Some(Expected::Cohort(expected)) => {
            engine.run(&definition).map(|found| judge_cohort(&found, expected, lines))
        }
        Some(Expected::Failure) => engine.run(&definition).map(|_| Verdict::Identical),
        None => engine.run(&definition).map(|found| Verdict::NotJudged(Size::of(&found))),
    });
    match (answer, expected) {
        (Err(_), Some(Expected::Failure)) => Verdict::Identical,
        (Err(error), _) => Verdict::Failed(error),
        (Ok(verdict), _) => verdict,
    }
}

fn judge_cohort(found: &[CohortRow], expected: &ExpectedCohort, lines: usize) -> Verdict {
    if expected.accepts(hash::rows(found)) {
        return Verdict::Identical;
    }
    Verdict::Different(Difference {
        found: Size::of(found),
        expected: Size { rows: Some(expected.rows), persons: expected.persons },
        lines: match &expected.cohort {
            Some(expected) => differing(found.to_vec(), expected.clone(), lines),
            None => Vec::new(),
        },
    })
}

fn judge_people(mut found: Vec<SubjectId>, expected: &[SubjectId], lines: usize) -> Verdict {
    found.sort_unstable();
    found.dedup();
    if found == expected {
        return Verdict::Identical;
    }
    let size = |people: &[SubjectId]| Size { rows: None, persons: people.len() as u64 };
    Verdict::Different(Difference {
        found: size(&found),
        expected: size(expected),
        lines: differing(found, expected.to_vec(), lines),
    })
}

/// The first lines that only one of the two has, in order; a line that stands more often on one
/// side is there as often as it is too many.
fn differing<Line: Ord + fmt::Display>(
    mut found: Vec<Line>,
    mut expected: Vec<Line>,
    lines: usize,
) -> Vec<DifferingLine> {
    found.sort_unstable();
    expected.sort_unstable();
    let (mut found, mut expected) = (found.iter().peekable(), expected.iter().peekable());
    let mut differing = Vec::new();
    while differing.len() < lines {
        let order = match (found.peek(), expected.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => one.cmp(other),
        };
        let one = if order.is_le() { found.next() } else { None };
        let other = if order.is_ge() { expected.next() } else { None };
        match (one, other) {
            (Some(line), None) => differing.push(DifferingLine::Unexpected(line.to_string())),
            (None, Some(line)) => differing.push(DifferingLine::Missing(line.to_string())),
            _ => {}
        }
    }
    differing
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rows {
            Some(rows) => write!(f, "{rows} rows of {} people", self.persons),
            None => write!(f, "{} people", self.persons),
        }
    }
}

/// One line, and one for each differing line: `+` before what should not be there, `-` before what
/// is missing.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; expected ", self.found)?;
        match self.found == self.expected {
            true => f.write_str("as many, but others")?,
            false => write!(f, "{}", self.expected)?,
        }
        for line in &self.lines {
            match line {
                DifferingLine::Unexpected(line) => write!(f, "\n    + {line}")?,
                DifferingLine::Missing(line) => write!(f, "\n    - {line}")?,
            }
        }
        Ok(())
    }
}
