use strongroom_audit::Action as Recorded;
use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Action, Item, WorkspaceError};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Shows an item of a workspace, which is among the person's recent ones from then on: what it is
    /// called, its tag, and the digest under which its body is kept.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not look at it; or if there is no such item, or the
    /// store fails.
    pub async fn open_item(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        item: Id<kind::Item>,
    ) -> Result<Item, WorkbenchError> {
        let admission = self
            .admit_to(person, workspace, |found| {
                let item = found.and_then(|workspace| workspace.content().get(item));
                item.map_or(Action::View, |item| item.kind().look())
            })
            .await?;
        let found = admission.workspace.value().content().get(item).cloned();
        let found = found.ok_or(WorkspaceError::NoSuchItem(item))?;
        self.change_usage(person, |record| {
            let recents = record.recents().clone().with_item(workspace, item);
            let viewed = self.event(admission.request, person, Recorded::WorkspaceViewed);
            Ok((record.with_recents(recents), vec![viewed.in_workspace(workspace)], ()))
        })
        .await?;
        Ok(found)
    }
}
