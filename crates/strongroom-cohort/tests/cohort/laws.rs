//! What holds whatever the people and the definition.

use chrono::TimeDelta;
use proptest::prelude::*;
use strongroom_cohort::ResolvedCohort;
use strongroom_cohort::reference::{
    Attrition, CohortEntry, Evaluation, Outcome, PersonRecord, Truth, evaluate, evaluate_all, explain,
};

use super::people::{AOU, CIRCE, NATIVE, document, person, resolved};
use super::strategies::{Words, clauses, edges, entry, life, lives, plain_events, statement};

const WORDS: Words = Words { calendar: true, index: true };

fn cohort(profile: &str, clauses: &str) -> ResolvedCohort {
    resolved(&document(profile, clauses))
}

fn people(lives: &[String]) -> Vec<PersonRecord> {
    lives.iter().map(|life| person(life)).collect()
}

fn profile() -> impl Strategy<Value = &'static str> {
    prop_oneof![3 => Just(NATIVE), 2 => Just(CIRCE), 1 => Just(AOU)]
}

/// The records that entered and passed every step.
fn staying(evaluation: &Evaluation) -> Vec<(i64, Option<chrono::NaiveDate>)> {
    let stays = |outcome| !matches!(outcome, Outcome::DroppedAt(_));
    let trails = evaluation.trails().iter().filter(|trail| stays(trail.outcome));
    let mut staying: Vec<_> =
        trails.map(|trail| (trail.event.map_or(0, |(_, record)| record.value()), trail.index)).collect();
    staying.sort_unstable();
    staying
}

proptest! {
    #[test]
    fn others_do_not_matter(profile in profile(), clauses in clauses(true), lives in lives(), other in life()) {
        let cohort = cohort(profile, &clauses);
        let people = people(&lives);
        let alone = evaluate_all(&cohort, &people);
        let mut more = people.clone();
        more.insert(0, person(&format!("id 99; {other}")));
        prop_assert_eq!(&evaluate_all(&cohort, &more)[1..], &alone[..]);
        // Evaluating two halves is evaluating the whole.
        let (one, two) = people.split_at(people.len() / 2);
        let halves: Vec<_> = [one, two].iter().flat_map(|half| evaluate_all(&cohort, half)).collect();
        prop_assert_eq!(halves, alone);
    }

    #[test]
    fn unrelated_events_do_not_matter(profile in profile(), clauses in clauses(true), life in life(), day in 0..30_i32) {
        let cohort = cohort(profile, &clauses);
        let more = person(&format!("{life}; specimen40 {day} #900; o40 {day} #901"));
        prop_assert_eq!(evaluate(&cohort, &person(&life)), evaluate(&cohort, &more));
    }

    #[test]
    fn the_order_of_rows_does_not_matter(
        profile in profile(), clauses in clauses(true), life in life(), by in any::<prop::sample::Index>(),
    ) {
        let cohort = cohort(profile, &clauses);
        let ordered = person(&life);
        let mut shuffled = ordered.clone();
        shuffled.events.reverse();
        let by = by.index(shuffled.events.len());
        shuffled.events.rotate_left(by);
        let (one, other) = (evaluate(&cohort, &ordered), evaluate(&cohort, &shuffled));
        prop_assert_eq!(one.entries(), other.entries());
        prop_assert_eq!(staying(&one), staying(&other));
    }

    #[test]
    fn entries_move_with_all_days(
        profile in profile(), clauses in clauses(false), life in life(), days in -400..400_i64,
    ) {
        let cohort = cohort(profile, &clauses);
        let before = person(&life);
        let shift = |day: Option<chrono::NaiveDate>| day.map(|day| day + TimeDelta::days(days));
        let mut after = before.clone();
        for event in &mut after.events {
            (event.start, event.end) = (shift(event.start), shift(event.end));
        }
        let shifted = |entry: &CohortEntry| CohortEntry { start: shift(entry.start), end: shift(entry.end) };
        let expected: Vec<_> = evaluate(&cohort, &before).entries().iter().map(shifted).collect();
        let found = evaluate(&cohort, &after);
        prop_assert_eq!(found.entries(), &expected[..]);
    }

    #[test]
    fn wider_windows_lose_nobody(
        profile in prop_oneof![Just(NATIVE), Just(CIRCE)],
        entry in entry(WORDS),
        events in plain_events(WORDS),
        (from, to) in edges(),
        (before, after) in (0..9_i32, 0..9_i32),
        n in 1..3_u8,
        ignoring in any::<bool>(),
        lives in lives(),
    ) {
        let of = |from: i32, to: i32| {
            let ignoring = if ignoring { " ignoring observation" } else { "" };
            let clauses = format!("{entry}\nrequire at least {n} rows of ({events}) during [{from}d, {to}d] of index{ignoring}");
            cohort(profile, &clauses)
        };
        let (narrow, wide, widest) = (of(from, to), of(from - before, to + after), of(-999, 999));
        for person in people(&lives) {
            let [narrow, wide, widest] = [&narrow, &wide, &widest].map(|cohort| staying(&evaluate(cohort, &person)));
            prop_assert!(narrow.iter().all(|entry| wide.contains(entry)), "{narrow:?} {wide:?}");
            prop_assert!(wide.iter().all(|entry| widest.contains(entry)), "{wide:?} {widest:?}");
        }
    }

    /// Whoever is required and whoever is excluded are all, and none is both; what is unknown is
    /// neither required nor forbidden.
    #[test]
    fn require_and_exclude_part_the_entries(
        profile in profile(), entry in entry(WORDS), statement in statement(WORDS), lives in lives(),
    ) {
        let of = |steps: &str| cohort(profile, &format!("{entry}\n{steps}"));
        let (all, required) = (of(""), of(&format!("require {statement}")));
        let (excluded, forbidden) = (of(&format!("exclude {statement}")), of(&format!("require not {statement}")));
        for person in people(&lives) {
            let [all, required, excluded, forbidden] =
                [&all, &required, &excluded, &forbidden].map(|cohort| evaluate(cohort, &person));
            let unknown = required.trails().iter().filter(|trail| trail.steps[0] == Truth::Unknown).count();
            let mut parts = [staying(&required), staying(&excluded)].concat();
            parts.sort_unstable();
            prop_assert_eq!(&parts, &staying(&all));
            if profile == NATIVE {
                prop_assert_eq!(staying(&required).len() + staying(&forbidden).len() + unknown, parts.len());
            } else {
                prop_assert_eq!(unknown, 0);
            }
        }
    }

    #[test]
    fn attrition_adds_up(profile in profile(), clauses in clauses(true), lives in lives()) {
        let cohort = cohort(profile, &clauses);
        let evaluations = evaluate_all(&cohort, &people(&lives));
        let mut attrition = Attrition::of(&cohort);
        attrition.extend(&evaluations);
        let trails = || evaluations.iter().flat_map(Evaluation::trails);
        prop_assert_eq!(attrition.universe, lives.len() as u64);
        prop_assert_eq!(attrition.entered.entries, trails().count() as u64);
        let mut left = attrition.entered;
        for step in &attrition.steps {
            prop_assert_eq!(step.before, left);
            left.entries -= step.dropped.entries;
            left.people -= step.dropped.people;
            prop_assert!(step.unknown.entries <= step.before.entries);
        }
        let stay = trails().filter(|trail| matches!(trail.outcome, Outcome::Stays(_))).count() as u64;
        prop_assert_eq!(left.entries - attrition.without_days.entries, stay);
        let included = evaluations.iter().filter(|one| one.is_included()).count() as u64;
        prop_assert_eq!(attrition.included.people, included);
        prop_assert!(clauses.contains("clip") || left.people - attrition.without_days.people == included);
        let entries: usize = evaluations.iter().map(|one| one.entries().len()).sum();
        prop_assert_eq!(attrition.included.entries, entries as u64);
        prop_assert!(attrition.included.entries <= stay);
    }

    /// Entries are in order, distinct and not empty; where they are merged, they lie apart.
    #[test]
    fn entries_are_intervals(profile in profile(), clauses in clauses(true), life in life()) {
        let evaluation = evaluate(&cohort(profile, &clauses), &person(&life));
        for entry in evaluation.entries() {
            prop_assert!(entry.start.unwrap() <= entry.end.unwrap());
        }
        for pair in evaluation.entries().windows(2) {
            prop_assert!(pair[0] < pair[1]);
            prop_assert!(!clauses.contains("merge") || pair[0].end < pair[1].start);
        }
    }

    /// The cited records by themselves say the same, and each of them is needed.
    #[test]
    fn explanations_are_sound(profile in profile(), clauses in clauses(true), life in life()) {
        let cohort = cohort(profile, &clauses);
        let whole = person(&life);
        let explanation = explain(&cohort, &whole);
        let only = |without: Option<usize>| {
            let mut only = whole.clone();
            let cited: Vec<_> = explanation.cited.iter().enumerate().filter(|(at, _)| Some(*at) != without).collect();
            only.events.retain(|event| cited.iter().any(|(_, one)| (one.kind, one.record) == (event.kind, event.record)));
            evaluate(&cohort, &only)
        };
        let last_step = |evaluation: &Evaluation| {
            let reached = evaluation.trails().iter().map(|trail| match trail.outcome {
                Outcome::DroppedAt(step) => step,
                _ => usize::MAX,
            });
            reached.max()
        };
        let verdict = |evaluation: &Evaluation| (evaluation.entries().to_vec(), evaluation.is_included() || last_step(evaluation).is_none(), if evaluation.is_included() { None } else { last_step(evaluation) });
        let full = verdict(&evaluate(&cohort, &whole));
        prop_assert_eq!(&verdict(&only(None)), &full);
        for left_out in 0..explanation.cited.len() {
            prop_assert_ne!(&verdict(&only(Some(left_out))), &full);
        }
    }
}
