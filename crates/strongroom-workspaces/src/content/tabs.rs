use serde::Serialize;
use strongroom_primitives::{Id, Label, ReleaseName, RowTier, Timestamp, kind};

use super::{Content, Item, ItemKind};
use crate::{Action, Circumstances, Obstacle, Purpose, Role, Workspace};

/// What a member sees of a workspace, as data: a page, a command line and a notebook show the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Tabs {
    /// What it holds of data. Nothing while it cannot be worked in.
    pub data: Option<DataTab>,
    /// Its notebooks. Nothing while it cannot be worked in.
    pub analysis: Option<AnalysisTab>,
    /// What it is about; always there.
    pub about: AboutTab,
}

/// One item, as a line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ItemSummary {
    /// The item.
    pub id: Id<kind::Item>,
    /// What it is called.
    pub name: Label,
    /// When it was changed last.
    pub modified_at: Timestamp,
    /// Who changed it last.
    pub modified_by: Id<kind::Person>,
    /// Whether the viewer's role lets them change it.
    pub can_edit: bool,
}

/// The items that select and describe data, each kind by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DataTab {
    /// Cohorts.
    pub cohorts: Vec<ItemSummary>,
    /// Concept sets.
    pub concept_sets: Vec<ItemSummary>,
    /// Data sets.
    pub datasets: Vec<ItemSummary>,
    /// Reviews.
    pub reviews: Vec<ItemSummary>,
}

/// The notebooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AnalysisTab {
    /// Whether the shield of the controlled tier is shown, which reminds people of its rules.
    pub controlled_tier_shield: bool,
    /// Notebooks, by name.
    pub notebooks: Vec<ItemSummary>,
}

/// What a workspace is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AboutTab {
    /// The title.
    pub title: Label,
    /// What it is for.
    pub purpose: Purpose,
    /// The release it works on.
    pub release: ReleaseName,
    /// The tier of that release.
    pub tier: RowTier,
    /// Who created it.
    pub creator: Id<kind::Person>,
    /// When.
    pub created: Timestamp,
    /// Who is in it, as what; by id.
    pub members: Vec<(Id<kind::Person>, Role)>,
    /// Where the review of its purpose is, in words.
    pub review: String,
    /// Why nobody can work in it, if so.
    pub obstacle: Option<Obstacle>,
}

impl Tabs {
    /// What the person sees; nothing if they are no member and it is not published, or it is deleted.
    #[must_use]
    pub fn of(workspace: &Workspace, person: Id<kind::Person>, around: &Circumstances) -> Option<Self> {
        let role = workspace.role_of(person)?;
        if workspace.obstacle(Action::View, around).is_some() {
            return None;
        }
        let works = workspace.obstacle(Action::CountCohort, around).is_none();
        let content = workspace.content();
        let list = |kind: ItemKind| {
            summaries(content, kind, |action| {
                role.may(action) && workspace.obstacle(action, around).is_none()
            })
        };
        Some(Self {
            data: works.then(|| DataTab {
                cohorts: list(ItemKind::Cohort),
                concept_sets: list(ItemKind::ConceptSet),
                datasets: list(ItemKind::Dataset),
                reviews: list(ItemKind::Review),
            }),
            analysis: works.then(|| AnalysisTab {
                controlled_tier_shield: workspace.tier() == RowTier::Controlled,
                notebooks: list(ItemKind::Notebook),
            }),
            about: AboutTab {
                title: workspace.title().clone(),
                purpose: workspace.purpose().clone(),
                release: workspace.release().clone(),
                tier: workspace.tier(),
                creator: workspace.creator(),
                created: workspace.created(),
                members: workspace.members().iter().collect(),
                review: workspace.review().state().to_string(),
                obstacle: Action::ALL.into_iter().find_map(|action| workspace.obstacle(action, around)),
            },
        })
    }
}

fn summaries(content: &Content, kind: ItemKind, may: impl Fn(Action) -> bool) -> Vec<ItemSummary> {
    let summary = |item: &Item| ItemSummary {
        id: item.id(),
        name: item.name().clone(),
        modified_at: item.modified_at(),
        modified_by: item.modified_by(),
        can_edit: may(kind.edit()),
    };
    content.of_kind(kind).map(summary).collect()
}
