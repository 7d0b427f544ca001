use std::fmt;
use std::sync::{RwLock, RwLockReadGuard};

use async_trait::async_trait;
use strongroom_access::EmailAddress;
use strongroom_audit::{AuditEvent, Checkpoint, ConsistencyProof, Entry, InclusionProof, TreeHead};
use strongroom_primitives::{Id, NonEmpty, kind};
use strongroom_workspaces::Workspace;

use crate::state::{Record, State, Step};
use crate::{
    AuditLog, Commit, PersonRecord, PersonStore, ProvableLog, StoreError, Stored, UsageRecord, UsageStore,
    Version, WorkspaceStore,
};

/// A store that is gone with its process, for tests, examples and trials.
#[derive(Default)]
pub struct MemoryStore {
    state: RwLock<State>,
}

impl MemoryStore {
    /// A store in which there is nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn read(&self) -> Result<RwLockReadGuard<'_, State>, StoreError> {
        self.state.read().map_err(|_| Halted.into())
    }

    fn write(
        &self,
        prepare: impl FnOnce(&State) -> Result<Step, StoreError>,
    ) -> Result<Checkpoint, StoreError> {
        let mut state = self.state.write().map_err(|_| Halted)?;
        let step = prepare(&state)?;
        Ok(state.apply(step))
    }

    fn carry_out(&self, commit: Commit<impl Into<Record>>) -> Result<Version, StoreError> {
        let version = commit.expected().next();
        self.write(|state| state.prepare(commit))?;
        Ok(version)
    }
}

#[async_trait]
impl PersonStore for MemoryStore {
    async fn load(&self, id: Id<kind::Person>) -> Result<Stored<PersonRecord>, StoreError> {
        self.read()?.person(id)
    }

    async fn find(&self, email: &EmailAddress) -> Result<Option<Stored<PersonRecord>>, StoreError> {
        Ok(self.read()?.person_at(email))
    }

    async fn list(
        &self,
        after: Option<Id<kind::Person>>,
        limit: usize,
    ) -> Result<Vec<Stored<PersonRecord>>, StoreError> {
        Ok(self.read()?.people_after(after, limit))
    }

    async fn commit(&self, commit: Commit<PersonRecord>) -> Result<Version, StoreError> {
        self.carry_out(commit)
    }
}

#[async_trait]
impl WorkspaceStore for MemoryStore {
    async fn load(&self, id: Id<kind::Workspace>) -> Result<Stored<Workspace>, StoreError> {
        self.read()?.workspace(id)
    }

    async fn list_for(&self, person: Id<kind::Person>) -> Result<Vec<Stored<Workspace>>, StoreError> {
        Ok(self.read()?.workspaces_of(person))
    }

    async fn list(
        &self,
        after: Option<Id<kind::Workspace>>,
        limit: usize,
    ) -> Result<Vec<Stored<Workspace>>, StoreError> {
        Ok(self.read()?.workspaces_after(after, limit))
    }

    async fn commit(&self, commit: Commit<Workspace>) -> Result<Version, StoreError> {
        self.carry_out(commit)
    }
}

#[async_trait]
impl UsageStore for MemoryStore {
    async fn load(&self, person: Id<kind::Person>) -> Result<Stored<UsageRecord>, StoreError> {
        self.read()?.usage(person)
    }

    async fn commit(&self, commit: Commit<UsageRecord>) -> Result<Version, StoreError> {
        self.carry_out(commit)
    }
}

#[async_trait]
impl AuditLog for MemoryStore {
    async fn append(&self, events: NonEmpty<AuditEvent>) -> Result<Checkpoint, StoreError> {
        self.write(|state| state.prepare_events(&events))
    }

    async fn read(&self, from: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        Ok(self.read()?.entries(from, limit))
    }

    async fn head(&self) -> Result<Checkpoint, StoreError> {
        Ok(self.read()?.head())
    }
}

#[async_trait]
impl ProvableLog for MemoryStore {
    async fn tree_head(&self) -> Result<TreeHead, StoreError> {
        Ok(self.read()?.tree_head())
    }

    async fn prove_inclusion(&self, sequence: u64, size: u64) -> Result<InclusionProof, StoreError> {
        self.read()?.prove_inclusion(sequence, size)
    }

    async fn prove_consistency(&self, old_size: u64, new_size: u64) -> Result<ConsistencyProof, StoreError> {
        self.read()?.prove_consistency(old_size, new_size)
    }
}

impl fmt::Debug for MemoryStore {
    /// Without what is stored: there are people in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

/// A panic in the middle of a change left a lock poisoned; what it guards is not relied on.
#[derive(Debug, thiserror::Error)]
#[error("the store was halted by a fault in the program; start it again")]
pub(crate) struct Halted;

impl From<Halted> for StoreError {
    fn from(halted: Halted) -> Self {
        Self::unavailable(halted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance;

    #[tokio::test(flavor = "multi_thread")]
    async fn it_keeps_every_promise() {
        conformance::check_all(async || MemoryStore::new()).await;
        conformance::check_provable_log(async || MemoryStore::new()).await;
    }
}
