use strongroom_primitives::{Id, Timestamp, kind};

use crate::admit::verdict;
use crate::{Ask, Edition, Facts, ObjectionRecord, Receipt, Rule};

/// A decision as it was recorded, in a receipt or in a trail.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "it is read out of any record of decisions, by whoever keeps one"
)]
pub struct RecordedDecision {
    /// Who had asked.
    pub person: Id<kind::Person>,
    /// For what.
    pub ask: Ask,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// Until when it was a yes; `None` if it was a no.
    pub admitted_until: Option<Timestamp>,
}

impl From<&Receipt> for RecordedDecision {
    fn from(receipt: &Receipt) -> Self {
        Self {
            person: receipt.person(),
            ask: receipt.ask(),
            decided_at: receipt.decided_at(),
            admitted_until: receipt.admitted_until(),
        }
    }
}

/// A recorded decision that another policy would make differently.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplayDifference {
    /// The decision.
    pub decision: RecordedDecision,
    /// Until when it would have been a yes; `None` if it would have been a no.
    pub would_be_until: Option<Timestamp>,
    /// Everything that would have stood in the way.
    pub objections: Vec<ObjectionRecord>,
}

/// Makes recorded decisions again by another policy, each at its instant and on its facts, and returns
/// those that come out differently: a yes for a no, a no for a yes, or another end.
///
/// The requirements in the facts are of no account: the policy is judged by its own. By the policy by
/// which it was decided, whatever comes out differently was decided on other facts than these.
pub fn replay<'a>(
    edition: &'a Edition,
    recorded: impl IntoIterator<Item = (RecordedDecision, Facts<'a>)>,
    rules: &[&dyn Rule],
) -> Vec<ReplayDifference> {
    let again = |(decision, facts): (RecordedDecision, Facts<'a>)| {
        let facts = facts.with_requirements(edition.requirements());
        let verdict = verdict(edition.policy(), &facts, &decision.ask, rules, decision.decided_at);
        let (would_be_until, objections) = match verdict {
            Ok(not_after) => (Some(not_after), Vec::new()),
            Err(refusal) => (None, refusal.records()),
        };
        (would_be_until != decision.admitted_until).then_some(ReplayDifference {
            decision,
            would_be_until,
            objections,
        })
    };
    recorded.into_iter().filter_map(again).collect()
}
