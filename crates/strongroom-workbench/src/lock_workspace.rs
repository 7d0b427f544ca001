use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Change, Etag, LockReason};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Locks a workspace: nothing in it can be read, used, shared, copied or deleted. Returns the
    /// workspace's tag then.
    ///
    /// # Errors
    /// If the person is not trusted with access control, it is locked already, the workspace was
    /// changed meanwhile, or the store fails.
    pub async fn lock_workspace(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        reason: LockReason,
    ) -> Result<Etag, WorkbenchError> {
        self.administer(person, workspace, expected, Change::Lock(reason)).await
    }
}
