use strongroom_audit::Actor as By;
use strongroom_workspaces::{LedgerEntry, LedgerEvent};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Posts what a workspace cost beside its queries, or what is given back of it, to the credits of
    /// whoever created it: disks, running machines. Sent again, an entry counts once. That it comes from
    /// whoever meters must have been established before.
    ///
    /// Returns what it came to: the thresholds that were reached by it are to be told to the person.
    ///
    /// # Errors
    /// If there is no such workspace, the credits are used up or have expired, another entry has the id,
    /// what it is about is not there, nothing costs anything here, or the store fails.
    pub async fn post_cost(&self, entry: &LedgerEntry) -> Result<Vec<LedgerEvent>, WorkbenchError> {
        let workspace = self.workspaces().load(entry.workspace).await?;
        self.post_entry(self.new_id(), By::System, workspace.value().creator(), entry).await
    }
}
