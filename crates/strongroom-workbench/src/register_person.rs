use strongroom_access::{EmailAddress, Person};
use strongroom_audit::Action;
use strongroom_primitives::{Id, Label, NonEmpty, kind};
use strongroom_store::{Commit, PersonRecord, Version};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Gives a person an account. It opens no door by itself: every requirement is still missing.
    ///
    /// # Errors
    /// If somebody has the address already, or the store fails.
    pub async fn register_person(
        &self,
        name: Label,
        email: EmailAddress,
        institution: Option<Id<kind::Institution>>,
    ) -> Result<Id<kind::Person>, WorkbenchError> {
        let id = self.new_id();
        let mut person = Person::new(id, name, email);
        if let Some(institution) = institution {
            person = person.with_institution(institution);
        }
        let event = self.event(self.new_id(), id, Action::AccountRegistered { person: id, institution });
        let commit = Commit::new(PersonRecord::new(person), Version::ABSENT, NonEmpty::new(event));
        self.persons().commit(commit).await?;
        Ok(id)
    }
}
