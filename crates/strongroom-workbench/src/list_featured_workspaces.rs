use strongroom_primitives::{Id, kind};

use crate::{Workbench, WorkbenchError, WorkspaceSummary};

impl Workbench {
    /// The workspaces that are published and that the person may see at present, by id.
    ///
    /// # Errors
    /// If there is no such person, or the store fails.
    pub async fn list_featured_workspaces(
        &self,
        person: Id<kind::Person>,
    ) -> Result<Vec<WorkspaceSummary>, WorkbenchError> {
        let record = self.persons().load(person).await?.into_value();
        let (mut shown, mut last) = (Vec::new(), None);
        loop {
            let page = self.workspaces_after(last).await?;
            let Some(end) = page.last() else { break };
            last = Some(end.id());
            for workspace in page.iter().filter(|workspace| workspace.publication().is_some()) {
                shown.extend(self.visible(&record, workspace).await?);
            }
        }
        self.record_list(person, "featured-workspaces").await?;
        Ok(shown)
    }
}
