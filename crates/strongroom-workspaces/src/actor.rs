use strongroom_primitives::{Id, Timestamp, kind};

use crate::Action;

/// On what ground somebody gives a command: what was proved to the use case about its caller.
///
/// It is no proof itself. The right to change something is checked again on the state that is
/// changed, so that a permit from before a demotion, a lock or a deletion is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a new ground must be handled by everyone who checks grounds")]
pub enum Actor {
    /// A person with a permit for one action in one workspace.
    Member(Permitted),
    /// The person who created the workspace, member or not.
    Creator(Id<kind::Person>),
    /// A person whom the programme trusts with one part of its administration.
    Administrator {
        /// Who.
        person: Id<kind::Person>,
        /// With which part.
        authority: Authority,
    },
    /// The programme's policy, which no person stands for.
    Policy,
}

/// What a permit says: who may do what, where, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permitted {
    person: Id<kind::Person>,
    workspace: Id<kind::Workspace>,
    action: Action,
    not_after: Timestamp,
}

/// A part of the administration. None contains another, and none lets anybody read data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a new authority must be handled by everyone who checks one")]
pub enum Authority {
    /// Locks and unlocks workspaces, and finds owners for those that nobody answers for.
    AccessControl,
    /// Publishes workspaces in any category and takes them back.
    Publication,
    /// Reviews purposes: the Resource Access Board.
    ResourceAccessBoard,
}

impl Permitted {
    /// The person may do this in that workspace, until the instant `not_after`.
    #[must_use]
    pub fn new(
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        action: Action,
        not_after: Timestamp,
    ) -> Self {
        Self { person, workspace, action, not_after }
    }

    /// Who.
    #[must_use]
    pub fn person(&self) -> Id<kind::Person> {
        self.person
    }

    /// Where.
    #[must_use]
    pub fn workspace(&self) -> Id<kind::Workspace> {
        self.workspace
    }

    /// What.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// The first instant at which it is no longer good.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }
}

impl Actor {
    /// A person with a permit.
    #[must_use]
    pub fn member(
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        action: Action,
        not_after: Timestamp,
    ) -> Self {
        Self::Member(Permitted::new(person, workspace, action, not_after))
    }

    /// A person with a part of the administration.
    #[must_use]
    pub fn administrator(person: Id<kind::Person>, authority: Authority) -> Self {
        Self::Administrator { person, authority }
    }

    /// Who it is; nobody if it is the policy.
    #[must_use]
    pub fn person(&self) -> Option<Id<kind::Person>> {
        match self {
            Self::Member(permitted) => Some(permitted.person),
            Self::Creator(person) | Self::Administrator { person, .. } => Some(*person),
            Self::Policy => None,
        }
    }
}

impl std::fmt::Display for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::AccessControl => "administrators of access control",
            Self::Publication => "administrators of publications",
            Self::ResourceAccessBoard => "the Resource Access Board",
        })
    }
}
