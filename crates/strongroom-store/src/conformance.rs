//! Checks that a store keeps what the traits promise. For every implementation, also an
//! embedder's: call it from a test.
//!
//! ```
//! use strongroom_store::{MemoryStore, conformance};
//!
//! # #[tokio::main]
//! # async fn main() {
//! // In a test: #[tokio::test(flavor = "multi_thread")]
//! conformance::check_all(async || MemoryStore::new()).await;
//! # }
//! ```
//!
//! Each check takes a function that makes a store in which there is nothing, and reports a broken
//! promise as a test does, by panicking. The runtime is tokio's; with several threads the checks
//! of simultaneous commits mean more.

#![expect(clippy::expect_used, clippy::panic, reason = "a conformance kit reports by panicking, like a test")]

mod commits;
mod failing;
mod harms;
mod histories;
mod linearise;
mod proofs;
mod subject;
#[cfg(test)]
mod tests;

use std::fmt::Debug;
use std::sync::Arc;

use strongroom_access::{EmailAddress, Person};
use strongroom_audit::{Action, Actor, AuditEvent, Checkpoint, Entry, verify};
use strongroom_primitives::{Id, NonEmpty, Timestamp, kind};
use strongroom_workspaces::{Change, Role, Workspace};

pub use self::failing::{FailingStore, Moment};
pub use self::harms::{Harm, TestBed};
pub use self::linearise::{Answer, Call, Operation, is_linearisable};
use self::subject::{Subject, address, changed, label};
use crate::{
    AuditLog, Commit, PersonRecord, PersonStore, ProvableLog, StoreError, StoreErrorKind, Stored,
    UsageRecord, UsageStore, Version, WorkspaceStore,
};

/// Checks everything that [`check_person_store`], [`check_workspace_store`], [`check_usage_store`] and
/// [`check_audit_log`] check, and what follows for histories of many writers and for callers who
/// repeat what failed.
pub async fn check_all<S>(make: impl AsyncFn() -> S)
where
    S: PersonStore + WorkspaceStore + UsageStore + AuditLog + 'static,
{
    check_person_store(&make).await;
    check_workspace_store(&make).await;
    check_usage_store(&make).await;
    check_audit_log(&make).await;
    check_histories(&make).await;
    check_repetitions(&make).await;
}

/// Checks that random histories of eight writers are linearisable for each thing that is kept: that
/// they could have happened one call after the other, in an order in which no call comes before one
/// that had returned when it began (Herlihy and Wing, 1990).
pub async fn check_histories<S>(make: impl AsyncFn() -> S)
where
    S: PersonStore + WorkspaceStore + UsageStore + AuditLog + 'static,
{
    histories::check::<S, PersonRecord>(&make).await;
    histories::check::<S, Workspace>(&make).await;
}

/// Checks that a caller to whom a call fails, at whatever call and whether it had taken effect or
/// not, can load again and repeat, and that each commit takes effect once.
pub async fn check_repetitions<S>(make: impl AsyncFn() -> S)
where
    S: PersonStore + WorkspaceStore + UsageStore + AuditLog + 'static,
{
    failing::check(&make).await;
}

/// Checks that what happens to a store behind its back is told as what it is, that what cannot be relied
/// on is not given, and that a store that cannot be written refuses, changes nothing in part, and goes on
/// when it can be written again. For stores that keep their things somewhere.
pub async fn check_harms<B: TestBed>(bed: &B) {
    harms::check(bed).await;
}

/// Checks what a [`ProvableLog`] promises: that heads and proofs are those of the RFC 6962 tree over
/// the trail's lines.
pub async fn check_provable_log<S: ProvableLog + 'static>(make: impl AsyncFn() -> S) {
    proofs::heads_and_proofs_are_those_of_the_trail(&make().await).await;
    proofs::what_is_not_there_is_not_proved(&make().await).await;
    proofs::a_tree_grows_consistently_under_simultaneous_appends(make().await).await;
}

/// Checks what a [`PersonStore`] promises about commits, and that an address belongs to one
/// person.
pub async fn check_person_store<S: PersonStore + AuditLog + 'static>(make: impl AsyncFn() -> S) {
    commits::check::<S, PersonRecord>(&make).await;
    people_are_found_by_their_exact_address(&make().await).await;
    an_address_belongs_to_one_person(&make().await).await;
    people_are_listed_a_page_at_a_time(&make().await).await;
}

/// Checks what a [`WorkspaceStore`] promises about commits, and that members find their
/// workspaces.
pub async fn check_workspace_store<S: WorkspaceStore + AuditLog + 'static>(make: impl AsyncFn() -> S) {
    commits::check::<S, Workspace>(&make).await;
    members_find_their_workspaces(&make().await).await;
    workspaces_are_listed_a_page_at_a_time(&make().await).await;
}

/// Checks what a [`UsageStore`] promises about commits.
pub async fn check_usage_store<S: UsageStore + AuditLog + 'static>(make: impl AsyncFn() -> S) {
    commits::check::<S, UsageRecord>(&make).await;
}

/// Checks what an [`AuditLog`] promises about the trail.
pub async fn check_audit_log<S: AuditLog + 'static>(make: impl AsyncFn() -> S) {
    a_new_trail_is_empty(&make().await).await;
    a_clock_that_was_set_back_is_refused(&make().await).await;
    events_stand_in_the_order_in_which_they_were_appended(&make().await).await;
    any_part_of_the_trail_can_be_read(&make().await).await;
    events_appended_at_the_same_time_are_all_there(make().await).await;
}

/// Checks that what was committed is still there when the store has been closed and opened again:
/// for stores that survive their process. `reopen` is given a store, closes it, and opens the same
/// one anew.
pub async fn check_durability<S>(make: impl AsyncFn() -> S, reopen: impl AsyncFn(S) -> S)
where
    S: PersonStore + WorkspaceStore + UsageStore + AuditLog + 'static,
{
    let mut store = make().await;
    let mut version = Version::ABSENT;
    for revision in 0..4_u64 {
        let first = u128::from(revision) * 4;
        let record = PersonRecord::numbered(1).at_revision(revision);
        version = PersonStore::commit(&store, Commit::new(record, version, events(first..first + 2)))
            .await
            .expect("a commit to the opened store");
        let commit = Commit::new(Workspace::numbered(first), Version::ABSENT, one_event(first + 2));
        WorkspaceStore::commit(&store, commit).await.expect("a commit to the opened store");
        store.append(one_event(first + 3)).await.expect("appending to the opened store");

        let before = contents(&store).await;
        store = reopen(store).await;
        assert_eq!(contents(&store).await, before, "what was there before the store was closed");
    }
}

/// Everything that [`check_durability`] has put into a store.
async fn contents<S>(store: &S) -> (Stored<PersonRecord>, Vec<Stored<Workspace>>, Vec<Entry>)
where
    S: PersonStore + WorkspaceStore + AuditLog,
{
    let record = PersonStore::load(store, Id::from_u128(1)).await.expect("the person");
    let workspaces = store.list_for(Id::from_u128(1)).await.expect("their workspaces");
    (record, workspaces, trail(store).await)
}

async fn people_are_found_by_their_exact_address(store: &impl PersonStore) {
    let ada = PersonRecord::numbered(1);
    create(store, &ada).await;
    let found = store.find(ada.person().email()).await.expect("a person is found by their address");
    assert_eq!(found, Some(Stored::new(ada, loaded_version(store, 1).await)), "the person of an address");
    for stranger in ["person2@example.org", "Person1@example.org", "person1@sub.example.org"] {
        let stranger = EmailAddress::new(stranger).expect("an address");
        let found = store.find(&stranger).await.expect("an unknown address is no error");
        assert_eq!(found, None, "an address is compared exactly");
    }
}

async fn an_address_belongs_to_one_person<S: PersonStore + AuditLog>(store: &S) {
    let with_address = |number: u128, of: u128| {
        PersonRecord::new(Person::new(Id::from_u128(number), label("Revision 0"), address(of)))
    };
    create(store, &with_address(1, 1)).await;
    create(store, &with_address(2, 2)).await;
    let before = trail(store).await;

    let third = Commit::new(with_address(3, 1), Version::ABSENT, one_event(10));
    assert_kind(store.commit(third).await, StoreErrorKind::Conflict, "a new person with a taken address");
    assert_kind(store.load(Id::from_u128(3)).await, StoreErrorKind::NotFound, "a person who was refused");
    let second = Commit::new(with_address(2, 1), loaded_version(store, 2).await, one_event(11));
    assert_kind(store.commit(second).await, StoreErrorKind::Conflict, "a change to a taken address");
    assert_eq!(trail(store).await, before, "refused commits leave no events");

    let first = Commit::new(with_address(1, 9), loaded_version(store, 1).await, one_event(12));
    store.commit(first).await.expect("a change to a free address");
    assert_eq!(owner(store, 9).await, Some(Id::from_u128(1)), "the new address leads to the person");
    assert_eq!(owner(store, 1).await, None, "the old address leads to nobody");
    let second = Commit::new(with_address(2, 1), loaded_version(store, 2).await, one_event(13));
    store.commit(second).await.expect("an address that was given up is free");
    assert_eq!(owner(store, 1).await, Some(Id::from_u128(2)), "the address leads to its new owner");
    assert_eq!(owner(store, 2).await, None, "and theirs to nobody");
}

async fn members_find_their_workspaces(store: &impl WorkspaceStore) {
    let guest = Id::from_u128(77);
    let creator = Workspace::numbered(1).creator();
    for number in [3, 1, 2] {
        let mut workspace = Workspace::numbered(number);
        if number != 2 {
            workspace = changed(&workspace, Change::Share { with: guest, role: Role::Reader });
        }
        let commit = Commit::new(workspace, Version::ABSENT, one_event(number));
        store.commit(commit).await.expect("a new workspace");
    }
    assert_eq!(listed(store, creator).await, [1, 2, 3], "an owner's workspaces, by ascending id");
    assert_eq!(listed(store, guest).await, [1, 3], "a reader's workspaces, by ascending id");
    assert_eq!(listed(store, Id::from_u128(78)).await, [0; 0], "a stranger's workspaces");

    let stored = store.load(Id::from_u128(1)).await.expect("the workspace");
    let version = stored.version();
    let workspace = changed(stored.value(), Change::Unshare(guest));
    store.commit(Commit::new(workspace, version, one_event(4))).await.expect("a change");
    assert_eq!(listed(store, guest).await, [3], "the workspaces of somebody who was removed from one");
}

async fn people_are_listed_a_page_at_a_time(store: &impl PersonStore) {
    for number in [3, 1, 4, 2] {
        create(store, &PersonRecord::numbered(number)).await;
    }
    for (after, limit, expected) in PAGES {
        let page = store.list(after.map(Id::from_u128), *limit).await.expect("a page of people");
        let listed: Vec<u128> = page.iter().map(|stored| stored.value().person().id().as_u128()).collect();
        assert_eq!(listed, *expected, "people after {after:?}, at most {limit}");
    }
}

async fn workspaces_are_listed_a_page_at_a_time(store: &impl WorkspaceStore) {
    for number in [3, 1, 4, 2] {
        let mut workspace = Workspace::numbered(number);
        if number == 2 {
            // What was deleted is listed too: something of it stays public.
            workspace = changed(&workspace, Change::Delete);
        }
        let commit = Commit::new(workspace, Version::ABSENT, one_event(number));
        store.commit(commit).await.expect("a new workspace");
    }
    for (after, limit, expected) in PAGES {
        let page = store.list(after.map(Id::from_u128), *limit).await.expect("a page of workspaces");
        let listed: Vec<u128> = page.iter().map(|stored| stored.value().id().as_u128()).collect();
        assert_eq!(listed, *expected, "workspaces after {after:?}, at most {limit}");
    }
}

/// After which of four, how many at most, and what is listed then.
const PAGES: &[(Option<u128>, usize, &[u128])] = &[
    (None, 3, &[1, 2, 3]),
    (Some(3), 3, &[4]),
    (Some(4), 3, &[]),
    (None, 0, &[]),
    (Some(1), 1, &[2]),
    (Some(0), usize::MAX, &[1, 2, 3, 4]),
    (Some(u128::MAX), 3, &[]),
];

async fn a_new_trail_is_empty(log: &impl AuditLog) {
    assert_eq!(log.head().await.expect("the head"), Checkpoint::START, "the head of a new trail");
    assert_eq!(log.read(0, usize::MAX).await.expect("a new trail"), [], "the entries of a new trail");
}

async fn events_stand_in_the_order_in_which_they_were_appended(log: &impl AuditLog) {
    for (numbers, length) in [(0..1, 1), (1..4, 4), (4..6, 6)] {
        let head = log.append(events(numbers)).await.expect("appending");
        assert_eq!(head.length(), length, "append says how far the trail has come");
        assert_eq!(log.head().await.expect("the head"), head, "the head is what append returned");
    }
    assert_eq!(requests(&trail(log).await), (0..6).collect::<Vec<_>>(), "the order of the events");
}

async fn a_clock_that_was_set_back_is_refused(log: &impl AuditLog) {
    let start = Timestamp::from_unix_microseconds(1_772_355_600_000_000);
    let at = |at| event_at(1, at);
    log.append(NonEmpty::new(at(start.plus_days(10)))).await.expect("appending");
    // Clocks of several machines differ a little.
    log.append(NonEmpty::new(at(start.plus_days(9).plus_minutes(24 * 60 - 1)))).await.expect("appending");
    let before = trail(log).await;
    let refused = log.append(NonEmpty::new(at(start))).await;
    assert_kind(refused, StoreErrorKind::ClockSetBack, "an event of ten days before the latest");
    let mut both = NonEmpty::new(at(start.plus_days(10)));
    both.push(at(start));
    assert_kind(log.append(both).await, StoreErrorKind::ClockSetBack, "such an event behind another");
    assert_eq!(trail(log).await, before, "a clock that was set back leaves no trace");
    log.append(NonEmpty::new(at(start.plus_days(10)))).await.expect("appending with the clock set right");
}

async fn any_part_of_the_trail_can_be_read(log: &impl AuditLog) {
    log.append(events(0..7)).await.expect("appending");
    let whole = trail(log).await;
    for from in 0..9 {
        for limit in [0, 1, 3, 7, usize::MAX] {
            let read = log.read(from, limit).await.expect("reading");
            let expected: Vec<_> =
                whole.iter().filter(|entry| entry.sequence() >= from).take(limit).cloned().collect();
            assert_eq!(read, expected, "at most {limit} entries from {from} on");
        }
    }
    assert_eq!(log.read(u64::MAX, 1).await.expect("reading"), [], "entries far past the end");
}

async fn events_appended_at_the_same_time_are_all_there<S: AuditLog + 'static>(log: S) {
    let log = Arc::new(log);
    let tasks = (0..16).map(|task| {
        let log = Arc::clone(&log);
        tokio::spawn(async move { log.append(events(3 * task..3 * task + 3)).await })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("the task ends").expect("appending at the same time");
    }
    let requests = requests(&trail(&*log).await);
    assert!(
        requests.chunks(3).all(|act| matches!(act, [a, b, c] if a % 3 == 0 && *b == a + 1 && *c == a + 2)),
        "the events of one act stand one after the other: {requests:?}"
    );
    let mut sorted = requests;
    sorted.sort_unstable();
    assert_eq!(sorted, (0..48).collect::<Vec<_>>(), "each event is there once");
}

/// The whole trail, read in parts, and proved to be one chain up to the head.
async fn trail(log: &impl AuditLog) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let from = u64::try_from(entries.len()).expect("a length");
        let part = log.read(from, 3).await.expect("the trail can be read");
        if part.is_empty() {
            break;
        }
        entries.extend(part);
    }
    let head = log.head().await.expect("the trail has a head");
    assert_eq!(verify(&entries, Some(&head)), Ok(head), "the trail is one chain up to its head");
    entries
}

/// An event that can be told from others by the number of its request.
fn event(number: u128) -> AuditEvent {
    event_at(number, Timestamp::from_unix_microseconds(1_772_355_600_000_000))
}

fn event_at(number: u128, at: Timestamp) -> AuditEvent {
    let action = Action::WorkspaceUnshared { with: Id::from_u128(1) };
    AuditEvent::new(at, Id::from_u128(number), Actor::System, action)
}

fn one_event(number: u128) -> NonEmpty<AuditEvent> {
    NonEmpty::new(event(number))
}

fn events(numbers: std::ops::Range<u128>) -> NonEmpty<AuditEvent> {
    NonEmpty::from_vec(numbers.map(event).collect()).expect("a range that is not empty")
}

fn requests(entries: &[Entry]) -> Vec<u128> {
    entries.iter().map(|entry| entry.event().request().as_u128()).collect()
}

async fn create(store: &impl PersonStore, record: &PersonRecord) {
    let commit = Commit::new(record.clone(), Version::ABSENT, one_event(record.person().id().as_u128()));
    store.commit(commit).await.expect("a new person");
}

async fn loaded_version(store: &impl PersonStore, number: u128) -> Version {
    store.load(Id::from_u128(number)).await.expect("the person").version()
}

async fn owner(store: &impl PersonStore, number: u128) -> Option<Id<kind::Person>> {
    let found = store.find(&address(number)).await.expect("looking for an address");
    found.map(|stored| stored.value().person().id())
}

async fn listed(store: &impl WorkspaceStore, person: Id<kind::Person>) -> Vec<u128> {
    let workspaces = store.list_for(person).await.expect("a list of workspaces");
    workspaces.iter().map(|stored| stored.value().id().as_u128()).collect()
}

fn assert_kind<T: Debug>(result: Result<T, StoreError>, expected: StoreErrorKind, what: &str) {
    match result {
        Err(error) if error.kind() == expected => {}
        other => panic!("{what}: expected {expected:?}, but it was {other:?}"),
    }
}
