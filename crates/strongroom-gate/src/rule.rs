use strongroom_access::Actor;
use strongroom_primitives::{InvalidValue, Label, Paragraph, Timestamp};

use crate::{Case, RuleObjection};

/// A rule of the embedding system, heard after all others. It can object; it cannot admit, nor
/// take back what others object to.
///
/// A rule is heard only about members of a workspace and about people who create one: to
/// everybody else the answer is the same whatever the rules say. It must be a pure function of
/// the case, which holds the instant of the decision; a rule that reads a clock or a file makes
/// decisions that nobody can repeat.
pub trait Rule: Send + Sync {
    /// The name under which people read its objections.
    fn name(&self) -> &Label;

    /// Everything it has against the case; nothing if it has no objection.
    fn objections(&self, case: &Case<'_>) -> Vec<RuleObjection>;

    /// The instant from which on it may object where it does not now, as far as it knows. No
    /// session outlives it.
    fn not_after(&self, _case: &Case<'_>) -> Timestamp {
        Timestamp::LAST
    }
}

/// A time in which nobody works, such as while a release is taken back or an incident is
/// examined. Half-open: closed at `starts`, open again at `ends`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedPeriod {
    name: Label,
    starts: Timestamp,
    ends: Timestamp,
    objection: RuleObjection,
}

impl ClosedPeriod {
    /// Closed from `starts` until just before `ends`, for this reason.
    ///
    /// # Errors
    /// If it would end before or when it begins.
    pub fn new(
        name: Label,
        starts: Timestamp,
        ends: Timestamp,
        reason: Paragraph,
    ) -> Result<Self, InvalidValue> {
        if starts >= ends {
            return Err(InvalidValue::new("closed period", "it must end after it begins"));
        }
        let next_step = Paragraph::new(format!("Come back at {ends}."))?;
        Ok(Self {
            name,
            starts,
            ends,
            objection: RuleObjection::new(reason, next_step, Actor::TheResearcher)
                .with_since(starts)
                .with_until(ends),
        })
    }
}

impl Rule for ClosedPeriod {
    fn name(&self) -> &Label {
        &self.name
    }

    fn objections(&self, case: &Case<'_>) -> Vec<RuleObjection> {
        if (self.starts..self.ends).contains(&case.now()) { vec![self.objection.clone()] } else { Vec::new() }
    }

    fn not_after(&self, case: &Case<'_>) -> Timestamp {
        if case.now() < self.starts { self.starts } else { Timestamp::LAST }
    }
}
