use std::cmp::Ordering;

use super::references::windows;
use super::{Findings, members};
use crate::ast::{
    Comparison, CountTest, Definition, Edge, Events, Expectation, Offset, Pick, Predicate, Value, Window,
};
use crate::hashing::HashSet;
use crate::path::JsonPath;
use crate::problem::{Fix, Problem, ProblemKind};
use crate::text::{Piece, piece};
use crate::walk::{Node, Part};

/// Ranges that hold nothing, counts that say nothing, groups that nobody or everybody passes.
pub(super) fn check(definition: &Definition, node: &Node<'_>, findings: &mut Findings) {
    for (window, place) in windows(node) {
        if is_empty(window) {
            empty_window(definition, window, place.path(node), findings);
        }
    }
    match node.part {
        Part::Predicate(Predicate::Count(counted)) => {
            count_test(counted.test, Some((definition, &counted.of)), node, "count", findings);
        }
        Part::Predicate(Predicate::Between { value, low, high })
            if ordered(low, high) == Some(Ordering::Greater) =>
        {
            let exchanged = Predicate::Between { value: value.clone(), low: high.clone(), high: low.clone() };
            let exchanged = piece(definition, &Piece::Predicate(&exchanged));
            let problem = Problem::new(ProblemKind::InvertedRange, node.path.clone());
            findings.add(problem.fixed_by(Fix::new("with its ends exchanged", exchanged)));
        }
        Part::Predicate(Predicate::NumberOf { test, of }) => {
            count_test(*test, None, node, "number_of", findings);
            let members = of.len() as u64;
            let never = (0..=members).all(|n| !test.holds(n));
            if never {
                let at = node.path.field("number_of").field("test");
                findings.report_about(ProblemKind::NeverTrue, at, format!("there are only {members}"));
            }
        }
        Part::Predicate(Predicate::AnyOf(members)) if members.is_empty() => {
            findings.report(ProblemKind::EmptyGroup, node.path.field("any_of"));
        }
        Part::Predicate(Predicate::NoneOf(members)) if members.is_empty() => {
            findings.report(ProblemKind::EmptyGroup, node.path.field("none_of"));
        }
        Part::Value(Value::Band { width, .. }) if width.value() <= 0.0 => {
            findings.report(ProblemKind::EmptyBand, node.path.field("band").field("width"));
        }
        Part::Events(events) => {
            for (position, filter) in events.filters.iter().enumerate() {
                if matches!(filter, crate::ast::Filter::Keep(Pick::Nth(0))) {
                    let at = node.path.field("filters").position(position).field("keep");
                    findings.nth_zero(at);
                }
            }
        }
        _ => {}
    }
}

/// Pairs of days that end before they begin, outside of expressions.
pub(super) fn days(definition: &Definition, findings: &mut Findings) {
    let root = JsonPath::default();
    for (position, cohort) in definition.cohorts.iter().enumerate() {
        if let Some((from, to)) = cohort.clip.and_then(|clip| clip.from.zip(clip.to))
            && from > to
        {
            let at = root.field("cohorts").position(position).field("clip");
            let fix = Fix::new("with its ends exchanged", format!("clip {to} .. {from}"));
            findings.add(Problem::new(ProblemKind::InvertedRange, at).fixed_by(fix));
        }
    }
    for (position, test) in definition.tests.iter().enumerate() {
        let at = root.field("tests").position(position);
        for (position, person) in test.people.iter().enumerate() {
            let at = at.field("people").position(position);
            for (position, _) in person.observed.iter().enumerate().filter(|(_, (from, to))| from > to) {
                findings.report(ProblemKind::InvertedRange, at.field("observed").position(position));
            }
            for (position, row) in person.rows.iter().enumerate() {
                if row.end.is_some_and(|end| end < row.start) {
                    findings.report(ProblemKind::InvertedRange, at.field("rows").position(position));
                }
            }
        }
        for (position, expectation) in test.expect.iter().enumerate() {
            if let Expectation::In { days: Some((from, to)), .. } = expectation
                && from > to
            {
                findings.report(ProblemKind::InvertedRange, at.field("expect").position(position));
            }
        }
    }
}

/// The same member twice, and comparisons of one value that no number passes together.
pub(super) fn groups(definition: &Definition, node: &Node<'_>, findings: &mut Findings) {
    let Part::Predicate(predicate) = node.part else { return };
    if matches!(predicate, Predicate::Not(_)) {
        return;
    }
    let members = members(predicate, &node.path);
    let mut seen = HashSet::default();
    for (position, (member, at)) in members.iter().enumerate() {
        if !seen.insert(*member) {
            let problem = Problem::new(ProblemKind::MemberTwice, at.clone());
            // Without it a number of them would mean something else, and `or` would stay behind.
            let alone = match predicate {
                Predicate::All(all) if all.len() == 2 => Some(member),
                Predicate::AnyOf(any) if any.len() == 2 => Some(member),
                _ => None,
            };
            let fix = alone.map(|alone| {
                Fix::new("once is enough", piece(definition, &Piece::Predicate(alone))).at(node.path.clone())
            });
            findings.add(match fix {
                Some(fix) => problem.fixed_by(fix),
                None => problem,
            });
        }
        if let Predicate::All(_) = predicate
            && members.iter().take(position).any(|(earlier, _)| exclude_each_other(earlier, member))
        {
            findings.report(ProblemKind::NeverTrue, at.clone());
        }
    }
}

/// Whether two comparisons of the same value with constants are never true together.
pub(super) fn exclude_each_other(one: &Predicate, other: &Predicate) -> bool {
    let (
        Predicate::Compare { left, op, right },
        Predicate::Compare { left: other_left, op: other_op, right: other_right },
    ) = (one, other)
    else {
        return false;
    };
    let Some(order) = (if left == other_left { ordered(right, other_right) } else { None }) else {
        return false;
    };
    use Comparison as C;
    let below = |op: &C| matches!(op, C::Less | C::AtMost | C::Equal);
    let above = |op: &C| matches!(op, C::Greater | C::AtLeast | C::Equal);
    match order {
        Ordering::Less => below(op) && above(other_op),
        Ordering::Greater => above(op) && below(other_op),
        Ordering::Equal => matches!(
            (op, other_op),
            (C::Less, C::AtLeast | C::Greater | C::Equal)
                | (C::Greater, C::AtMost | C::Less | C::Equal)
                | (C::Equal, C::Less | C::Greater | C::NotEqual)
                | (C::AtLeast, C::Less)
                | (C::AtMost, C::Greater)
                | (C::NotEqual, C::Equal)
        ),
    }
}

/// Which of two constants of the same kind and unit is greater.
fn ordered(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.value().partial_cmp(&other.value()),
        (Value::Quantity(one), Value::Quantity(other)) if one.unit == other.unit => {
            one.number.value().partial_cmp(&other.number.value())
        }
        (Value::Date(one), Value::Date(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

fn empty_window(definition: &Definition, window: &Window, at: JsonPath, findings: &mut Findings) {
    let exchanged = Window { from: window.to.clone(), to: window.from.clone() };
    let turned = Window { from: turned(&window.from), to: turned(&window.to) };
    let mut problem = Problem::new(ProblemKind::EmptyWindow, at);
    let ways = [("with its edges exchanged", exchanged), ("on the other side", turned)];
    for (explanation, way) in ways {
        if !is_empty(&way) {
            problem = problem.fixed_by(Fix::new(explanation, piece(definition, &Piece::Window(&way))));
        }
    }
    findings.add(problem);
}

/// The edge with the other sign.
fn turned(edge: &Edge) -> Edge {
    let at = match &edge.at {
        Offset::Days(days) => Offset::Days(days.saturating_neg()),
        Offset::Months(months) => Offset::Months(months.saturating_neg()),
        Offset::InfinitelyBefore => Offset::InfinitelyAfter,
        Offset::InfinitelyAfter => Offset::InfinitelyBefore,
        Offset::Parameter(name) => Offset::MinusParameter(name.clone()),
        Offset::MinusParameter(name) => Offset::Parameter(name.clone()),
    };
    Edge { at, open: edge.open }
}

fn count_test(
    test: CountTest,
    of: Option<(&Definition, &Events)>,
    node: &Node<'_>,
    field: &'static str,
    findings: &mut Findings,
) {
    let at = || node.path.field(field).field("test");
    match test {
        CountTest::AtLeast(0) => {
            let mut problem = Problem::new(ProblemKind::AtLeastZero, at());
            if let Some((definition, events)) = of {
                let text = piece(definition, &Piece::Events(events));
                let some = Fix::new("at least one", format!("any {text}")).at(node.path.clone());
                let none = Fix::new("people who have none", format!("no {text}")).at(node.path.clone());
                problem = problem.fixed_by(some).fixed_by(none);
            }
            findings.add(problem);
        }
        CountTest::Between(least, most) if least > most => {
            let fix = Fix::new("with its ends exchanged", format!("between {most} and {least}"));
            findings.add(Problem::new(ProblemKind::InvertedRange, at()).fixed_by(fix));
        }
        _ => {}
    }
}

fn is_empty(window: &Window) -> bool {
    let days = |edge: &Edge, inwards: i64| match edge.at {
        Offset::Days(days) => Some(i64::from(days) + if edge.open { inwards } else { 0 }),
        _ => None,
    };
    match (&window.from.at, &window.to.at) {
        (Offset::InfinitelyAfter, _) | (_, Offset::InfinitelyBefore) => true,
        (Offset::Months(from), Offset::Months(to)) => from > to,
        _ => matches!((days(&window.from, 1), days(&window.to, -1)), (Some(from), Some(to)) if from > to),
    }
}
