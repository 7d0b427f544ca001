use strongroom_primitives::{Id, Label, kind};
use strongroom_workspaces::{ContentCommand, Etag};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Calls an item of a workspace by another name. Returns its tag then.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not change such items; or if another one has the name,
    /// there is no such item, it or the workspace was changed meanwhile, or the store fails.
    pub async fn rename_item(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        item: Id<kind::Item>,
        expected: Etag,
        name: Label,
    ) -> Result<Option<Etag>, WorkbenchError> {
        self.edit(person, workspace, ContentCommand::Rename { item, expected, name }).await
    }
}
