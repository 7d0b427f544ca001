//! Every scalar function that an engine comes with is given every column: none receives a hidden
//! value, and no message tells of one.

use std::sync::Arc;

use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::{Expr, ScalarUDF, Volatility, col, lit};
use datafusion::physical_plan::displayable;
use datafusion::prelude::SessionContext;

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

#[tokio::test]
async fn no_function_is_given_a_hidden_value() {
    let context = context();
    let one = behind_the_leaf(&context, (HIDDEN, SECRET)).await;
    let other = behind_the_leaf(&context, (7, "another note")).await;
    let open = context.read_batch(rows((HIDDEN, SECRET))).unwrap();
    let (mut called, mut fell) = (0, 0);
    for function in functions(&context) {
        for arguments in arguments() {
            let Some(told_here) = told(one.clone(), &function, &arguments).await else { continue };
            let leaked = tells_of_the_hidden(&told_here.0) || tells_of_the_hidden(&told_here.1);
            assert!(!leaked, "{} of {arguments:?} tells: {}", function.name(), told_here.1);
            if function.signature().volatility != Volatility::Volatile {
                let told_there = told(other.clone(), &function, &arguments).await;
                assert_eq!(Some(told_here), told_there, "{} of {arguments:?}", function.name());
            }
            called += 1;
            // Without the leaf the same call does tell, wherever it hands on what it is given.
            let told_openly = told(open.clone(), &function, &arguments).await;
            fell += usize::from(told_openly.is_some_and(|(_, answer)| tells_of_the_hidden(&answer)));
        }
    }
    assert!(called >= 20 && fell >= 5, "{called} calls were made, of which {fell} would have told");
}
