//! Every scalar function that an engine comes with is given every column: none receives a hidden
//! value, and no message tells of one.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::catalog::TableProvider;
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::{Expr, ScalarUDF, Volatility, cast, col, lit};
use datafusion::physical_plan::displayable;
use datafusion::prelude::SessionContext;

use super::cohort;
use super::release::{SECRETS, Secrets, in_one_shard};
use super::{SECRET, behind_the_leaf, context, rows};

/// A number that stands in no other row, day or hour, and is small enough to repeat a text so often.
const HIDDEN: i64 = 7_043;

/// The arguments that each function is tried with: most refuse most of them, before any row.
fn arguments() -> Vec<Vec<Expr>> {
    let (value, note) = (|| col("value"), || col("note"));
    vec![
        vec![value()],
        vec![note()],
        vec![value(), value()],
        vec![note(), note()],
        vec![note(), value()],
        vec![value(), note()],
        vec![note(), lit("Int32")],
        vec![value(), lit("Int8")],
        vec![note(), value(), value()],
    ]
}

fn functions(context: &SessionContext) -> Vec<Arc<ScalarUDF>> {
    let state = context.state();
    let mut functions: Vec<_> = state.scalar_functions().values().map(Arc::clone).collect();
    functions.sort_by(|one, other| one.name().cmp(other.name()));
    functions.dedup_by(|one, other| one.name() == other.name());
    functions
}

/// What a call says of a table: its plan, and its answer or its error. Nothing where it is refused
/// before there is a plan.
async fn told(table: DataFrame, function: &ScalarUDF, arguments: &[Expr]) -> Option<(String, String)> {
    let query = table.select(vec![function.call(arguments.to_vec()).alias("answer")]).ok()?;
    let plan = query.clone().create_physical_plan().await.ok()?;
    let answer = match query.collect().await {
        Ok(batches) => format!("{batches:?}"),
        Err(error) => error.to_string(),
    };
    Some((displayable(plan.as_ref()).indent(true).to_string(), answer))
}

fn tells_of_the_hidden(told: &str) -> bool {
    let number = HIDDEN.to_string();
    told.contains(SECRET) || told.split(|one: char| !one.is_ascii_digit()).any(|word| word == number)
}

/// Calls every function on what a session sees of two sources that differ only in what is hidden, and
/// on what is seen where nothing is hidden.
async fn sweep(
    context: &SessionContext,
    [one, other, open]: [DataFrame; 3],
    arguments: &[Vec<Expr>],
    tells: fn(&str) -> bool,
) {
    let (mut called, mut fell) = (0, 0);
    for function in functions(context) {
        for arguments in arguments {
            let Some(told_here) = told(one.clone(), &function, arguments).await else { continue };
            let leaked = tells(&told_here.0) || tells(&told_here.1);
            assert!(!leaked, "{} of {arguments:?} tells: {}", function.name(), told_here.1);
            if function.signature().volatility != Volatility::Volatile {
                let told_there = told(other.clone(), &function, arguments).await;
                assert_eq!(Some(told_here), told_there, "{} of {arguments:?}", function.name());
            }
            called += 1;
            // Without the leaf the same call does tell, wherever it hands on what it is given.
            let told_openly = told(open.clone(), &function, arguments).await;
            fell += usize::from(told_openly.is_some_and(|(_, answer)| tells(&answer)));
        }
    }
    assert!(called >= 20 && fell >= 5, "{called} calls were made, of which {fell} would have told");
}

#[tokio::test]
async fn no_function_is_given_a_hidden_value() {
    let context = context();
    let one = behind_the_leaf(&context, (HIDDEN, SECRET)).await;
    let other = behind_the_leaf(&context, (7, "another note")).await;
    let open = context.read_batch(rows((HIDDEN, SECRET))).unwrap();
    sweep(&context, [one, other, open], &arguments(), tells_of_the_hidden).await;
}

/// The day on which whoever withdrew would have entered: 7,043 days after 1970-01-01.
const HIDDEN_DAY: &str = "1989-04-14";

#[tokio::test]
async fn no_function_is_given_a_hidden_entry_of_a_cohort() {
    let context = context();
    let secret = Secrets { day: HIDDEN, ..SECRETS[0] };
    let (here, there) = (in_one_shard(secret).await, in_one_shard(SECRETS[1]).await);
    let value = || cast(cast(col("cohort_start_date"), DataType::Int32), DataType::Int64);
    let named = |table: DataFrame| {
        let note = cast(value(), DataType::Utf8).alias("note");
        let start = col("cohort_start_date").alias("start");
        table.select(vec![value().alias("value"), note, start]).unwrap()
    };
    let read = |table| named(context.read_table(Arc::new(table) as Arc<dyn TableProvider>).unwrap());
    let rows = cohort::with_the_hidden(&here, HIDDEN.try_into().unwrap()).await;
    let open = named(context.read_batch(rows).unwrap());
    let mut asked = arguments();
    asked.extend([vec![col("start")], vec![lit("month"), col("start")], vec![col("start"), col("note")]]);
    let tells = |told: &str| tells_of_the_hidden(told) || told.contains(HIDDEN_DAY);
    // One was run before, the other is run when its entries are asked for.
    let (one, other) = (read(here.known().await), read(there.lazy()));
    sweep(&context, [one, other, open], &asked, tells).await;
}
