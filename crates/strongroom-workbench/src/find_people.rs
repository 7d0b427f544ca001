use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{Action, Candidate, FoundPeople, PeopleQuery, RateLimit, search_people};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Looks among the registered people for somebody to share a workspace with: by a whole e-mail
    /// address, or by the beginnings of names, and a few at a time, so that nobody walks through all.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not share the workspace; or if they have looked too
    /// often within the hour, or the store fails.
    pub async fn find_people(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        query: &PeopleQuery,
    ) -> Result<FoundPeople, WorkbenchError> {
        let admission = self.admit(person, workspace, Action::Share).await?;
        self.change_usage(person, |record| {
            let window = record.searches().take(RateLimit::SEARCHES, self.now())?;
            let event = self.usage_changed(admission.request, person, person, "people-searches")?;
            Ok((record.with_searches(window), vec![event], ()))
        })
        .await?;
        let mut people = Vec::new();
        self.for_each_person(|record| {
            let one = record.person();
            people.push((one.id(), one.name().to_string(), one.email().to_string()));
        })
        .await?;
        let candidates =
            people.iter().map(|(person, name, email)| Candidate { person: *person, name, email });
        Ok(search_people(query, candidates))
    }
}
