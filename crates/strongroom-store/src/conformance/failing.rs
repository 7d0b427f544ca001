//! A store that fails at a chosen call, and what callers may rely on then.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use strongroom_access::EmailAddress;
use strongroom_audit::{AuditEvent, Checkpoint, Entry};
use strongroom_primitives::{Id, NonEmpty, kind};
use strongroom_workspaces::Workspace;

use super::subject::Subject;
use super::{one_event, requests, trail};
use crate::{
    AuditLog, Commit, PersonRecord, PersonStore, StoreError, StoreErrorKind, Stored, UsageRecord, UsageStore,
    Version, WorkspaceStore,
};

/// When a call fails: both look the same to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "before and after are all there is")]
pub enum Moment {
    /// Before it took effect: the way to the store was lost.
    Before,
    /// After it took effect: the way back was lost.
    After,
}

/// A store of which one call fails as [`Unavailable`](StoreErrorKind::Unavailable). For tests of
/// whatever uses a store: after each failure a decision must be a refusal, or all be as before.
#[derive(Debug)]
pub struct FailingStore<S> {
    store: S,
    call: u64,
    moment: Moment,
    calls: AtomicU64,
}

impl<S> FailingStore<S> {
    /// The store, whose call number `call`, counted from 1, fails at that moment. Number 0 never
    /// comes.
    pub fn new(store: S, call: u64, moment: Moment) -> Self {
        Self { store, call, moment, calls: AtomicU64::new(0) }
    }

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    /// The store without the fault.
    pub fn into_inner(self) -> S {
        self.store
    }

    async fn through<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let fails = self.calls.fetch_add(1, Ordering::SeqCst).saturating_add(1) == self.call;
        if fails && self.moment == Moment::Before {
            return Err(StoreError::unavailable("the call fails on purpose"));
        }
        let outcome = call.await;
        if fails { Err(StoreError::unavailable("the call fails on purpose")) } else { outcome }
    }
}

#[async_trait]
impl<S: PersonStore> PersonStore for FailingStore<S> {
    async fn load(&self, id: Id<kind::Person>) -> Result<Stored<PersonRecord>, StoreError> {
        self.through(self.store.load(id)).await
    }

    async fn find(&self, email: &EmailAddress) -> Result<Option<Stored<PersonRecord>>, StoreError> {
        self.through(self.store.find(email)).await
    }

    async fn list(
        &self,
        after: Option<Id<kind::Person>>,
        limit: usize,
    ) -> Result<Vec<Stored<PersonRecord>>, StoreError> {
        self.through(self.store.list(after, limit)).await
    }

    async fn commit(&self, commit: Commit<PersonRecord>) -> Result<Version, StoreError> {
        self.through(self.store.commit(commit)).await
    }
}

#[async_trait]
impl<S: WorkspaceStore> WorkspaceStore for FailingStore<S> {
    async fn load(&self, id: Id<kind::Workspace>) -> Result<Stored<Workspace>, StoreError> {
        self.through(self.store.load(id)).await
    }

    async fn list_for(&self, person: Id<kind::Person>) -> Result<Vec<Stored<Workspace>>, StoreError> {
        self.through(self.store.list_for(person)).await
    }

    async fn list(
        &self,
        after: Option<Id<kind::Workspace>>,
        limit: usize,
    ) -> Result<Vec<Stored<Workspace>>, StoreError> {
        self.through(self.store.list(after, limit)).await
    }

    async fn commit(&self, commit: Commit<Workspace>) -> Result<Version, StoreError> {
        self.through(self.store.commit(commit)).await
    }
}

#[async_trait]
impl<S: UsageStore> UsageStore for FailingStore<S> {
    async fn load(&self, person: Id<kind::Person>) -> Result<Stored<UsageRecord>, StoreError> {
        self.through(self.store.load(person)).await
    }

    async fn commit(&self, commit: Commit<UsageRecord>) -> Result<Version, StoreError> {
        self.through(self.store.commit(commit)).await
    }
}

#[async_trait]
impl<S: AuditLog> AuditLog for FailingStore<S> {
    async fn append(&self, events: NonEmpty<AuditEvent>) -> Result<Checkpoint, StoreError> {
        self.through(self.store.append(events)).await
    }

    async fn read(&self, from: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.through(self.store.read(from, limit)).await
    }

    async fn head(&self) -> Result<Checkpoint, StoreError> {
        self.through(self.store.head()).await
    }
}

/// Lets each call of a short history fail, at either moment, with a caller who loads again and
/// repeats.
pub(super) async fn check<S>(make: &impl AsyncFn() -> S)
where
    S: PersonStore + WorkspaceStore + AuditLog + 'static,
{
    for moment in [Moment::Before, Moment::After] {
        for call in 1.. {
            let failing = FailingStore::new(make().await, call, moment);
            let mut version = Version::ABSENT;
            for revision in 0..3_u64 {
                version = commit_once(&failing, revision, version).await;
            }
            let done = failing.calls() < call;
            let store = failing.into_inner();
            let stored = PersonStore::load(&store, Id::from_u128(1)).await.expect("the person");
            assert_eq!(
                (stored.value().revision(), stored.version()),
                (2, version),
                "call {call}, {moment:?}"
            );
            let told = requests(&trail(&store).await);
            assert_eq!(told, [0, 1, 2], "each commit once: call {call} failed {moment:?} it took effect");
            if done {
                break;
            }
        }
    }
}

/// Commits until it is sure that the commit took effect.
async fn commit_once(store: &impl PersonStore, revision: u64, expected: Version) -> Version {
    let record = PersonRecord::numbered(1).at_revision(revision);
    let commit = Commit::new(record.clone(), expected, one_event(revision.into()));
    for _ in 0..4 {
        match store.commit(commit.clone()).await {
            Ok(version) => return version,
            // It took effect when its answer was lost, if what is stored is what was to be.
            Err(error) if error.kind() == StoreErrorKind::Conflict => {
                match store.load(record.person().id()).await {
                    Ok(stored) if *stored.value() == record => return stored.version(),
                    Ok(_) => panic!("a conflict, though nobody else commits"),
                    Err(error) => assert!(error.is_retryable(), "{error}"),
                }
            }
            Err(error) => assert!(error.is_retryable(), "{error}"),
        }
    }
    panic!("one call fails, and the commit never succeeds")
}
