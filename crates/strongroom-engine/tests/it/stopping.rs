use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use strongroom_engine::{EngineError, MemoryShard, Program, Settings, Unwatched, Watcher, run};

use crate::people::{NATIVE, document, person, resolved};

const COHORT: &str = "entry: conditions in a, all; require any drugs in b during [0d, 5d] of index";

fn shards() -> Vec<MemoryShard> {
    let lives = (1..9).map(|id| person(&format!("id {id}; c10 0; c10 3; d20 4")));
    lives.map(|person| MemoryShard::new(&[person])).collect()
}

#[test]
fn a_run_that_somebody_stops_has_no_result() {
    let cohort = resolved(&document(NATIVE, COHORT));
    let stopped = AtomicBool::new(true);
    let ended = run(&Program::new([&cohort]), &shards(), &Settings::default(), &Unwatched, &stopped);
    assert!(matches!(ended, Err(EngineError::Stopped)));
}

#[test]
fn a_watcher_is_asked_before_each_shard() {
    struct UpTo(usize, AtomicUsize);
    impl Watcher for UpTo {
        fn goes_on(&self, done: usize, of: usize) -> bool {
            assert_eq!(of, 8);
            self.1.fetch_add(1, Ordering::Relaxed);
            done < self.0
        }
    }
    let cohort = resolved(&document(NATIVE, COHORT));
    let program = Program::new([&cohort]);
    for (most, asked, completes) in [(8, 8, true), (3, 4, false), (0, 1, false)] {
        let watcher = UpTo(most, AtomicUsize::new(0));
        let never = AtomicBool::new(false);
        let ended = run(&program, &shards(), &Settings::default(), &watcher, &never);
        assert_eq!((ended.is_ok(), watcher.1.into_inner()), (completes, asked));
    }
}

#[test]
fn too_many_events_are_an_error_and_not_an_abort() {
    let cohort = resolved(&document(NATIVE, COHORT));
    let never = AtomicBool::new(false);
    for (bytes, completes) in [(1 << 20, true), (16, false)] {
        let settings = Settings::default().with_memory(bytes);
        let ended = run(&Program::new([&cohort]), &shards(), &settings, &Unwatched, &never);
        match ended {
            Ok(_) => assert!(completes),
            Err(EngineError::TooLarge { limit }) => assert!(!completes && limit == bytes),
            Err(other) => panic!("{other}"),
        }
    }
}
