use strongroom_audit::Actor as By;
use strongroom_primitives::{Id, Timestamp, kind};
use strongroom_workspaces::LedgerEvent;

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Has the person's own credits last for longer, once. Returns the first instant at which they are no
    /// longer good then.
    ///
    /// # Errors
    /// If they were extended before or that would not help any more, nothing costs anything here, the
    /// account may not be used, or the store fails.
    pub async fn extend_credits(&self, person: Id<kind::Person>) -> Result<Timestamp, WorkbenchError> {
        let prices = self.prices.ok_or(WorkbenchError::NoCredits)?;
        self.check_account(person).await?;
        let extend =
            |credits: &strongroom_workspaces::CreditAccount| credits.extend(prices.given, self.now());
        let events = self.change_credits(self.new_id(), By::Person(person), person, extend).await?;
        let until = events.iter().find_map(|event| match event {
            LedgerEvent::Extended { until } => Some(*until),
            _ => None,
        });
        Ok(until.unwrap_or_else(|| self.now()))
    }
}
