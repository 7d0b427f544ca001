use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Change, Etag};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Takes a member's role in a workspace away. Returns the workspace's tag then.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not change it so; or if no other owner would be
    /// left, the workspace was changed meanwhile or the store fails.
    pub async fn remove_member(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        member: Id<kind::Person>,
    ) -> Result<Etag, WorkbenchError> {
        self.change(person, workspace, expected, Change::Unshare(member)).await
    }
}
