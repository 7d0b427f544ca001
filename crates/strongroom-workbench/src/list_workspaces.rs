use strongroom_audit::Action as Recorded;
use strongroom_gate::{Ask, Decision, admit};
use strongroom_primitives::{Id, Label, NonEmpty, ReleaseName, RowTier, Timestamp, kind};
use strongroom_store::PersonRecord;
use strongroom_workspaces::{Action, Role, Workspace};

use crate::admission::code;
use crate::{Workbench, WorkbenchError};

/// A workspace, as a line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkspaceSummary {
    /// Which one.
    pub id: Id<kind::Workspace>,
    /// Its title.
    pub title: Label,
    /// The release it works on.
    pub release: ReleaseName,
    /// The tier of that release.
    pub tier: RowTier,
    /// What the person is in it.
    pub role: Role,
    /// When it was changed last.
    pub modified_at: Timestamp,
}

impl Workbench {
    /// The workspaces of which the person is a member and which they may see at present, by id.
    ///
    /// # Errors
    /// If there is no such person, or the store fails.
    pub async fn list_workspaces(
        &self,
        person: Id<kind::Person>,
    ) -> Result<Vec<WorkspaceSummary>, WorkbenchError> {
        let record = self.persons().load(person).await?.into_value();
        let mut shown = Vec::new();
        for stored in self.workspaces().list_for(person).await? {
            shown.extend(self.visible(&record, stored.value()).await?);
        }
        self.record_list(person, "workspaces").await?;
        Ok(shown)
    }

    /// The workspace as a line of a list, if the person may see it.
    pub(crate) async fn visible(
        &self,
        record: &PersonRecord,
        workspace: &Workspace,
    ) -> Result<Option<WorkspaceSummary>, WorkbenchError> {
        let ownership = self.ownership(Some(workspace), record).await?;
        let facts = self.facts_in(Some(workspace), record, ownership);
        let ask = Ask::new(workspace.id(), Action::View);
        match admit(self.policy(), &facts, &ask, &self.rules(), self.now()) {
            Decision::Admitted(session) => Ok(Some(WorkspaceSummary {
                id: workspace.id(),
                title: workspace.title().clone(),
                release: workspace.release().clone(),
                tier: workspace.tier(),
                role: session.role(),
                modified_at: workspace.modified_at(),
            })),
            Decision::Refused(_) => Ok(None),
        }
    }

    /// Records that a list of what concerns the person was shown to them.
    pub(crate) async fn record_list(
        &self,
        person: Id<kind::Person>,
        part: &str,
    ) -> Result<(), WorkbenchError> {
        let viewed = Recorded::PersonViewed { person, part: code(part)? };
        self.record(NonEmpty::new(self.event(self.new_id(), person, viewed))).await
    }
}
