use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Change, Etag};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Unlocks a workspace. Returns the workspace's tag then.
    ///
    /// # Errors
    /// If the person is not trusted with access control, it is not locked, the workspace was changed
    /// meanwhile, or the store fails.
    pub async fn unlock_workspace(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
    ) -> Result<Etag, WorkbenchError> {
        self.administer(person, workspace, expected, Change::Unlock).await
    }
}
