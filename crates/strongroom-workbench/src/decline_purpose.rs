use strongroom_primitives::{Id, Paragraph, kind};
use strongroom_workspaces::{Change, Etag, ReviewCommand};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Declines the purpose of a workspace, as its reviewer. Returns the workspace's tag then.
    ///
    /// # Errors
    /// If the person is not trusted with the work of the Resource Access Board, they were not asked to
    /// review it, the workspace was changed meanwhile, or the store fails.
    pub async fn decline_purpose(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        reason: Paragraph,
    ) -> Result<Etag, WorkbenchError> {
        self.administer(person, workspace, expected, Change::Review(ReviewCommand::Decline { reason })).await
    }
}
