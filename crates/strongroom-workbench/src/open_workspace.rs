use strongroom_audit::Action as Recorded;
use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Action, Etag, Role, Tabs};

use crate::{Workbench, WorkbenchError};

/// A workspace, as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenedWorkspace {
    /// The tag from which changes of the workspace itself are made.
    pub etag: Etag,
    /// What the person is in it.
    pub role: Role,
    /// What it is about and what it holds, as far as they may see it at present.
    pub tabs: Tabs,
}

impl Workbench {
    /// Shows a workspace, which is among the person's recent ones from then on.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not see it; or if the store fails.
    pub async fn open_workspace(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
    ) -> Result<OpenedWorkspace, WorkbenchError> {
        let admission = self.admit(person, workspace, Action::View).await?;
        let seen = admission.workspace.value();
        let around = self.circumstances(admission.ownership);
        let Some(tabs) = Tabs::of(seen, person, &around) else {
            return Err(strongroom_store::StoreError::not_found().into());
        };
        let opened = OpenedWorkspace { etag: seen.etag(), role: admission.session.role(), tabs };
        self.change_usage(person, |record| {
            let recents = record.recents().clone().with_workspace(workspace);
            let viewed = self.event(admission.request, person, Recorded::WorkspaceViewed);
            Ok((record.with_recents(recents), vec![viewed.in_workspace(workspace)], ()))
        })
        .await?;
        Ok(opened)
    }
}
