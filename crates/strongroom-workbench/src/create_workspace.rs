use strongroom_audit::{Action, AuditEvent};
use strongroom_gate::{CreatePermit, admit_to_create};
use strongroom_primitives::{Id, NonEmpty, ReleaseName, RowTier, kind};
use strongroom_store::{Commit, Version};
use strongroom_workspaces::{CreateGrant, Event, NewWorkspace, Workspace, choose_release, create};

use crate::workspace_request::ReleaseChoice;
use crate::{Workbench, WorkbenchError, WorkspaceRequest};

impl Workbench {
    /// Creates a workspace on a release, with the person as creator and owner.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] with everything that the person still lacks for the release's
    /// tier; or if the purpose leaves a question open, or the store fails.
    pub async fn create_workspace(
        &self,
        person: Id<kind::Person>,
        asked: WorkspaceRequest,
    ) -> Result<Id<kind::Workspace>, WorkbenchError> {
        let request = self.new_id();
        let record = self.persons().load(person).await?.into_value();
        let release = self.choose(&asked.release)?;
        let decision = {
            let facts = self.facts_of_person(&record).with_intent(&asked.intent);
            admit_to_create(self.policy(), &facts, &release, &self.rules(), self.now())
        };
        let permit = match decision {
            Ok(permit) => permit,
            Err(refusal) => {
                let tier = self.tier_of(&release);
                return self
                    .refuse(request, person, None, Some(&release), tier, "create-workspace", refusal)
                    .await;
            }
        };
        let review_policy = self.review_policy_of(&asked.purpose);
        let new = NewWorkspace {
            id: self.new_id(),
            title: asked.title,
            purpose: asked.purpose,
            billing: asked.billing,
        };
        let (workspace, events) = create(new, &grant(&permit), review_policy, self.now())?;
        let id = workspace.id();
        self.commit_new(request, person, workspace, &events, None).await?;
        Ok(id)
    }

    /// The release that was asked for.
    pub(crate) fn choose(&self, choice: &ReleaseChoice) -> Result<ReleaseName, WorkbenchError> {
        let (named, tier) = match choice {
            ReleaseChoice::Named(name) => return Ok(name.clone()),
            ReleaseChoice::Newest(tier) => (None, *tier),
        };
        let newest = self.catalogue.newest(tier, self.now()).map(strongroom_tiers::Release::name);
        choose_release(named, newest).ok_or(WorkbenchError::NoRelease { tier })
    }

    /// The tier of a release, for a record of what was refused.
    pub(crate) fn tier_of(&self, release: &ReleaseName) -> RowTier {
        self.catalogue.release(release).map_or(RowTier::Registered, strongroom_tiers::Release::tier)
    }

    /// Stores a workspace that is new, with what happened in it, and elsewhere by its making.
    pub(crate) async fn commit_new(
        &self,
        request: Id<kind::Request>,
        person: Id<kind::Person>,
        workspace: Workspace,
        events: &[Event],
        elsewhere: Option<AuditEvent>,
    ) -> Result<(), WorkbenchError> {
        let created = self
            .event(request, person, Action::WorkspaceCreated { tier: workspace.tier() })
            .in_workspace(workspace.id())
            .on_release(workspace.release().clone());
        let mut record = NonEmpty::new(created);
        let more = self.recorded(request, &workspace, events)?.into_iter().chain(elsewhere);
        more.for_each(|event| record.push(event));
        self.workspaces().commit(Commit::new(workspace, Version::ABSENT, record)).await?;
        Ok(())
    }
}

/// What a permit gives the right to.
pub(crate) fn grant(permit: &CreatePermit) -> CreateGrant {
    CreateGrant {
        person: permit.person(),
        release: permit.release().clone(),
        tier: permit.tier(),
        not_after: permit.not_after(),
    }
}
