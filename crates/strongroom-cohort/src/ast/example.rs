use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Code, EventKind, Literal, Title, is_default};
use crate::{CohortName, ColumnName};

/// People written down, and what a cohort must say about them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a test")]
#[expect(clippy::exhaustive_structs, reason = "three parts of the language")]
pub struct ExampleTest {
    /// The cohort.
    pub of: CohortName,
    /// The people.
    pub people: Vec<ExamplePerson>,
    /// What must come out.
    pub expect: Vec<Expectation>,
}

/// A person in a test.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a person of a test")]
#[non_exhaustive]
pub struct ExamplePerson {
    /// What expectations call them.
    pub name: ColumnName,
    /// The sex at birth, as a concept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sex: Option<Code>,
    /// The day of birth.
    #[serde(default, skip_serializing_if = "is_default")]
    pub born: Option<NaiveDate>,
    /// Observed intervals, both days included.
    #[serde(default, skip_serializing_if = "is_default")]
    pub observed: Vec<(NaiveDate, NaiveDate)>,
    /// Their records.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rows: Vec<ExampleRow>,
}

/// A record of a person in a test.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a row of a test")]
#[non_exhaustive]
pub struct ExampleRow {
    /// The first day.
    pub start: NaiveDate,
    /// The last day.
    #[serde(default, skip_serializing_if = "is_default")]
    pub end: Option<NaiveDate>,
    /// The kind.
    pub kind: EventKind,
    /// The concept.
    pub concept: Code,
    /// The value: a number, a quantity, a text or one concept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub value: Option<Literal>,
    /// The visit, by a name that is the same for all records of the visit.
    #[serde(default, skip_serializing_if = "is_default")]
    pub visit: Option<ColumnName>,
}

/// What must come out for one person of a test.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case", expecting = "{\"in\": …} or {\"out\": …}")]
#[expect(clippy::exhaustive_enums, reason = "a closed set of the language")]
pub enum Expectation {
    /// The person has exactly this entry among theirs.
    In {
        /// Who.
        person: ColumnName,
        /// First and last day; absent: any.
        #[serde(default, skip_serializing_if = "is_default")]
        days: Option<(NaiveDate, NaiveDate)>,
    },
    /// The person has no entry.
    Out {
        /// Who.
        person: ColumnName,
        /// The label of the step at which the last of their entries is dropped.
        #[serde(default, skip_serializing_if = "is_default")]
        at: Option<Title>,
    },
}

impl ExamplePerson {
    /// A person of this name, of whom nothing is known.
    #[must_use]
    pub const fn new(name: ColumnName) -> Self {
        Self { name, sex: None, born: None, observed: Vec::new(), rows: Vec::new() }
    }
}

impl ExampleRow {
    /// A record of this kind and concept, from this day on.
    #[must_use]
    pub const fn new(start: NaiveDate, kind: EventKind, concept: Code) -> Self {
        Self { start, end: None, kind, concept, value: None, visit: None }
    }
}
