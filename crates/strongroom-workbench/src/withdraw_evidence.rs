use strongroom_access::Retraction;
use strongroom_audit::Action;
use strongroom_primitives::{Id, NonEmpty, Paragraph, RequirementName, Timestamp, kind};
use strongroom_store::Commit;

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Notes that what was recorded of a person for a requirement does not hold from `since` on,
    /// which may lie before it was recorded. Nothing is deleted, and what is recorded later counts
    /// again. That `by` may say so must have been established before.
    ///
    /// # Errors
    /// If there is no such person or nothing recorded for the requirement, the record was changed
    /// meanwhile, or the store fails.
    pub async fn withdraw_evidence(
        &self,
        by: Id<kind::Person>,
        person: Id<kind::Person>,
        requirement: RequirementName,
        since: Timestamp,
        reason: Paragraph,
    ) -> Result<(), WorkbenchError> {
        let stored = self.persons().load(person).await?;
        let version = stored.version();
        let record = stored.into_value();
        if !record.evidence().iter().any(|piece| *piece.requirement() == requirement) {
            return Err(WorkbenchError::NothingToWithdraw { requirement });
        }
        let retraction = Retraction::new(since, self.now(), by, reason.clone());
        let record = record.with_retraction(&requirement, &retraction);
        let action = Action::EvidenceWithdrawn { person, requirement, since, reason };
        let events = NonEmpty::new(self.event(self.new_id(), by, action));
        self.persons().commit(Commit::new(record, version, events)).await?;
        Ok(())
    }
}
