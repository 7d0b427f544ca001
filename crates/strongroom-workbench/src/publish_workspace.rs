use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Category, Change, Etag};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Shows a workspace to all researchers of its tier, who are its readers then, as one of the
    /// community's. An owner does it once; the programme's staff can do it again. Returns the
    /// workspace's tag then.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not change it so; or if it was published before,
    /// the workspace was changed meanwhile or the store fails.
    pub async fn publish_workspace(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
    ) -> Result<Etag, WorkbenchError> {
        self.change(person, workspace, expected, Change::Publish(Category::Community)).await
    }
}
