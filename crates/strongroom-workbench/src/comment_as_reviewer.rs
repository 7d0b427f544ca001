use strongroom_primitives::{Id, Paragraph, kind};
use strongroom_workspaces::{Change, Etag, ReviewCommand};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Says something to the owners of a workspace about its purpose, as its reviewer. Returns the
    /// workspace's tag then.
    ///
    /// # Errors
    /// If the person is not trusted with the work of the Resource Access Board, they were not asked to
    /// review it, the workspace was changed meanwhile, or the store fails.
    pub async fn comment_as_reviewer(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        text: Paragraph,
    ) -> Result<Etag, WorkbenchError> {
        self.administer(person, workspace, expected, Change::Review(ReviewCommand::Comment { text })).await
    }
}
