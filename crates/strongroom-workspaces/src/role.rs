use std::fmt;

use serde::{Deserialize, Serialize};

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

/// What somebody can do in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a new action must be handled by everyone who decides by action")]
pub enum Action {
    /// See the workspace, its members, cohort definitions and data sets.
    View,
    /// Count the people of a cohort.
    CountCohort,
    /// See the first rows of a data set.
    PreviewDataset,
    /// Create, change or delete a cohort definition.
    EditCohort,
    /// Create, change or delete a data set.
    EditDataset,
    /// Write rows to where the workspace's analyses read them.
    Export,
    /// Give, change and take away roles.
    Share,
    /// Change title or purpose.
    EditPurpose,
    /// Delete the workspace.
    Delete,
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

impl Action {
    /// All actions, from those of readers to those of owners.
    pub const ALL: [Self; 9] = [
        Self::View,
        Self::CountCohort,
        Self::PreviewDataset,
        Self::EditCohort,
        Self::EditDataset,
        Self::Export,
        Self::Share,
        Self::EditPurpose,
        Self::Delete,
    ];

    /// The lowest role that may do it. This is the whole table (governance of All of Us,
    /// workspace roles).
    #[must_use]
    pub const fn lowest_role(self) -> Role {
        match self {
            Self::View | Self::CountCohort | Self::PreviewDataset => Role::Reader,
            Self::EditCohort | Self::EditDataset | Self::Export => Role::Writer,
            Self::Share | Self::EditPurpose | Self::Delete => Role::Owner,
        }
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

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::View => "view",
            Self::CountCohort => "count cohort",
            Self::PreviewDataset => "preview dataset",
            Self::EditCohort => "edit cohort",
            Self::EditDataset => "edit dataset",
            Self::Export => "export",
            Self::Share => "share",
            Self::EditPurpose => "edit purpose",
            Self::Delete => "delete",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads() {
        let table: Vec<String> = Action::ALL
            .into_iter()
            .map(|action| {
                let marks = Role::ALL.map(|role| if role.may(action) { '✓' } else { '–' });
                format!("{action:<16}{}", marks.into_iter().collect::<String>())
            })
            .collect();
        let expected = [
            "view            ✓✓✓",
            "count cohort    ✓✓✓",
            "preview dataset ✓✓✓",
            "edit cohort     –✓✓",
            "edit dataset    –✓✓",
            "export          –✓✓",
            "share           ––✓",
            "edit purpose    ––✓",
            "delete          ––✓",
        ];
        assert_eq!(table, expected);
    }

    #[test]
    fn more_power_is_never_less() {
        for action in Action::ALL {
            assert!(Role::ALL.is_sorted_by_key(|role| role.may(action)), "{action}");
        }
    }
}
