use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Change, Etag};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Shows a workspace no longer, whoever published it. Returns the workspace's tag then.
    ///
    /// # Errors
    /// If the person is not trusted with publications, it is not published, the workspace was changed
    /// meanwhile, or the store fails.
    pub async fn unfeature_workspace(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
    ) -> Result<Etag, WorkbenchError> {
        self.administer(person, workspace, expected, Change::Withdraw).await
    }
}
