use strongroom_primitives::{Id, Sha256Digest, kind};
use strongroom_workspaces::{ContentCommand, Etag};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Gives an item of a workspace another body, which is kept elsewhere under this digest. Returns its tag
    /// then.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not change such items; or if an item that it uses is
    /// not there, there is no such item, it or the workspace was changed meanwhile, or the store fails.
    pub async fn replace_item(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        item: Id<kind::Item>,
        expected: Etag,
        body: Sha256Digest,
        references: Vec<Id<kind::Item>>,
    ) -> Result<Option<Etag>, WorkbenchError> {
        self.edit(person, workspace, ContentCommand::Replace { item, expected, body, references }).await
    }
}
