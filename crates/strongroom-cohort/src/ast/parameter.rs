use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Code, Duration, Number, Quantity, is_default};

/// A value that may be given when a definition is run.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a parameter, such as {\"kind\": \"date\"}")]
#[expect(clippy::exhaustive_structs, reason = "a kind and a default")]
pub struct Parameter {
    /// What it is.
    pub kind: ParameterKind,
    /// What it is if nothing is given; without one, something must be.
    #[serde(default, skip_serializing_if = "is_default")]
    pub default: Option<Literal>,
}

/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "a kind of parameter, such as \"quantity\"")]
#[expect(clippy::exhaustive_enums, reason = "a closed set of the language")]
pub enum ParameterKind {
    /// A number with a unit.
    Quantity,
    /// A length of time.
    Duration,
    /// A calendar day.
    Date,
    /// A whole number.
    Int,
    /// A list of concepts.
    Concepts,
}

/// A value written down.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "a literal, such as {\"date\": \"2020-01-31\"}")]
#[expect(clippy::exhaustive_enums, reason = "a closed set of the language")]
pub enum Literal {
    /// A number.
    Number(Number),
    /// A number with a unit.
    Quantity(Quantity),
    /// A length of time.
    Duration(Duration),
    /// A calendar day.
    Date(NaiveDate),
    /// A text.
    Text(String),
    /// Concepts.
    Concepts(Vec<Code>),
}
