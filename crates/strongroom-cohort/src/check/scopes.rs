use super::Findings;
use crate::ast::{AggregateFunction, AnchorBase, Value};
use crate::problem::ProblemKind;
use crate::walk::{Node, Part};

/// Words that mean nothing where they stand.
pub(super) fn check(node: &Node<'_>, findings: &mut Findings) {
    match node.part {
        Part::Anchor(anchor) => match anchor.on {
            AnchorBase::Index if !node.scope.index => {
                findings.report(ProblemKind::IndexWithoutMeaning, node.path.field("on"));
            }
            AnchorBase::This if !node.scope.this => {
                findings.report(ProblemKind::ThisWithoutMeaning, node.path.field("on"));
            }
            _ => {}
        },
        Part::Value(Value::Column(column)) if !node.scope.this => {
            let at = node.path.field("column");
            findings.report_about(ProblemKind::ColumnWithoutMeaning, at, format!("`{}`", column.name()));
        }
        Part::Value(Value::Aggregate { function: AggregateFunction::Nearest, .. }) if !node.scope.index => {
            findings.report(ProblemKind::IndexWithoutMeaning, node.path.field("aggregate").field("function"));
        }
        _ => {}
    }
}
