use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use strongroom_access::{Institution, Requirement};
use strongroom_audit::{Action, Actor, AuditEvent};
use strongroom_cdr::Cdr;
use strongroom_gate::{Edition, Rule};
use strongroom_primitives::{Clock, Id, IdKind, IdSource, Label, NonEmpty, ReleaseName, Timestamp, kind};
use strongroom_store::{AuditLog, PersonStore, UsageStore, WorkspaceStore};
use strongroom_tiers::{Catalogue, Policy};
use strongroom_workspaces::{Authority, CostModel, CreditPolicy, ReviewPolicy};

use crate::WorkbenchError;

/// Everything a workbench stores. Implemented by whatever implements the four traits.
pub trait Stores: PersonStore + WorkspaceStore + UsageStore + AuditLog {}

impl<T: PersonStore + WorkspaceStore + UsageStore + AuditLog> Stores for T {}

/// The use cases of a researcher workbench over stores, a policy and releases that the embedder
/// chooses.
///
/// Every method takes the person on whose behalf it acts. Who that is must have been established
/// before: the workbench logs nobody in.
pub struct Workbench {
    pub(crate) stores: Arc<dyn Stores>,
    pub(crate) edition: Edition,
    pub(crate) institutions: BTreeMap<Id<kind::Institution>, Institution>,
    pub(crate) catalogue: Catalogue,
    pub(crate) releases: BTreeMap<ReleaseName, Cdr>,
    pub(crate) administrators: BTreeMap<Id<kind::Person>, BTreeSet<Authority>>,
    pub(crate) review_policy: ReviewPolicy,
    pub(crate) prices: Option<Prices>,
    rules: Vec<Arc<dyn Rule>>,
    steward: Option<Label>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

/// What people are given, and what queries cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prices {
    pub(crate) given: CreditPolicy,
    pub(crate) model: CostModel,
}

impl Workbench {
    /// A workbench under this policy, with the requirements that it declares; without institutions,
    /// releases and administrators, where nothing costs anything.
    #[must_use]
    pub fn new(
        stores: Arc<dyn Stores>,
        edition: Edition,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        Self {
            stores,
            edition,
            institutions: BTreeMap::new(),
            catalogue: Catalogue::default(),
            releases: BTreeMap::new(),
            administrators: BTreeMap::new(),
            review_policy: ReviewPolicy::default(),
            prices: None,
            rules: Vec::new(),
            steward: None,
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

    /// The same, where people do not act themselves: everything is on record as done by this steward on
    /// their behalf. It gives nobody any right: whoever is acted for is decided about as ever.
    #[must_use]
    pub fn with_steward(mut self, name: Label) -> Self {
        self.steward = Some(name);
        self
    }

    /// The same with this release, live from now on, in the catalogue.
    ///
    /// # Errors
    /// If the catalogue has a release of this name already.
    pub fn with_release(mut self, release: Cdr) -> Result<Self, WorkbenchError> {
        let entry = strongroom_tiers::Release::new(release.release().clone(), release.tier());
        self.catalogue.publish(entry)?;
        self.releases.insert(release.release().clone(), release);
        Ok(self)
    }

    /// The same with a person whom the programme trusts with one part of its administration. None lets
    /// anybody into a tier.
    #[must_use]
    pub fn with_administrator(mut self, person: Id<kind::Person>, authority: Authority) -> Self {
        self.administrators.entry(person).or_default().insert(authority);
        self
    }

    /// The same where purposes are also reviewed like this, beside what the policy says of them.
    #[must_use]
    pub fn with_review_policy(mut self, review_policy: ReviewPolicy) -> Self {
        self.review_policy = review_policy;
        self
    }

    /// The same where people are given these credits, from which the queries in the workspaces that they
    /// created are paid.
    #[must_use]
    pub fn with_credits(mut self, given: CreditPolicy, model: CostModel) -> Self {
        self.prices = Some(Prices { given, model });
        self
    }

    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        self.edition.policy()
    }

    /// What the policy can ask of people.
    #[must_use]
    pub fn requirements(&self) -> &[Requirement] {
        self.edition.requirements()
    }

    /// The releases that can be worked on.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn new_id<K: IdKind>(&self) -> Id<K> {
        self.ids.next_id()
    }

    pub(crate) fn persons(&self) -> &dyn PersonStore {
        self.stores.as_ref()
    }

    pub(crate) fn workspaces(&self) -> &dyn WorkspaceStore {
        self.stores.as_ref()
    }

    pub(crate) fn usage(&self) -> &dyn UsageStore {
        self.stores.as_ref()
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
        self.event_by(Actor::Person(person), self.now(), request, action)
    }

    /// An event of this actor's; of a person's, by the steward on their behalf, if there is one.
    pub(crate) fn event_by(
        &self,
        actor: Actor,
        at: Timestamp,
        request: Id<kind::Request>,
        action: Action,
    ) -> AuditEvent {
        match (actor, &self.steward) {
            (Actor::Person(person), Some(steward)) => {
                AuditEvent::new(at, request, Actor::Steward(steward.clone()), action).on_behalf_of(person)
            }
            (actor, _) => AuditEvent::new(at, request, actor, action),
        }
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
