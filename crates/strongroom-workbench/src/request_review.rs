use strongroom_primitives::{Id, Paragraph, kind};
use strongroom_workspaces::{Change, Etag, ReviewCommand};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Gives the purpose of a workspace to the Resource Access Board, for the first time or again after
    /// it was returned. Returns the workspace's tag then.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not change it so; or if the review is not where
    /// this can be done, the workspace was changed meanwhile or the store fails.
    pub async fn request_review(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        note: Option<Paragraph>,
    ) -> Result<Etag, WorkbenchError> {
        self.change(person, workspace, expected, Change::Review(ReviewCommand::Submit { note })).await
    }
}
