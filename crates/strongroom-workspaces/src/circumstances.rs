use serde::{Deserialize, Serialize};
use strongroom_primitives::Timestamp;
use thiserror::Error;

use crate::ReviewPolicy;

/// What a command depends on beside the workspace, the actor and the command itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    now: Timestamp,
    ownership: Ownership,
    review: ReviewPolicy,
}

/// Whether any owner of a workspace still has access to its tier.
///
/// It follows from the owners' evidence and is never stored:
/// [`Workspace::ownership`](crate::Workspace::ownership).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "somebody answers for it or nobody does")]
pub enum Ownership {
    /// Some owner has.
    Held,
    /// None has: the workspace can be read and not changed, until an owner is back or
    /// administrators appoint one.
    Orphaned,
}

/// Why nobody may do something in a workspace at present, whatever their role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Obstacle {
    /// It was deleted, which cannot be undone.
    #[error("the workspace was deleted at {since}; work in another one")]
    Deleted {
        /// When.
        since: Timestamp,
    },
    /// Administrators locked it.
    #[error("administrators locked the workspace at {since}; its owners were told why")]
    Locked {
        /// When.
        since: Timestamp,
    },
    /// No owner has access to the tier any more.
    #[error(
        "no owner of the workspace has access to its tier any more; ask the programme's staff to appoint one"
    )]
    Orphaned,
    /// The policy waits for the Resource Access Board.
    #[error("the purpose awaits the decision of the Resource Access Board; wait for it")]
    AwaitingReview,
}

impl Circumstances {
    /// At this instant, with an owner in good standing and a policy under which reviews keep nobody
    /// from working.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { now, ownership: Ownership::Held, review: ReviewPolicy::default() }
    }

    /// The same, with owners of this standing.
    #[must_use]
    pub fn with_ownership(mut self, ownership: Ownership) -> Self {
        self.ownership = ownership;
        self
    }

    /// The same, under this policy of reviews.
    #[must_use]
    pub fn with_review_policy(mut self, review: ReviewPolicy) -> Self {
        self.review = review;
        self
    }

    /// The instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Whether somebody answers for the workspace.
    #[must_use]
    pub fn ownership(&self) -> Ownership {
        self.ownership
    }

    /// The policy of reviews.
    #[must_use]
    pub fn review_policy(&self) -> ReviewPolicy {
        self.review
    }
}
