use arrow::datatypes::{Date32Type, Schema};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use strongroom_cohort::ast::Comparison;

use crate::predicate::{ColumnLiteral, ColumnPredicate, ColumnTest};

/// The longest list of constants that is taken from a query's filter. Concept sets, which are longer,
/// do not come that way.
const LONGEST_LIST: usize = 4096;

/// The filter as a predicate that the leaf may evaluate; nothing if it is any more than a comparison
/// of a visible column with a constant of its own type, or with a list of them.
///
/// The filter is evaluated again above the leaf, so what is given up here costs time and nothing else.
pub(super) fn vet(filter: &Expr, schema: &Schema) -> Option<ColumnPredicate> {
    let (column, test) = match filter {
        Expr::BinaryExpr(BinaryExpr { op: Operator::Or, .. }) => one_of(filter)?,
        Expr::BinaryExpr(comparison) => compared(comparison)?,
        Expr::InList(list) if !list.negated && list.list.len() <= LONGEST_LIST => {
            let values = list.list.iter().map(integer);
            (
                column(&list.expr)?,
                ColumnTest::OneOf(values.collect::<Option<Vec<_>>>()?.into_iter().collect()),
            )
        }
        _ => return None,
    };
    let data_type = schema.field_with_name(column).ok()?.data_type();
    let predicate = ColumnPredicate::new(column, test);
    predicate.test().of_rows(data_type).is_some().then_some(predicate)
}

/// Short lists come as one equality or another, each of the same column.
fn one_of(filter: &Expr) -> Option<(&str, ColumnTest)> {
    let (mut open, mut named, mut values) = (vec![filter], None, Vec::new());
    while let Some(next) = open.pop() {
        let Expr::BinaryExpr(BinaryExpr { left, op, right }) = next else { return None };
        match op {
            Operator::Or => open.extend([left.as_ref(), right.as_ref()]),
            Operator::Eq => {
                let column = column(left)?;
                if *named.get_or_insert(column) != column || values.len() == LONGEST_LIST {
                    return None;
                }
                values.push(integer(right)?);
            }
            _ => return None,
        }
    }
    Some((named?, ColumnTest::OneOf(values.into_iter().collect())))
}

fn compared(comparison: &BinaryExpr) -> Option<(&str, ColumnTest)> {
    let BinaryExpr { left, op, right } = comparison;
    let (column, op, value) = match (column(left), column(right)) {
        (Some(column), None) => (column, *op, literal(right)?),
        (None, Some(column)) => (column, op.swap()?, literal(left)?),
        _ => return None,
    };
    let comparison = match op {
        Operator::Eq => Comparison::Equal,
        Operator::NotEq => Comparison::NotEqual,
        Operator::Lt => Comparison::Less,
        Operator::LtEq => Comparison::AtMost,
        Operator::Gt => Comparison::Greater,
        Operator::GtEq => Comparison::AtLeast,
        _ => return None,
    };
    Some((column, ColumnTest::Is(comparison, value)))
}

fn column(expression: &Expr) -> Option<&str> {
    let Expr::Column(column) = expression else { return None };
    Some(column.name())
}

fn literal(expression: &Expr) -> Option<ColumnLiteral> {
    let Expr::Literal(value, _) = expression else { return None };
    match value {
        ScalarValue::Int64(Some(value)) => Some(ColumnLiteral::Integer(*value)),
        ScalarValue::Date32(Some(days)) => Date32Type::to_naive_date_opt(*days).map(ColumnLiteral::Day),
        ScalarValue::Utf8(Some(text)) => Some(ColumnLiteral::Text(text.clone())),
        _ => None,
    }
}

fn integer(expression: &Expr) -> Option<i64> {
    match literal(expression)? {
        ColumnLiteral::Integer(value) => Some(value),
        _ => None,
    }
}
