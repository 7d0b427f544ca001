use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use strongroom_access::{Institution, Requirement};
use strongroom_audit::{Action, Actor, AuditEvent};
use strongroom_cdr::Cdr;
use strongroom_gate::Rule;
use strongroom_primitives::{Clock, Id, IdSource, NonEmpty, ReleaseName, Timestamp, kind};
use strongroom_store::{AuditLog, PersonStore, WorkspaceStore};
use strongroom_tiers::{Catalogue, Policy};

use crate::WorkbenchError;

/// Everything a workbench stores. Implemented by whatever implements the three traits.
pub trait Stores: PersonStore + WorkspaceStore + AuditLog {}

impl<T: PersonStore + WorkspaceStore + AuditLog> Stores for T {}

/// The use cases of a researcher workbench over stores, a policy and releases that the embedder
/// chooses.
///
/// Every method takes the person on whose behalf it acts. Who that is must have been established
/// before: the workbench logs nobody in.
pub struct Workbench {
    pub(crate) stores: Arc<dyn Stores>,
    pub(crate) policy: Policy,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) institutions: BTreeMap<Id<kind::Institution>, Institution>,
    pub(crate) catalogue: Catalogue,
    pub(crate) releases: BTreeMap<ReleaseName, Cdr>,
    pub(crate) rules: Vec<Arc<dyn Rule>>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl Workbench {
    /// A workbench without institutions and releases.
    #[must_use]
    pub fn new(
        stores: Arc<dyn Stores>,
        policy: Policy,
        requirements: Vec<Requirement>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        Self {
            stores,
            policy,
            requirements,
            institutions: BTreeMap::new(),
            catalogue: Catalogue::default(),
            releases: BTreeMap::new(),
            rules: Vec::new(),
            clock,
            ids,
        }
    }

    /// The same with this institution, whose agreements count from now on.
    #[must_use]
    pub fn with_institution(mut self, institution: Institution) -> Self {
        self.institutions.insert(institution.id(), institution);
        self
    }

    /// The same with a rule of the embedder's, which may object to requests and never admit any.
    #[must_use]
    pub fn with_rule(mut self, rule: Arc<dyn Rule>) -> Self {
        self.rules.push(rule);
        self
    }

    /// The same with this release, live, in the catalogue.
    ///
    /// # Errors
    /// If the catalogue has a release of this name already.
    pub fn with_release(mut self, release: Cdr) -> Result<Self, WorkbenchError> {
        let entry = strongroom_tiers::Release::new(release.release().clone(), release.tier());
        self.catalogue.publish(entry)?;
        self.releases.insert(release.release().clone(), release);
        Ok(self)
    }

    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The releases that can be worked on.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn new_request(&self) -> Id<kind::Request> {
        self.ids.next_id()
    }

    pub(crate) fn new_person(&self) -> Id<kind::Person> {
        self.ids.next_id()
    }

    pub(crate) fn new_workspace(&self) -> Id<kind::Workspace> {
        self.ids.next_id()
    }

    /// Appends events outside of any change of state. The caller answers only if this succeeds.
    pub(crate) async fn record(&self, events: NonEmpty<AuditEvent>) -> Result<(), WorkbenchError> {
        self.stores.append(events).await?;
        Ok(())
    }

    /// An event of a person's, now.
    pub(crate) fn event(
        &self,
        request: Id<kind::Request>,
        person: Id<kind::Person>,
        action: Action,
    ) -> AuditEvent {
        AuditEvent::new(self.now(), request, Actor::Person(person), action)
    }

    pub(crate) fn rules(&self) -> Vec<&dyn Rule> {
        self.rules.iter().map(AsRef::as_ref).collect()
    }
}

impl fmt::Debug for Workbench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let releases: Vec<_> = self.releases.keys().collect();
        f.debug_struct("Workbench").field("releases", &releases).finish_non_exhaustive()
    }
}
