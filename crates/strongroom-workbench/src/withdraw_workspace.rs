use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Change, Etag};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Shows a workspace no longer that an owner published. Returns the workspace's tag then.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not change it so; or if it is not published, or
    /// was by the programme's staff, the workspace was changed meanwhile or the store fails.
    pub async fn withdraw_workspace(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
    ) -> Result<Etag, WorkbenchError> {
        self.change(person, workspace, expected, Change::Withdraw).await
    }
}
