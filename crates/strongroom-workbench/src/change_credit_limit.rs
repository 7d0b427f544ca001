use strongroom_audit::Actor as By;
use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Amount, Authority};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Gives a person another amount of credits.
    ///
    /// # Errors
    /// If `by` is not trusted with access control, the person has spent and reserved more than that, nothing
    /// costs anything here, or the store fails.
    pub async fn change_credit_limit(
        &self,
        by: Id<kind::Person>,
        person: Id<kind::Person>,
        limit: Amount,
    ) -> Result<(), WorkbenchError> {
        let request = self.new_id();
        self.check_authority(request, by, Authority::AccessControl).await?;
        self.persons().load(person).await?;
        let change = |credits: &strongroom_workspaces::CreditAccount| credits.change_limit(limit);
        self.change_credits(request, By::Person(by), person, change).await?;
        Ok(())
    }
}
