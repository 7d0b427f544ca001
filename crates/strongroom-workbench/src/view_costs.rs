use strongroom_primitives::{Id, Timestamp, kind};
use strongroom_workspaces::{Action, Amount, Billing, ComputeSuspension, CreditAccount, compute_suspension};

use crate::{Workbench, WorkbenchError};

/// What a workspace costs, and what is left to pay for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkspaceCosts {
    /// Who pays, and how.
    pub billing: Billing,
    /// What the workspace took of the credits of whoever created it.
    pub spent_here: Amount,
    /// What is left of those credits.
    pub left: Amount,
    /// The first instant at which they are no longer good.
    pub expires: Timestamp,
    /// Why no machine of the workspace may run at present.
    pub suspension: Option<ComputeSuspension>,
}

impl Workbench {
    /// Shows what a workspace costs, to its writers and owners.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not see it; or if nothing costs anything here, or the
    /// store fails.
    pub async fn view_costs(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
    ) -> Result<WorkspaceCosts, WorkbenchError> {
        let admission = self.admit(person, workspace, Action::ViewCosts).await?;
        let prices = self.prices.ok_or(WorkbenchError::NoCredits)?;
        let seen = admission.workspace.value();
        let (usage, _) = self.usage_of(seen.creator()).await?;
        let given = || CreditAccount::new(seen.creator(), prices.given, self.now());
        let credits = usage.credits().cloned().unwrap_or_else(given);
        let around = self.circumstances(admission.ownership);
        Ok(WorkspaceCosts {
            billing: seen.billing().clone(),
            spent_here: credits.by_workspace().get(&workspace).copied().unwrap_or_default(),
            left: credits.left(),
            expires: credits.expires(),
            suspension: compute_suspension(seen, &credits, None, &around),
        })
    }
}
