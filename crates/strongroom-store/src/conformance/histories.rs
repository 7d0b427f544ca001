//! Random histories of eight writers on two things.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::linearise::{Answer, Call, Operation, is_linearisable};
use super::one_event;
use super::subject::KeptBy;
use crate::{AuditLog, Commit, StoreError, StoreErrorKind, Version};

const HISTORIES: u64 = 6;
const WRITERS: u64 = 8;
/// Of each writer; all of them may fall on one thing, and a history has at most 64.
const CALLS: u64 = 8;
const THINGS: u64 = 2;

pub(super) async fn check<S: AuditLog + 'static, T: KeptBy<S>>(make: &impl AsyncFn() -> S) {
    for history in 0..HISTORIES {
        let store = Arc::new(make().await);
        let clock = Arc::new(AtomicU64::new(1));
        let writers = (0..WRITERS).map(|writer| {
            let chance = Chance(history * WRITERS + writer + 1);
            tokio::spawn(write::<S, T>(Arc::clone(&store), Arc::clone(&clock), chance, writer))
        });
        let mut things = vec![Vec::new(); usize::try_from(THINGS).expect("a small number")];
        for writer in writers.collect::<Vec<_>>() {
            for (thing, operation) in writer.await.expect("the writer ends") {
                things.get_mut(thing).expect("one of the things").push(operation);
            }
        }
        for operations in things {
            assert!(is_linearisable(&operations), "the calls are linearisable: {operations:?}");
        }
    }
}

/// Loads and commits at random, from the version it saw last or from another.
async fn write<S, T: KeptBy<S>>(
    store: Arc<S>,
    clock: Arc<AtomicU64>,
    mut chance: Chance,
    writer: u64,
) -> Vec<(usize, Operation)> {
    let mut operations = Vec::new();
    let mut seen = [Version::ABSENT; 2];
    for call in 0..CALLS {
        let thing = usize::try_from(chance.below(THINGS)).expect("a small number");
        let number = thing as u128 + 1;
        let known = seen.get_mut(thing).expect("one of the things");
        let called = clock.fetch_add(1, Ordering::SeqCst);
        let (call, outcome) = if chance.below(3) == 0 {
            let outcome = T::load(&store, number).await.map(|stored| {
                *known = stored.version();
                Answer::Loaded { version: stored.version().number(), revision: stored.value().revision() }
            });
            (Call::Load, outcome)
        } else {
            // Mostly as callers do it; sometimes from a version that may never have been.
            let expected = if chance.below(6) == 0 { Version::from_number(chance.below(5)) } else { *known };
            let revision = writer * 100 + call;
            let commit =
                Commit::new(T::numbered(number).at_revision(revision), expected, one_event(revision.into()));
            let outcome = T::commit(&store, commit).await.map(|version| {
                *known = version;
                Answer::Committed { version: version.number() }
            });
            (Call::Commit { expected: expected.number(), revision }, outcome)
        };
        let returned = clock.fetch_add(1, Ordering::SeqCst);
        let (returned, answer) = answered(returned, outcome);
        operations.push((thing, Operation { called, returned, call, answer }));
        if chance.below(2) == 0 {
            tokio::task::yield_now().await;
        }
    }
    operations
}

fn answered(returned: u64, outcome: Result<Answer, StoreError>) -> (Option<u64>, Answer) {
    match outcome {
        Ok(answer) => (Some(returned), answer),
        Err(error) => match error.kind() {
            StoreErrorKind::NotFound => (Some(returned), Answer::Absent),
            StoreErrorKind::Conflict => (Some(returned), Answer::Refused),
            StoreErrorKind::Unavailable => (None, Answer::Refused),
            other => panic!("neither an answer nor unavailable, but {other:?}"),
        },
    }
}

/// A stream of numbers that is the same in every run (SplitMix64; Steele, Lea and Flood, 2014).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}
