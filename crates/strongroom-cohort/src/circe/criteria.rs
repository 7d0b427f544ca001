use serde_json::Value as Json;

use super::attributes::{Adjustment, Criterion};
use super::error::CirceProblem;
use super::filters::{self, Scope};
use super::groups;
use super::reader::{Import, Node};
use super::tables::{CRITERIA, UNSUPPORTED};
use crate::ast::{
    Anchor, Column, Comparison, ConceptRef, DateSource, EventSource, Events, Filter, Match, Pick, Predicate,
    Value, Window,
};

const KNOWN: &str = "`ConditionEra`, `ConditionOccurrence`, `Death`, `DeviceExposure`, `DoseEra`, `DrugEra`, \
                     `DrugExposure`, `Measurement`, `Observation`, `ObservationPeriod`, `PayerPlanPeriod`, \
                     `ProcedureOccurrence`, `Specimen`, `VisitDetail`, `VisitOccurrence`";

/// The events of a criterion, `{"ConditionOccurrence": {…}}`.
///
/// The filters stand in Circe's order of evaluation: the concepts, `First`, `DateAdjustment`, the
/// attributes, which see the adjusted days, `UserDefinedPeriod`, and the nested criteria.
pub(super) fn criterion(cx: &Import, wrapper: &Node<'_>) -> Option<(&'static Criterion, Events)> {
    if !cx.object(wrapper) {
        return None;
    }
    if let Some((name, what)) = UNSUPPORTED.iter().find(|(name, _)| wrapper.has(name)) {
        let node = wrapper.field(name);
        cx.unsupported(node.as_ref().unwrap_or(wrapper), what, "remove the criterion");
        return None;
    }
    let one = wrapper.json.as_object().is_some_and(|kinds| kinds.len() == 1);
    let Some(criterion) = CRITERIA.iter().find(|known| one && wrapper.has(known.name)) else {
        cx.note(wrapper, CirceProblem::Word { known: KNOWN });
        return None;
    };
    let Some(node) = wrapper.field(criterion.name).filter(|node| cx.object(node)) else {
        if wrapper.field(criterion.name).is_none() {
            cx.missing(wrapper, criterion.name, "write {} for every record of the kind");
        }
        return None;
    };
    days_only(cx, &node);
    let mut events = source(cx, criterion, &node)?;
    if criterion.first && cx.flag(&node, "First") {
        events.filters.push(Filter::Keep(Pick::First));
    }
    events.filters.extend(adjustment(cx, criterion, &node));
    let given = if criterion.period { given_days(cx, &node) } else { [None, None] };
    for day in given.iter().flatten() {
        events.filters.push(Filter::Where(contains(day)));
    }
    for attribute in criterion.attributes {
        let test = filters::test(cx, &node, attribute, Scope::Row);
        events.filters.extend(test.map(Filter::Where));
    }
    if let [start, end] = given
        && (start.is_some() || end.is_some())
    {
        let date = |day: Option<Value>, else_: DateSource| match day {
            Some(Value::Date(day)) => DateSource::Date(day),
            _ => else_,
        };
        events.filters.push(Filter::Interval {
            start: date(start, DateSource::Start(0)),
            end: date(end, DateSource::End(0)),
        });
    }
    events.filters.extend(nested(cx, &node));
    Some((criterion, events))
}

/// Every criterion of a list; nothing if one of them is wrong.
pub(super) fn criteria(cx: &Import, list: &Node<'_>) -> Option<Vec<Events>> {
    let read = |(position, json): (usize, &Json)| {
        criterion(cx, &list.element(position, json)).map(|(_, events)| events)
    };
    // Collected first, so that every element is looked at.
    let all: Vec<_> = cx.elements(list).iter().enumerate().map(read).collect();
    all.into_iter().collect()
}

/// Later versions of Circe can count in hours and minutes, and then read other properties; this
/// profile has days.
pub(super) fn days_only(cx: &Import, node: &Node<'_>) {
    for property in ["IntervalUnit", "TimeUnit", "OffsetUnit", "GapUnit", "EraPadUnit"] {
        if let Some(unit) = node.field(property)
            && unit.json.as_str().is_none_or(|unit| !unit.eq_ignore_ascii_case("day"))
        {
            cx.unsupported(&unit, "`circe/1` counts in days", "write \"day\", or remove it");
        }
    }
    let instead = [
        ("TimeUnitValue", "Days"),
        ("OffsetUnitValue", "Offset"),
        ("GapUnitValue", "GapDays"),
        ("EraPadUnitValue", "EraPad"),
    ];
    for (property, days) in instead {
        if let Some(value) = node.field(property)
            && node.field(days).is_none()
        {
            cx.unsupported(&value, "`circe/1` reads days from another property", "write them there");
        }
    }
}

fn source(cx: &Import, criterion: &Criterion, node: &Node<'_>) -> Option<Events> {
    let set = |property: &'static str| match node.field(property) {
        Some(id) => cx.set(&id).map(|name| Some(ConceptRef::Set(name))),
        None => Some(None),
    };
    let standard = if criterion.codeset { set("CodesetId") } else { Some(None) };
    let recorded = criterion.source.map_or(Some(None), set);
    let (standard, recorded) = (standard?, recorded?);
    let (concepts, matching, both) = match (standard, recorded) {
        (None, Some(source)) => (Some(source), Match::Source, None),
        (standard, source) => (standard, Match::Standard, source),
    };
    let mut events = Events {
        from: EventSource::Recorded { kind: criterion.kind, concepts, matching },
        filters: Vec::new(),
    };
    events.filters.extend(both.map(|concepts| {
        Filter::Where(Predicate::In { value: Value::Column(Column::SourceConcept), concepts })
    }));
    Some(events)
}

fn adjustment(cx: &Import, criterion: &Criterion, node: &Node<'_>) -> Option<Filter> {
    let node = node.field("DateAdjustment").filter(|_| criterion.adjustment != Adjustment::None)?;
    if !cx.object(&node) {
        return None;
    }
    let start = cx.whole_or(&node, "StartOffset", 0);
    let end = cx.whole_or(&node, "EndOffset", 0);
    let at_end = |property: &'static str, default: bool| match node.field(property) {
        Some(with) => match cx.text(&with)? {
            "START_DATE" => Some(false),
            "END_DATE" => Some(true),
            _ => {
                cx.note(&with, CirceProblem::Word { known: "`START_DATE`, `END_DATE`" });
                None
            }
        },
        None => Some(default),
    };
    let source = |at_end: bool, days| if at_end { DateSource::End(days) } else { DateSource::Start(days) };
    let (start_at_end, end_at_end) = (at_end("StartWith", false), at_end("EndWith", true));
    let full = criterion.adjustment == Adjustment::Full;
    Some(Filter::Interval {
        start: source(start_at_end? && full, start?),
        end: source(end_at_end? || !full, end?),
    })
}

/// The days of a `UserDefinedPeriod`.
fn given_days(cx: &Import, node: &Node<'_>) -> [Option<Value>; 2] {
    let Some(period) = node.field("UserDefinedPeriod").filter(|period| cx.object(period)) else {
        return [None, None];
    };
    ["StartDate", "EndDate"].map(|property| cx.day(&period.field(property)?).map(Value::Date))
}

/// The row's days include this one.
pub(super) fn contains(day: &Value) -> Predicate {
    let compare = |column, op| Predicate::compare(Value::Column(column), op, day.clone());
    Predicate::All(vec![
        compare(Column::Start, Comparison::AtMost),
        compare(Column::End, Comparison::AtLeast),
    ])
}

/// The record starts in an observation period: without one it cannot be an index event.
pub(super) fn observed() -> Predicate {
    Predicate::Observed { window: Window::days(0, 0), of: Anchor::this() }
}

fn nested(cx: &Import, node: &Node<'_>) -> Option<Filter> {
    let group = node.field("CorrelatedCriteria").filter(|group| cx.object(group))?;
    if groups::is_empty(&group) {
        return None;
    }
    let group = groups::group(cx, &group, Scope::Nested)?;
    Some(Filter::Where(Predicate::All(vec![observed(), group])))
}
