use strongroom_primitives::{Id, Label, kind};
use strongroom_workspaces::{Change, Etag};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Gives a workspace another title. Returns the workspace's tag then.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not change it so; or if the workspace was changed
    /// meanwhile or the store fails.
    pub async fn rename_workspace(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        title: Label,
    ) -> Result<Etag, WorkbenchError> {
        self.change(person, workspace, expected, Change::Rename(title)).await
    }
}
