use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Change, Etag, Role};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Gives a member of a workspace another role. Returns the workspace's tag then.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not change it so; or if `of` is no member, no
    /// other owner would be left, the workspace was changed meanwhile or the store fails.
    pub async fn change_role(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        of: Id<kind::Person>,
        role: Role,
    ) -> Result<Etag, WorkbenchError> {
        self.change(person, workspace, expected, Change::ChangeRole { of, role }).await
    }
}
