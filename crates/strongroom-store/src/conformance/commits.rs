//! The promises about commits, which are the same for everything that is kept.

use std::sync::Arc;

use strongroom_primitives::NonEmpty;

use super::subject::KeptBy;
use super::{assert_kind, event, event_at, events, one_event, requests, trail};
use crate::{AuditLog, Commit, StoreErrorKind, Version};

/// Checks each of the promises on a store of its own.
pub(super) async fn check<S: AuditLog + 'static, T: KeptBy<S>>(make: &impl AsyncFn() -> S) {
    what_is_absent_is_not_found::<S, T>(&make().await).await;
    what_was_written_is_read::<S, T>(&make().await).await;
    a_stale_commit_leaves_no_trace::<S, T>(&make().await).await;
    a_commit_by_a_clock_that_was_set_back_leaves_no_trace::<S, T>(&make().await).await;
    of_simultaneous_commits_one_wins::<S, T>(make().await).await;
    what_is_delivered_twice_takes_effect_once::<S, T>(make().await).await;
    commits_to_different_things_all_succeed::<S, T>(make().await).await;
    state_and_events_appear_together::<S, T>(make().await).await;
}

async fn what_is_absent_is_not_found<S, T: KeptBy<S>>(store: &S) {
    assert_kind(T::load(store, 1).await, StoreErrorKind::NotFound, "in an empty store");
    let commit = Commit::new(T::numbered(1), Version::ABSENT, one_event(1));
    T::commit(store, commit).await.expect("a new one");
    assert_kind(T::load(store, 2).await, StoreErrorKind::NotFound, "beside another one");
}

async fn what_was_written_is_read<S: AuditLog, T: KeptBy<S>>(store: &S) {
    let mut version = Version::ABSENT;
    for revision in 0..5_u64 {
        let value = T::numbered(1).at_revision(revision);
        let first = 3 * u128::from(revision);
        let commit = Commit::new(value.clone(), version, events(first..first + 3));
        let next = T::commit(store, commit).await.expect("a commit of the present version");
        assert!(next > version, "a commit leaves a greater version: {next} after {version}");
        version = next;

        let stored = T::load(store, 1).await.expect("what was committed");
        assert_eq!(stored.version(), version, "the version that the commit returned");
        assert_eq!(stored.into_value(), value, "what was committed");
        let expected: Vec<u128> = (0..first + 3).collect();
        assert_eq!(requests(&trail(store).await), expected, "the events of all commits, in order");
    }
}

async fn a_stale_commit_leaves_no_trace<S: AuditLog, T: KeptBy<S>>(store: &S) {
    let absent = Commit::new(T::numbered(1), Version::from_number(1), one_event(1));
    assert_kind(T::commit(store, absent).await, StoreErrorKind::Conflict, "a change of what is absent");
    assert_kind(T::load(store, 1).await, StoreErrorKind::NotFound, "what could not be changed");
    assert_eq!(trail(store).await, [], "a refused commit leaves no events");

    let created = Commit::new(T::numbered(1), Version::ABSENT, one_event(2));
    let first = T::commit(store, created).await.expect("a new one");
    let changed = Commit::new(T::numbered(1).at_revision(1), first, one_event(3));
    let second = T::commit(store, changed).await.expect("a change");
    let (state, entries) = (T::load(store, 1).await.expect("it"), trail(store).await);

    for stale in [Version::ABSENT, first, second.next(), Version::from_number(u64::MAX)] {
        let commit = Commit::new(T::numbered(1).at_revision(9), stale, events(4..6));
        let what = format!("a commit of version {stale} where {second} is stored");
        assert_kind(T::commit(store, commit).await, StoreErrorKind::Conflict, &what);
        assert_eq!(T::load(store, 1).await.expect("it"), state, "{what} leaves the state");
        assert_eq!(trail(store).await, entries, "{what} leaves no events");
    }
}

async fn a_commit_by_a_clock_that_was_set_back_leaves_no_trace<S: AuditLog, T: KeptBy<S>>(store: &S) {
    let later = event_at(1, event(1).at().plus_days(10));
    let created = Commit::new(T::numbered(1), Version::ABSENT, NonEmpty::new(later));
    let version = T::commit(store, created).await.expect("a new one");
    let (state, entries) = (T::load(store, 1).await.expect("it"), trail(store).await);
    let changed = Commit::new(T::numbered(1).at_revision(1), version, one_event(2));
    assert_kind(T::commit(store, changed).await, StoreErrorKind::ClockSetBack, "a change ten days before");
    assert_eq!(T::load(store, 1).await.expect("it"), state, "a clock that was set back changes nothing");
    assert_eq!(trail(store).await, entries, "a clock that was set back leaves no events");
}

async fn of_simultaneous_commits_one_wins<S: AuditLog + 'static, T: KeptBy<S>>(store: S) {
    let store = Arc::new(store);
    let mut present = Version::ABSENT;
    for round in 0..8_u64 {
        let tasks = (0..8_u64).map(|task| {
            let (store, number) = (Arc::clone(&store), round * 8 + task);
            let value = T::numbered(1).at_revision(number);
            let commit = Commit::new(value, present, one_event(number.into()));
            tokio::spawn(async move { (number, T::commit(&store, commit).await) })
        });
        let mut winners = Vec::new();
        for task in tasks.collect::<Vec<_>>() {
            match task.await.expect("the task ends") {
                (number, Ok(version)) => winners.push((number, version)),
                (_, refused) => assert_kind(refused, StoreErrorKind::Conflict, "a commit that came late"),
            }
        }
        let [(number, version)] = *winners else {
            panic!("of 8 commits from one version {} succeeded, not one", winners.len())
        };
        let stored = T::load(&store, 1).await.expect("it");
        assert_eq!(
            (stored.version(), stored.value().revision()),
            (version, number),
            "the winner's state is stored"
        );
        let entries = trail(&*store).await;
        assert_eq!(requests(&entries).last(), Some(&number.into()), "the winner's event is the last");
        assert_eq!(entries.len() as u64, round + 1, "only winners leave events");
        present = version;
    }
}

async fn what_is_delivered_twice_takes_effect_once<S: AuditLog + 'static, T: KeptBy<S>>(store: S) {
    let store = Arc::new(store);
    let mut version = Version::ABSENT;
    for revision in 0..8_u64 {
        let value = T::numbered(1).at_revision(revision);
        let commit = Commit::new(value, version, one_event(revision.into()));
        let deliveries = (0..2).map(|_| {
            let (store, commit) = (Arc::clone(&store), commit.clone());
            tokio::spawn(async move { T::commit(&store, commit).await })
        });
        let mut taken = Vec::new();
        for delivery in deliveries.collect::<Vec<_>>() {
            match delivery.await.expect("the task ends") {
                Ok(version) => taken.push(version),
                refused => assert_kind(refused, StoreErrorKind::Conflict, "what was delivered before"),
            }
        }
        assert_kind(T::commit(&store, commit).await, StoreErrorKind::Conflict, "what is delivered late");
        assert_eq!(taken.len(), 1, "one of two deliveries takes effect");
        version = *taken.first().expect("one of two deliveries takes effect");
        let stored = T::load(&store, 1).await.expect("it");
        assert_eq!((stored.version(), stored.value().revision()), (version, revision), "what was delivered");
        let expected: Vec<u128> = (0..=revision.into()).collect();
        assert_eq!(requests(&trail(&*store).await), expected, "the events of each delivery, once");
    }
}

async fn commits_to_different_things_all_succeed<S: AuditLog + 'static, T: KeptBy<S>>(store: S) {
    let store = Arc::new(store);
    let tasks = (0..16_u128).map(|number| {
        let store = Arc::clone(&store);
        let commit = Commit::new(T::numbered(number), Version::ABSENT, events(2 * number..2 * number + 2));
        tokio::spawn(async move { T::commit(&store, commit).await })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("the task ends").expect("a commit to something else than the others");
    }
    for number in 0..16 {
        assert_eq!(T::load(&store, number).await.expect("each").into_value(), T::numbered(number));
    }
    let requests = requests(&trail(&*store).await);
    assert!(
        requests.chunks(2).all(|act| matches!(act, [a, b] if a % 2 == 0 && *b == a + 1)),
        "the events of one commit stand one after the other: {requests:?}"
    );
    assert_eq!(requests.len(), 32, "the events of all commits are there");
}

/// Reads while another task writes. Each revision has one event, so the revision must lie between
/// the lengths of the trail before and after it was read.
async fn state_and_events_appear_together<S: AuditLog + 'static, T: KeptBy<S>>(store: S) {
    const REVISIONS: u64 = 40;
    let store = Arc::new(store);
    let commit = Commit::new(T::numbered(1).at_revision(1), Version::ABSENT, one_event(1));
    let mut version = T::commit(&store, commit).await.expect("a new one");

    let writer = tokio::spawn({
        let store = Arc::clone(&store);
        async move {
            for revision in 2..=REVISIONS {
                let value = T::numbered(1).at_revision(revision);
                let commit = Commit::new(value, version, one_event(revision.into()));
                version = T::commit(&store, commit).await.expect("a change");
                tokio::task::yield_now().await;
            }
        }
    });
    loop {
        let before = store.head().await.expect("the head").length();
        let revision = T::load(&store, 1).await.expect("it").value().revision();
        let after = store.head().await.expect("the head").length();
        assert!(before <= revision, "{before} events were visible, but only revision {revision}");
        assert!(revision <= after, "revision {revision} was visible, but only {after} events");
        if revision == REVISIONS {
            break;
        }
        tokio::task::yield_now().await;
    }
    writer.await.expect("the writer ends");
}
