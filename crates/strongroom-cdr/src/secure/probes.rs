//! The thirteen probes for hidden rows, and proof that they would find one.
//!
//! A table of 1,001 rows holds two that must not be seen, that of a hidden person and one that
//! belongs to nobody: their value is 42, their note a secret. Each probe is a query by which somebody
//! could learn of them: an error that only that value raises, a cast whose message prints the note,
//! a user function that records what it is given. The same
//! probes are run against the usual way of hiding, a filter in a view, to show that they bite.

mod cohort;
mod filters;
mod functions;
mod release;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use datafusion::catalog::TableProvider;
use datafusion::dataframe::DataFrame;
use datafusion::error::Result;
use datafusion::functions_aggregate::expr_fn::{max, sum};
use datafusion::logical_expr::{
    ColumnarValue, Expr, JoinType, ScalarUDF, Volatility, cast, col, create_udf, exists, lit, when,
};
use datafusion::physical_plan::displayable;
use datafusion::prelude::{SessionConfig, SessionContext};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::ArrowWriter;
use strongroom_primitives::{ManualClock, Timestamp};

use crate::lease::Lease;
use crate::secure::visibility::TableVisibility;
use crate::secure::{SecureTable, StoredTable};

const HIDDEN_PERSON: i64 = 777;
const HIDDEN_VALUE: i64 = 42;
const SECRET: &str = "SECRET-ZIP-90210";

/// What the recording function was given.
type Seen = Arc<Mutex<BTreeSet<i64>>>;

/// 1,000 people, one row each, and a row of nobody; `hidden` stands in that row, and in the row of
/// the person who must not be seen.
fn rows(hidden: (i64, &str)) -> RecordBatch {
    let schema = Arc::new(Schema::new(vec![
        Field::new("person_id", DataType::Int64, true),
        Field::new("value", DataType::Int64, true),
        Field::new("note", DataType::Utf8, true),
    ]));
    let people = || (1..=1000_i64).map(Some).chain([None]);
    let shown = |person: Option<i64>| person.filter(|person| *person != HIDDEN_PERSON);
    let value = |person| shown(person).map_or(hidden.0, |person| 1000 + person % 7);
    let note = |person| shown(person).map_or(hidden.1.to_owned(), |person| (person % 5).to_string());
    let columns: Vec<ArrayRef> = vec![
        Arc::new(people().collect::<Int64Array>()),
        Arc::new(Int64Array::from_iter_values(people().map(value))),
        Arc::new(StringArray::from_iter_values(people().map(note))),
    ];
    RecordBatch::try_new(schema, columns).unwrap()
}

async fn secure_table(hidden: (i64, &str)) -> SecureTable {
    let batch = rows(hidden);
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let store = Arc::new(InMemory::new());
    let path = Path::from("observation.parquet");
    store.put(&path, bytes.into()).await.unwrap();

    let file = StoredTable::open(&(store as Arc<dyn ObjectStore>), vec![(None, path)]).await.unwrap();
    let visibility = TableVisibility {
        hidden_columns: BTreeSet::new(),
        hidden_rows: Some(("person_id", Arc::from([HIDDEN_PERSON]))),
    };
    let now = Timestamp::parse("2026-03-01T09:00:00Z").unwrap();
    let lease = Lease::new(now.plus_minutes(15), Arc::new(ManualClock::at(now)));
    SecureTable::new("observation", file, &visibility, lease).unwrap()
}

fn context() -> SessionContext {
    SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1))
}

/// The table behind the opaque leaf.
async fn behind_the_leaf(context: &SessionContext, hidden: (i64, &str)) -> DataFrame {
    context.read_table(Arc::new(secure_table(hidden).await) as Arc<dyn TableProvider>).unwrap()
}

/// The table behind a filter that the optimiser sees.
fn behind_a_filter(context: &SessionContext, hidden: (i64, &str)) -> DataFrame {
    let all = context.read_batch(rows(hidden)).unwrap();
    all.filter(col("person_id").not_eq(lit(HIDDEN_PERSON))).unwrap()
}

/// The integers of a column, in their order.
fn integers(batches: &[RecordBatch], column: usize) -> Vec<i64> {
    let values = |batch: &RecordBatch| batch.column(column).as_primitive::<Int64Type>().values().to_vec();
    batches.iter().flat_map(values).collect()
}

/// A function that writes down every value it is given, and is true of all.
fn spy(seen: &Seen) -> ScalarUDF {
    let seen = Arc::clone(seen);
    let record = move |arguments: &[ColumnarValue]| {
        let values = ColumnarValue::values_to_arrays(arguments)?;
        let values = values[0].as_any().downcast_ref::<Int64Array>().unwrap().clone();
        seen.lock().unwrap().extend(values.iter().flatten());
        Ok(ColumnarValue::Array(Arc::new(BooleanArray::from(vec![true; values.len()])) as ArrayRef))
    };
    create_udf("spy", vec![DataType::Int64], DataType::Boolean, Volatility::Volatile, Arc::new(record))
}

/// 1 / (value − 42) ≤ 1: an error if and only if the hidden row is looked at.
fn division(value: &str) -> Expr {
    (lit(1_i64) / (col(value) - lit(HIDDEN_VALUE))).lt_eq(lit(1_i64))
}

/// The note as a number: an error that prints the note if and only if the hidden row is looked at.
fn number(note: &str) -> Expr {
    cast(col(note), DataType::Int32)
}

fn renamed(table: &DataFrame) -> Result<DataFrame> {
    table.clone().select(vec![
        col("person_id").alias("other_person_id"),
        col("value").alias("other_value"),
        col("note").alias("other_note"),
    ])
}

struct Probe {
    name: &'static str,
    query: fn(DataFrame, &ScalarUDF) -> Result<DataFrame>,
}

const PROBES: [Probe; 13] = [
    Probe { name: "division in a filter", query: |table, _| table.filter(division("value")) },
    Probe {
        name: "division in a self-join",
        query: |table, _| {
            let other = renamed(&table)?.filter(division("other_value"))?;
            table.join(other, JoinType::Inner, &["person_id"], &["other_person_id"], None)
        },
    },
    Probe {
        name: "division in a CASE",
        query: |table, _| {
            table.filter(when(division("value"), lit(true)).otherwise(lit(false))?.eq(lit(true)))
        },
    },
    Probe {
        name: "division after grouping",
        query: |table, _| {
            table
                .aggregate(vec![col("value")], vec![max(col("person_id")).alias("last")])?
                .filter(division("value"))
        },
    },
    Probe { name: "division in a projection", query: |table, _| table.select(vec![division("value")]) },
    Probe {
        name: "division in EXISTS",
        query: |table, _| {
            let inner = renamed(&table)?.filter(division("other_value"))?.into_optimized_plan()?;
            table.filter(exists(Arc::new(inner)))
        },
    },
    Probe { name: "cast in a filter", query: |table, _| table.filter(number("note").gt_eq(lit(0))) },
    Probe {
        name: "cast in a sub-query's projection",
        query: |table, _| {
            table
                .select(vec![number("note").alias("number")])?
                .filter(col("number").gt_eq(lit(0)))?
                .aggregate(vec![], vec![sum(col("number"))])
        },
    },
    Probe { name: "function in a filter", query: |table, spy| table.filter(spy.call(vec![col("value")])) },
    Probe {
        name: "function in a sub-query's projection",
        query: |table, spy| {
            table
                .select(vec![spy.call(vec![col("value")]).alias("seen"), col("value")])?
                .filter(col("seen"))?
                .select(vec![col("value")])
        },
    },
    Probe {
        name: "function in a join's condition",
        query: |table, spy| {
            let other = renamed(&table)?;
            table.join_on(
                other,
                JoinType::Inner,
                [col("person_id").eq(col("other_person_id")), spy.call(vec![col("value")])],
            )
        },
    },
    Probe {
        name: "function in ORDER BY with LIMIT",
        query: |table, spy| {
            table.sort(vec![spy.call(vec![col("value")]).sort(true, false)])?.limit(0, Some(5))
        },
    },
    Probe {
        name: "function over the smallest values",
        query: |table, spy| {
            table
                .sort(vec![col("value").sort(true, false)])?
                .limit(0, Some(5))?
                .select(vec![spy.call(vec![col("value")])])
        },
    },
];

/// What a probe brought to light: every batch printed, or the error's text; and whether the hidden
/// row shows in it or was given to the function.
struct Finding {
    output: String,
    leaked: bool,
}

async fn run(probe: &Probe, table: DataFrame) -> Finding {
    let seen = Seen::default();
    let result = match (probe.query)(table, &spy(&seen)) {
        Ok(query) => query.collect().await,
        Err(error) => Err(error),
    };
    let output = match &result {
        Ok(batches) => format!("{batches:?}"),
        Err(error) => error.to_string(),
    };
    let leaked = result.is_err() || output.contains(SECRET) || seen.lock().unwrap().contains(&HIDDEN_VALUE);
    Finding { output, leaked }
}

#[tokio::test]
async fn no_probe_finds_a_row_behind_the_leaf() {
    for probe in &PROBES {
        let table = behind_the_leaf(&context(), (HIDDEN_VALUE, SECRET)).await;
        let finding = run(probe, table).await;
        assert!(!finding.leaked, "{}: {}", probe.name, finding.output);
    }
}

#[tokio::test]
async fn the_probes_do_find_a_row_behind_a_filter() {
    let mut found = Vec::new();
    for probe in &PROBES {
        if run(probe, behind_a_filter(&context(), (HIDDEN_VALUE, SECRET))).await.leaked {
            found.push(probe.name);
        }
    }
    for kind in ["division in a filter", "cast in a filter", "function in a filter"] {
        assert!(found.contains(&kind), "the probe '{kind}' has lost its teeth; these still bite: {found:?}");
    }
}

/// Two repositories that differ only in the hidden row answer every probe alike, down to the text
/// of the plan.
#[tokio::test]
async fn what_is_hidden_changes_nothing() {
    for probe in &PROBES {
        let mut answers = Vec::new();
        for hidden in [(HIDDEN_VALUE, SECRET), (7, "another note")] {
            let context = context();
            let table = behind_the_leaf(&context, hidden).await;
            let seen = Seen::default();
            let query = (probe.query)(table.clone(), &spy(&seen)).unwrap();
            let plan = query.create_physical_plan().await.unwrap();
            let plan = displayable(plan.as_ref()).indent(true).to_string();
            answers.push((plan, run(probe, table).await.output));
        }
        assert_eq!(answers[0], answers[1], "{}", probe.name);
    }
}

#[tokio::test]
async fn a_row_without_a_person_is_hidden_too() {
    let table = behind_the_leaf(&context(), (HIDDEN_VALUE, SECRET)).await;
    assert_eq!(rows((HIDDEN_VALUE, SECRET)).num_rows(), 1001);
    assert_eq!(table.clone().count().await.unwrap(), 999);
    let of_nobody = table.filter(col("person_id").is_null()).unwrap();
    assert_eq!(of_nobody.count().await.unwrap(), 0);
}
