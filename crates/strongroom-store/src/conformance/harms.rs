//! What happens to a store behind its back, and what it says then.

use std::fmt::Debug;

use strongroom_primitives::Id;

use super::subject::Subject;
use super::{assert_kind, one_event, requests, trail};
use crate::{AuditLog, Commit, PersonRecord, PersonStore, StoreError, StoreErrorKind, Version};

/// Something that is done to what a store keeps its things in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Harm {
    /// The stored person's document is changed to say something else.
    PersonChanged,
    /// A stored entry of the trail is changed to say something else.
    EntryChanged,
    /// The second of three stored entries of the trail is taken out.
    EntryRemoved,
    /// The stored person's document is one that a later version of the program wrote, in a format this
    /// one does not know.
    LaterPerson,
    /// The stored entries of the trail are such ones.
    LaterEntries,
    /// The schema, or the format of the file, is that of a later version of the program.
    LaterStore,
}

impl Harm {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::PersonChanged,
        Self::EntryChanged,
        Self::EntryRemoved,
        Self::LaterPerson,
        Self::LaterEntries,
        Self::LaterStore,
    ];

    /// As what the store tells it.
    pub(super) const fn expected(self) -> StoreErrorKind {
        match self {
            Self::PersonChanged | Self::EntryChanged | Self::EntryRemoved => StoreErrorKind::Corrupt,
            Self::LaterPerson | Self::LaterEntries | Self::LaterStore => StoreErrorKind::NewerFormat,
        }
    }
}

/// A place for stores in which a test can do harm.
#[expect(async_fn_in_trait, reason = "it is called by the kit, in the task that checks")]
pub trait TestBed {
    /// The store that is checked.
    type Store: PersonStore + AuditLog;

    /// A store in which there is nothing.
    async fn make(&self) -> Self::Store;

    /// Closes the store, harms it and opens it again, if it can still be opened.
    async fn harm(&self, store: Self::Store, harm: Harm) -> Result<Self::Store, StoreError>;

    /// Makes that nothing can be written to the store, which stays open: the disk is full, the server is
    /// gone, somebody holds the lock for too long.
    async fn cut_off(&self, store: &Self::Store);

    /// Makes that the store can be written again, and gives it back; opened anew, if that is needed.
    async fn restore(&self, store: Self::Store) -> Self::Store;
}

pub(super) async fn check<B: TestBed>(bed: &B) {
    for harm in Harm::ALL {
        what_was_harmed_is_told_and_not_given(bed, harm).await;
    }
    what_cannot_be_written_is_refused_and_can_be_repeated(bed).await;
}

/// A person of revision 0, and two entries more.
async fn filled<B: TestBed>(bed: &B) -> B::Store {
    let store = bed.make().await;
    let commit = Commit::new(PersonRecord::numbered(1), Version::ABSENT, one_event(0));
    store.commit(commit).await.expect("a new person");
    store.append(one_event(1)).await.expect("appending");
    store.append(one_event(2)).await.expect("appending");
    store
}

async fn what_was_harmed_is_told_and_not_given<B: TestBed>(bed: &B, harm: Harm) {
    let store = match bed.harm(filled(bed).await, harm).await {
        Ok(store) => store,
        Err(error) => return assert_told(&error, harm),
    };
    let told = match harm {
        Harm::PersonChanged | Harm::LaterPerson => store.load(Id::from_u128(1)).await.map(drop),
        Harm::EntryChanged | Harm::EntryRemoved | Harm::LaterEntries => store.read(0, 10).await.map(drop),
        Harm::LaterStore => panic!("LaterStore: it was opened, though this program does not know its form"),
    };
    match told {
        Ok(()) => panic!("{harm:?}: what was harmed was given as if nothing had happened"),
        Err(error) => assert_told(&error, harm),
    }
}

fn assert_told(error: &StoreError, harm: Harm) {
    assert_eq!(error.kind(), harm.expected(), "{harm:?} is told as what it is: {error}");
    assert!(!error.is_retryable(), "{harm:?}: repeating does not help, but the error says so");
}

async fn what_cannot_be_written_is_refused_and_can_be_repeated<B: TestBed>(bed: &B) {
    let store = filled(bed).await;
    let before = store.load(Id::from_u128(1)).await.expect("the person");
    let changed = PersonRecord::numbered(1).at_revision(1);
    let commit = || Commit::new(changed.clone(), before.version(), one_event(3));

    bed.cut_off(&store).await;
    assert_unavailable(store.commit(commit()).await, "a commit");
    assert_unavailable(store.append(one_event(4)).await, "appending");
    let store = bed.restore(store).await;

    // Either call may have taken effect, though its caller was told that nobody knows.
    let after = store.load(Id::from_u128(1)).await.expect("the person");
    let recorded = requests(&trail(&store).await);
    assert_eq!(
        after.value().revision() == 1,
        recorded.contains(&3),
        "state and events are there together or not at all"
    );
    match store.commit(commit()).await {
        Ok(version) => assert!(version > before.version(), "a commit leaves a greater version"),
        Err(error) => assert_eq!(error.kind(), StoreErrorKind::Conflict, "it had taken effect: {error}"),
    }
    let stored = store.load(Id::from_u128(1)).await.expect("the person").into_value();
    assert_eq!(stored, changed, "what was repeated is stored");
    store.append(one_event(5)).await.expect("appending to a store that can be written again");
    let mut recorded = requests(&trail(&store).await);
    assert_eq!(recorded.pop(), Some(5), "the last event");
    assert_eq!(recorded.iter().filter(|request| **request == 3).count(), 1, "the commit is on record once");
}

fn assert_unavailable<T: Debug>(outcome: Result<T, StoreError>, what: &str) {
    if let Err(error) = &outcome {
        assert!(error.is_retryable(), "{what} to a store that cannot be written may be repeated: {error}");
    }
    assert_kind(outcome, StoreErrorKind::Unavailable, &format!("{what} to a store that cannot be written"));
}
