use strongroom_primitives::{Id, ReleaseName, RowTier, Timestamp, kind};
use thiserror::Error;

use crate::{Action, Authority, ItemKind, LastOwner, Obstacle, PurposeQuestion, ReviewError, Role};

/// Why a command was not carried out. Nothing is changed then.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WorkspaceError {
    /// The change was made from another version than the present one.
    #[error("the workspace is at version {present}, not {expected}; load it again and repeat the change")]
    StaleVersion {
        /// The version from which the change was made.
        expected: u64,
        /// The version there is.
        present: u64,
    },
    /// The change would leave no owner.
    #[error(transparent)]
    LastOwner(#[from] LastOwner),
    /// Nobody may do it at present.
    #[error(transparent)]
    Obstacle(#[from] Obstacle),
    /// The Resource Access Board's rules forbid it.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// The person is no member.
    #[error("the workspace does not exist or is not shared with the person; ask an owner to share it")]
    NotAMember,
    /// Somebody whose role is to be changed has none.
    #[error("whose role is to be changed is no member; share the workspace with them instead")]
    NoSuchMember,
    /// The person's role is not enough.
    #[error("to {action} needs a {needed}; ask an owner for that role")]
    RoleTooLow {
        /// What was to be done.
        action: Action,
        /// The role it needs.
        needed: Role,
    },
    /// The permit is for another workspace or another action.
    #[error("the permit does not cover it; ask for one to {action} in this workspace")]
    WrongPermit {
        /// What was to be done.
        action: Action,
    },
    /// The permit has expired.
    #[error("the permit expired at {since}; ask again")]
    PermitExpired {
        /// The first instant at which it was no longer good.
        since: Timestamp,
    },
    /// Only the administration does this.
    #[error("only {0} may do this; ask the programme's staff")]
    NeedsAuthority(Authority),
    /// The workspace is locked already, or is not.
    #[error("the workspace is {} already", if *locked { "locked" } else { "unlocked" })]
    LockUnchanged {
        /// Whether it is locked.
        locked: bool,
    },
    /// The workspace has owners in good standing.
    #[error("the workspace has an owner in good standing, who can share it; ask them")]
    NotOrphaned,
    /// Somebody would give themselves a role.
    #[error("nobody makes themselves an owner; appoint somebody else")]
    SelfAppointed,
    /// The workspace is published already.
    #[error("the workspace is published already; withdraw it first")]
    AlreadyPublished,
    /// The workspace is not published.
    #[error("the workspace is not published")]
    NotPublished,
    /// The category of publication is not for owners.
    #[error("owners publish to the community; ask the programme's staff for the other categories")]
    CategoryNotForOwners,
    /// An owner published the workspace before.
    #[error("the workspace was published and withdrawn; ask the programme's staff to publish it again")]
    PublishedBefore,
    /// Questions about the purpose are unanswered.
    #[error("the purpose leaves open: {}; answer them", list(.0))]
    PurposeIncomplete(Vec<PurposeQuestion>),
    /// There is no such item.
    #[error("{0} is not in the workspace; load the workspace again")]
    NoSuchItem(Id<kind::Item>),
    /// The item was changed from another version than the present one.
    #[error("{item} is at version {present}, not {expected}; load it again and repeat the change")]
    StaleItem {
        /// Which one.
        item: Id<kind::Item>,
        /// The version from which the change was made.
        expected: u64,
        /// The version there is.
        present: u64,
    },
    /// Another item of the kind has the name.
    #[error("there is a {0} of this name; choose another name")]
    NameTaken(ItemKind),
    /// Another item has the id.
    #[error("there is an item with this id; take a fresh one")]
    IdTaken(Id<kind::Item>),
    /// An item refers to one that is not there, or to one of a kind that it cannot refer to.
    #[error("a {of} cannot refer to {to}: it is not in the workspace, or of another kind than it needs")]
    WrongReference {
        /// The kind of the item that refers.
        of: ItemKind,
        /// What it refers to.
        to: Id<kind::Item>,
    },
    /// Other items refer to it.
    #[error("{by} other items use it; change or delete them first")]
    InUse {
        /// How many.
        by: usize,
    },
    /// The workspace holds as many items as it can.
    #[error("the workspace holds {limit} items, which is as many as it can; delete some first")]
    TooManyItems {
        /// How many it can hold.
        limit: usize,
    },
    /// Items of this kind are not copied between workspaces.
    #[error("a {0} is not copied by itself; duplicate the workspace")]
    NotCopied(ItemKind),
    /// Nothing goes from a tier to another.
    #[error("what is in a workspace of the {from} tier does not go to the {to} tier; choose the {from} tier")]
    OtherTier {
        /// From where.
        from: RowTier,
        /// To where.
        to: RowTier,
    },
    /// The release is older than that of the workspace, or not known to be newer.
    #[error("release {0} is not newer than that of the workspace; choose the same or a newer one")]
    OlderRelease(ReleaseName),
    /// The grant to create a workspace is another person's.
    #[error("the right to create the workspace was given to somebody else; ask for your own")]
    WrongGrant,
}

fn list(questions: &[PurposeQuestion]) -> String {
    let words: Vec<String> = questions.iter().map(ToString::to_string).collect();
    words.join(", ")
}
