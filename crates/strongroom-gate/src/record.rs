use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_access::Actor;
use strongroom_primitives::Timestamp;

use crate::{Objection, Refusal};

/// An objection as it is written down: for pages, receipts and programs that were not there when the
/// decision was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionRecord {
    code: String,
    words: String,
    next_step: String,
    taken_by: Actor,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
}

impl ObjectionRecord {
    /// The fixed word for its kind ([`Objection::code`]).
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What stands in the way.
    #[must_use]
    pub fn words(&self) -> &str {
        &self.words
    }

    /// What to do about it.
    #[must_use]
    pub fn next_step(&self) -> &str {
        &self.next_step
    }

    /// Who can.
    #[must_use]
    pub fn taken_by(&self) -> Actor {
        self.taken_by
    }

    /// Since when it has stood in the way, where that is known.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        self.since
    }

    /// The first instant at which it goes away by itself, if it does.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

impl From<&Objection> for ObjectionRecord {
    fn from(objection: &Objection) -> Self {
        Self {
            code: objection.code().to_owned(),
            words: objection.to_string(),
            next_step: objection.next_step(),
            taken_by: objection.taken_by(),
            since: objection.since(),
            until: objection.until(),
        }
    }
}

impl Refusal {
    /// All objections as they are written down.
    #[must_use]
    pub fn records(&self) -> Vec<ObjectionRecord> {
        self.objections().iter().map(ObjectionRecord::from).collect()
    }
}

impl fmt::Display for ObjectionRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {} ({})", self.words, self.next_step, self.taken_by)
    }
}
