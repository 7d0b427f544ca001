use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Label, ReleaseName, Sha256Digest, Timestamp, kind};

use crate::{Action, Etag};

/// What kind of thing a workspace holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new kind must be handled by everyone who shows or copies items"
)]
pub enum ItemKind {
    /// The definition of a cohort.
    Cohort,
    /// A list of concepts.
    ConceptSet,
    /// A choice of columns for the people of cohorts.
    Dataset,
    /// The people of a cohort, to be looked at one by one.
    Review,
    /// A notebook.
    Notebook,
}

impl ItemKind {
    /// All kinds, each after those that it can refer to.
    pub const ALL: [Self; 5] = [Self::ConceptSet, Self::Cohort, Self::Dataset, Self::Review, Self::Notebook];

    /// The kinds that an item of this kind can refer to.
    #[must_use]
    pub const fn refers_to(self) -> &'static [Self] {
        match self {
            Self::ConceptSet | Self::Notebook => &[],
            Self::Cohort => &[Self::ConceptSet],
            Self::Dataset => &[Self::Cohort, Self::ConceptSet],
            Self::Review => &[Self::Cohort],
        }
    }

    /// What somebody does who creates, changes or deletes one.
    #[must_use]
    pub const fn edit(self) -> Action {
        match self {
            Self::Cohort => Action::EditCohort,
            Self::ConceptSet => Action::EditConceptSet,
            Self::Dataset => Action::EditDataset,
            Self::Review => Action::EditReview,
            Self::Notebook => Action::EditNotebook,
        }
    }

    /// What somebody does who looks at one.
    #[must_use]
    pub const fn look(self) -> Action {
        match self {
            // Definitions are shown where they can be counted.
            Self::Cohort | Self::ConceptSet => Action::CountCohort,
            Self::Dataset => Action::PreviewDataset,
            Self::Review => Action::ViewReview,
            Self::Notebook => Action::ReadNotebook,
        }
    }

    /// Whether one can be copied to another workspace by itself. What lists people or refers to other
    /// items moves with its workspace only.
    #[must_use]
    pub const fn is_copied_alone(self) -> bool {
        matches!(self, Self::ConceptSet | Self::Notebook)
    }
}

/// Something that a workspace holds: what it is called, and where its body is.
///
/// The body itself is kept elsewhere, under its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    pub(crate) id: Id<kind::Item>,
    pub(crate) kind: ItemKind,
    pub(crate) name: Label,
    pub(crate) etag: Etag,
    pub(crate) body: Sha256Digest,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) references: Vec<Id<kind::Item>>,
    pub(crate) made_on: ReleaseName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) copy_of: Option<Id<kind::Item>>,
    pub(crate) modified_by: Id<kind::Person>,
    pub(crate) modified_at: Timestamp,
}

impl Item {
    /// The item's id.
    #[must_use]
    pub fn id(&self) -> Id<kind::Item> {
        self.id
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> ItemKind {
        self.kind
    }

    /// What it is called; no other item of the kind is called so in its workspace.
    #[must_use]
    pub fn name(&self) -> &Label {
        &self.name
    }

    /// The tag of its present state.
    #[must_use]
    pub fn etag(&self) -> Etag {
        self.etag
    }

    /// The digest of its body.
    #[must_use]
    pub fn body(&self) -> Sha256Digest {
        self.body
    }

    /// The items that it uses.
    #[must_use]
    pub fn references(&self) -> &[Id<kind::Item>] {
        &self.references
    }

    /// The release that its body is about: that of the workspace.
    #[must_use]
    pub fn made_on(&self) -> &ReleaseName {
        &self.made_on
    }

    /// The item of another workspace that it was copied from.
    #[must_use]
    pub fn copy_of(&self) -> Option<Id<kind::Item>> {
        self.copy_of
    }

    /// Who changed it last.
    #[must_use]
    pub fn modified_by(&self) -> Id<kind::Person> {
        self.modified_by
    }

    /// When.
    #[must_use]
    pub fn modified_at(&self) -> Timestamp {
        self.modified_at
    }
}

impl fmt::Display for ItemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Cohort => "cohort",
            Self::ConceptSet => "concept set",
            Self::Dataset => "data set",
            Self::Review => "review",
            Self::Notebook => "notebook",
        })
    }
}
