use strongroom_audit::Action as Recorded;
use strongroom_primitives::{Id, NonEmpty, kind};
use strongroom_store::Commit;
use strongroom_workspaces::{Action, Role};

use crate::admission::code;
use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Gives another person a role in a workspace, or another role. Sharing opens the workspace to
    /// them only if they meet the tier's requirements themselves.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not share it; or if the last owner would lose
    /// the role, the workspace was changed meanwhile, or the store fails.
    pub async fn share_workspace(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        with: Id<kind::Person>,
        role: Role,
    ) -> Result<(), WorkbenchError> {
        let (request, session) = self.admit(person, workspace, Action::Share).await?;
        let permit = session.change_permit(Action::Share, self.now())?;
        let stored = self.stores_workspaces().load(permit.workspace()).await?;
        let version = stored.version();
        let mut workspace = stored.into_value();
        workspace.share(workspace.version(), with, role)?;
        let event = self
            .event(request, person, Recorded::WorkspaceShared { with, role: code(&role.to_string())? })
            .in_workspace(workspace.id());
        self.stores_workspaces().commit(Commit::new(workspace, version, NonEmpty::new(event))).await?;
        Ok(())
    }
}
