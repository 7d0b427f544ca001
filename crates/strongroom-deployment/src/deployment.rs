use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use strongroom_access::Institution;
use strongroom_audit::{Action, Actor, AuditEvent, CheckpointVerifier, Code};
use strongroom_cdr::Cdr;
use strongroom_gate::Edition;
use strongroom_primitives::{Clock, Id, IdKind, IdSource, Label, NonEmpty, Timestamp, kind};
use strongroom_store::{AuditLog, PersonRecord, PersonStore, ProvableLog, StoreErrorKind, Stored};
use strongroom_store_sql::SqlStore;
use strongroom_tiers::Policy;
use strongroom_workbench::Workbench;

use crate::document::{DOCUMENT_FILE, Document, digest};
use crate::key::Seed;
use crate::{DeploymentError, ReleasePlace, StorePlace, checkpoints, files};

pub(crate) const POLICY_FILE: &str = "policy.toml";

/// Whoever runs a deployment: the name under which the trail knows them, and where they take instants and
/// ids from.
#[derive(Clone)]
pub struct Operator {
    name: Label,
    pub(crate) clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl Operator {
    /// Somebody of this name. That they are who they say must have been established before.
    #[must_use]
    pub fn new(name: Label, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        Self { name, clock, ids }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn new_id<K: IdKind>(&self) -> Id<K> {
        self.ids.next_id()
    }

    pub(crate) fn event(&self, request: Id<kind::Request>, action: Action) -> AuditEvent {
        AuditEvent::new(self.now(), request, Actor::Steward(self.name.clone()), action)
    }

    /// The events of one act, now.
    pub(crate) fn events(
        &self,
        first: Action,
        more: impl IntoIterator<Item = Action>,
    ) -> NonEmpty<AuditEvent> {
        let request = self.ids.next_id();
        let mut events = NonEmpty::new(self.event(request, first));
        more.into_iter().for_each(|action| events.push(self.event(request, action)));
        events
    }
}

impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operator").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A deployment in a folder, open.
pub struct Deployment {
    pub(crate) folder: PathBuf,
    pub(crate) document: Document,
    pub(crate) policy: Policy,
    pub(crate) store: Arc<SqlStore>,
    pub(crate) operator: Operator,
}

impl Deployment {
    /// Makes a deployment in a folder that is empty or not there yet, with its store, which must be empty
    /// too, and a key of its own. It is there when this returns; if this fails, the folder holds none.
    ///
    /// # Errors
    /// If there is something already, a file cannot be written, or the store cannot be made.
    pub async fn create(
        folder: &Path,
        place: StorePlace,
        policy: &Policy,
        operator: Operator,
    ) -> Result<Self, DeploymentError> {
        // Names and rules are checked before anything is written.
        Edition::new(policy.clone())?;
        files::make_folder(folder)?;
        let id: Id<kind::Request> = operator.ids.next_id();
        let origin = format!("strongroom-deployment/{:032x}", id.as_u128());
        let seed = Seed::random()?;
        let key = seed.key(&origin)?;
        let store = place.open(folder, true).await?;
        if store.tree_head().await?.size() != 0 {
            let message =
                "there is something in the database already; name a schema or a database that is empty";
            return Err(strongroom_store::StoreError::of_kind(StoreErrorKind::Conflict, message).into());
        }
        seed.write(folder)?;
        checkpoints::open(folder, &key)?;
        files::write_new(&folder.join(POLICY_FILE), &policy.to_toml())?;
        let document = Document::new(origin, operator.now(), place, policy);
        let text = document.to_text()?;
        let created = Action::DeploymentChanged { fact: code("created")?, document: digest(&text) };
        let loaded = Action::PolicyLoaded { policy: policy.digest() };
        store.append(operator.events(created, [loaded])).await?;
        files::write_new(&folder.join(DOCUMENT_FILE), &text)?;
        let folder = folder.to_owned();
        Ok(Self { folder, document, policy: policy.clone(), store: Arc::new(store), operator })
    }

    /// Opens the deployment in a folder.
    ///
    /// # Errors
    /// If there is none, a file of it cannot be read or is not what it should be, its policy's file is not
    /// the one in force, or the store cannot be opened.
    pub async fn open(folder: &Path, operator: Operator) -> Result<Self, DeploymentError> {
        let document = Document::read(folder)?;
        let policy = read_policy(folder, &document)?;
        let store = Arc::new(document.store.open(folder, false).await?);
        Ok(Self { folder: folder.to_owned(), document, policy, store, operator })
    }

    /// Waits until everything is written and closed.
    pub async fn close(self) {
        if let Some(store) = Arc::into_inner(self.store) {
            store.close().await;
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The institutions, in the order in which they were added.
    #[must_use]
    pub fn institutions(&self) -> &[Institution] {
        &self.document.institutions
    }

    /// The releases, in the order in which they were added.
    #[must_use]
    pub fn releases(&self) -> &[ReleasePlace] {
        &self.document.releases
    }

    /// What others check the trail's checkpoints with.
    ///
    /// # Errors
    /// If the key cannot be read.
    pub fn verifier(&self) -> Result<CheckpointVerifier, DeploymentError> {
        Ok(Seed::read(&self.folder)?.key(&self.document.origin)?.verifier())
    }

    /// The use cases without any release: to register people, and to record what they bring. What is done
    /// is on record as done by the operator.
    ///
    /// # Errors
    /// If the policy declares something that cannot be judged by.
    pub fn enrolment(&self) -> Result<Workbench, DeploymentError> {
        let workbench = Workbench::new(
            Arc::clone(&self.store) as Arc<_>,
            Edition::new(self.policy.clone())?,
            Arc::clone(&self.operator.clock),
            Arc::clone(&self.operator.ids),
        )
        .with_steward(self.operator.name.clone());
        Ok(self.document.institutions.iter().cloned().fold(workbench, Workbench::with_institution))
    }

    /// The use cases, with all releases open.
    ///
    /// # Errors
    /// If the policy declares something that cannot be judged by, or a release cannot be opened.
    pub async fn workbench(&self) -> Result<Workbench, DeploymentError> {
        let mut workbench = self.enrolment()?;
        for release in &self.document.releases {
            let cdr = Cdr::open(&release.folder, Arc::clone(&self.operator.clock)).await?;
            workbench = workbench.with_release(cdr)?;
        }
        Ok(workbench)
    }

    /// Somebody by their whole address or their id. That they were looked at is recorded before they are
    /// given.
    ///
    /// # Errors
    /// If there is nobody, or the store fails.
    pub async fn person(&self, named: &str) -> Result<PersonRecord, DeploymentError> {
        let person = self.person_id(named).await?;
        let record = PersonStore::load(&*self.store, person).await?.into_value();
        let viewed = Action::PersonViewed { person, part: code("record")? };
        self.store.append(self.operator.events(viewed, [])).await?;
        Ok(record)
    }

    /// The id of somebody by their whole address or their id.
    ///
    /// # Errors
    /// If there is nobody, or the store fails.
    pub async fn person_id(&self, named: &str) -> Result<Id<kind::Person>, DeploymentError> {
        let found = match named.parse() {
            Ok(id) => match PersonStore::load(&*self.store, id).await {
                Err(error) if error.kind() == StoreErrorKind::NotFound => None,
                found => Some(found?),
            },
            Err(_) => self.store.find(&named.parse()?).await?,
        };
        found
            .map(|stored: Stored<PersonRecord>| stored.value().person().id())
            .ok_or(DeploymentError::NoPerson)
    }
}

/// The policy in the folder, if it is the one in force.
pub(crate) fn read_policy(folder: &Path, document: &Document) -> Result<Policy, DeploymentError> {
    let file = folder.join(POLICY_FILE);
    let policy = Policy::from_toml(&files::read(&file)?)?;
    if policy.digest() == document.policy { Ok(policy) } else { Err(DeploymentError::OtherPolicy { file }) }
}

pub(crate) fn code(text: &str) -> Result<Code, DeploymentError> {
    Ok(Code::new(text)?)
}

impl fmt::Debug for Deployment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deployment").field("folder", &self.folder).finish_non_exhaustive()
    }
}
