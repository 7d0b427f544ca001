use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Action;

/// What somebody is in a workspace. The order is that of power: whatever a lower role may do, a
/// higher one may do as well.
///
/// There is no role for "no access": who is no member has no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "a new role must be handled by everyone who decides by role")]
pub enum Role {
    /// Looks and counts.
    Reader,
    /// Works.
    Writer,
    /// Answers for the workspace.
    Owner,
}

impl Role {
    /// All roles, lowest first.
    pub const ALL: [Self; 3] = [Self::Reader, Self::Writer, Self::Owner];

    /// Whether the role is enough for the action. It is never enough alone: who lost the standing
    /// for the tier may do nothing, whatever the role.
    #[must_use]
    pub fn may(self, action: Action) -> bool {
        self >= action.lowest_role()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Reader => "reader",
            Self::Writer => "writer",
            Self::Owner => "owner",
        })
    }
}
