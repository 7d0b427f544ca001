use strongroom_cohort::Definition;
use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Action, Amount};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// What counting a cohort would cost, without counting it: an upper bound by the rows and bytes of the
    /// tables that it reads.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not count cohorts; or if the definition has errors, or
    /// the release cannot be read.
    pub async fn estimate_cohort(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        definition: &Definition,
    ) -> Result<Amount, WorkbenchError> {
        let admission = self.admit(person, workspace, Action::CountCohort).await?;
        let cdr = self.authorize(admission.session)?;
        let cohort = cdr.resolve(definition)?;
        Ok(self.cost_of(cdr.extent(&cohort)))
    }
}
