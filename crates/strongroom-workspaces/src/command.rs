use strongroom_primitives::{Id, Label, kind};

use crate::{
    Action, Authority, Billing, Category, ContentCommand, Etag, LockReason, Purpose, ReviewCommand, Role,
    Workspace,
};

/// What somebody wants done in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "what changes is either the workspace or an item of it")]
pub enum Command {
    /// To the workspace itself.
    Change {
        /// The tag of the workspace that was seen.
        expected: Etag,
        /// What.
        change: Change,
    },
    /// To what it holds. Items have tags of their own, so that people who work on different ones do
    /// not get in each other's way.
    Content(ContentCommand),
}

/// A change of a workspace itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a new change must be handled by everyone who offers changes")]
pub enum Change {
    /// Give it another title.
    Rename(Label),
    /// State its purpose anew.
    RestatePurpose(Box<Purpose>),
    /// Have its costs paid otherwise.
    ChangeBilling(Billing),
    /// Give a person this role, in place of the one they may have.
    Share {
        /// Whom.
        with: Id<kind::Person>,
        /// Which role.
        role: Role,
    },
    /// Give a member another role.
    ChangeRole {
        /// Whom.
        of: Id<kind::Person>,
        /// Which role.
        role: Role,
    },
    /// Take a person's role away.
    Unshare(Id<kind::Person>),
    /// Give up one's own role.
    Leave,
    /// Make a person an owner of a workspace that nobody answers for. By administrators.
    AppointOwner(Id<kind::Person>),
    /// Lock it. By administrators.
    Lock(LockReason),
    /// Unlock it. By administrators.
    Unlock,
    /// Show it to all researchers of its tier. By owners to the community, by administrators in any
    /// category.
    Publish(Category),
    /// Show it to them no longer. By owners what an owner published, by administrators anything.
    Withdraw,
    /// Delete it with everything in it. By owners, and by whoever created it.
    Delete,
    /// Take a step in the review of its purpose.
    Review(ReviewCommand),
}

impl Change {
    /// What a member does who makes this change; `None` if members do not make it.
    #[must_use]
    pub const fn action(&self) -> Option<Action> {
        match self {
            Self::Rename(_) | Self::RestatePurpose(_) | Self::ChangeBilling(_) => Some(Action::EditPurpose),
            Self::Share { .. } | Self::ChangeRole { .. } | Self::Unshare(_) => Some(Action::Share),
            // Nobody is kept: what lets somebody look lets them leave.
            Self::Leave => Some(Action::View),
            Self::Publish(_) | Self::Withdraw => Some(Action::Publish),
            Self::Delete => Some(Action::Delete),
            Self::Review(
                ReviewCommand::Submit { .. } | ReviewCommand::Appeal { .. } | ReviewCommand::Comment { .. },
            ) => Some(Action::EditPurpose),
            Self::AppointOwner(_) | Self::Lock(_) | Self::Unlock | Self::Review(_) => None,
        }
    }
}

impl Change {
    /// With which part of the administration somebody makes this change who is no member; `None` if only
    /// members make it.
    #[must_use]
    pub const fn authority(&self) -> Option<Authority> {
        match self {
            Self::AppointOwner(_) | Self::Lock(_) | Self::Unlock => Some(Authority::AccessControl),
            Self::Publish(_) | Self::Withdraw => Some(Authority::Publication),
            Self::Review(_) => Some(Authority::ResourceAccessBoard),
            Self::Rename(_)
            | Self::RestatePurpose(_)
            | Self::ChangeBilling(_)
            | Self::Share { .. }
            | Self::ChangeRole { .. }
            | Self::Unshare(_)
            | Self::Leave
            | Self::Delete => None,
        }
    }
}

impl Command {
    /// A change of the workspace, made from this state of it.
    #[must_use]
    pub fn change(expected: Etag, change: Change) -> Self {
        Self::Change { expected, change }
    }

    /// What a member does who gives this command in the workspace; `None` if members do not give it, or
    /// the item that it is about is not there.
    #[must_use]
    pub fn action(&self, workspace: &Workspace) -> Option<Action> {
        match self {
            Self::Change { change, .. } => change.action(),
            Self::Content(command) => command.action(workspace.content()),
        }
    }
}
