use strongroom_primitives::{Id, Paragraph, kind};
use strongroom_workspaces::{Change, Etag, ReviewCommand};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Asks for another decision on the purpose of a workspace, by somebody else; once. Returns the
    /// workspace's tag then.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not change it so; or if the review is not where
    /// this can be done, the workspace was changed meanwhile or the store fails.
    pub async fn appeal_review(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        reason: Paragraph,
    ) -> Result<Etag, WorkbenchError> {
        self.change(person, workspace, expected, Change::Review(ReviewCommand::Appeal { reason })).await
    }
}
