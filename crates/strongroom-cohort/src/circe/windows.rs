use serde_json::Value as Json;

use super::attributes::Criterion;
use super::criteria;
use super::error::CirceProblem;
use super::filters::Scope;
use super::reader::{Import, Node};
use super::tables::COUNTS;
use crate::ast::{
    Anchor, Column, CountTest, CountUnit, Counted, Edge, Endpoint, Filter, Offset, Predicate, SameVisit,
    Window, WindowTest,
};

/// A correlated criterion: events around the index event, and how many of them there must be.
pub(super) fn correlated(cx: &Import, node: &Node<'_>, scope: Scope) -> Option<Predicate> {
    if !cx.object(node) {
        return None;
    }
    let ignoring_observation = cx.flag(node, "IgnoreObservationPeriod");
    let criterion = match node.field("Criteria") {
        Some(wrapper) => criteria::criterion(cx, &wrapper),
        None => {
            cx.missing(node, "Criteria", "add the events to look for");
            None
        }
    };
    let windows = windows(cx, node, scope, ignoring_observation);
    let visit = cx.flag(node, "RestrictVisit").then(|| Filter::SameVisit {
        or: SameVisit::Visit,
        as_anchor: Anchor { on: scope.anchor(), endpoint: Endpoint::Start },
    });
    let Some(occurrence) = node.field("Occurrence") else {
        cx.missing(node, "Occurrence", "add {\"Type\": 2, \"Count\": 1} for \"at least one\"");
        return None;
    };
    let test = test(cx, &occurrence);
    let unit = unit(cx, &occurrence, criterion.as_ref().map(|(criterion, _)| *criterion));
    let (_, mut of) = criterion?;
    of.filters.extend(windows?);
    of.filters.extend(visit);
    Some(Predicate::Count(Box::new(Counted {
        test: test?,
        unit: unit?,
        per_concept: false,
        of,
        within: None,
    })))
}

fn windows(cx: &Import, node: &Node<'_>, scope: Scope, ignoring_observation: bool) -> Option<Vec<Filter>> {
    let Some(start) = node.field("StartWindow") else {
        cx.missing(node, "StartWindow", "add the window in which the events start");
        return None;
    };
    let during = |test, window, endpoint| Filter::During {
        test,
        window,
        of: Anchor { on: scope.anchor(), endpoint },
        ignoring_observation,
    };
    let first = window(cx, &start, WindowTest::Start);
    let end = node.field("EndWindow");
    let second = end.as_ref().map(|end| window(cx, end, WindowTest::End));
    let (mut test, range, endpoint) = first?;
    let mut filters = Vec::new();
    if ignoring_observation && infinite(&range) {
        // Circe then asks nothing of the day, not even that it is known.
        test = WindowTest::Start;
    }
    if test == WindowTest::End && !ignoring_observation {
        // Whichever day a window asks for, the start has to lie in the observation period.
        filters.push(during(WindowTest::Start, Window::all(), Endpoint::Start));
    }
    filters.push(during(test, range, endpoint));
    if let Some(second) = second {
        let (test, range, endpoint) = second?;
        if !(ignoring_observation && infinite(&range)) {
            filters.push(during(test, range, endpoint));
        }
    }
    Some(filters)
}

fn window(cx: &Import, node: &Node<'_>, default: WindowTest) -> Option<(WindowTest, Window, Endpoint)> {
    if !cx.object(node) {
        return None;
    }
    let from = edge(cx, node, "Start");
    let to = edge(cx, node, "End");
    let test = match cx.maybe_flag(node, "UseEventEnd") {
        Some(true) => WindowTest::End,
        Some(false) => WindowTest::Start,
        None => default,
    };
    let from_end = cx.flag(node, "UseIndexEnd");
    let window = Window { from: from?, to: to? };
    // All days are those of the observation period, whatever they are counted from.
    let endpoint = if from_end && !infinite(&window) { Endpoint::End } else { Endpoint::Start };
    Some((test, window, endpoint))
}

/// Whether no edge is a number of days.
fn infinite(window: &Window) -> bool {
    [&window.from, &window.to]
        .iter()
        .all(|edge| matches!(edge.at, Offset::InfinitelyBefore | Offset::InfinitelyAfter))
}

fn edge(cx: &Import, window: &Node<'_>, name: &'static str) -> Option<Edge> {
    let Some(node) = window.field(name) else {
        cx.missing(
            window,
            name,
            "write where the window begins and ends, such as {\"Days\": 0, \"Coeff\": 1}",
        );
        return None;
    };
    if !cx.object(&node) {
        return None;
    }
    criteria::days_only(cx, &node);
    let coefficient = cx.whole_or(&node, "Coeff", 0)?;
    let Some(days) = node.field("Days") else {
        let before = coefficient == -1;
        return Some(Edge::at(if before { Offset::InfinitelyBefore } else { Offset::InfinitelyAfter }));
    };
    let Some(offset) = cx.whole(&days)?.checked_mul(coefficient) else {
        cx.note(&days, CirceProblem::Number { expected: "fewer days" });
        return None;
    };
    Some(Edge::at(Offset::Days(offset)))
}

fn test(cx: &Import, node: &Node<'_>) -> Option<CountTest> {
    if !cx.object(node) {
        return None;
    }
    let kind = cx.whole_or(node, "Type", 0);
    let count = if node.field("Count").is_some() { cx.natural(node, "Count") } else { Some(0) };
    match kind? {
        0 => count.map(CountTest::Exactly),
        1 => count.map(CountTest::AtMost),
        2 => count.map(CountTest::AtLeast),
        _ => {
            if let Some(kind) = node.field("Type") {
                cx.note(&kind, CirceProblem::Word { known: "0 (exactly), 1 (at most), 2 (at least)" });
            }
            None
        }
    }
}

fn unit(cx: &Import, node: &Node<'_>, criterion: Option<&Criterion>) -> Option<CountUnit> {
    if !node.json.is_object() || !cx.flag(node, "IsDistinct") {
        return Some(CountUnit::Rows);
    }
    let column = node.field("CountColumn");
    let word = match &column {
        Some(column) => cx.text(column)?,
        None => "DOMAIN_CONCEPT",
    };
    let unit = unit_of(criterion?, word);
    if unit.is_none() {
        cx.unsupported(
            column.as_ref().unwrap_or(node),
            "Circe cannot count events of this kind by this column",
            "count by START_DATE, END_DATE or another column of the kind",
        );
    }
    unit
}

fn unit_of(criterion: &Criterion, word: &str) -> Option<CountUnit> {
    let mut units = criterion.counts.iter().chain(COUNTS);
    units.find(|(known, _)| *known == word).map(|(_, unit)| *unit)
}

/// What Circe calls a unit that is not rows.
pub(super) fn word_of(criterion: &Criterion, unit: CountUnit) -> Option<&'static str> {
    // By day and by distinct start are one, and so are by visit and by distinct visit.
    let unit = match unit {
        CountUnit::Distinct(Column::Start) => CountUnit::Dates,
        CountUnit::Distinct(Column::Visit) => CountUnit::Visits,
        other => other,
    };
    let mut units = criterion.counts.iter().chain(COUNTS);
    units.find(|(_, known)| *known == unit).map(|(word, _)| *word)
}

/// `{"Days", "Coeff"}`, if the edge is one that Circe has.
pub(super) fn write_edge(edge: &Edge, inwards: i64) -> Option<Json> {
    let days = match edge.at {
        Offset::Days(days) => i64::from(days) + if edge.open { inwards } else { 0 },
        Offset::InfinitelyBefore => return Some(serde_json::json!({ "Coeff": -1 })),
        Offset::InfinitelyAfter => return Some(serde_json::json!({ "Coeff": 1 })),
        Offset::Months(_) | Offset::Parameter(_) | Offset::MinusParameter(_) => return None,
    };
    let magnitude = i32::try_from(days.abs()).ok()?;
    Some(serde_json::json!({ "Days": magnitude, "Coeff": if days < 0 { -1 } else { 1 } }))
}
