use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Change, Etag, ReviewCommand};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Asks somebody to review the purpose of a workspace in which they have no part. Returns the
    /// workspace's tag then.
    ///
    /// # Errors
    /// If the person is not trusted with the work of the Resource Access Board, somebody of them has a
    /// part in the workspace, the workspace was changed meanwhile, or the store fails.
    pub async fn assign_reviewer(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        reviewer: Id<kind::Person>,
    ) -> Result<Etag, WorkbenchError> {
        self.administer(person, workspace, expected, Change::Review(ReviewCommand::Assign { reviewer })).await
    }
}
