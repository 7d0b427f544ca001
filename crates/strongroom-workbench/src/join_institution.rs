use strongroom_audit::Action;
use strongroom_primitives::{Id, NonEmpty, kind};
use strongroom_store::Commit;

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Makes a person a member of an institution, as they state it. Whether its agreement covers
    /// their address is decided at every request anew.
    ///
    /// # Errors
    /// If there is no such person, their record was changed meanwhile, or the store fails.
    pub async fn join_institution(
        &self,
        person: Id<kind::Person>,
        institution: Id<kind::Institution>,
    ) -> Result<(), WorkbenchError> {
        let stored = self.persons().load(person).await?;
        let version = stored.version();
        let record = stored.into_value();
        let member = record.person().clone().with_institution(institution);
        let action = Action::InstitutionJoined { person, institution };
        let event = self.event(self.new_id(), person, action);
        let commit = Commit::new(record.with_person(member), version, NonEmpty::new(event));
        self.persons().commit(commit).await?;
        Ok(())
    }
}
