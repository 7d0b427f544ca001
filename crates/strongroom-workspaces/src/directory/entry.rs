use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Label, RowTier, Timestamp, kind};

use crate::{Purpose, PurposeCategory, Workspace};

/// A research project as the public sees it. It says what is done, where, in which tier, and whether it
/// is still done; who does it is not in it.
///
/// It is made from a workspace and outlives it: what was public about a project stays public when its
/// workspace is deleted (All of Us, research projects directory).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryEntry {
    pub(super) workspace: Id<kind::Workspace>,
    pub(super) title: Label,
    pub(super) purpose: Purpose,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) institution: Option<Label>,
    pub(super) tier: RowTier,
    pub(super) status: ProjectStatus,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
}

/// Whether a project is still worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a project has a workspace or had one")]
pub enum ProjectStatus {
    /// It has a workspace.
    Active,
    /// Its workspace was deleted.
    Deleted,
}

/// Whether a workspace is research, or serves to run the programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a project is listed or it is not")]
pub enum ProjectKind {
    /// Research, which is public.
    Research,
    /// Operation of the programme by its own staff, which is not listed.
    Operational,
}

impl fmt::Display for ProjectStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Active => "active",
            Self::Deleted => "deleted",
        })
    }
}

impl DirectoryEntry {
    /// The entry of a workspace whose creator is of this institution; none for operational ones.
    #[must_use]
    pub fn of(workspace: &Workspace, institution: Option<Label>, kind: ProjectKind) -> Option<Self> {
        (kind == ProjectKind::Research).then(|| Self {
            workspace: workspace.id(),
            title: workspace.title().clone(),
            purpose: workspace.purpose().clone(),
            institution,
            tier: workspace.tier(),
            status: match workspace.deletion() {
                Some(_) => ProjectStatus::Deleted,
                None => ProjectStatus::Active,
            },
            created: workspace.created(),
            updated: workspace.modified_at(),
        })
    }

    /// The workspace it is about, which may be gone.
    #[must_use]
    pub fn workspace(&self) -> Id<kind::Workspace> {
        self.workspace
    }

    /// The project's title.
    #[must_use]
    pub fn title(&self) -> &Label {
        &self.title
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// The institution of whoever created it.
    #[must_use]
    pub fn institution(&self) -> Option<&Label> {
        self.institution.as_ref()
    }

    /// The tier of the data it works on.
    #[must_use]
    pub fn tier(&self) -> RowTier {
        self.tier
    }

    /// Whether it is still worked on.
    #[must_use]
    pub fn status(&self) -> ProjectStatus {
        self.status
    }

    /// When it was created.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// When it was changed last.
    #[must_use]
    pub fn updated(&self) -> Timestamp {
        self.updated
    }

    /// The texts that are searched, the title first.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let purpose = &self.purpose;
        let details = purpose.categories().iter().filter_map(|category| match category {
            PurposeCategory::DiseaseFocused { disease } => Some(disease.as_str()),
            PurposeCategory::Other { details } => Some(details.as_str()),
            _ => None,
        });
        let reason = purpose.reason().map(|reason| reason.as_str());
        let institution = self.institution.as_ref().map(Label::as_str);
        [
            self.title.as_str(),
            purpose.scientific_question().as_str(),
            purpose.approach().as_str(),
            purpose.anticipated_findings().as_str(),
        ]
        .into_iter()
        .chain(details)
        .chain(reason)
        .chain(institution)
    }
}
