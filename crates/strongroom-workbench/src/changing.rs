//! The one way in which a workspace is changed: load, admit, decide, commit with the record of it.

use strongroom_audit::{Action as Recorded, Actor as By, AuditEvent};
use strongroom_primitives::{Id, InvalidValue, NonEmpty, RowTier, kind};
use strongroom_store::{Commit, Stored};
use strongroom_workspaces::{
    Action, Actor, Authority, Change, Circumstances, Command, ContentCommand, Etag, Event, EventKind,
    ReviewStep, Workspace, WorkspaceError,
};

use crate::admission::code;
use crate::{Workbench, WorkbenchError};

/// What a change led to.
pub(crate) struct Changed {
    /// The tag of the workspace.
    pub(crate) etag: Etag,
    /// What happened, which is nothing if all was as it should be.
    pub(crate) events: Vec<Event>,
}

impl Workbench {
    /// A member changes a workspace, from this state of it. Returns its tag then.
    pub(crate) async fn change(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        change: Change,
    ) -> Result<Etag, WorkbenchError> {
        Ok(self.command(person, workspace, &Command::change(expected, change)).await?.etag)
    }

    /// A member changes what a workspace holds. Returns the tag that the item has then, if it is there.
    pub(crate) async fn edit(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        command: ContentCommand,
    ) -> Result<Option<Etag>, WorkbenchError> {
        let changed = self.command(person, workspace, &Command::Content(command)).await?;
        Ok(changed.events.iter().find_map(|event| match &event.kind {
            EventKind::ItemPut(item) => Some(item.etag()),
            _ => None,
        }))
    }

    async fn command(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        command: &Command,
    ) -> Result<Changed, WorkbenchError> {
        // What is no member's to do, and what is about nothing that is there, the workspace itself
        // refuses whom it lets look.
        let action = |found: Option<&Workspace>| {
            found.and_then(|workspace| command.action(workspace)).unwrap_or(Action::View)
        };
        let admission = self.admit_to(person, workspace, action).await?;
        let (actor, mut around) = (self.actor(&admission)?, self.circumstances(admission.ownership));
        if let Command::Change { change: Change::RestatePurpose(purpose), .. } = command {
            around = around.with_review_policy(self.review_policy_of(purpose));
        }
        self.carry_out(admission.request, admission.workspace, &actor, command, &around).await
    }

    /// Somebody whom the programme trusts with it changes a workspace. Returns its tag then.
    pub(crate) async fn administer(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        change: Change,
    ) -> Result<Etag, WorkbenchError> {
        let needed = change.authority().unwrap_or(Authority::AccessControl);
        let request = self.new_id();
        self.check_authority(request, person, needed).await?;
        let stored = self.workspaces().load(workspace).await?;
        let around = self.circumstances(self.ownership_beside(stored.value(), None).await?);
        let actor = Actor::administrator(person, needed);
        let command = Command::change(expected, change);
        Ok(self.carry_out(request, stored, &actor, &command, &around).await?.etag)
    }

    /// Whether the person is trusted with this part of the administration, and may use their account.
    /// Who is not is on record for having tried.
    pub(crate) async fn check_authority(
        &self,
        request: Id<kind::Request>,
        person: Id<kind::Person>,
        needed: Authority,
    ) -> Result<(), WorkbenchError> {
        self.check_account(person).await?;
        if self.administrators.get(&person).is_some_and(|trusted| trusted.contains(&needed)) {
            return Ok(());
        }
        let refused = Recorded::Refused {
            tier: RowTier::Registered,
            asked: code("administer")?,
            objections: NonEmpty::new(code("needs-authority")?),
        };
        self.record(NonEmpty::new(self.event(request, person, refused))).await?;
        Err(WorkspaceError::NeedsAuthority(needed).into())
    }

    /// Whether the account may be used.
    pub(crate) async fn check_account(&self, person: Id<kind::Person>) -> Result<(), WorkbenchError> {
        let record = self.persons().load(person).await?.into_value();
        match record.person().account().gap(self.now()) {
            None => Ok(()),
            Some(_) => Err(WorkbenchError::AccountNotUsable { person }),
        }
    }

    /// Decides on the state that was loaded, and commits what it comes to if that is the state still.
    pub(crate) async fn carry_out(
        &self,
        request: Id<kind::Request>,
        stored: Stored<Workspace>,
        actor: &Actor,
        command: &Command,
        around: &Circumstances,
    ) -> Result<Changed, WorkbenchError> {
        let version = stored.version();
        let mut workspace = stored.into_value();
        let events = workspace.decide(actor, command, around)?;
        let recorded = NonEmpty::from_vec(self.recorded(request, &workspace, &events)?);
        workspace.apply_all(&events);
        let etag = workspace.etag();
        if let Some(recorded) = recorded {
            self.workspaces().commit(Commit::new(workspace, version, recorded)).await?;
        }
        Ok(Changed { etag, events })
    }

    /// The events of a workspace, for the audit trail.
    pub(crate) fn recorded(
        &self,
        request: Id<kind::Request>,
        workspace: &Workspace,
        events: &[Event],
    ) -> Result<Vec<AuditEvent>, InvalidValue> {
        let record = |event: &Event| {
            let by = event.by.map_or(By::System, By::Person);
            let recorded = self.event_by(by, event.at, request, action(&event.kind)?);
            Ok(recorded.in_workspace(workspace.id()).on_release(workspace.release().clone()))
        };
        events.iter().map(record).collect()
    }
}

fn action(kind: &EventKind) -> Result<Recorded, InvalidValue> {
    Ok(match kind {
        EventKind::RoleGiven { person, role, .. } => {
            Recorded::WorkspaceShared { with: *person, role: code(&role.to_string())? }
        }
        EventKind::RoleTaken { person, .. } => Recorded::WorkspaceUnshared { with: *person },
        EventKind::ItemPut(item) => {
            Recorded::DefinitionSaved { of: code(&item.kind().to_string())?, definition: item.body() }
        }
        EventKind::Reviewed(step) => Recorded::WorkspaceChanged { fact: code(review_code(step))? },
        other => Recorded::WorkspaceChanged { fact: code(other.code())? },
    })
}

const fn review_code(step: &ReviewStep) -> &'static str {
    match step {
        ReviewStep::Submitted { .. } => "review-submitted",
        ReviewStep::PurposeChanged => "review-of-changed-purpose",
        ReviewStep::Assigned { .. } => "reviewer-assigned",
        ReviewStep::Commented { .. } => "review-commented",
        ReviewStep::Returned { .. } => "purpose-returned",
        ReviewStep::Approved => "purpose-approved",
        ReviewStep::Declined { .. } => "purpose-declined",
        ReviewStep::Appealed { .. } => "review-appealed",
        _ => "reviewed",
    }
}
