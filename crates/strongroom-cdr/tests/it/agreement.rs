//! The engine and the reference evaluator agree about everybody.

use std::slice;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int64Type};
use chrono::NaiveDate;
use futures::TryStreamExt;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use strongroom_cdr::AuthorizedCdr;
use strongroom_cohort::reference::{Attrition, Evaluation, PersonRecord, evaluate};
use strongroom_cohort::{Definition, Limits, ResolvedCohort, resolve};
use strongroom_omop::{ConceptId, Domain};

use crate::access::{Access, now};
use crate::omop::{RowOrder, cut_off};
use crate::questions::{first_of, with_event, woman};
use crate::release::Release;
use crate::strategies::{DOMAINS, definition, people};
use crate::vocabulary::vocabulary;

/// Everything that is said of one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Member {
    subject: i64,
    start: Option<NaiveDate>,
    age: Option<i32>,
    sex: i64,
}

/// Everything that is said of a cohort: its members by id, and who was left after the entry and
/// after each step.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    members: Vec<Member>,
    count: Option<u64>,
    universe: Option<u64>,
    attrition: Vec<(String, Option<u64>)>,
}

pub(crate) fn of_reference(cohort: &ResolvedCohort, people: &[PersonRecord]) -> Answer {
    let evaluations: Vec<_> = people.iter().map(|person| evaluate(cohort, person)).collect();
    let member = |(person, evaluation): (&PersonRecord, &Evaluation)| {
        evaluation.entries().first().map(|entry| Member {
            subject: person.subject.value(),
            start: entry.start,
            age: person.birth.age_on(entry.start.unwrap_or(cut_off())),
            sex: person.sex_at_birth.map_or(0, ConceptId::value),
        })
    };
    let mut members: Vec<_> = people.iter().zip(&evaluations).filter_map(member).collect();
    members.sort_unstable();
    let mut attrition = Attrition::of(cohort);
    attrition.extend(&evaluations);
    let entered = ("entered".to_owned(), Some(attrition.entered.people));
    let steps = (1..).zip(&attrition.steps).map(|(number, step)| {
        let label = step.label.as_ref().map_or_else(|| format!("step {number}"), ToString::to_string);
        (label, Some(step.before.people - step.dropped.people))
    });
    Answer {
        members,
        count: Some(attrition.included.people),
        universe: Some(attrition.universe),
        attrition: [entered].into_iter().chain(steps).collect(),
    }
}

pub(crate) async fn of_engine(cdr: &AuthorizedCdr, cohort: &ResolvedCohort) -> Answer {
    let result = cdr.run(cohort).await.unwrap();
    let attrition = result.attrition().unwrap();
    let steps = attrition.steps().iter().map(|(label, left)| (label.clone(), left.exact()));
    let permit = cdr.session().export_permit(now()).unwrap();
    let entries = cdr.entries(&result, &permit).unwrap();
    Answer {
        members: members(&entries.try_collect::<Vec<_>>().await.unwrap()),
        count: result.count().exact(),
        universe: attrition.universe().exact(),
        attrition: steps.collect(),
    }
}

fn members(entries: &[RecordBatch]) -> Vec<Member> {
    let of_batch = |batch: &RecordBatch| {
        let numbers = |name| batch.column_by_name(name).unwrap().as_primitive::<Int64Type>().clone();
        let [subjects, ages, sexes] = ["subject_id", "age_at_start", "sex_concept_id"].map(numbers);
        let starts = batch.column_by_name("cohort_start_date").unwrap().as_primitive::<Date32Type>().clone();
        let member = move |row| Member {
            subject: subjects.value(row),
            start: starts.is_valid(row).then(|| Date32Type::to_naive_date_opt(starts.value(row)).unwrap()),
            age: ages.is_valid(row).then(|| ages.value(row).try_into().unwrap()),
            sex: sexes.value(row),
        };
        (0..batch.num_rows()).map(member).collect::<Vec<_>>()
    };
    entries.iter().flat_map(of_batch).collect()
}

/// Builds a release of these people and compares what the engine and the reference say of each
/// definition.
async fn check(people: &[PersonRecord], domains: &[Domain], order: RowOrder, definitions: &[Definition]) {
    let release = Release::with_domains(people, domains, order);
    let cdr = release.open().await.authorize(Access::exact().session()).unwrap();
    for definition in definitions {
        let cohort = resolve(definition, &vocabulary(), &Limits::default()).unwrap();
        assert_eq!(cdr.resolve(definition).unwrap(), cohort);
        let (expected, found) = (of_reference(&cohort, people), of_engine(&cdr, &cohort).await);
        assert_eq!(found, expected, "rows {order:?}, definition {}", definition.to_json());
    }
}

fn block_on(future: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future);
}

/// Releases are costly, so each is asked several definitions: 256 in all.
const RELEASES: u32 = 64;
const DEFINITIONS: usize = 4;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { max_shrink_iters: 256, ..ProptestConfig::with_cases(cases) }
}

fn order() -> impl Strategy<Value = RowOrder> {
    prop_oneof![Just(RowOrder::AsGiven), any::<u64>().prop_map(RowOrder::Shuffled)]
}

proptest! {
    #![proptest_config(config(RELEASES))]

    #[test]
    fn engine_and_reference_agree(
        people in people(), order in order(), definitions in prop::collection::vec(definition(), DEFINITIONS),
    ) {
        block_on(check(&people, &DOMAINS, order, &definitions));
    }
}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn the_order_of_rows_changes_nothing(people in people(), definition in definition(), seed: u64) {
        block_on(async {
            let definition = slice::from_ref(&definition);
            check(&people, &DOMAINS, RowOrder::AsGiven, definition).await;
            check(&people, &DOMAINS, RowOrder::Shuffled(seed), definition).await;
        });
    }
}

/// Agreement about nobody would prove little.
#[test]
fn random_cohorts_hold_some_people_and_not_others() {
    let mut runner = TestRunner::deterministic();
    let (mut telling, all) = (0, 400);
    for _ in 0..all {
        let people = people().new_tree(&mut runner).unwrap().current();
        let definition = definition().new_tree(&mut runner).unwrap().current();
        let cohort = resolve(&definition, &vocabulary(), &Limits::default()).unwrap();
        let left = of_reference(&cohort, &people).attrition;
        // Some step, the entry among them, took away some people and left others.
        let numbers: Vec<_> =
            [people.len() as u64].into_iter().chain(left.iter().filter_map(|(_, n)| *n)).collect();
        telling += usize::from(numbers.windows(2).any(|pair| 0 < pair[1] && pair[1] < pair[0]));
    }
    assert!(telling * 5 > all * 2, "only {telling} of {all} random cohorts tell people apart");
}

/// One person per domain, with an event there and nowhere else.
#[tokio::test]
async fn every_domain_is_read_from_its_own_table() {
    let person = |(subject, domain)| with_event(woman(subject), domain, 10, "2020-02-20");
    let people: Vec<_> = (1..).zip(Domain::ALL).map(person).collect();
    check(&people, &Domain::ALL, RowOrder::AsGiven, &Domain::ALL.map(first_of)).await;
}
