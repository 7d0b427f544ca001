use strongroom_access::Evidence;
use strongroom_audit::Action;
use strongroom_primitives::{Id, NonEmpty, kind};
use strongroom_store::Commit;

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Records that a person met a requirement, as the source of the evidence reports it.
    ///
    /// # Errors
    /// If there is no such person, their record was changed meanwhile, or the store fails.
    pub async fn record_evidence(
        &self,
        person: Id<kind::Person>,
        evidence: Evidence,
    ) -> Result<(), WorkbenchError> {
        let stored = self.persons().load(person).await?;
        let action = Action::EvidenceRecorded {
            person,
            requirement: evidence.requirement().clone(),
            valid_until: evidence.valid_until(),
        };
        let events = NonEmpty::new(self.event(self.new_id(), person, action));
        let version = stored.version();
        let record = stored.into_value().with_evidence(evidence);
        self.persons().commit(Commit::new(record, version, events)).await?;
        Ok(())
    }
}
