//! The promises about the trail's Merkle tree.

use std::sync::Arc;

use strongroom_audit::{CompactTree, Entry, TreeHead};

use super::{assert_kind, events, one_event, trail};
use crate::{ProvableLog, StoreErrorKind};

/// The heads at every size, calculated from the entries.
fn heads(entries: &[Entry]) -> Vec<TreeHead> {
    let mut tree = CompactTree::new();
    let mut heads = vec![tree.head()];
    for entry in entries {
        tree.push(entry.leaf_hash());
        heads.push(tree.head());
    }
    heads
}

pub(super) async fn heads_and_proofs_are_those_of_the_trail(log: &impl ProvableLog) {
    assert_eq!(log.tree_head().await.expect("the head"), TreeHead::empty(), "the head of a new trail");
    let mut appended = 0;
    for portion in [1, 2, 4, 30, 33, 1, 5] {
        log.append(events(appended..appended + portion)).await.expect("appending");
        appended += portion;
    }
    let entries = trail(log).await;
    let heads = heads(&entries);
    let newest = heads.last().expect("the newest head");
    assert_eq!(log.tree_head().await.expect("the head"), *newest, "the head of the tree over the lines");
    for size in [1, 2, 7, 32, 33, 64, 65, 76] {
        let head = heads.get(size).expect("a head");
        let size = size as u64;
        for entry in entries.iter().take_while(|entry| entry.sequence() < size).step_by(3) {
            let proof = log.prove_inclusion(entry.sequence(), size).await.expect("a proof");
            assert_eq!(proof.verify(entry.leaf_hash(), head), Ok(()), "entry {} of {size}", entry.sequence());
        }
        let proof = log.prove_consistency(size, newest.size()).await.expect("a proof");
        assert_eq!(proof.verify(head, newest), Ok(()), "from {size} entries to all");
    }
}

pub(super) async fn what_is_not_there_is_not_proved(log: &impl ProvableLog) {
    log.append(events(0..3)).await.expect("appending");
    for (entry, size) in [(0, 4), (3, 3), (0, 0), (u64::MAX, 3), (0, u64::MAX)] {
        let proof = log.prove_inclusion(entry, size).await;
        assert_kind(proof, StoreErrorKind::NotFound, "a proof of an entry that is not there");
    }
    for (old, new) in [(2, 1), (0, 4), (0, u64::MAX)] {
        let proof = log.prove_consistency(old, new).await;
        assert_kind(proof, StoreErrorKind::NotFound, "a proof about a trail that was never of that length");
    }
}

pub(super) async fn a_tree_grows_consistently_under_simultaneous_appends<S: ProvableLog + 'static>(log: S) {
    let log = Arc::new(log);
    let writers = (0..4_u128).map(|writer| {
        let log = Arc::clone(&log);
        tokio::spawn(async move {
            for number in 0..16 {
                log.append(one_event(writer * 16 + number)).await.expect("appending");
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let mut before = log.tree_head().await.expect("the head");
    while before.size() < 64 {
        let now = log.tree_head().await.expect("the head");
        let proof = log.prove_consistency(before.size(), now.size()).await.expect("a proof");
        assert_eq!(proof.verify(&before, &now), Ok(()), "from {} to {}", before.size(), now.size());
        before = now;
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.expect("the writer ends");
    }
    let expected = heads(&trail(&*log).await).pop();
    assert_eq!(Some(log.tree_head().await.expect("the head")), expected, "the head in the end");
}
