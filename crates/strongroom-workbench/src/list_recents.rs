use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{ItemKind, ItemSummary, Tabs};

use crate::{Workbench, WorkbenchError, WorkspaceSummary};

/// What a person worked on last, as far as they may see it still; the most recent first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RecentWork {
    /// Workspaces.
    pub workspaces: Vec<WorkspaceSummary>,
    /// Items, with what they are and the workspaces that hold them.
    pub items: Vec<(Id<kind::Workspace>, ItemKind, ItemSummary)>,
}

impl Workbench {
    /// What the person worked on last. What they may no longer see is left out.
    ///
    /// # Errors
    /// If there is no such person, or the store fails.
    pub async fn list_recents(&self, person: Id<kind::Person>) -> Result<RecentWork, WorkbenchError> {
        let record = self.persons().load(person).await?.into_value();
        let (usage, _) = self.usage_of(person).await?;
        let mut recent = RecentWork::default();
        for id in usage.recents().workspaces() {
            if let Some(workspace) = self.find_workspace(*id).await? {
                recent.workspaces.extend(self.visible(&record, workspace.value()).await?);
            }
        }
        for (id, item) in usage.recents().items() {
            let Some(found) = self.find_workspace(*id).await? else { continue };
            let workspace = found.value();
            if self.visible(&record, workspace).await?.is_none() {
                continue;
            }
            // A workspace that can be seen shows what it holds only while it can be worked in.
            let around = self.circumstances(self.ownership(Some(workspace), &record).await?);
            let tabs = Tabs::of(workspace, person, &around);
            let kind = workspace.content().get(*item).map(strongroom_workspaces::Item::kind);
            let shown = tabs.and_then(|tabs| shown_in(tabs, *item)).zip(kind);
            recent.items.extend(shown.map(|(summary, kind)| (*id, kind, summary)));
        }
        self.record_list(person, "recents").await?;
        Ok(recent)
    }
}

fn shown_in(tabs: Tabs, item: Id<kind::Item>) -> Option<ItemSummary> {
    let Tabs { data, analysis, .. } = tabs;
    let data = data.into_iter().flat_map(|tab| [tab.cohorts, tab.concept_sets, tab.datasets, tab.reviews]);
    let notebooks = analysis.into_iter().map(|tab| tab.notebooks);
    data.chain(notebooks).flatten().find(|summary| summary.id == item)
}
