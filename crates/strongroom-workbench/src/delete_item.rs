use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{ContentCommand, Etag};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Takes an item out of a workspace.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not change such items; or if other items use it,
    /// there is no such item, it or the workspace was changed meanwhile, or the store fails.
    pub async fn delete_item(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        item: Id<kind::Item>,
        expected: Etag,
    ) -> Result<(), WorkbenchError> {
        self.edit(person, workspace, ContentCommand::Delete { item, expected }).await?;
        Ok(())
    }
}
