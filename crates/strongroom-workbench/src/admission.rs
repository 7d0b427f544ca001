use strongroom_audit::{Action as Recorded, Actor as By, AuditEvent, Code};
use strongroom_gate::{Ask, Decision, Facts, Refusal, TierSession, admit, review_policy, tier_objections};
use strongroom_primitives::{Id, InvalidValue, NonEmpty, ReleaseName, RowTier, kind};
use strongroom_store::{PersonRecord, StoreErrorKind, Stored};
use strongroom_workspaces::{
    Action, Actor, Circumstances, Ownership, Purpose, ReviewPolicy, Role, Workspace,
};

use crate::{Workbench, WorkbenchError};

/// A person who was let into a workspace for an action, and the workspace as it was then.
pub(crate) struct Admission {
    pub(crate) request: Id<kind::Request>,
    pub(crate) session: TierSession,
    pub(crate) action: Action,
    pub(crate) workspace: Stored<Workspace>,
    pub(crate) ownership: Ownership,
}

impl Workbench {
    /// Lets a person into a workspace for an action, or refuses it; see [`admit_to`](Self::admit_to).
    pub(crate) async fn admit(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        action: Action,
    ) -> Result<Admission, WorkbenchError> {
        self.admit_to(person, workspace, |_| action).await
    }

    /// Loads the facts, asks the gate, records the decision, and only then hands it on. `action` says what
    /// is asked for, which can depend on the workspace.
    pub(crate) async fn admit_to(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        action: impl FnOnce(Option<&Workspace>) -> Action + Send,
    ) -> Result<Admission, WorkbenchError> {
        let request = self.new_id();
        let record = self.persons().load(person).await?.into_value();
        let found = self.find_workspace(workspace).await?;
        let ownership = self.ownership(found.as_ref().map(Stored::value), &record).await?;
        let action = action(found.as_ref().map(Stored::value));
        let now = self.now();
        let decision = {
            let facts = self.facts_in(found.as_ref().map(Stored::value), &record, ownership);
            admit(self.policy(), &facts, &Ask::new(workspace, action), &self.rules(), now)
        };
        match (decision, found) {
            (Decision::Admitted(session), Some(workspace)) => {
                let admitted = Recorded::Admitted {
                    tier: session.tier(),
                    asked: code(&action.to_string())?,
                    role: code(&session.role().to_string())?,
                    not_after: session.not_after(),
                };
                // At the instant of the decision, so that it can be made again.
                let by = By::Person(person);
                let event = self.event_by(by, now, request, admitted).in_workspace(session.workspace());
                self.record(NonEmpty::new(event.on_release(session.release().clone()))).await?;
                Ok(Admission { request, session, action, workspace, ownership })
            }
            (Decision::Refused(refusal), found) => {
                let tier = found.map_or(RowTier::Registered, |workspace| workspace.value().tier());
                self.refuse(request, person, Some(workspace), None, tier, &action.to_string(), refusal).await
            }
            // The gate lets nobody into a workspace that it was not shown.
            (Decision::Admitted(_), None) => Err(strongroom_store::StoreError::not_found().into()),
        }
    }

    /// What the person who was let in acts on.
    pub(crate) fn actor(&self, admission: &Admission) -> Result<Actor, WorkbenchError> {
        let permit = admission.session.change_permit(admission.action, self.now())?;
        Ok(Actor::member(permit.person(), permit.workspace(), permit.action(), permit.not_after()))
    }

    /// In what circumstances it is decided now, with owners of this standing.
    pub(crate) fn circumstances(&self, ownership: Ownership) -> Circumstances {
        Circumstances::at(self.now()).with_ownership(ownership).with_review_policy(self.review_policy)
    }

    /// How a purpose is reviewed: as the policy says, and as this workbench was told besides.
    pub(crate) fn review_policy_of(&self, purpose: &Purpose) -> ReviewPolicy {
        self.review_policy.or(review_policy(self.policy(), purpose))
    }

    /// Records a refusal, then answers with it.
    #[expect(clippy::too_many_arguments, reason = "these are the columns of one record")]
    pub(crate) async fn refuse<T>(
        &self,
        request: Id<kind::Request>,
        person: Id<kind::Person>,
        workspace: Option<Id<kind::Workspace>>,
        release: Option<&ReleaseName>,
        tier: RowTier,
        asked: &str,
        refusal: Refusal,
    ) -> Result<T, WorkbenchError> {
        let mut codes = NonEmpty::new(code(refusal.objections().first().code())?);
        for objection in refusal.objections().iter().skip(1) {
            codes.push(code(objection.code())?);
        }
        let refused = Recorded::Refused { tier, asked: code(asked)?, objections: codes };
        let mut event: AuditEvent = self.event(request, person, refused);
        if let Some(workspace) = workspace {
            event = event.in_workspace(workspace);
        }
        if let Some(release) = release {
            event = event.on_release(release.clone());
        }
        self.record(NonEmpty::new(event)).await?;
        Err(refusal.into())
    }

    /// The facts about a person outside of any workspace.
    pub(crate) fn facts_of_person<'a>(&'a self, record: &'a PersonRecord) -> Facts<'a> {
        let facts = Facts::new(record.person(), self.requirements(), record.evidence())
            .with_bypasses(record.bypasses())
            .with_catalogue(&self.catalogue);
        match self.institution_of(record) {
            Some(institution) => facts.with_institution(institution),
            None => facts,
        }
    }

    /// The facts about a person in a workspace, if there is one, with owners of this standing.
    pub(crate) fn facts_in<'a>(
        &'a self,
        workspace: Option<&'a Workspace>,
        record: &'a PersonRecord,
        ownership: Ownership,
    ) -> Facts<'a> {
        let facts = self.facts_of_person(record);
        match workspace {
            Some(workspace) => facts
                .with_workspace(workspace)
                .with_ownership(ownership)
                .with_review_policy(self.review_policy),
            None => facts,
        }
    }

    pub(crate) fn institution_of(&self, record: &PersonRecord) -> Option<&strongroom_access::Institution> {
        self.institutions.get(&record.person().institution()?)
    }

    /// Whether any owner of the workspace has access to its tier. The person who asks comes first: their
    /// record is at hand. For whom it is not shared with, nobody else is asked about.
    pub(crate) async fn ownership(
        &self,
        workspace: Option<&Workspace>,
        asking: &PersonRecord,
    ) -> Result<Ownership, WorkbenchError> {
        let person = asking.person().id();
        let Some(workspace) = workspace.filter(|workspace| workspace.role_of(person).is_some()) else {
            return Ok(Ownership::Orphaned);
        };
        if workspace.role_of(person) == Some(Role::Owner) && self.has_access(asking, workspace.tier()) {
            return Ok(Ownership::Held);
        }
        self.ownership_beside(workspace, Some(person)).await
    }

    /// Whether any owner but this one has access to the tier of the workspace.
    pub(crate) async fn ownership_beside(
        &self,
        workspace: &Workspace,
        but: Option<Id<kind::Person>>,
    ) -> Result<Ownership, WorkbenchError> {
        for owner in workspace.members().owners().filter(|owner| Some(*owner) != but) {
            match self.persons().load(owner).await {
                Ok(record) if self.has_access(record.value(), workspace.tier()) => {
                    return Ok(Ownership::Held);
                }
                Ok(_) => {}
                Err(error) if error.kind() == StoreErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Ownership::Orphaned)
    }

    fn has_access(&self, record: &PersonRecord, tier: RowTier) -> bool {
        tier_objections(self.policy(), &self.facts_of_person(record), tier, self.now()).is_empty()
    }

    /// The workspace; `None` if there is none, about which the gate decides what is said.
    pub(crate) async fn find_workspace(
        &self,
        id: Id<kind::Workspace>,
    ) -> Result<Option<Stored<Workspace>>, WorkbenchError> {
        match self.workspaces().load(id).await {
            Ok(stored) => Ok(Some(stored)),
            Err(error) if error.kind() == StoreErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// A word of the program, for the audit trail.
pub(crate) fn code(word: &str) -> Result<Code, InvalidValue> {
    Code::new(word)
}
