use serde_json::Value as Json;

use super::error::CirceProblem;
use super::filters::{self, Scope};
use super::reader::{Import, Node};
use super::tables::DEMOGRAPHIC;
use super::windows;
use crate::ast::{CountTest, Predicate};

/// Reads one member of a group.
type Reader = fn(&Import, &Node<'_>, Scope) -> Option<Predicate>;
/// Puts the members together.
type Combination = Box<dyn Fn(Vec<Predicate>) -> Predicate>;

const LISTS: [&str; 3] = ["CriteriaList", "DemographicCriteriaList", "Groups"];

/// Whether a group has no members; Circe then ignores it, or takes it for true.
pub(super) fn is_empty(node: &Node<'_>) -> bool {
    let some = |list: Node<'_>| list.json.as_array().is_none_or(|list| !list.is_empty());
    !LISTS.iter().any(|list| node.field(list).is_some_and(some))
}

/// A group as one predicate: of correlated criteria, demographic criteria and groups, in this order.
pub(super) fn group(cx: &Import, node: &Node<'_>, scope: Scope) -> Option<Predicate> {
    if !cx.object(node) {
        return None;
    }
    if is_empty(node) {
        return Some(Predicate::All(Vec::new()));
    }
    let inside = if at_most(node) { scope.at_most() } else { scope };
    let readers: [Reader; 3] = [windows::correlated, demographic, group];
    let mut members = Vec::new();
    for (list, read) in LISTS.into_iter().zip(readers) {
        let Some(list) = node.field(list) else {
            continue;
        };
        let element = |(position, json): (usize, &Json)| read(cx, &list.element(position, json), inside);
        members.extend(cx.elements(&list).iter().enumerate().map(element));
    }
    let combine = combination(cx, node);
    let members = members.into_iter().collect::<Option<Vec<_>>>()?;
    Some(combine?(members))
}

fn at_most(node: &Node<'_>) -> bool {
    let kind = node.field("Type");
    kind.is_some_and(|kind| kind.json.as_str().is_some_and(|word| word.eq_ignore_ascii_case("AT_MOST")))
}

fn combination(cx: &Import, node: &Node<'_>) -> Option<Combination> {
    let Some(kind) = node.field("Type") else {
        cx.missing(node, "Type", "write \"ALL\", \"ANY\", \"AT_LEAST\" or \"AT_MOST\"");
        return None;
    };
    let word = cx.text(&kind)?.to_ascii_uppercase();
    let counted = |test: fn(u32) -> CountTest| -> Option<Combination> {
        if node.field("Count").is_none() {
            cx.missing(node, "Count", "write how many of the group have to be true");
        }
        let test = test(cx.natural(node, "Count")?);
        Some(Box::new(move |of| match test {
            CountTest::AtMost(0) => Predicate::NoneOf(of),
            test => Predicate::NumberOf { test, of },
        }))
    };
    match word.as_str() {
        "ALL" => Some(Box::new(Predicate::All)),
        "ANY" => Some(Box::new(Predicate::AnyOf)),
        "AT_LEAST" => counted(CountTest::AtLeast),
        "AT_MOST" => counted(CountTest::AtMost),
        _ => {
            cx.note(&kind, CirceProblem::Word { known: "`ALL`, `ANY`, `AT_LEAST`, `AT_MOST`" });
            None
        }
    }
}

/// What is asked of the person on the day of the index event, and of that day.
fn demographic(cx: &Import, node: &Node<'_>, scope: Scope) -> Option<Predicate> {
    if !cx.object(node) {
        return None;
    }
    let tests = DEMOGRAPHIC.iter().filter_map(|attribute| filters::test(cx, node, attribute, scope));
    let mut tests: Vec<_> = tests.collect();
    Some(if tests.len() == 1 { tests.remove(0) } else { Predicate::All(tests) })
}
