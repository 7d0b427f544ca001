//! What can be inferred from an answer by a reader who knows the procedure that gave it.
//!
//! Every possible world (all ways to divide a small universe) is put through the release. Worlds
//! with the same answer cannot be told apart, so what a reader may conclude about a number is
//! the set of values it has in those worlds: no cleverness, nor a look into the source, gets
//! further. This also covers what interval reasoning cannot see, such as "that cell would have
//! been shown, had the other one been larger".

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;

use crate::*;

/// The universe in disjoint parts: all ways to write `sum` as a list of `parts` numbers.
fn divisions(sum: u64, parts: usize) -> Vec<Vec<u64>> {
    if parts == 0 {
        return if sum == 0 { vec![Vec::new()] } else { Vec::new() };
    }
    (0..=sum)
        .flat_map(|first| {
            divisions(sum - first, parts - 1).into_iter().map(move |mut rest| {
                rest.insert(0, first);
                rest
            })
        })
        .collect()
}

/// The worlds by the answer they give.
fn by_answer(
    worlds: Vec<Vec<u64>>,
    release: impl Fn(&[u64]) -> Vec<ReleasedCount>,
) -> HashMap<Vec<ReleasedCount>, Vec<Vec<u64>>> {
    let mut groups: HashMap<_, Vec<_>> = HashMap::new();
    for world in worlds {
        groups.entry(release(&world)).or_default().push(world);
    }
    groups
}

/// The promise about each number with a mark of its own.
fn check_marks(limit: u64, universe: u64, answer: &[ReleasedCount], numbers: &[Vec<u64>]) {
    for (position, released) in answer.iter().enumerate() {
        let possible: BTreeSet<u64> = numbers.iter().map(|numbers| numbers[position]).collect();
        let context = || format!("number {position} of {answer:?}, universe {universe}: one of {possible:?}");
        match released {
            ReleasedCount::Exact(persons) => {
                assert!(possible.iter().eq([persons]), "{}", context());
                assert!(!(1..=limit).contains(persons), "{}", context());
            }
            ReleasedCount::Suppressed { .. } => {
                assert!(possible.iter().copied().eq(1..=limit), "{}", context());
            }
            ReleasedCount::Withheld if universe <= narrow(limit) => {}
            ReleasedCount::Withheld => {
                assert!(possible.len() as u64 >= limit, "{}", context());
            }
        }
    }
}

/// The promise about everything that can be calculated: a sum of parts is either known, and then
/// not small, or it has as many possible values as the limit. The parts of a sum are the bits set.
fn check_sums(limit: u64, universe: u64, worlds: &[Vec<u64>], sums: impl Iterator<Item = u32>) {
    if universe <= narrow(limit) {
        return;
    }
    for chosen in sums {
        let sum_in = |world: &Vec<u64>| -> u64 {
            (0..).zip(world).filter(|&(part, _)| chosen >> part & 1 == 1).map(|(_, persons)| persons).sum()
        };
        let possible: BTreeSet<u64> = worlds.iter().map(sum_in).collect();
        let kept = match possible.first() {
            Some(known) if possible.len() == 1 => !(1..=limit).contains(known),
            _ => possible.len() as u64 >= limit,
        };
        assert!(
            kept,
            "the parts {chosen:b} are one of {possible:?}, universe {universe}, as in {:?}",
            worlds[0]
        );
    }
}

/// The greatest universe that has no room for doubt; that nothing is shown is all it gets.
fn narrow(limit: u64) -> u64 {
    2 * limit + 1
}

fn rule(limit: u64) -> DisclosureRule {
    DisclosureRule::suppressing_up_to(u32::try_from(limit).unwrap()).unwrap()
}

/// The marks of a cohort's total and cells, by the procedure under test.
fn partition_marks(limit: u64, universe: u64, cohort: &[u64]) -> Vec<ReleasedCount> {
    let breakdown = release_partition(
        rule(limit),
        RawCount::of_persons(universe),
        RawCount::of_persons(cohort.iter().sum()),
        cohort.iter().map(|&persons| ((), RawCount::of_persons(persons))).collect(),
    )
    .unwrap();
    let marks = breakdown.cells().iter().map(|&(_, cell)| cell);
    std::iter::once(breakdown.total()).chain(marks).collect()
}

/// The numbers that those marks stand for.
fn partition_numbers(cohort: &[u64]) -> Vec<u64> {
    std::iter::once(cohort.iter().sum()).chain(cohort.iter().copied()).collect()
}

/// The marks of the steps of an attrition, given as the persons that are left.
fn attrition_marks(limit: u64, universe: u64, left: &[u64]) -> Vec<ReleasedCount> {
    let steps = left.iter().map(|&persons| ((), RawCount::of_persons(persons))).collect();
    let attrition = release_attrition(rule(limit), RawCount::of_persons(universe), steps).unwrap();
    attrition.steps().iter().map(|&(_, step)| step).collect()
}

/// Persons left after each step, from the persons that each step leaves out.
fn left_after(universe: u64, left_out: &[u64]) -> Vec<u64> {
    left_out
        .iter()
        .scan(universe, |left, out| {
            *left -= out;
            Some(*left)
        })
        .collect()
}

fn check_partitions(limit: u64, cells: usize, universes: RangeInclusive<u64>) {
    for universe in universes {
        // The last part is the persons outside the cohort.
        let worlds = divisions(universe, cells + 1);
        let groups = by_answer(worlds, |world| partition_marks(limit, universe, &world[..cells]));
        for (answer, worlds) in groups {
            let numbers: Vec<_> = worlds.iter().map(|world| partition_numbers(&world[..cells])).collect();
            check_marks(limit, universe, &answer, &numbers);
            check_sums(limit, universe, &worlds, 1..1 << (cells + 1));
        }
    }
}

fn check_attritions(limit: u64, steps: usize, universes: RangeInclusive<u64>) {
    for universe in universes {
        // The parts are the persons each step leaves out, and the cohort.
        let worlds = divisions(universe, steps + 1);
        let left = |world: &[u64]| left_after(universe, &world[..steps]);
        let groups = by_answer(worlds, |world| attrition_marks(limit, universe, &left(world)));
        for (answer, worlds) in groups {
            let numbers: Vec<_> = worlds.iter().map(|world| left(world)).collect();
            check_marks(limit, universe, &answer, &numbers);
            // Differences of two steps: sums of neighbouring parts.
            let runs = (0..=steps).flat_map(|from| (from..=steps).map(move |to| (2 << to) - (1 << from)));
            check_sums(limit, universe, &worlds, runs);
        }
    }
}

#[test]
fn no_partition_betrays_a_small_number() {
    check_partitions(2, 1, 0..=20);
    check_partitions(2, 2, 0..=20);
    check_partitions(2, 3, 0..=18);
    check_partitions(2, 4, 0..=16);
    check_partitions(2, 5, 0..=15);
    check_partitions(3, 2, 0..=24);
    check_partitions(3, 3, 0..=20);
    check_partitions(3, 4, 0..=18);
    check_partitions(5, 2, 0..=30);
}

#[test]
fn no_attrition_betrays_a_small_number() {
    check_attritions(2, 1, 0..=16);
    check_attritions(2, 3, 0..=16);
    check_attritions(3, 2, 0..=20);
    check_attritions(3, 4, 0..=16);
}

#[test]
fn two_breakdowns_and_an_attrition_of_one_cohort_betray_no_more_together() {
    const LIMIT: u64 = 2;
    for universe in 0..=13 {
        // Three cells of the first division, two of the second, and the step before the last.
        let mut worlds = Vec::new();
        for cohort in 0..=universe {
            for first in divisions(cohort, 3) {
                for second in divisions(cohort, 2) {
                    worlds
                        .extend((cohort..=universe).map(|left| [&first[..], &second[..], &[left]].concat()));
                }
            }
        }
        let parts = |world: &[u64]| -> (Vec<u64>, Vec<u64>, Vec<u64>) {
            let cohort = world[..3].iter().sum();
            (world[..3].to_vec(), world[3..5].to_vec(), vec![world[5], cohort])
        };
        let groups = by_answer(worlds, |world| {
            let (first, second, left) = parts(world);
            [
                partition_marks(LIMIT, universe, &first),
                partition_marks(LIMIT, universe, &second),
                attrition_marks(LIMIT, universe, &left),
            ]
            .concat()
        });
        for (answer, worlds) in groups {
            let numbers: Vec<_> = worlds
                .iter()
                .map(|world| {
                    let (first, second, left) = parts(world);
                    [partition_numbers(&first), partition_numbers(&second), left].concat()
                })
                .collect();
            check_marks(LIMIT, universe, &answer, &numbers);
        }
    }
}
