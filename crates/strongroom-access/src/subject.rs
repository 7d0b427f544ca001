use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, kind};

/// What a requirement is about, and evidence for it: somebody or something in particular.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(
    clippy::exhaustive_enums,
    reason = "evidence about a new subject must be found by everyone who decides"
)]
pub enum Subject {
    /// A person, wherever they work.
    Person(Id<kind::Person>),
    /// An institution, and so all its people.
    Institution(Id<kind::Institution>),
    /// A workspace, and so everybody in it.
    Workspace(Id<kind::Workspace>),
    /// A person in one workspace and in no other.
    PersonInWorkspace {
        /// The person.
        person: Id<kind::Person>,
        /// The workspace.
        workspace: Id<kind::Workspace>,
    },
}

/// Of what kind the subject of a requirement is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "evidence about a new subject must be found by everyone who decides"
)]
pub enum SubjectKind {
    /// The person who asks.
    #[default]
    Person,
    /// The institution of the person who asks.
    Institution,
    /// The workspace that is asked for.
    Workspace,
    /// The person who asks, in the workspace that is asked for.
    PersonInWorkspace,
}

impl Subject {
    /// Of what kind it is.
    #[must_use]
    pub fn kind(&self) -> SubjectKind {
        match self {
            Self::Person(_) => SubjectKind::Person,
            Self::Institution(_) => SubjectKind::Institution,
            Self::Workspace(_) => SubjectKind::Workspace,
            Self::PersonInWorkspace { .. } => SubjectKind::PersonInWorkspace,
        }
    }

    /// The person it is about, if it is about one.
    #[must_use]
    pub fn person(&self) -> Option<Id<kind::Person>> {
        match self {
            Self::Person(person) | Self::PersonInWorkspace { person, .. } => Some(*person),
            Self::Institution(_) | Self::Workspace(_) => None,
        }
    }
}

impl fmt::Display for SubjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Person => "the person",
            Self::Institution => "the institution",
            Self::Workspace => "the workspace",
            Self::PersonInWorkspace => "the person in this workspace",
        })
    }
}
