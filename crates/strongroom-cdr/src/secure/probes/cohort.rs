//! The probes against the entries of a cohort, and two releases that differ only in what is hidden.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::DataType;
use datafusion::catalog::TableProvider;
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::{Expr, cast, col, lit, when};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, collect, displayable};
use datafusion::prelude::SessionContext;
use futures::TryStreamExt;
use strongroom_primitives::{Clock, ManualClock};

use super::release::{HIDDEN_PERSON, SECRETS, Stored, cohort, in_one_shard, now, stored};
use super::{HIDDEN_VALUE, PROBES, SECRET, Seen, context, integers, run, spy};
use crate::lease::{Lease, RowLease};
use crate::secure::{CohortEntries, CohortTable};

/// The columns that the probes know: the value is a day, that of the hidden person 42, and the note
/// is no number where the value is 42.
fn with_names_of_probes(table: DataFrame) -> DataFrame {
    let value = || cast(cast(col("start"), DataType::Int32), DataType::Int64);
    let note = when(value().eq(lit(HIDDEN_VALUE)), lit(SECRET)).otherwise(lit("5")).unwrap();
    table.select(vec![col("person_id"), value().alias("value"), note.alias("note")]).unwrap()
}

fn named(table: DataFrame, person: &str, start: &str) -> DataFrame {
    table.select(vec![col(person).alias("person_id"), col(start).alias("start")]).unwrap()
}

fn read(context: &SessionContext, table: CohortTable) -> DataFrame {
    let table = context.read_table(Arc::new(table) as Arc<dyn TableProvider>).unwrap();
    named(table, "subject_id", "cohort_start_date")
}

/// The cohort's entries as they would be with the hidden person, who would have entered on this day.
pub(super) async fn with_the_hidden(stored: &Stored, day: i32) -> RecordBatch {
    let mut rows = SessionContext::new().read_table(Arc::new(stored.known().await)).unwrap().collect().await;
    let rows = rows.as_mut().unwrap();
    let hidden: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![HIDDEN_PERSON])),
        Arc::new(Date32Array::from(vec![day])),
        Arc::new(Date32Array::from(vec![day])),
    ];
    rows.push(RecordBatch::try_new(rows[0].schema(), hidden).unwrap());
    // In one batch: of a batch in which nothing passes the first filter, no other is asked.
    concat_batches(&rows[0].schema(), rows.iter()).unwrap()
}

/// The same behind a filter that the optimiser sees.
async fn behind_a_filter(context: &SessionContext, stored: &Stored) -> DataFrame {
    let all = with_the_hidden(stored, HIDDEN_VALUE.try_into().unwrap()).await;
    named(context.read_batch(all).unwrap(), "subject_id", "cohort_start_date")
        .filter(col("person_id").not_eq(lit(HIDDEN_PERSON)))
        .unwrap()
}

#[tokio::test]
async fn no_probe_finds_a_hidden_person_in_a_cohort() {
    let stored = stored(SECRETS[0]).await;
    let context = context();
    for probe in &PROBES {
        for table in [stored.known().await, stored.lazy()] {
            let finding = run(probe, with_names_of_probes(read(&context, table))).await;
            assert!(!finding.leaked, "{}: {}", probe.name, finding.output);
        }
    }
    let mut found = Vec::new();
    for probe in &PROBES {
        let table = with_names_of_probes(behind_a_filter(&context, &stored).await);
        if run(probe, table).await.leaked {
            found.push(probe.name);
        }
    }
    for kind in ["division in a filter", "cast in a filter", "function in a filter"] {
        assert!(found.contains(&kind), "the probe '{kind}' has lost its teeth; these still bite: {found:?}");
    }
}

/// The leaves of a plan.
fn leaves(plan: &Arc<dyn ExecutionPlan>) -> Vec<Arc<dyn ExecutionPlan>> {
    match plan.children().as_slice() {
        [] => vec![Arc::clone(plan)],
        children => children.iter().flat_map(|child| leaves(child)).collect(),
    }
}

/// Everything that somebody could see of a query: the plan with its statistics, the answer or the
/// error, the names of all metrics, and how many rows left each leaf.
async fn told(query: DataFrame) -> String {
    let context = Arc::new(query.task_ctx());
    let logical = format!("{:?}", query.clone().into_optimized_plan());
    let plan = match query.create_physical_plan().await {
        Ok(plan) => plan,
        Err(error) => return error.to_string(),
    };
    let text = displayable(plan.as_ref()).set_show_statistics(true).indent(true).to_string();
    let answer = match collect(Arc::clone(&plan), context).await {
        Ok(batches) => format!("{batches:?}"),
        Err(error) => error.to_string(),
    };
    let after = displayable(plan.as_ref()).set_show_statistics(true).indent(true).to_string();
    let mut metrics = Vec::new();
    for leaf in leaves(&plan) {
        let of_leaf = leaf.metrics().map(|metrics| metrics.output_rows());
        metrics.push(format!("{} {of_leaf:?}", leaf.name()));
    }
    let names = metric_names(&plan);
    format!("{logical}\n{text}\n{answer}\n{after}\n{metrics:?}\n{names:?}")
}

fn metric_names(plan: &Arc<dyn ExecutionPlan>) -> Vec<String> {
    let own = plan.metrics().into_iter().flat_map(|metrics| {
        let names = metrics.iter().map(|metric| metric.value().name().to_owned());
        names.collect::<Vec<_>>()
    });
    let mut names: Vec<String> = own.chain(plan.children().into_iter().flat_map(metric_names)).collect();
    names.sort_unstable();
    names
}

async fn tables(stored: &Stored, context: &SessionContext) -> Vec<(&'static str, DataFrame)> {
    let conditions = Arc::new(stored.tables.table("condition_occurrence").unwrap());
    let conditions = context.read_table(conditions as Arc<dyn TableProvider>).unwrap();
    let conditions = named(conditions, "person_id", "condition_start_date");
    let joined = conditions.clone().join(
        read(context, stored.known().await)
            .select(vec![col("person_id").alias("member"), col("start").alias("entered")])
            .unwrap(),
        datafusion::logical_expr::JoinType::Inner,
        &["person_id"],
        &["member"],
        None,
    );
    vec![
        ("known cohort", read(context, stored.known().await)),
        ("lazy cohort", read(context, stored.lazy())),
        ("conditions", conditions),
        ("conditions of the cohort", joined.unwrap().select_columns(&["person_id", "start"]).unwrap()),
    ]
}

/// What a filter that is taken into the leaf asks, and what is not.
fn filters() -> Vec<Expr> {
    let day = |days| lit(datafusion::common::ScalarValue::Date32(Some(days)));
    vec![
        lit(true),
        col("person_id").eq(lit(HIDDEN_PERSON)),
        col("person_id").in_list((70..90_i64).map(lit).collect(), false),
        col("start").lt(day(100)),
        col("start").gt_eq(day(18_400)),
        col("start").eq(day(42)).or(col("person_id").eq(lit(1_i64))),
    ]
}

#[tokio::test]
async fn what_is_hidden_changes_nothing_that_is_told_of_a_release() {
    let (here, there) = (in_one_shard(SECRETS[0]).await, in_one_shard(SECRETS[1]).await);
    let mut asked = 0;
    for (number, filter) in filters().into_iter().enumerate() {
        // A filter more is asked with a few probes; without one, all are.
        for probe in PROBES.iter().take(if number == 0 { PROBES.len() } else { 3 }) {
            let mut told_of = [Vec::new(), Vec::new()];
            for (stored, told_of) in [&here, &there].into_iter().zip(&mut told_of) {
                let context = context();
                for (name, table) in tables(stored, &context).await {
                    let table = with_names_of_probes(table.filter(filter.clone()).unwrap());
                    let seen = Seen::default();
                    let query = match (probe.query)(table, &spy(&seen)) {
                        Ok(query) => told(query).await,
                        Err(error) => error.to_string(),
                    };
                    let seen = seen.lock().unwrap().clone();
                    told_of.push((name, query, seen));
                }
            }
            let [here, there] = told_of;
            for (here, there) in here.into_iter().zip(there) {
                assert_eq!(here, there, "'{}' of filter {number}", probe.name);
                asked += 1;
            }
        }
    }
    assert_eq!(asked, (13 + 5 * 3) * 4);
}

/// The order, the partitions and the numbers of rows that the leaf declares are those that it has.
#[tokio::test]
async fn what_the_leaf_says_of_itself_is_so() {
    let stored = stored(SECRETS[0]).await;
    let context = SessionContext::new();
    for (table, known) in [(stored.known().await, true), (stored.lazy(), false)] {
        let plan = table.scan(&context.state(), None, &[], None).await.unwrap();
        assert_eq!(plan.output_partitioning().partition_count(), 4, "a partition for each shard");
        let order = plan.output_ordering().unwrap().to_string();
        assert_eq!(order, "subject_id@0 ASC, cohort_start_date@1 ASC, cohort_end_date@2 ASC");
        assert_eq!(statistics(&plan), if known { [Some(99), Some(30), Some(29)] } else { [None; 3] });
        let mut sizes = Vec::new();
        let mut subjects = Vec::new();
        for partition in 0..4 {
            let batches = plan.execute(partition, context.task_ctx()).unwrap();
            let batches: Vec<_> = batches.try_collect().await.unwrap();
            let of_shard = integers(&batches, 0);
            sizes.push(of_shard.len());
            subjects.extend(of_shard);
        }
        assert_eq!(sizes, [30, 30, 29, 10]);
        assert_eq!(subjects, (1..=100).filter(|subject| *subject != HIDDEN_PERSON).collect::<Vec<_>>());
        // What was found is known from then on.
        assert_eq!(statistics(&plan), [Some(99), Some(30), Some(29)]);
        assert_eq!(plan.metrics().unwrap().output_rows(), Some(99));
    }
    // A part of the columns keeps a part of the order.
    for (columns, order) in [
        (vec![2, 0], Some("subject_id@1 ASC")),
        (vec![0], Some("subject_id@0 ASC")),
        (vec![1, 0], Some("subject_id@1 ASC, cohort_start_date@0 ASC")),
        (vec![1], None),
    ] {
        let plan = stored.lazy().scan(&context.state(), Some(&columns), &[], None).await.unwrap();
        let found = plan.output_ordering().map(ToString::to_string);
        assert_eq!(found.as_deref(), order, "{columns:?}");
    }
}

/// The exact numbers of rows: of all, of the first shard, of the third.
fn statistics(plan: &Arc<dyn ExecutionPlan>) -> [Option<usize>; 3] {
    use datafusion::common::stats::Precision;
    use datafusion::physical_plan::statistics::StatisticsArgs;
    [None, Some(0), Some(2)].map(|partition| {
        let arguments = StatisticsArgs::new().with_partition(partition);
        match plan.statistics_from_inputs(&[], &arguments).unwrap().num_rows {
            Precision::Exact(rows) => Some(rows),
            Precision::Inexact(_) | Precision::Absent => None,
        }
    })
}

/// Statistics end with the session, as rows do.
#[tokio::test]
async fn a_session_that_has_ended_learns_no_number() {
    let stored = stored(SECRETS[0]).await;
    let clock = Arc::new(ManualClock::at(now()));
    let lease = Lease::new(now().plus_minutes(15), Arc::clone(&clock) as Arc<dyn Clock>);
    let evaluated = stored.evaluated().await;
    let entries = CohortEntries::known(&evaluated.entries, &evaluated.shards).unwrap();
    let known = CohortTable::new(Arc::new(entries), RowLease::for_test(lease.clone()));
    let shards = stored.tables.shards();
    let lazy = CohortEntries::of(&cohort(), false, shards, &[0, 1, 2, 3], lease.clone());
    let lazy = CohortTable::new(Arc::new(lazy), RowLease::for_test(lease));
    let context = SessionContext::new();
    for (table, rows) in [(known, Some(99)), (lazy, None)] {
        clock.set(now());
        let plan = table.scan(&context.state(), None, &[], None).await.unwrap();
        assert_eq!(statistics(&plan)[0], rows);
        let begun = plan.execute(0, context.task_ctx()).unwrap();
        clock.set(now().plus_minutes(15));
        assert_eq!(statistics(&plan), [None; 3]);
        assert!(plan.execute(0, context.task_ctx()).is_err());
        let begun: Result<Vec<_>, _> = begun.try_collect().await;
        assert!(begun.unwrap_err().to_string().contains("the session has ended"));
    }
}
