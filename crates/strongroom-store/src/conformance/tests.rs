//! The kit itself: each fault of a store is found, and as what it is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Mutex;

use super::subject::KeptBy;
use super::*;
use crate::MemoryStore;

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    Nothing,
    LastWriterWins,
    RefusedLeaveEvents,
    EventsTwice,
    VersionsStandStill,
    WritesAreForgotten,
    AbsentIsUnavailable,
    AddressesIgnoreCase,
    ListsAreReversed,
    PagesAreShort,
    DeletedAreNotListed,
    TrailBeginsLate,
    HeadIsOld,
    EventsAppearLate,
    TheClockIsIgnored,
}

/// A store with a fault.
struct Faulty {
    sound: MemoryStore,
    fault: Fault,
    /// How far the trail can be seen, where events appear late.
    shown: Mutex<Checkpoint>,
}

impl Faulty {
    fn new(fault: Fault) -> Self {
        Self { sound: MemoryStore::new(), fault, shown: Mutex::new(Checkpoint::START) }
    }

    fn on<T>(&self, fault: Fault, faulty: T, sound: T) -> T {
        if self.fault == fault { faulty } else { sound }
    }

    /// Whether the clock is why it was refused, and is ignored.
    fn ignores(&self, refused: &StoreError) -> bool {
        self.fault == Fault::TheClockIsIgnored && refused.kind() == StoreErrorKind::ClockSetBack
    }

    fn loaded<T>(&self, sound: Result<Stored<T>, StoreError>) -> Result<Stored<T>, StoreError> {
        match sound {
            Err(error) if error.kind() == StoreErrorKind::NotFound => {
                Err(self.on(Fault::AbsentIsUnavailable, StoreError::unavailable("absent"), error))
            }
            other => other,
        }
    }

    async fn commit<T>(&self, commit: Commit<T>, number: u128) -> Result<Version, StoreError>
    where
        T: KeptBy<MemoryStore>,
    {
        let (value, expected, events) = commit.clone().into_parts();
        if self.fault == Fault::WritesAreForgotten {
            return Ok(expected.next());
        }
        let outcome = match T::commit(&self.sound, commit).await {
            Err(_) if self.fault == Fault::LastWriterWins => {
                let present =
                    T::load(&self.sound, number).await.map_or(Version::ABSENT, |stored| stored.version());
                T::commit(&self.sound, Commit::new(value, present, events)).await
            }
            Err(refused) if self.ignores(&refused) => Ok(expected.next()),
            Err(refused) => {
                if self.fault == Fault::RefusedLeaveEvents {
                    self.sound.append(events).await?;
                }
                Err(refused)
            }
            Ok(version) => {
                if self.fault == Fault::EventsTwice {
                    self.sound.append(events).await?;
                }
                Ok(self.on(Fault::VersionsStandStill, expected, version))
            }
        };
        self.show().await?;
        outcome
    }

    /// Shows the whole trail, a little later.
    async fn show(&self) -> Result<(), StoreError> {
        if self.fault == Fault::EventsAppearLate {
            tokio::time::sleep(Duration::from_millis(2)).await;
            let mut shown = self.shown.lock().await;
            *shown = self.sound.head().await?;
        }
        Ok(())
    }
}

#[async_trait]
impl PersonStore for Faulty {
    async fn load(&self, id: Id<kind::Person>) -> Result<Stored<PersonRecord>, StoreError> {
        self.loaded(PersonStore::load(&self.sound, id).await)
    }

    async fn find(&self, email: &EmailAddress) -> Result<Option<Stored<PersonRecord>>, StoreError> {
        let lower = EmailAddress::new(&email.to_string().to_lowercase()).unwrap();
        self.sound.find(self.on(Fault::AddressesIgnoreCase, &lower, email)).await
    }

    async fn list(
        &self,
        after: Option<Id<kind::Person>>,
        limit: usize,
    ) -> Result<Vec<Stored<PersonRecord>>, StoreError> {
        let limit = self.on(Fault::PagesAreShort, limit.min(2), limit);
        PersonStore::list(&self.sound, after, limit).await
    }

    async fn commit(&self, commit: Commit<PersonRecord>) -> Result<Version, StoreError> {
        let number = commit.value().person().id().as_u128();
        self.commit(commit, number).await
    }
}

#[async_trait]
impl WorkspaceStore for Faulty {
    async fn load(&self, id: Id<kind::Workspace>) -> Result<Stored<Workspace>, StoreError> {
        self.loaded(WorkspaceStore::load(&self.sound, id).await)
    }

    async fn list_for(&self, person: Id<kind::Person>) -> Result<Vec<Stored<Workspace>>, StoreError> {
        let list = self.sound.list_for(person).await?;
        let reversed = list.iter().rev().cloned().collect();
        Ok(self.on(Fault::ListsAreReversed, reversed, list))
    }

    async fn list(
        &self,
        after: Option<Id<kind::Workspace>>,
        limit: usize,
    ) -> Result<Vec<Stored<Workspace>>, StoreError> {
        let mut list = WorkspaceStore::list(&self.sound, after, limit).await?;
        list.retain(|one| self.fault != Fault::DeletedAreNotListed || one.value().deletion().is_none());
        Ok(list)
    }

    async fn commit(&self, commit: Commit<Workspace>) -> Result<Version, StoreError> {
        let number = commit.value().id().as_u128();
        self.commit(commit, number).await
    }
}

#[async_trait]
impl UsageStore for Faulty {
    async fn load(&self, person: Id<kind::Person>) -> Result<Stored<UsageRecord>, StoreError> {
        self.loaded(UsageStore::load(&self.sound, person).await)
    }

    async fn commit(&self, commit: Commit<UsageRecord>) -> Result<Version, StoreError> {
        let number = commit.value().person().as_u128();
        self.commit(commit, number).await
    }
}

#[async_trait]
impl AuditLog for Faulty {
    async fn append(&self, events: NonEmpty<AuditEvent>) -> Result<Checkpoint, StoreError> {
        let head = match self.sound.append(events).await {
            Err(refused) if self.ignores(&refused) => self.sound.head().await?,
            outcome => outcome?,
        };
        self.show().await?;
        Ok(head)
    }

    async fn read(&self, from: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let shown = self.head().await?.length();
        let from = self.on(Fault::TrailBeginsLate, from.saturating_add(1), from);
        let mut entries = self.sound.read(from, limit).await?;
        entries.retain(|entry| entry.sequence() < shown);
        Ok(entries)
    }

    async fn head(&self) -> Result<Checkpoint, StoreError> {
        match self.fault {
            Fault::HeadIsOld => Ok(Checkpoint::START),
            Fault::EventsAppearLate => Ok(*self.shown.lock().await),
            _ => self.sound.head().await,
        }
    }
}

/// What the kit says about a store with this fault.
fn report(fault: Fault) -> Option<String> {
    report_of(check_all(async || Faulty::new(fault)))
}

fn report_of(check: impl Future<Output = ()>) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_time().build().unwrap();
    let checked = catch_unwind(AssertUnwindSafe(|| runtime.block_on(check)));
    let panic = checked.err()?;
    Some(panic.downcast::<String>().map_or_else(|_| "(no message)".to_owned(), |message| *message))
}

#[test]
fn each_fault_is_found() {
    for (fault, expected) in [
        (Fault::LastWriterWins, "a change of what is absent: expected Conflict"),
        (Fault::RefusedLeaveEvents, "a refused commit leaves no events"),
        (Fault::EventsTwice, "the events of all commits, in order"),
        (Fault::VersionsStandStill, "a commit leaves a greater version"),
        (Fault::WritesAreForgotten, "what was committed"),
        (Fault::AbsentIsUnavailable, "in an empty store: expected NotFound"),
        (Fault::AddressesIgnoreCase, "an address is compared exactly"),
        (Fault::ListsAreReversed, "an owner's workspaces, by ascending id"),
        (Fault::PagesAreShort, "people after None, at most 3"),
        (Fault::DeletedAreNotListed, "workspaces after None, at most 3"),
        (Fault::TrailBeginsLate, "the trail is one chain up to its head"),
        (Fault::HeadIsOld, "the events of all commits, in order"),
        (Fault::EventsAppearLate, "was visible, but only"),
        (Fault::TheClockIsIgnored, "a change ten days before: expected ClockSetBack"),
    ] {
        let report = report(fault).unwrap_or_else(|| panic!("{fault:?} was not found"));
        assert!(report.contains(expected), "{fault:?} was reported as: {report}");
    }
}

#[test]
fn no_fault_is_found_where_there_is_none() {
    assert_eq!(report(Fault::Nothing), None);
}

/// A bed for stores that say this whatever was done to them, and that are never cut off.
struct Careless {
    said: Option<StoreErrorKind>,
}

impl TestBed for Careless {
    type Store = MemoryStore;

    async fn make(&self) -> MemoryStore {
        MemoryStore::new()
    }

    async fn harm(&self, store: MemoryStore, harm: Harm) -> Result<MemoryStore, StoreError> {
        match self.said {
            Some(kind) if harm == Harm::LaterPerson => Err(StoreError::of_kind(kind, "it is what it is")),
            Some(_) => Err(StoreError::of_kind(harm.expected(), "it is what it is")),
            None => Ok(store),
        }
    }

    async fn cut_off(&self, _: &MemoryStore) {}

    async fn restore(&self, store: MemoryStore) -> MemoryStore {
        store
    }
}

#[test]
fn harm_that_is_told_wrongly_or_not_at_all_is_found() {
    for (said, expected) in [
        (None, "PersonChanged: what was harmed was given"),
        (Some(StoreErrorKind::Corrupt), "LaterPerson is told as what it is"),
        (
            Some(StoreErrorKind::NewerFormat),
            "a commit to a store that cannot be written: expected Unavailable",
        ),
    ] {
        let report = report_of(check_harms(&Careless { said })).unwrap();
        assert!(report.contains(expected), "{said:?} was reported as: {report}");
    }
}
