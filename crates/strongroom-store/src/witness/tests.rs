use std::fs;

use strongroom_audit::{Examiner, Origin};
use strongroom_primitives::NonEmpty;
use tempfile::TempDir;

use super::*;
use crate::state::tests::events;
use crate::{AuditLog, MemoryStore, StoreErrorKind};

fn key() -> CheckpointKey {
    CheckpointKey::from_seed(Origin::new("example.org/trail").unwrap(), &[1; 32]).unwrap()
}

async fn grow(log: &MemoryStore, number: usize) {
    log.append(events(number)).await.unwrap();
}

/// A trail of the same length with other entries.
async fn fork(number: usize) -> MemoryStore {
    let log = MemoryStore::new();
    for _ in 0..number {
        let other = events(1).first().clone().in_workspace(strongroom_primitives::Id::from_u128(99));
        log.append(NonEmpty::new(other)).await.unwrap();
    }
    log
}

/// What every witness does.
async fn check(witness: &dyn Witness) {
    let (log, key) = (MemoryStore::new(), key());
    assert_eq!(witness.latest_size().await.unwrap(), 0);
    for (number, size) in [(3, 3), (1, 4), (40, 44)] {
        grow(&log, number).await;
        publish(&log, &key, witness).await.unwrap();
        assert_eq!(witness.latest_size().await.unwrap(), size);
    }
    publish(&log, &key, witness).await.expect("the same again");

    for (shown, what) in [(fork(3).await, "shrunk"), (fork(44).await, "forked"), (fork(60).await, "forked")] {
        let refused = publish(&shown, &key, witness).await.unwrap_err();
        let expected = match what {
            "shrunk" => matches!(refused, WitnessError::Shrunk { known: 44, shown: 3 }),
            _ => matches!(refused, WitnessError::Forked(_)),
        };
        assert!(expected, "{what}: {refused}");
    }
    let stranger = CheckpointKey::from_seed(Origin::new("example.org/trail").unwrap(), &[2; 32]).unwrap();
    let refused = publish(&log, &stranger, witness).await.unwrap_err();
    assert!(matches!(refused, WitnessError::NotOfThisTrail(_)), "{refused}");
    assert_eq!(witness.latest_size().await.unwrap(), 44, "refused checkpoints leave no trace");
    grow(&log, 1).await;
    publish(&log, &key, witness).await.unwrap();
}

#[tokio::test]
async fn a_witness_in_memory_takes_only_what_has_grown() {
    check(&MemoryWitness::new(key().verifier())).await;
}

#[tokio::test]
async fn a_file_takes_only_what_has_grown_and_remembers_it() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("checkpoints");
    let witness = CheckpointFile::open(&path, key().verifier()).unwrap();
    check(&witness).await;
    let heads = witness.heads().unwrap();
    assert_eq!(heads.iter().map(TreeHead::size).collect::<Vec<_>>(), [3, 4, 44, 44, 45]);
    let in_use = CheckpointFile::open(&path, key().verifier()).unwrap_err();
    assert_eq!(in_use.kind(), StoreErrorKind::Unavailable);
    drop(witness);

    let written = fs::read_to_string(&path).unwrap();
    // Cut anywhere: what was whole is there, and the file goes on.
    for cut in (0..written.len()).step_by(7).chain([written.len() - 1, written.len()]) {
        let Some(text) = written.get(..cut) else { continue };
        fs::write(&path, text).unwrap();
        let whole = text.matches("\n\n").count() / 2;
        let witness = CheckpointFile::open(&path, key().verifier()).unwrap();
        assert_eq!(witness.heads().unwrap(), heads[..whole], "cut at byte {cut}");
    }
    for odd in [
        written.replacen("\n44\n", "\n43\n", 1),
        written.replacen("example", "exemple", 1),
        written.split_inclusive("\n\n").collect::<Vec<_>>().chunks(2).rev().flatten().copied().collect(),
    ] {
        fs::write(&path, &odd).unwrap();
        let refused = CheckpointFile::open(&path, key().verifier()).unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::Corrupt, "{odd}");
        assert_eq!(fs::read_to_string(&path).unwrap(), odd, "it is left as it is");
    }
}

#[tokio::test]
async fn the_heads_in_a_file_tell_a_fork_of_the_trail() {
    let folder = TempDir::new().unwrap();
    let witness = CheckpointFile::open(&folder.path().join("checkpoints"), key().verifier()).unwrap();
    let log = MemoryStore::new();
    grow(&log, 5).await;
    publish(&log, &key(), &witness).await.unwrap();
    let lines = |entries: Vec<strongroom_audit::Entry>| -> Vec<String> {
        entries.iter().map(strongroom_audit::Entry::to_line).collect()
    };
    let (sound, forked) = (log.read(0, 9).await.unwrap(), fork(5).await.read(0, 9).await.unwrap());
    assert!(Examiner::examine(lines(sound), witness.heads().unwrap()).is_sound());
    assert!(!Examiner::examine(lines(forked), witness.heads().unwrap()).is_sound());
}
