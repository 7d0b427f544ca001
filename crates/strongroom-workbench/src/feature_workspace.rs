use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Category, Change, Etag};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Shows a workspace to all researchers of its tier, who are its readers then, in any category.
    /// Returns the workspace's tag then.
    ///
    /// # Errors
    /// If the person is not trusted with publications, it is published already, the workspace was
    /// changed meanwhile, or the store fails.
    pub async fn feature_workspace(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        category: Category,
    ) -> Result<Etag, WorkbenchError> {
        self.administer(person, workspace, expected, Change::Publish(category)).await
    }
}
