use strongroom_audit::{Action as Recorded, AuditEvent, Code};
use strongroom_gate::{Ask, Decision, Facts, Refusal, TierSession, admit};
use strongroom_primitives::{Id, InvalidValue, NonEmpty, ReleaseName, RowTier, kind};
use strongroom_store::{PersonRecord, PersonStore, StoreErrorKind, WorkspaceStore};
use strongroom_workspaces::{Action, Workspace};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Loads the facts, asks the gate, records the decision, and only then hands it on.
    pub(crate) async fn admit(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        action: Action,
    ) -> Result<(Id<kind::Request>, TierSession), WorkbenchError> {
        let request = self.new_request();
        let record = self.stores_persons().load(person).await?.into_value();
        let found = self.find_workspace(workspace).await?;
        let decision = {
            let mut facts = self.facts_of_person(&record);
            if let Some(workspace) = &found {
                facts = facts.with_workspace(workspace);
            }
            admit(&self.policy, &facts, &Ask::new(workspace, action), &self.rules(), self.now())
        };
        match decision {
            Decision::Admitted(session) => {
                let admitted = Recorded::Admitted {
                    tier: session.tier(),
                    role: code(&session.role().to_string())?,
                    not_after: session.not_after(),
                };
                let event = self.event(request, person, admitted).in_workspace(workspace);
                self.record(NonEmpty::new(event.on_release(session.release().clone()))).await?;
                Ok((request, session))
            }
            Decision::Refused(refusal) => {
                let tier = found.map_or(RowTier::Registered, |workspace| workspace.tier());
                self.refuse(request, person, Some(workspace), None, tier, &action.to_string(), refusal).await
            }
        }
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
        let facts = Facts::new(record.person(), &self.requirements, record.evidence())
            .with_bypasses(record.bypasses())
            .with_catalogue(&self.catalogue);
        match self.institution_of(record) {
            Some(institution) => facts.with_institution(institution),
            None => facts,
        }
    }

    pub(crate) fn stores_persons(&self) -> &dyn PersonStore {
        self.stores.as_ref()
    }

    pub(crate) fn stores_workspaces(&self) -> &dyn WorkspaceStore {
        self.stores.as_ref()
    }

    pub(crate) fn institution_of(&self, record: &PersonRecord) -> Option<&strongroom_access::Institution> {
        self.institutions.get(&record.person().institution()?)
    }

    /// The workspace; `None` if there is none, about which the gate decides what is said.
    async fn find_workspace(&self, id: Id<kind::Workspace>) -> Result<Option<Workspace>, WorkbenchError> {
        match self.stores_workspaces().load(id).await {
            Ok(stored) => Ok(Some(stored.into_value())),
            Err(error) if error.kind() == StoreErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// A word of the program, for the audit trail.
pub(crate) fn code(word: &str) -> Result<Code, InvalidValue> {
    Code::new(word)
}
