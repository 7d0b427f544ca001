//! The review of a purpose by the Resource Access Board.

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Paragraph, Timestamp, kind};
use thiserror::Error;

mod decide;
mod matrix;
mod state;
#[cfg(test)]
mod tests;

pub(crate) use decide::{Party, decide};
pub use matrix::{ReviewParty, review_matrix_markdown};
pub use state::{Review, ReviewState};

/// Something that happened in a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewEvent {
    pub(crate) at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<Id<kind::Person>>,
    pub(crate) step: ReviewStep,
}

/// A step of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum ReviewStep {
    /// The purpose was given to the board, for the first time or again.
    Submitted {
        /// What the board should know.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Paragraph>,
    },
    /// The purpose was changed after it had been approved, and goes to the board again.
    PurposeChanged,
    /// Somebody of the board was asked to review it.
    Assigned {
        /// Who.
        reviewer: Id<kind::Person>,
    },
    /// Somebody said something about it.
    Commented {
        /// What.
        text: Paragraph,
    },
    /// It was given back for changes.
    Returned {
        /// Which ones.
        reason: Paragraph,
    },
    /// It was approved.
    Approved,
    /// It was declined.
    Declined {
        /// Why.
        reason: Paragraph,
    },
    /// The owners do not agree with the decision.
    Appealed {
        /// Why.
        reason: Paragraph,
    },
}

/// What somebody wants done in a review.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a new command must be handled by everyone who offers commands")]
pub enum ReviewCommand {
    /// Give the purpose to the board, or give it again after changes. By an owner, or by the policy.
    Submit {
        /// What the board should know.
        note: Option<Paragraph>,
    },
    /// Ask somebody to review it. By the board.
    Assign {
        /// Whom.
        reviewer: Id<kind::Person>,
    },
    /// Say something about it. By owners and reviewers.
    Comment {
        /// What.
        text: Paragraph,
    },
    /// Give it back for changes. By a reviewer.
    Return {
        /// Which ones.
        reason: Paragraph,
    },
    /// Approve it. By a reviewer.
    Approve,
    /// Decline it. By a reviewer.
    Decline {
        /// Why.
        reason: Paragraph,
    },
    /// Ask for another decision, by somebody else. By an owner, once.
    Appeal {
        /// Why.
        reason: Paragraph,
    },
}

/// Whether the policy asks for reviews, and whether work waits for them. By default it does neither.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "there are two switches, and each is named where it is set")]
pub struct ReviewPolicy {
    /// Every purpose is reviewed, asked for or not.
    pub required: bool,
    /// Nobody works with the data while a review that is required or was asked for has not ended
    /// with an approval.
    pub blocks_work: bool,
}

impl ReviewPolicy {
    /// What this policy or another one asks for.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { required: self.required || other.required, blocks_work: self.blocks_work || other.blocks_work }
    }
}

/// Why a step of a review was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReviewError {
    /// The review is not at the point where this can be done.
    #[error("a review that is {state} is not to be {step}; load the workspace again")]
    WrongState {
        /// Where the review is.
        state: ReviewState,
        /// What was to be done, in the past tense.
        step: &'static str,
    },
    /// The actor has no part in this.
    #[error("only {0} may do this in a review")]
    NotAllowed(&'static str),
    /// The reviewer asked for the review, or belongs or belonged to the workspace.
    #[error("a reviewer has no part in the workspace, now or before; assign somebody else")]
    NotImpartial,
    /// The reviewer has decided on it before.
    #[error("an appeal is decided by somebody who has not declined the purpose before; assign somebody else")]
    DecidedBefore,
    /// The decision on an appeal is the last one.
    #[error("the purpose was declined on appeal; change it and submit it in a new workspace")]
    AppealedBefore,
}

impl ReviewEvent {
    /// When it happened.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Who did it; nobody if the policy did.
    #[must_use]
    pub fn by(&self) -> Option<Id<kind::Person>> {
        self.by
    }

    /// What it was.
    #[must_use]
    pub fn step(&self) -> &ReviewStep {
        &self.step
    }
}
