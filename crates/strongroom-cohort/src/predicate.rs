use serde::Deserialize;
use strongroom_omop::ConceptId;

use crate::{AgeRange, Events};

/// A statement about a person that is true, false or unknown (R7, Kleene's three-valued logic).
///
/// Statements about events are never unknown: over no events, [`Any`](Self::Any) is false,
/// [`No`](Self::No) is true and a count is 0.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "an object with one predicate, such as {\"any\": events}")]
#[non_exhaustive]
pub enum Predicate {
    /// There is at least one such event.
    Any(Events),
    /// There is no such event. Written `none`.
    #[serde(rename = "none")]
    No(Events),
    /// There are at least so many.
    AtLeast(AtLeast),
    /// The age on the index day (R13). Unknown if nothing is known of the birth.
    AgeAtIndex(AgeRange),
    /// The sex recorded at birth, `person.gender_concept_id`, is one of these concepts. Unknown if
    /// none is recorded, or only "no matching concept".
    SexAtBirth(Vec<ConceptId>),
    /// Every one of these is true.
    All(Vec<Self>),
    /// At least one of these is true.
    AnyOf(Vec<Self>),
    /// This is false.
    Not(Box<Self>),
}

/// "At least `n` dates of these events": what is counted is always written (R8).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a count, such as {\"n\": 2, \"unit\": \"dates\", \"of\": events}")]
#[non_exhaustive]
pub struct AtLeast {
    /// The number, at least 1.
    pub n: u32,
    /// What is counted.
    pub unit: CountUnit,
    /// The events.
    pub of: Events,
}

/// What a count counts (R8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "what to count, such as \"dates\"")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every unit")]
pub enum CountUnit {
    /// Distinct start days: three records of one day are one date.
    Dates,
}

impl Predicate {
    /// "At least `n` dates of these events."
    #[must_use]
    pub const fn at_least_dates(n: u32, of: Events) -> Self {
        Self::AtLeast(AtLeast { n, unit: CountUnit::Dates, of })
    }

    /// The opposite: true where this is false, unknown where this is unknown.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }
}
