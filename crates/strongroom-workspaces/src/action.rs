use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Role;

/// What somebody can do in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a new action must be handled by everyone who decides by action")]
pub enum Action {
    /// See the workspace, its members, and what it holds by name.
    View,
    /// Count the people of a cohort.
    CountCohort,
    /// See the first rows of a data set, the code that would read it, and its dictionary.
    PreviewDataset,
    /// See the people of a review one by one.
    ViewReview,
    /// Read a notebook.
    ReadNotebook,
    /// Copy a concept set or a notebook to another workspace.
    CopyOut,
    /// Make another workspace from this one, as its owner.
    Duplicate,
    /// Create, change or delete a cohort definition.
    EditCohort,
    /// Create, change or delete a concept set.
    EditConceptSet,
    /// Create, change or delete a review, its statuses and its annotations.
    EditReview,
    /// Create, change or delete a data set.
    EditDataset,
    /// Create, change or delete a notebook.
    EditNotebook,
    /// Write rows to where the workspace's analyses read them.
    Export,
    /// Start, stop and delete machines and disks, and bring files to them.
    RunCompute,
    /// See what the workspace costs and what is left of the credits.
    ViewCosts,
    /// Give, change and take away roles.
    Share,
    /// Change title, purpose or billing, and ask for a review.
    EditPurpose,
    /// Show the workspace to all researchers of its tier.
    Publish,
    /// Delete the workspace.
    Delete,
}

/// One row of the table of actions: who may do it, and in what condition of the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionRow {
    /// What is done.
    pub action: Action,
    /// The lowest role that may do it.
    pub lowest_role: Role,
    /// Whether it changes the workspace or spends its money. What does is not done in a workspace
    /// that nobody answers for.
    pub changes: bool,
    /// Whether it can also be done while administrators have locked the workspace.
    pub while_locked: bool,
    /// Whether it can also be done while a policy waits for the review of the purpose.
    pub while_reviewed: bool,
}

const fn row(
    action: Action,
    lowest_role: Role,
    changes: bool,
    while_locked: bool,
    while_reviewed: bool,
) -> ActionRow {
    ActionRow { action, lowest_role, changes, while_locked, while_reviewed }
}

/// The whole table (All of Us Researcher Workbench, workspace roles and workspace locking), in the
/// order of [`Action::ALL`].
///
/// A locked workspace shows what it is about and what it costs, and lets its owners put its purpose
/// right; nothing in it can be read, used, shared, copied or deleted.
pub const ACTION_TABLE: [ActionRow; 19] = [
    row(Action::View, Role::Reader, false, true, true),
    row(Action::CountCohort, Role::Reader, false, false, false),
    row(Action::PreviewDataset, Role::Reader, false, false, false),
    row(Action::ViewReview, Role::Reader, false, false, false),
    row(Action::ReadNotebook, Role::Reader, false, false, false),
    row(Action::CopyOut, Role::Reader, false, false, false),
    row(Action::Duplicate, Role::Reader, false, false, true),
    row(Action::EditCohort, Role::Writer, true, false, false),
    row(Action::EditConceptSet, Role::Writer, true, false, false),
    row(Action::EditReview, Role::Writer, true, false, false),
    row(Action::EditDataset, Role::Writer, true, false, false),
    row(Action::EditNotebook, Role::Writer, true, false, false),
    row(Action::Export, Role::Writer, true, false, false),
    row(Action::RunCompute, Role::Writer, true, false, false),
    row(Action::ViewCosts, Role::Writer, false, true, true),
    row(Action::Share, Role::Owner, true, false, true),
    row(Action::EditPurpose, Role::Owner, true, true, true),
    row(Action::Publish, Role::Owner, true, false, false),
    row(Action::Delete, Role::Owner, true, false, true),
];

impl Action {
    /// All actions, from those of readers to those of owners.
    pub const ALL: [Self; 19] = [
        Self::View,
        Self::CountCohort,
        Self::PreviewDataset,
        Self::ViewReview,
        Self::ReadNotebook,
        Self::CopyOut,
        Self::Duplicate,
        Self::EditCohort,
        Self::EditConceptSet,
        Self::EditReview,
        Self::EditDataset,
        Self::EditNotebook,
        Self::Export,
        Self::RunCompute,
        Self::ViewCosts,
        Self::Share,
        Self::EditPurpose,
        Self::Publish,
        Self::Delete,
    ];

    /// The action's row of [`ACTION_TABLE`].
    #[must_use]
    pub const fn row(self) -> &'static ActionRow {
        &ACTION_TABLE[self as usize]
    }

    /// The lowest role that may do it.
    #[must_use]
    pub const fn lowest_role(self) -> Role {
        self.row().lowest_role
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::View => "view",
            Self::CountCohort => "count cohort",
            Self::PreviewDataset => "preview dataset",
            Self::ViewReview => "view review",
            Self::ReadNotebook => "read notebook",
            Self::CopyOut => "copy out",
            Self::Duplicate => "duplicate",
            Self::EditCohort => "edit cohort",
            Self::EditConceptSet => "edit concept set",
            Self::EditReview => "edit review",
            Self::EditDataset => "edit dataset",
            Self::EditNotebook => "edit notebook",
            Self::Export => "export",
            Self::RunCompute => "run compute",
            Self::ViewCosts => "view costs",
            Self::Share => "share",
            Self::EditPurpose => "edit purpose",
            Self::Publish => "publish",
            Self::Delete => "delete",
        })
    }
}

/// The table as Markdown, for people who want to read it.
#[must_use]
pub fn action_table_markdown() -> String {
    let mark = |yes| if yes { "✓" } else { "" };
    let mut page = String::from(
        "| Action | Reader | Writer | Owner | nobody answers for it | locked | purpose in review |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for row in &ACTION_TABLE {
        page.push_str(&format!("| {} |", row.action));
        for role in Role::ALL {
            page.push_str(&format!(" {} |", mark(role.may(row.action))));
        }
        page.push_str(&format!(
            " {} | {} | {} |\n",
            mark(!row.changes),
            mark(row.while_locked),
            mark(row.while_reviewed)
        ));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_its_row() {
        for (action, row) in Action::ALL.into_iter().zip(&ACTION_TABLE) {
            assert_eq!((action.row().action, row.action), (action, action));
        }
    }

    #[test]
    fn the_table_of_actions() {
        let table: Vec<String> = ACTION_TABLE
            .iter()
            .map(|row| {
                let marks: String =
                    Role::ALL.map(|role| if role.may(row.action) { '✓' } else { '–' }).into_iter().collect();
                let when: String = [
                    (!row.changes).then_some(" orphaned"),
                    row.while_locked.then_some(" locked"),
                    row.while_reviewed.then_some(" in-review"),
                ]
                .into_iter()
                .flatten()
                .collect();
                format!("{:<16} {marks}{when}", row.action)
            })
            .collect();
        let expected = [
            "view             ✓✓✓ orphaned locked in-review",
            "count cohort     ✓✓✓ orphaned",
            "preview dataset  ✓✓✓ orphaned",
            "view review      ✓✓✓ orphaned",
            "read notebook    ✓✓✓ orphaned",
            "copy out         ✓✓✓ orphaned",
            "duplicate        ✓✓✓ orphaned in-review",
            "edit cohort      –✓✓",
            "edit concept set –✓✓",
            "edit review      –✓✓",
            "edit dataset     –✓✓",
            "edit notebook    –✓✓",
            "export           –✓✓",
            "run compute      –✓✓",
            "view costs       –✓✓ orphaned locked in-review",
            "share            ––✓ in-review",
            "edit purpose     ––✓ locked in-review",
            "publish          ––✓",
            "delete           ––✓ in-review",
        ];
        assert_eq!(table, expected);
    }

    #[test]
    fn what_a_lower_role_may_a_higher_one_may() {
        for action in Action::ALL {
            for [lower, higher] in [[Role::Reader, Role::Writer], [Role::Writer, Role::Owner]] {
                assert!(!lower.may(action) || higher.may(action), "{action}");
            }
        }
    }
}
