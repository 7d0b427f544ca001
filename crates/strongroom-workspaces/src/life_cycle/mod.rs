//! How a workspace comes to be, is locked, shown, copied and deleted.

use serde::{Deserialize, Serialize};
use strongroom_primitives::{BoundedText, Id, Label, ReleaseName, Timestamp, kind};

mod create;
mod duplicate;
mod publication;
mod recents;

pub use create::{CreateGrant, NewWorkspace, choose_release, create};
pub use duplicate::{DuplicateRequest, Duplication, LackingConcepts, duplicate};
pub use publication::{Category, Publication};
pub use recents::Recents;

/// Why a workspace was locked, in 10 to 4,000 characters.
pub type LockReason = BoundedText<10, 4000>;

/// That administrators locked a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Lock {
    /// Since when.
    pub since: Timestamp,
    /// By whom.
    pub by: Id<kind::Person>,
    /// Why, for its owners.
    pub reason: LockReason,
}

/// That a workspace was deleted. What is left of it is its description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Deletion {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Id<kind::Person>,
}

/// Who pays. Whoever created the workspace answers for the account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(clippy::exhaustive_enums, reason = "a new way to pay must be handled by everyone who charges")]
pub enum Billing {
    /// The creator's initial credits.
    #[default]
    InitialCredits,
    /// An account of the creator with a cloud provider.
    OwnAccount {
        /// The provider's name for it.
        account: Label,
    },
}

/// From which workspace a workspace was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Origin {
    /// The workspace.
    pub workspace: Id<kind::Workspace>,
    /// The release that it works on.
    pub release: ReleaseName,
}
