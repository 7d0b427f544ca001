use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Change, Etag, Purpose};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// States anew what a workspace is for. A purpose that was approved goes to the board again.
    /// Returns the workspace's tag then.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not change it so; or if the purpose leaves a
    /// question open, the workspace was changed meanwhile or the store fails.
    pub async fn edit_purpose(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        purpose: Purpose,
    ) -> Result<Etag, WorkbenchError> {
        self.change(person, workspace, expected, Change::RestatePurpose(Box::new(purpose))).await
    }
}
