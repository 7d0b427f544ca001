use serde::{Deserialize, Serialize};
use strongroom_omop::ConceptId;

use super::{
    Anchor, Code, ConceptRef, CountTest, CountUnit, Duration, Events, Moment, PersonColumn, Value, Window,
    is_default,
};
use crate::CohortName;

/// A statement that is true, false or unknown (R7, Kleene's three-valued logic): about a person,
/// about an entry, or, in a row filter, about one event.
///
/// Statements about events are never unknown: over no events, [`Any`](Self::Any) is false,
/// [`No`](Self::No) is true and a count is 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "snake_case",
    expecting = "an object with one predicate, such as {\"any\": events}"
)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every predicate")]
pub enum Predicate {
    /// There is at least one such event.
    Any(Events),
    /// There is no such event.
    No(Events),
    /// The number of such events is so.
    Count(Box<Counted>),
    /// All of these are true. Of none: true.
    All(Vec<Self>),
    /// At least one of these is true. Of none: false.
    AnyOf(Vec<Self>),
    /// None of these is true.
    NoneOf(Vec<Self>),
    /// So many of these are true.
    NumberOf {
        /// How many.
        test: CountTest,
        /// Of what.
        of: Vec<Self>,
    },
    /// The opposite: true where this is false, unknown where this is unknown.
    Not(Box<Self>),
    /// The whole window lies in the observed interval that contains the anchor's day. False where
    /// there is none.
    Observed {
        /// The window.
        window: Window,
        /// What it is counted from.
        of: Anchor,
    },
    /// The person has an entry in another cohort; one that has a day in the window, if there is one.
    MemberOf {
        /// The cohort.
        cohort: CohortName,
        /// The window.
        #[serde(default, skip_serializing_if = "is_default")]
        during: Option<(Window, Anchor)>,
    },
    /// The release marks the person as having data of this kind, such as `ehr` or
    /// `short_read_wgs`.
    PersonHas(String),
    /// A comparison. Unknown where a side is.
    Compare {
        /// The left side.
        left: Value,
        /// What is asked.
        op: Comparison,
        /// The right side.
        right: Value,
    },
    /// The value lies between two others, both included.
    Between {
        /// The value.
        value: Value,
        /// The lowest.
        low: Value,
        /// The highest.
        high: Value,
    },
    /// The value is one of these concepts. Unknown where it is missing.
    In {
        /// The value.
        value: Value,
        /// The concepts.
        concepts: ConceptRef,
    },
    /// The text fits a pattern in which `%` stands for any text and `_` for any character, as
    /// `LIKE` of SQL does. Case counts. Unknown where it is missing.
    Like {
        /// The text.
        value: Value,
        /// The pattern.
        pattern: String,
    },
    /// The value is missing. Never unknown.
    Missing(Value),
}

/// A count of events and what is asked of it (R8).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a count, such as {\"test\": {\"at_least\": 2}, \"unit\": \"dates\", \"of\": events}"
)]
#[expect(clippy::exhaustive_structs, reason = "an engine must handle every part")]
pub struct Counted {
    /// What is asked.
    pub test: CountTest,
    /// What is counted.
    pub unit: CountUnit,
    /// Whether each concept is counted by itself; it is then enough that one that occurs passes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub per_concept: bool,
    /// The events.
    pub of: Events,
    /// Only events whose start days lie at most so far apart are counted together; it is enough
    /// that some of them pass.
    #[serde(default, skip_serializing_if = "is_default")]
    pub within: Option<Duration>,
}

/// What is asked of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(expecting = "a comparison, such as \">=\"")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum Comparison {
    /// `<`
    #[serde(rename = "<")]
    Less,
    /// `<=`
    #[serde(rename = "<=")]
    AtMost,
    /// `=`
    #[serde(rename = "=")]
    Equal,
    /// `!=`
    #[serde(rename = "!=")]
    NotEqual,
    /// `>=`
    #[serde(rename = ">=")]
    AtLeast,
    /// `>`
    #[serde(rename = ">")]
    Greater,
}

impl Predicate {
    /// "At least `n` of these events", counted in `unit`.
    #[must_use]
    pub fn at_least(n: u32, unit: CountUnit, of: Events) -> Self {
        Self::Count(Box::new(Counted {
            test: CountTest::AtLeast(n),
            unit,
            per_concept: false,
            of,
            within: None,
        }))
    }

    /// The age in years on the index day compares so (R13).
    #[must_use]
    pub fn age_at_index(op: Comparison, years: i32) -> Self {
        Self::compare(Value::Age(Moment::Anchor(Anchor::index())), op, Value::integer(years))
    }

    /// The age in years on the day on which the event whose filter this is starts compares so.
    #[must_use]
    pub fn age(op: Comparison, years: i32) -> Self {
        Self::compare(Value::Age(Moment::Anchor(Anchor::this())), op, Value::integer(years))
    }

    /// The sex at birth is one of these concepts.
    #[must_use]
    pub fn sex_at_birth(concepts: impl IntoIterator<Item = ConceptId>) -> Self {
        let codes = concepts.into_iter().map(Code::Id).collect();
        Self::In { value: Value::Person(PersonColumn::SexAtBirth), concepts: ConceptRef::Codes(codes) }
    }

    /// A comparison.
    #[must_use]
    pub const fn compare(left: Value, op: Comparison, right: Value) -> Self {
        Self::Compare { left, op, right }
    }

    /// The opposite: true where this is false, unknown where this is unknown.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }
}

impl Comparison {
    /// The sign.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::AtLeast => ">=",
            Self::Greater => ">",
        }
    }

    /// Whether two values in this order pass.
    #[must_use]
    pub const fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::AtLeast => order.is_ge(),
            Self::Greater => order.is_gt(),
        }
    }
}
