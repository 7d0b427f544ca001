use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Change, Etag};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Makes a person an owner of a workspace that nobody answers for. Returns the workspace's tag
    /// then.
    ///
    /// # Errors
    /// If the person is not trusted with access control, an owner has access to the tier, they appoint
    /// themselves, the workspace was changed meanwhile, or the store fails.
    pub async fn appoint_owner(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        owner: Id<kind::Person>,
    ) -> Result<Etag, WorkbenchError> {
        self.administer(person, workspace, expected, Change::AppointOwner(owner)).await
    }
}
