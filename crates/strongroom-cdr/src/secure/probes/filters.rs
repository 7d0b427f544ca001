//! Filters that go into the leaf: which ones do, and that nothing but time depends on it.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use chrono::NaiveDate;
use datafusion::catalog::TableProvider;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, cast, col, lit};
use datafusion::physical_plan::collect;
use datafusion::prelude::SessionContext;
use proptest::prelude::*;
use proptest::sample::select;
use strongroom_cohort::ast::Comparison;

use super::release::{SECRETS, Stored, stored};
use super::spy;
use crate::predicate::{ColumnLiteral, ColumnPredicate, ColumnTest};
use crate::secure::scan::Cut;
use crate::secure::vet::vet;

const TABLE: &str = "condition_occurrence";

fn day(days: i32) -> Expr {
    lit(ScalarValue::Date32(Some(days)))
}

fn is(column: &str, comparison: Comparison, literal: ColumnLiteral) -> Option<ColumnPredicate> {
    Some(ColumnPredicate::new(column, ColumnTest::Is(comparison, literal)))
}

#[tokio::test]
async fn what_is_vetted_is_a_column_beside_constants_of_its_type() {
    use ColumnLiteral::{Day, Integer, Text};
    let stored = stored(SECRETS[0]).await;
    let schema = stored.tables.table(TABLE).unwrap().schema();
    let concept = || col("condition_concept_id");
    let spied = spy(&super::Seen::default());
    for (filter, expected) in [
        (concept().eq(lit(10_i64)), is("condition_concept_id", Comparison::Equal, Integer(10))),
        (lit(10_i64).lt(concept()), is("condition_concept_id", Comparison::Greater, Integer(10))),
        (concept().not_eq(lit(10_i64)), is("condition_concept_id", Comparison::NotEqual, Integer(10))),
        (
            col("condition_start_date").lt_eq(day(42)),
            is("condition_start_date", Comparison::AtMost, Day(NaiveDate::from_epoch_days(42).unwrap())),
        ),
        (col("stop_reason").gt_eq(lit("x")), is("stop_reason", Comparison::AtLeast, Text("x".to_owned()))),
        (
            concept().in_list(vec![lit(12_i64), lit(10_i64)], false),
            Some(ColumnPredicate::one_of("condition_concept_id", [10, 12])),
        ),
        (
            concept().eq(lit(12_i64)).or(concept().eq(lit(10_i64))),
            Some(ColumnPredicate::one_of("condition_concept_id", [10, 12])),
        ),
        // Another type, and one that would have to be converted.
        (concept().eq(lit(10_i32)), None),
        (concept().eq(lit("10")), None),
        (cast(concept(), DataType::Utf8).eq(lit("10")), None),
        (concept().eq(lit(ScalarValue::Int64(None))), None),
        (col("condition_start_date").eq(lit("2020-01-01")), None),
        // More than a comparison with a constant.
        ((lit(1_i64) / (concept() - lit(10_i64))).lt_eq(lit(1_i64)), None),
        (concept().eq(col("person_id")), None),
        (concept().is_null(), None),
        (spied.call(vec![concept()]), None),
        (concept().eq(lit(10_i64)).or(spied.call(vec![concept()])), None),
        (concept().eq(lit(10_i64)).or(col("person_id").eq(lit(1_i64))), None),
        (concept().in_list(vec![lit(10_i64)], true), None),
        (concept().in_list(vec![lit(10_i64), col("person_id")], false), None),
        (concept().in_list((0..5000_i64).map(lit).collect(), false), None),
        // A column that the session does not see is none.
        (col("condition_source_value").eq(lit("x")), None),
        (col("nowhere").eq(lit(1_i64)), None),
    ] {
        assert_eq!(vet(&filter, &schema), expected, "{filter}");
    }
}

/// What a filter looks for, once with the leaf and once without it: rows as text, and how many left
/// the leaf.
async fn both(stored: &Stored, filter: &Expr) -> ([String; 2], usize) {
    let context = SessionContext::new();
    let table = Arc::new(stored.tables.table(TABLE).unwrap()) as Arc<dyn TableProvider>;
    let all = context.read_table(Arc::clone(&table)).unwrap().collect().await.unwrap();
    let without = context.read_batches(all).unwrap().filter(filter.clone()).unwrap().collect().await.unwrap();
    let with = context.read_table(table).unwrap().filter(filter.clone()).unwrap();
    let plan = with.create_physical_plan().await.unwrap();
    let with = collect(Arc::clone(&plan), context.task_ctx()).await.unwrap();
    let mut leaf = plan;
    while let Some(child) = leaf.children().first().map(|child| Arc::clone(child)) {
        leaf = child;
    }
    // Nothing is left to be scanned where a filter is never true.
    let left = leaf.metrics().and_then(|metrics| metrics.output_rows()).unwrap_or_default();
    ([with, without].map(|rows| sorted(&rows)), left)
}

fn sorted(batches: &[RecordBatch]) -> String {
    let line = |batch: &RecordBatch, row: usize| format!("{:?}", batch.slice(row, 1).columns());
    let lines = |batch: &RecordBatch| (0..batch.num_rows()).map(|row| line(batch, row)).collect::<Vec<_>>();
    let mut lines: Vec<_> = batches.iter().flat_map(lines).collect();
    lines.sort_unstable();
    lines.join("\n")
}

fn filter() -> impl Strategy<Value = Expr> {
    let operator = select(vec![Expr::eq, Expr::not_eq, Expr::lt, Expr::lt_eq, Expr::gt, Expr::gt_eq]);
    let column = select(vec!["condition_concept_id", "person_id", "visit_occurrence_id"]);
    let integers = (column.clone(), operator.clone(), -1..105_i64)
        .prop_map(|(column, operator, value)| operator(col(column), lit(value)));
    let days = (operator.clone(), 18_295..18_345_i32)
        .prop_map(|(operator, days)| operator(col("condition_start_date"), day(days)));
    let texts = (operator, select(vec!["", "0", "3", "x"]))
        .prop_map(|(operator, text)| operator(col("stop_reason"), lit(text)));
    let lists = (column, prop::collection::vec(0..20_i64, 1..8), any::<bool>())
        .prop_map(|(column, values, not)| col(column).in_list(values.into_iter().map(lit).collect(), not));
    let leaf = prop_oneof![integers, days, texts, lists];
    leaf.prop_recursive(2, 4, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, other)| one.and(other)),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| one.or(other)),
            inner.prop_map(|inner| !inner),
        ]
    })
}

/// Whatever is asked, the answer is that of the filter alone.
#[test]
fn filters_find_the_same_with_and_without_the_leaf() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let stored = runtime.block_on(stored(SECRETS[0]));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(128));
    let property = |filter: Expr| {
        let ([with, without], _) = runtime.block_on(both(&stored, &filter));
        prop_assert_eq!(with, without);
        Ok(())
    };
    runner.run(&filter(), property).unwrap();
}

#[tokio::test]
async fn a_filter_in_the_leaf_lets_fewer_rows_out() {
    let stored = stored(SECRETS[0]).await;
    // Of 99 people with two conditions each, those with concept 10 are every third.
    for (filter, left) in [
        (lit(true), 198),
        (col("condition_concept_id").eq(lit(10_i64)), 66),
        (col("condition_concept_id").in_list((0..11_i64).map(lit).collect(), false), 66),
        (col("person_id").lt_eq(lit(4_i64)), 8),
        (col("condition_start_date").lt(day(18_330)), 99),
        (col("condition_concept_id").eq(lit(10_i64)).and(col("person_id").lt_eq(lit(4_i64))), 2),
        // What is more than a comparison stays outside: all rows leave.
        ((col("condition_concept_id") + lit(1_i64)).eq(col("person_id")), 198),
    ] {
        assert_eq!(both(&stored, &filter).await.1, left, "{filter}");
    }
}

/// Of a concept set only its runs of rows are looked at, in files and row groups that are no longer
/// than they are.
#[tokio::test]
async fn the_rows_of_other_concepts_are_not_looked_at() {
    let stored = stored(SECRETS[0]).await;
    let table = || stored.tables.table(TABLE).unwrap();
    let whole = Cut::RowGroups { partitions: 1 };
    let looked_at =
        |table: &crate::secure::SecureTable| table.leaf(&[0], Vec::new(), &whole).unwrap().rows_looked_at();
    assert_eq!(looked_at(&table()), 199, "198 rows, and one that is hidden");
    for (concepts, rows) in [(vec![10], 67), (vec![12, 10], 131), (vec![99], 0), (vec![], 0)] {
        let wanted = ColumnPredicate::one_of("condition_concept_id", concepts.clone());
        assert_eq!(looked_at(&table().with_predicate(wanted).unwrap()), rows, "{concepts:?}");
    }
    let another = ColumnPredicate::one_of("person_id", [10]);
    assert_eq!(looked_at(&table().with_predicate(another).unwrap()), 199);
}
