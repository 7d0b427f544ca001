use strongroom_primitives::{Id, Paragraph, kind};
use strongroom_workspaces::{Change, Etag, ReviewCommand};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Says something to the reviewers of a workspace's purpose, as an owner. Returns the workspace's
    /// tag then.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not change it so; or if the review is not where
    /// this can be done, the workspace was changed meanwhile or the store fails.
    pub async fn answer_review(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        text: Paragraph,
    ) -> Result<Etag, WorkbenchError> {
        self.change(person, workspace, expected, Change::Review(ReviewCommand::Comment { text })).await
    }
}
