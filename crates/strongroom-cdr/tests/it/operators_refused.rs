//! A state that travelled is no capability: it opens what the session that holds it may read, or
//! nothing.

use std::sync::Arc;

use futures::TryStreamExt;
use proptest::prelude::*;
use serde_json::{Value, json};
use strongroom_cdr::{
    AuthorizedCdr, ColumnLiteral, ColumnPredicate, ColumnTest, OperatorError, OperatorState, QueryError,
};
use strongroom_cohort::ast::Comparison;
use strongroom_cohort::reference::PersonRecord;
use strongroom_omop::{Domain, SubjectId};
use strongroom_primitives::{Clock, ManualClock};
use strongroom_tiers::Hidden;
use strongroom_workspaces::Action;

use crate::access::{Access, LEASE_MINUTES, label, now};
use crate::omop::SECRET;
use crate::operators::{all_lines, authorized, open, table};
use crate::permits::NobodyCounts;
use crate::questions::{everyone, first_condition, first_of, patients, with_event};
use crate::release::Release;

fn people() -> Vec<PersonRecord> {
    patients(6).into_iter().map(|person| with_event(person, Domain::Drug, 20, "2020-03-05")).collect()
}

fn of_conditions(cdr: &AuthorizedCdr) -> OperatorState {
    let columns = ["person_id", "condition_concept_id", "condition_start_date"];
    let ten = ColumnPredicate::one_of("condition_concept_id", [10]);
    let day = ColumnLiteral::Day("2020-01-01".parse().unwrap());
    let later = ColumnPredicate::new("condition_start_date", ColumnTest::Is(Comparison::Greater, day));
    cdr.table_operator(table("condition_occurrence"), &columns, vec![ten, later]).unwrap()
}

fn json_of(state: &OperatorState) -> Value {
    serde_json::from_slice(&state.encode().unwrap()).unwrap()
}

/// What is said of a state with this in that place; nothing if rows can be read of it.
fn tampered(cdr: &AuthorizedCdr, state: &OperatorState, place: &str, with: Value) -> Option<OperatorError> {
    let mut json = json_of(state);
    *json.pointer_mut(place).unwrap_or_else(|| panic!("there is no {place}")) = with;
    let decoded = OperatorState::decode(&serde_json::to_vec(&json).unwrap());
    let error = decoded.and_then(|state| open(cdr, &state)).err();
    if let Some(error) = &error {
        let said = format!("{error} {error:?}");
        assert!(!said.contains(SECRET) && !said.contains("90210"), "{said}");
    }
    error
}

type Expected = fn(&OperatorError) -> bool;

const MALFORMED: Expected = |error| matches!(error, OperatorError::Malformed { .. });
const OTHER_RELEASE: Expected = |error| matches!(error, OperatorError::OtherRelease);
const OTHER_POLICY: Expected = |error| matches!(error, OperatorError::OtherPolicy);
const OTHER_SHARDS: Expected = |error| matches!(error, OperatorError::OtherShards);
const UNKNOWN: Expected = |error| matches!(error, OperatorError::UnknownColumn { .. });
const REPEATED: Expected = |error| matches!(error, OperatorError::Repeated { .. });
const OTHER_TYPE: Expected = |error| matches!(error, OperatorError::OtherType { .. });

fn check(cdr: &AuthorizedCdr, state: &OperatorState, cases: Vec<(&str, Value, Expected)>) {
    for (place, with, expected) in cases {
        let error = tampered(cdr, state, place, with.clone());
        assert!(error.as_ref().is_some_and(expected), "{place} = {with}: {error:?}");
    }
}

fn about_origin() -> Vec<(&'static str, Value, Expected)> {
    vec![
        ("/format", json!("strongroom-operator/2"), |error| matches!(error, OperatorError::OtherFormat)),
        ("/format", json!(SECRET), MALFORMED),
        ("/origin/release", json!("R2025Q1"), OTHER_RELEASE),
        ("/origin/release", json!(7), MALFORMED),
        ("/origin/manifest", json!("0".repeat(64)), OTHER_RELEASE),
        ("/origin/manifest", json!("0"), MALFORMED),
        ("/origin/tier", json!("controlled"), OTHER_RELEASE),
        ("/origin/tier", json!("public"), MALFORMED),
        ("/origin/policy_version", json!(2), OTHER_POLICY),
        ("/origin/built_by", json!("0".repeat(64)), OTHER_POLICY),
        ("/origin", json!({}), MALFORMED),
        ("/shards", json!([0, 1, 2, 3]), OTHER_SHARDS),
        ("/shards", json!([u32::MAX]), OTHER_SHARDS),
        ("/shards", Value::Null, OTHER_SHARDS),
        ("/shards", json!([1, 0]), REPEATED),
        ("/shards", json!([0, 0]), REPEATED),
        ("/shards", json!([-1]), MALFORMED),
        ("/leaf", json!({"plan": {}}), MALFORMED),
    ]
}

#[tokio::test]
async fn every_part_of_a_table_s_state_is_looked_at() {
    let release = Release::in_shards(&people(), 2);
    let hidden =
        Hidden::nothing().with_table("drug_exposure").with_column("condition_occurrence", "stop_reason");
    let hidden = hidden.with_source_values();
    let cdr = release.open().await.authorize(Access { hidden, ..Access::exact() }.session()).unwrap();
    let state = of_conditions(&cdr);
    check(&cdr, &state, about_origin());
    let no_table: Expected = |error| matches!(error, OperatorError::Query(QueryError::NoTable { .. }));
    let no_column: Expected = |error| matches!(error, OperatorError::Query(QueryError::NoColumn { .. }));
    let predicates = "/leaf/table/predicates";
    check(
        &cdr,
        &state,
        vec![
            ("/leaf/table/table", json!("drug_exposure"), no_table),
            // Its columns are others.
            ("/leaf/table/table", json!("person"), UNKNOWN),
            ("/leaf/table/table", json!(SECRET), MALFORMED),
            ("/leaf/table/columns", json!(["person_id", "stop_reason"]), no_column),
            ("/leaf/table/columns", json!(["condition_source_value"]), no_column),
            ("/leaf/table/columns", json!([SECRET]), UNKNOWN),
            ("/leaf/table/columns", json!(["PERSON_ID"]), UNKNOWN),
            ("/leaf/table/columns", json!(["person_id", "person_id"]), REPEATED),
            ("/leaf/table/columns/0", json!(0), MALFORMED),
            ("/leaf/table/predicates/0/column", json!("stop_reason"), no_column),
            ("/leaf/table/predicates/0/column", json!(SECRET), UNKNOWN),
            ("/leaf/table/predicates/0/column", json!("condition_start_date"), OTHER_TYPE),
            ("/leaf/table/predicates/1/column", json!("person_id"), OTHER_TYPE),
            ("/leaf/table/predicates/0/test", json!({"one_of": ["10"]}), MALFORMED),
            ("/leaf/table/predicates/0/test", json!({"spy": [10]}), MALFORMED),
            ("/leaf/table/predicates/0/test", json!({"is": ["=", {"text": SECRET}]}), OTHER_TYPE),
            ("/leaf/table/predicates/1/test/is/0", json!("/"), MALFORMED),
            ("/leaf/table/predicates/1/test/is/1", json!({"day": SECRET}), MALFORMED),
            (predicates, json!([{"column": "person_id", "test": {"one_of": [1]}, "or": 1}]), MALFORMED),
        ],
    );
    // Only what is asked can be changed without being noticed, and it is asked of the same rows.
    for (predicates, rows) in [(json!([]), 6), (json!([{"column": "person_id", "test": {"one_of": [3]}}]), 1)]
    {
        let mut json = json_of(&state);
        *json.pointer_mut("/leaf/table/predicates").unwrap() = predicates;
        let changed = OperatorState::decode(&serde_json::to_vec(&json).unwrap()).unwrap();
        assert_eq!(all_lines(&open(&cdr, &changed).unwrap()).await.len(), rows);
    }
}

#[tokio::test]
async fn every_part_of_a_cohort_s_state_is_looked_at() {
    let release = Release::in_shards(&people(), 2);
    let hidden = Hidden::nothing().with_table("drug_exposure");
    let cdr = release.open().await.authorize(Access { hidden, ..Access::exact() }.session()).unwrap();
    let state = cdr.cohort_operator(&first_condition()).unwrap();
    check(&cdr, &state, about_origin());
    let other: Expected = |error| matches!(error, OperatorError::OtherCohort);
    let unresolved: Expected = |error| matches!(error, OperatorError::Query(QueryError::Unresolved(_)));
    let damaged: Expected = |error| matches!(error, OperatorError::Definition);
    check(
        &cdr,
        &state,
        vec![
            ("/leaf/cohort/columns", json!(["sex_concept_id"]), UNKNOWN),
            ("/leaf/cohort/columns", json!(["subject_id", "subject_id"]), REPEATED),
            ("/leaf/cohort/resolved", json!("0".repeat(64)), other),
            ("/leaf/cohort/definition", json!(everyone().to_json()), other),
            ("/leaf/cohort/definition", json!(first_of(Domain::Drug).to_json()), other),
            ("/leaf/cohort/definition", json!(SECRET), damaged),
            ("/leaf/cohort/definition", json!("[".repeat(100_000)), damaged),
            (
                "/leaf/cohort/definition",
                json!(first_condition().to_json().replace("10", "77777")),
                unresolved,
            ),
            ("/leaf/cohort/definition", json!({}), MALFORMED),
        ],
    );
    // A cohort of what this session does not see, made by one that does.
    let seeing = authorized(&release).await;
    let drugs = seeing.cohort_operator(&first_of(Domain::Drug)).unwrap();
    let refused = open(&cdr, &drugs).unwrap_err();
    assert!(matches!(refused, OperatorError::Query(QueryError::NoTable { .. })), "{refused:?}");
    open(&seeing, &drugs).unwrap();
    let refused = cdr.cohort_operator(&first_of(Domain::Drug)).unwrap_err();
    assert!(matches!(refused, OperatorError::Query(QueryError::NoTable { .. })), "{refused:?}");
}

/// The rows are those that the session sees that opens the state, not those of the one that made it.
#[tokio::test]
async fn who_withdrew_here_is_not_read_here() {
    let release = Release::in_shards(&people(), 2);
    let there = authorized(&release).await;
    let here = release.open().await.without_people([SubjectId::new(3)]);
    let here = here.authorize(Access::exact().session()).unwrap();
    let cohort = there.cohort_operator(&first_condition()).unwrap();
    for state in [of_conditions(&there), cohort] {
        let rows = all_lines(&open(&there, &state).unwrap()).await;
        let seen = all_lines(&open(&here, &state).unwrap()).await;
        assert_eq!((rows.len(), seen.len()), (6, 5));
        assert!(seen.iter().all(|line| rows.contains(line)));
    }
}

#[tokio::test]
async fn a_state_opens_with_a_permit_of_the_session_while_both_last() {
    let release = Release::in_shards(&people(), 2);
    let clock = Arc::new(ManualClock::at(now()));
    let cdr = release.open_with(Arc::clone(&clock) as Arc<dyn Clock>).await;
    let cdr = cdr.authorize(Access::usual().session()).unwrap();
    let elsewhere = Access { workspace: 77, ..Access::usual() }.session();
    let foreign = elsewhere.export_permit(now()).unwrap();
    let permit = cdr.session().export_permit(now()).unwrap();
    let states = [of_conditions(&cdr), cdr.cohort_operator(&first_condition()).unwrap()];
    let mut begun = Vec::new();
    for state in &states {
        let refused = cdr.open_operator(state, &foreign).unwrap_err();
        assert!(matches!(refused, OperatorError::Query(QueryError::OtherPermit)), "{refused:?}");
        let operator = cdr.open_operator(state, &permit).unwrap();
        begun.push((operator.rows(0).unwrap(), operator));
    }
    clock.set(now().plus_minutes(LEASE_MINUTES));
    for ((rows, operator), state) in begun.into_iter().zip(&states) {
        let ended = rows.try_collect::<Vec<_>>().await.unwrap_err();
        assert!(matches!(ended, QueryError::SessionEnded), "{ended:?}");
        for refused in [operator.rows(1).err(), cdr.open_operator(state, &permit).err()] {
            let ended = matches!(refused, Some(OperatorError::Query(QueryError::SessionEnded)));
            assert!(ended, "{refused:?}");
        }
    }
}

#[tokio::test]
async fn a_session_that_may_not_count_opens_no_cohort() {
    let release = Release::in_shards(&people(), 2);
    let state = authorized(&release).await.cohort_operator(&first_condition()).unwrap();
    let rule = NobodyCounts(label("Nobody counts"));
    let looking = Access { action: Action::View, ..Access::usual() }.session_under(&[&rule]);
    let cdr = release.open().await.authorize(looking).unwrap();
    let refused = open(&cdr, &state).unwrap_err();
    assert!(matches!(refused, OperatorError::Query(QueryError::Refused(_))), "{refused:?}");
    open(&cdr, &of_conditions(&cdr)).unwrap();
}

#[tokio::test]
async fn a_state_is_not_larger_than_what_is_read() {
    let release = Release::of(&people());
    let cdr = authorized(&release).await;
    let many = |count: i64| {
        let some = ColumnPredicate::one_of("person_id", 1_000_000..1_000_000 + count);
        cdr.table_operator(table("person"), &["person_id"], vec![some]).unwrap()
    };
    assert_eq!(OperatorState::decode(&many(100_000).encode().unwrap()).unwrap(), many(100_000));
    let refused = many(600_000).encode().unwrap_err();
    assert!(matches!(refused, OperatorError::TooLarge { .. }), "{refused:?}");
    let long = vec![b' '; OperatorState::MAXIMUM_BYTES + 1];
    assert!(matches!(OperatorState::decode(&long), Err(OperatorError::TooLarge { .. })));
}

/// A text that may be anything, or nearly a state.
fn nearly(state: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let place = any::<prop::sample::Index>();
    let byte = prop_oneof![any::<u8>(), prop::sample::select(br#"{}[]",:0123456789-nul\"#.to_vec())];
    let change = (place, byte, 0..3_u8);
    let changed = prop::collection::vec(change, 1..4).prop_map(move |changes| {
        let mut bytes = state.clone();
        for (place, byte, how) in changes {
            let at = place.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        bytes
    });
    prop_oneof![1 => prop::collection::vec(any::<u8>(), 0..200), 9 => changed]
}

/// No bytes make anything fall over, and what opens shows nothing that the session does not see.
#[test]
fn any_bytes_are_a_state_or_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let release = Release::in_shards(&people(), 2);
    let seeing = runtime.block_on(authorized(&release));
    let cdr = runtime.block_on(release.open()).without_people([SubjectId::new(3)]);
    let hidden = Hidden::nothing().with_source_values();
    let cdr = cdr.authorize(Access { hidden, ..Access::exact() }.session()).unwrap();
    let states = [of_conditions(&seeing), seeing.cohort_operator(&first_condition()).unwrap()];
    let states = states.map(|state| state.encode().unwrap());
    let [one, other] = states.map(nearly);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(2048));
    let (decoded, opened) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let property = |bytes: Vec<u8>| {
        let Ok(state) = OperatorState::decode(&bytes) else { return Ok(()) };
        decoded.set(decoded.get() + 1);
        prop_assert_eq!(&OperatorState::decode(&state.encode().unwrap()).unwrap(), &state);
        let Ok(operator) = open(&cdr, &state) else { return Ok(()) };
        opened.set(opened.get() + 1);
        prop_assert!(operator.schema().fields().iter().all(|field| !field.name().ends_with("_source_value")));
        let rows = runtime.block_on(all_lines(&operator));
        prop_assert!(rows.len() <= 5, "{} rows", rows.len());
        Ok(())
    };
    runner.run(&prop_oneof![one, other], property).unwrap();
    assert!(decoded.get() > 20 && opened.get() > 5, "{decoded:?} were read, {opened:?} opened");
}
