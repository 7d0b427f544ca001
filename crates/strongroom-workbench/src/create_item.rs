use strongroom_primitives::{Id, Label, Sha256Digest, kind};
use strongroom_workspaces::{ContentCommand, ItemKind};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Puts something into a workspace: a cohort, a concept set, a data set, a review or a notebook, whose
    /// body is kept elsewhere under this digest, and which uses these items.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not change such items; or if another item of the kind
    /// has the name, an item that it uses is not there, the workspace is full or was changed meanwhile, or
    /// the store fails.
    pub async fn create_item(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        kind: ItemKind,
        name: Label,
        body: Sha256Digest,
        references: Vec<Id<kind::Item>>,
    ) -> Result<Id<kind::Item>, WorkbenchError> {
        let id = self.new_id();
        self.edit(person, workspace, ContentCommand::Create { id, kind, name, body, references }).await?;
        Ok(id)
    }
}
