//! Leaves that travel read what they would have read at home, shard by shard; cohorts join with tables.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use chrono::NaiveDate;
use futures::TryStreamExt;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::TestRunner;
use strongroom_cdr::{
    AuthorizedCdr, ColumnLiteral, ColumnPredicate, ColumnTest, Operator, OperatorError, OperatorState,
};
use strongroom_cohort::ast::{Comparison, Sample};
use strongroom_cohort::reference::PersonRecord;
use strongroom_cohort::{Definition, ResolvedConcepts};
use strongroom_omop::{Domain, Table};

use crate::access::{Access, now};
use crate::questions::{answer, first_condition, patients, with_event};
use crate::release::Release;
use crate::strategies::{definition, people};

pub(crate) fn table(name: &str) -> &'static Table {
    Table::named(name).unwrap()
}

pub(crate) async fn authorized(release: &Release) -> AuthorizedCdr {
    release.open().await.authorize(Access::exact().session()).unwrap()
}

pub(crate) fn open(cdr: &AuthorizedCdr, state: &OperatorState) -> Result<Operator, OperatorError> {
    cdr.open_operator(state, &cdr.session().export_permit(now()).unwrap())
}

pub(crate) async fn partition(operator: &Operator, partition: usize) -> Vec<RecordBatch> {
    operator.rows(partition).unwrap().try_collect().await.unwrap()
}

/// Every row as text, in the order in which rows come.
pub(crate) fn lines(batches: &[RecordBatch]) -> Vec<String> {
    let line = |batch: &RecordBatch, row: usize| format!("{:?}", batch.slice(row, 1).columns());
    let lines = |batch: &RecordBatch| (0..batch.num_rows()).map(|row| line(batch, row)).collect::<Vec<_>>();
    batches.iter().flat_map(lines).collect()
}

pub(crate) async fn all_lines(operator: &Operator) -> Vec<String> {
    let mut all = Vec::new();
    for number in 0..operator.partitions() {
        all.extend(lines(&partition(operator, number).await));
    }
    all
}

/// What was written down elsewhere.
fn travelled(state: &OperatorState) -> OperatorState {
    OperatorState::decode(&state.encode().unwrap()).unwrap()
}

/// The state is the same after it travelled, and so is what is read of it, all at once and alone.
async fn check(here: &AuthorizedCdr, there: &AuthorizedCdr, state: &OperatorState, expected: &[String]) {
    assert_eq!(&travelled(state), state);
    let operator = open(there, &travelled(state)).unwrap();
    assert_eq!(&operator.state().unwrap(), state);
    assert_eq!(all_lines(&operator).await, expected, "{state:?}");
    assert_eq!(all_lines(&open(here, state).unwrap()).await, expected, "{state:?}");
    let Some(shards) = state.shards() else { return };
    assert_eq!(operator.partitions(), shards.len());
    for (number, shard) in shards.iter().enumerate() {
        let alone = travelled(&state.of_shard(*shard).unwrap());
        assert_eq!(alone.shards(), Some([*shard].as_slice()));
        let alone = open(there, &alone).unwrap();
        assert_eq!(alone.partitions(), 1);
        assert_eq!(lines(&partition(&alone, 0).await), lines(&partition(&operator, number).await));
    }
}

/// The entries as they are exported, without what else is told of people.
async fn entries(cdr: &AuthorizedCdr, definition: &Definition) -> Vec<String> {
    let result = answer(cdr, definition).await.unwrap();
    let permit = cdr.session().export_permit(now()).unwrap();
    let rows: Vec<_> = cdr.entries(&result, &permit).unwrap().try_collect().await.unwrap();
    lines(&rows.iter().map(|batch| batch.project(&[0, 1, 2]).unwrap()).collect::<Vec<_>>())
}

fn integers(batches: &[RecordBatch], name: &str) -> Vec<i64> {
    let of_batch = |batch: &RecordBatch| {
        batch.column_by_name(name).unwrap().as_primitive::<Int64Type>().values().to_vec()
    };
    batches.iter().flat_map(of_batch).collect()
}

/// The conditions of the members, found by looking for each row whether its person is one.
async fn naive_join(cdr: &AuthorizedCdr, definition: &Definition) -> Vec<i64> {
    let members = open(cdr, &cdr.cohort_operator(definition).unwrap()).unwrap();
    let columns = ["person_id", "condition_occurrence_id"];
    let state = cdr.table_operator(table("condition_occurrence"), &columns, Vec::new()).unwrap();
    let conditions = open(cdr, &state).unwrap();
    let (mut subjects, mut found) = (Vec::new(), Vec::new());
    for number in 0..members.partitions() {
        subjects.extend(integers(&partition(&members, number).await, "subject_id"));
    }
    for number in 0..conditions.partitions() {
        let rows = partition(&conditions, number).await;
        let records = integers(&rows, "condition_occurrence_id");
        let of = integers(&rows, "person_id").into_iter().zip(records);
        found.extend(of.filter(|(person, _)| subjects.contains(person)).map(|(_, record)| record));
    }
    found.sort_unstable();
    found
}

async fn join(cdr: &AuthorizedCdr, definition: &Definition) -> Vec<i64> {
    let result = answer(cdr, definition).await.unwrap();
    let permit = cdr.session().export_permit(now()).unwrap();
    let every = &ResolvedConcepts::Every;
    let rows = cdr.events(&result, Domain::Condition, every, &permit).await.unwrap();
    let mut found = integers(&rows.try_collect::<Vec<_>>().await.unwrap(), "condition_occurrence_id");
    found.sort_unstable();
    found
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 64, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn a_cohort_that_travels_has_the_entries_of_one_that_does_not(
        people in people(), definitions in prop::collection::vec(definition(), 3), each in 1..6_u32,
        drawn in prop::option::of((0..6_u32, any::<u64>())),
    ) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
            let release = Release::in_shards(&people, each);
            let (here, there) = (authorized(&release).await, authorized(&release).await);
            for mut definition in definitions {
                definition.cohorts[0].sample = drawn.map(|(n, seed)| Sample { n, seed });
                let state = here.cohort_operator(&definition).unwrap();
                check(&here, &there, &state, &entries(&here, &definition).await).await;
                assert_eq!(join(&here, &definition).await, naive_join(&here, &definition).await);
            }
        });
    }
}

fn predicate() -> impl Strategy<Value = ColumnPredicate> {
    let comparison = select(vec![
        Comparison::Less,
        Comparison::AtMost,
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::AtLeast,
        Comparison::Greater,
    ]);
    let is = |column, comparison, literal| ColumnPredicate::new(column, ColumnTest::Is(comparison, literal));
    let day =
        prop_oneof![any::<i32>(), 18_290..18_360_i32].prop_filter_map("a day", NaiveDate::from_epoch_days);
    prop_oneof![
        (
            select(vec!["person_id", "drug_concept_id"]),
            comparison.clone(),
            prop_oneof![any::<i64>(), 0..32_i64]
        )
            .prop_map(move |(column, comparison, value)| is(
                column,
                comparison,
                ColumnLiteral::Integer(value)
            )),
        (comparison.clone(), day).prop_map(move |(comparison, day)| {
            is("drug_exposure_start_date", comparison, ColumnLiteral::Day(day))
        }),
        (comparison, ".{0,4}").prop_map(move |(comparison, text)| is(
            "stop_reason",
            comparison,
            ColumnLiteral::Text(text)
        )),
        (select(vec!["person_id", "drug_concept_id"]), prop::collection::vec(0..32_i64, 0..9))
            .prop_map(|(column, values)| ColumnPredicate::one_of(column, values)),
    ]
}

#[test]
fn a_table_that_travels_has_the_rows_of_one_that_does_not() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let release = Release::in_shards(&treated(20), 7);
    let (here, there) = (runtime.block_on(authorized(&release)), runtime.block_on(authorized(&release)));
    let names: Vec<_> = table("drug_exposure").columns().iter().map(|column| column.name()).collect();
    let columns = subsequence(names.clone(), 0..names.len()).prop_shuffle();
    let asked = (columns, prop::collection::vec(predicate(), 0..4));
    let mut runner = TestRunner::new(ProptestConfig::with_cases(64));
    let property = |(columns, predicates): (Vec<&str>, Vec<ColumnPredicate>)| {
        let state = here.table_operator(table("drug_exposure"), &columns, predicates).unwrap();
        runtime.block_on(async {
            let expected = all_lines(&open(&here, &state).unwrap()).await;
            check(&here, &there, &state, &expected).await;
        });
        Ok(())
    };
    runner.run(&asked, property).unwrap();
}

fn treated(count: i64) -> Vec<PersonRecord> {
    let with_drugs = |person: PersonRecord| {
        let concept = 20 + person.subject.value() % 3;
        with_event(with_event(person, Domain::Drug, concept, "2020-03-05"), Domain::Drug, 30, "2020-04-05")
    };
    patients(count).into_iter().map(with_drugs).collect()
}

#[tokio::test]
async fn tables_travel_with_what_is_asked_of_them() {
    let release = Release::in_shards(&treated(20), 7);
    let (here, there) = (authorized(&release).await, authorized(&release).await);
    let is = |column, comparison, literal| ColumnPredicate::new(column, ColumnTest::Is(comparison, literal));
    let march = ColumnLiteral::Day("2020-03-31".parse().unwrap());
    for (name, columns, predicates, rows) in [
        ("drug_exposure", vec!["drug_exposure_id", "person_id"], vec![], 40),
        (
            "drug_exposure",
            vec!["drug_concept_id"],
            vec![ColumnPredicate::one_of("drug_concept_id", [30])],
            20,
        ),
        (
            "drug_exposure",
            vec!["person_id", "drug_concept_id"],
            vec![
                ColumnPredicate::one_of("drug_concept_id", [20, 21, 30]),
                is("drug_exposure_start_date", Comparison::AtMost, march),
            ],
            13,
        ),
        ("person", vec!["person_id"], vec![is("person_id", Comparison::Less, ColumnLiteral::Integer(4))], 3),
        ("person", vec![], vec![], 20),
        // The vocabulary is not about people, so it is not cut.
        ("concept", vec!["concept_id"], vec![ColumnPredicate::one_of("concept_id", [10, 11])], 2),
        (
            "concept",
            vec!["concept_id"],
            vec![is("standard_concept", Comparison::Equal, ColumnLiteral::Text("C".to_owned()))],
            1,
        ),
    ] {
        let state = here.table_operator(table(name), &columns, predicates).unwrap();
        assert_eq!(state.shards().map(<[u32]>::len), (name != "concept").then_some(3));
        assert_eq!(state.columns().collect::<Vec<_>>(), columns);
        let expected = all_lines(&open(&here, &state).unwrap()).await;
        assert_eq!(expected.len(), rows, "{name}");
        check(&here, &there, &state, &expected).await;
    }
}

#[tokio::test]
async fn partitions_are_those_of_the_shards_that_are_named() {
    let release = Release::in_shards(&patients(20), 7);
    let cdr = authorized(&release).await;
    let state = cdr.cohort_operator(&first_condition()).unwrap();
    assert_eq!(state.shards(), Some([0, 1, 2].as_slice()));
    assert_eq!(state.of_shard(3), None);
    let last = open(&cdr, &state.of_shard(2).unwrap()).unwrap();
    assert_eq!(integers(&partition(&last, 0).await, "subject_id"), [15, 16, 17, 18, 19, 20]);
    for missing in [1, usize::MAX] {
        let refused = last.rows(missing).unwrap_err();
        assert!(matches!(refused, OperatorError::NoPartition { partitions: 1 }), "{refused:?}");
    }
}
