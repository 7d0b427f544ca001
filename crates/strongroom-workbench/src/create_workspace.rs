use strongroom_audit::Action;
use strongroom_gate::admit_to_create;
use strongroom_primitives::{Id, Label, NonEmpty, ReleaseName, RowTier, kind};
use strongroom_store::{Commit, Version};
use strongroom_workspaces::{Purpose, Workspace};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Creates a workspace on a release, with the person as creator and owner.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] with everything that the person still lacks for the release's
    /// tier; or if the store fails.
    pub async fn create_workspace(
        &self,
        person: Id<kind::Person>,
        release: &ReleaseName,
        title: Label,
        purpose: Purpose,
    ) -> Result<Id<kind::Workspace>, WorkbenchError> {
        let request = self.new_request();
        let record = self.stores_persons().load(person).await?.into_value();
        let facts = self.facts_of_person(&record);
        let decision = admit_to_create(&self.policy, &facts, release, &self.rules(), self.now());
        let permit = match decision {
            Ok(permit) => permit,
            Err(refusal) => {
                let tier = self.catalogue.release(release).map_or(RowTier::Registered, |found| found.tier());
                return self
                    .refuse(request, person, None, Some(release), tier, "create-workspace", refusal)
                    .await;
            }
        };

        let id = self.new_workspace();
        let workspace =
            Workspace::new(id, title, purpose, person, release.clone(), permit.tier(), self.now());
        let event = self
            .event(request, person, Action::WorkspaceCreated { tier: permit.tier() })
            .in_workspace(id)
            .on_release(release.clone());
        let commit = Commit::new(workspace, Version::ABSENT, NonEmpty::new(event));
        self.stores_workspaces().commit(commit).await?;
        Ok(id)
    }
}
