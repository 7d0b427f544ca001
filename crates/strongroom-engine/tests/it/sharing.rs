//! Cohorts share the cohorts that they are made of, and what they share is done once.

use std::sync::atomic::AtomicBool;

use strongroom_engine::{MemoryShard, Program, Reads, Settings, Unwatched, run};

use crate::people::{NATIVE, person, resolved, with_sets};

const FLOORS: usize = 16;

/// Cohorts each of which asks twenty times for the one below: what the last is made of, written out,
/// has twenty times as many parts with every floor.
fn tower() -> String {
    let mut items = "cohort c0 { observed unbounded\nentry: conditions in a, all }\n".to_owned();
    for floor in 1..FLOORS {
        let below = floor - 1;
        let asked: String = (0..20)
            .map(|days| format!("member of c{below} during [-{days}d, {days}d] of first (conditions in a)\n"))
            .collect();
        items.push_str(&format!(
            "cohort c{floor} {{ observed unbounded\nentry: cohort c{below}, all\nrequire any of {{ {asked} }} }}\n"
        ));
    }
    with_sets(NATIVE, &items)
}

#[test]
fn a_tower_of_cohorts_is_compiled_and_run_floor_by_floor() {
    let (one, same) = (resolved(&tower()), resolved(&tower()));
    let program = Program::new([&one, &same]);
    // The conditions, and every cohort but the last.
    assert_eq!(program.event_sets(), FLOORS);
    let shard = MemoryShard::new(&[person("id 1; c10 0"), person("id 2; d20 4")]);
    let never = AtomicBool::new(false);
    let runs = run(&program, &[shard], &Settings::default(), &Unwatched, &never).unwrap();
    for run in &runs {
        assert_eq!(run.entries.people(), 1);
    }
    assert_eq!(Reads::of(&one).events.len(), 1);
}
