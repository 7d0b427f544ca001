//! A store in memory that counts its calls and, at one of them, fails or lets somebody else go first.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use strongroom_access::EmailAddress;
use strongroom_audit::{AuditEvent, Checkpoint, Entry};
use strongroom_primitives::{Id, ManualClock, NonEmpty, Timestamp, kind};
use strongroom_store::{
    AuditLog, Commit, MemoryStore, PersonRecord, PersonStore, StoreError, Stored, UsageRecord, UsageStore,
    Version, WorkspaceStore,
};
use strongroom_workspaces::Workspace;

use super::world::Revocation;

pub(super) struct WatchedStore {
    pub(super) store: MemoryStore,
    clock: Arc<ManualClock>,
    plan: Mutex<Plan>,
}

#[derive(Default)]
struct Plan {
    calls: usize,
    /// At which call, counted from 1, and what.
    what: Option<(usize, Interference)>,
}

/// What comes in between.
#[derive(Debug, Clone, Copy)]
pub(super) enum Interference {
    /// The call fails before it takes effect.
    FailsBefore,
    /// The call fails after it took effect.
    FailsAfter,
    /// Somebody revokes something before the call.
    Comes(Revocation),
    /// The call takes until this instant.
    TakesUntil(Timestamp),
}

impl WatchedStore {
    /// An empty store in a world with this clock.
    pub(super) fn new(clock: Arc<ManualClock>) -> Self {
        Self { store: MemoryStore::new(), clock, plan: Mutex::default() }
    }

    /// Counts from now on, and interferes at this call.
    pub(super) fn interfere(&self, call: usize, what: Interference) {
        *self.plan.lock().unwrap() = Plan { calls: 0, what: Some((call, what)) };
    }

    /// How many calls there were since, after which nothing interferes any more.
    pub(super) fn calls(&self) -> usize {
        std::mem::take(&mut *self.plan.lock().unwrap()).calls
    }

    async fn through<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let now = {
            let mut plan = self.plan.lock().unwrap();
            plan.calls += 1;
            plan.what.filter(|(at, _)| *at == plan.calls).map(|(_, what)| what)
        };
        let lost = || StoreError::unavailable("it fails on purpose");
        match now {
            None => call.await,
            Some(Interference::FailsBefore) => Err(lost()),
            Some(Interference::FailsAfter) => {
                drop(call.await);
                Err(lost())
            }
            Some(Interference::TakesUntil(end)) => {
                let outcome = call.await;
                self.clock.set(end);
                outcome
            }
            Some(Interference::Comes(revocation)) => {
                revocation.carry_out(&self.store).await;
                call.await
            }
        }
    }
}

#[async_trait]
impl PersonStore for WatchedStore {
    async fn load(&self, id: Id<kind::Person>) -> Result<Stored<PersonRecord>, StoreError> {
        self.through(PersonStore::load(&self.store, id)).await
    }

    async fn find(&self, email: &EmailAddress) -> Result<Option<Stored<PersonRecord>>, StoreError> {
        self.through(self.store.find(email)).await
    }

    async fn list(
        &self,
        after: Option<Id<kind::Person>>,
        limit: usize,
    ) -> Result<Vec<Stored<PersonRecord>>, StoreError> {
        self.through(PersonStore::list(&self.store, after, limit)).await
    }

    async fn commit(&self, commit: Commit<PersonRecord>) -> Result<Version, StoreError> {
        self.through(PersonStore::commit(&self.store, commit)).await
    }
}

#[async_trait]
impl WorkspaceStore for WatchedStore {
    async fn load(&self, id: Id<kind::Workspace>) -> Result<Stored<Workspace>, StoreError> {
        self.through(WorkspaceStore::load(&self.store, id)).await
    }

    async fn list_for(&self, person: Id<kind::Person>) -> Result<Vec<Stored<Workspace>>, StoreError> {
        self.through(self.store.list_for(person)).await
    }

    async fn list(
        &self,
        after: Option<Id<kind::Workspace>>,
        limit: usize,
    ) -> Result<Vec<Stored<Workspace>>, StoreError> {
        self.through(WorkspaceStore::list(&self.store, after, limit)).await
    }

    async fn commit(&self, commit: Commit<Workspace>) -> Result<Version, StoreError> {
        self.through(WorkspaceStore::commit(&self.store, commit)).await
    }
}

#[async_trait]
impl UsageStore for WatchedStore {
    async fn load(&self, person: Id<kind::Person>) -> Result<Stored<UsageRecord>, StoreError> {
        self.through(UsageStore::load(&self.store, person)).await
    }

    async fn commit(&self, commit: Commit<UsageRecord>) -> Result<Version, StoreError> {
        self.through(UsageStore::commit(&self.store, commit)).await
    }
}

#[async_trait]
impl AuditLog for WatchedStore {
    async fn append(&self, events: NonEmpty<AuditEvent>) -> Result<Checkpoint, StoreError> {
        self.through(self.store.append(events)).await
    }

    async fn read(&self, from: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.store.read(from, limit).await
    }

    async fn head(&self) -> Result<Checkpoint, StoreError> {
        self.store.head().await
    }
}
