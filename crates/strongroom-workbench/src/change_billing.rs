use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Billing, Change, Etag};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Has the costs of a workspace paid otherwise, by whoever created it. Returns the workspace's tag
    /// then.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not change it so; or if the workspace was changed
    /// meanwhile or the store fails.
    pub async fn change_billing(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        billing: Billing,
    ) -> Result<Etag, WorkbenchError> {
        self.change(person, workspace, expected, Change::ChangeBilling(billing)).await
    }
}
