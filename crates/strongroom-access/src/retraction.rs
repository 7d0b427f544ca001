use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Paragraph, Timestamp, kind};

/// That something once recorded does not hold from some instant on, and when that became known.
///
/// Nothing is deleted: what was believed before the retraction can be asked for ever after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retraction {
    since: Timestamp,
    recorded_at: Timestamp,
    by: Id<kind::Person>,
    reason: Paragraph,
}

impl Retraction {
    /// It does not hold from `since` on, which may be before it was ever recorded: then it never
    /// held.
    #[must_use]
    pub fn new(since: Timestamp, recorded_at: Timestamp, by: Id<kind::Person>, reason: Paragraph) -> Self {
        Self { since, recorded_at, by, reason }
    }

    /// The first instant at which it does not hold.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// When this became known.
    #[must_use]
    pub fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }

    /// Who retracted it.
    #[must_use]
    pub fn by(&self) -> Id<kind::Person> {
        self.by
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &Paragraph {
        &self.reason
    }
}

/// The first instant at which any of the retractions takes effect.
pub(crate) fn retracted_since(retractions: &[Retraction]) -> Option<Timestamp> {
    retractions.iter().map(Retraction::since).min()
}
