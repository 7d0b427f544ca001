use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use strongroom_cohort::ResolvedCohort;
use strongroom_cohort::reference::{Attrition, CohortEntry, PersonRecord, evaluate_all};
use strongroom_engine::{CohortRun, Entries, MemoryShard, Program, Settings, Unwatched, entries, run};
use strongroom_omop::SubjectId;

use crate::people::{AOU, CIRCE, NATIVE, person, try_resolved, with_sets};
use crate::words::{cohort_of_days, cohort_of_filtered_events, cohort_of_first_days, cohorts, lives};

type Row = (SubjectId, CohortEntry);

fn profile() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just(NATIVE), Just(CIRCE), Just(AOU)]
}

/// People in the order of their ids, cut into shards of so many.
fn shards(people: &[PersonRecord], each: usize) -> Vec<MemoryShard> {
    people.chunks(each).map(MemoryShard::new).collect()
}

fn runs(cohorts: &[ResolvedCohort], shards: &[MemoryShard], threads: usize) -> Vec<CohortRun> {
    let settings = Settings::default().with_threads(NonZeroUsize::new(threads).unwrap());
    run(&Program::new(cohorts), shards, &settings, &Unwatched, &AtomicBool::new(false)).unwrap()
}

fn entries_alone(cohorts: &[ResolvedCohort], shards: &[MemoryShard], threads: usize) -> Vec<Entries> {
    let settings = Settings::default().with_threads(NonZeroUsize::new(threads).unwrap());
    entries(&Program::new(cohorts), shards, &settings, &Unwatched, &AtomicBool::new(false)).unwrap()
}

fn rows(run: &CohortRun) -> Vec<Row> {
    let found = &run.entries;
    let days = found.starts.iter().zip(&found.ends);
    let days = days.map(|(start, end)| CohortEntry { start: start.date(), end: end.date() });
    found.subjects.iter().copied().zip(days).collect()
}

fn expected(cohort: &ResolvedCohort, people: &[PersonRecord]) -> (Vec<Row>, Attrition) {
    let evaluations = evaluate_all(cohort, people);
    let mut attrition = Attrition::of(cohort);
    attrition.extend(&evaluations);
    let entries = |one: &strongroom_cohort::reference::Evaluation| {
        one.entries().iter().map(|entry| (one.subject(), *entry)).collect::<Vec<_>>()
    };
    (evaluations.iter().flat_map(entries).collect(), attrition)
}

/// Constructs that rarely matter need more cases than usual; the environment may ask for more yet.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases.max(1_024), ..usual }
}

/// Runs a document over people in one order and another, and compares everything.
fn agrees(
    profile: &str,
    items: &str,
    lives: &[String],
    each: usize,
    turn: usize,
) -> Result<(), TestCaseError> {
    let text = with_sets(profile, items);
    // A few are no sound definitions: an age of nobody, an index in an entry.
    let Ok(cohort) = try_resolved(&text) else { return Ok(()) };
    let mut people: Vec<_> = lives.iter().map(|life| person(life)).collect();
    people.sort_by_key(|person| person.subject);
    let (expected_rows, expected_attrition) = expected(&cohort, &people);
    for person in &mut people {
        person.events.reverse();
        let turn = turn % person.events.len().max(1);
        person.events.rotate_left(turn);
    }
    let found = &runs(std::slice::from_ref(&cohort), &shards(&people, each), 2)[0];
    prop_assert_eq!(rows(found), expected_rows, "{}", text);
    let alone = &entries_alone(std::slice::from_ref(&cohort), &shards(&people, each), 2)[0];
    prop_assert_eq!(alone, &found.entries, "{}", text);
    let mut attrition = found.attrition.clone();
    // Whom a sample left out has passed every step.
    if text.contains("sample") {
        attrition.included = expected_attrition.included;
    }
    prop_assert_eq!(attrition, expected_attrition, "{}", text);
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    /// Whatever the definition, the profile and the people: the rows and the attrition of the
    /// specification, however people are cut into shards, in whatever order their events come.
    #[test]
    fn the_engine_says_what_the_specification_says(
        profile in profile(), items in cohorts(), lives in lives(), each in 1..5_usize, turn in 0..7_usize,
    ) {
        agrees(profile, &items, &lives, each, turn)?;
    }

    /// The same for cohorts that the engine answers without putting a single event in order.
    #[test]
    fn cohorts_of_days_are_what_the_specification_says(
        profile in profile(), item in cohort_of_days(), lives in lives(), each in 1..5_usize, turn in 0..7_usize,
    ) {
        agrees(profile, &item, &lives, each, turn)?;
    }

    /// The same for cohorts of events that are filtered before anybody enters.
    #[test]
    fn cohorts_of_filtered_events_are_what_the_specification_says(
        profile in profile(), item in cohort_of_filtered_events(), lives in lives(), each in 1..5_usize,
        turn in 0..7_usize,
    ) {
        agrees(profile, &item, &lives, each, turn)?;
    }

    /// The same for cohorts that the engine answers by going over rows.
    #[test]
    fn cohorts_of_first_days_are_what_the_specification_says(
        profile in profile(), item in cohort_of_first_days(), lives in lives(), each in 1..5_usize, turn in 0..7_usize,
    ) {
        agrees(profile, &item, &lives, each, turn)?;
    }

    /// Several cohorts at once are what they are one by one.
    #[test]
    fn a_batch_is_its_cohorts(
        profiles in prop::collection::vec(profile(), 3), items in prop::collection::vec(cohorts(), 3), lives in lives(),
    ) {
        let texts = profiles.iter().zip(&items).map(|(profile, items)| with_sets(profile, items));
        let texts: Vec<_> = texts.collect();
        let cohorts: Vec<_> = texts.iter().filter_map(|text| try_resolved(text).ok()).collect();
        let mut people: Vec<_> = lives.iter().map(|life| person(life)).collect();
        people.sort_by_key(|person| person.subject);
        let shards = shards(&people, 3);
        let together = runs(&cohorts, &shards, 1);
        let alone = entries_alone(&cohorts, &shards, 1);
        prop_assert!(together.iter().map(|run| &run.entries).eq(&alone), "{}", texts.join("\n"));
        for (cohort, together) in cohorts.iter().zip(&together) {
            prop_assert_eq!(&runs(std::slice::from_ref(cohort), &shards, 4)[0], together);
        }
    }
}
