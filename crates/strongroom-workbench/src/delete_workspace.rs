use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Actor, Change, Command, Etag};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Deletes a workspace with everything in it, for all its members and for good. What was public of it
    /// stays in the directory. By an owner, or by whoever created it: they pay, and need no access to its
    /// tier to end that.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not; or if the workspace was changed meanwhile or the
    /// store fails.
    pub async fn delete_workspace(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
    ) -> Result<Etag, WorkbenchError> {
        match self.find_workspace(workspace).await? {
            Some(stored) if stored.value().creator() == person => {
                self.check_account(person).await?;
                let around = self.circumstances(self.ownership_beside(stored.value(), None).await?);
                let (actor, command) = (Actor::Creator(person), Command::change(expected, Change::Delete));
                Ok(self.carry_out(self.new_id(), stored, &actor, &command, &around).await?.etag)
            }
            _ => self.change(person, workspace, expected, Change::Delete).await,
        }
    }
}
