use chrono::{Days, NaiveDate};

use super::anchors::{Bindings, anchored};
use super::context::{Context, Scope, address};
use super::observed::{Around, ObservedTime};
use super::predicates::{Reading, truth};
use super::rows::{Row, RowId, matched};
use super::rules::{self, PickedAt};
use super::truth::Truth;
use super::windows::Range;
use crate::ast::{DateSource, SameVisit};
use crate::resolved::{
    ResolvedAnchor, ResolvedAnchorBase, ResolvedConcepts, ResolvedEvents, ResolvedFilter, ResolvedPredicate,
    ResolvedSource, ResolvedValue,
};

/// The rows of some events: those of the source that pass every filter, in the order written.
pub(super) fn rows<'a>(
    context: &Context<'a>,
    events: &ResolvedEvents,
    scope: Scope<'_, 'a>,
    bindings: Bindings<'_, 'a>,
) -> Vec<Row<'a>> {
    let mut rows = of_source(context, &events.from, scope);
    for filter in &events.filters {
        if rows.is_empty() {
            break;
        }
        rows = filtered(context, filter, rows, scope, bindings);
    }
    rows
}

fn of_source<'a>(context: &Context<'a>, source: &ResolvedSource, scope: Scope<'_, 'a>) -> Vec<Row<'a>> {
    let profile = context.profile;
    match source {
        ResolvedSource::Recorded { kind, concepts, matching } => {
            let with_concepts = matches!(concepts, ResolvedConcepts::Only(_));
            let found = context.source(source, || {
                let events = context.person.events.iter();
                let of_kind =
                    events.filter(|event| rules::kind_matches(profile, *kind, with_concepts, event.kind));
                let anything = |row: &Row<'_>| *kind != crate::ast::EventKind::Any || row.concept.is_some();
                let rows = of_kind.filter_map(|event| matched(profile, event, concepts, *matching));
                rows.filter(anything).collect()
            });
            found.to_vec()
        }
        ResolvedSource::Cohort(plan) => {
            let entries = context.cohort(plan);
            let rows = entries.iter().enumerate().map(|(position, entry)| Row {
                id: RowId::Entry(address(plan), position),
                record: None,
                start: entry.start,
                end: entry.end,
                sort: entry.start,
                visit: None,
                concept: None,
                period: None,
            });
            rows.collect()
        }
        ResolvedSource::Union(members) => {
            let all = members.iter().flat_map(|member| rows(context, member, scope, Bindings::NONE));
            let mut all: Vec<_> = all.collect();
            let days = |row: &Row<'_>| {
                rules::union_tells_days_apart(profile).then_some((row.start, row.end, row.period))
            };
            // What is kept of several rows of one record does not depend on where they stand.
            all.sort_by_key(|row| (row.id, row.start, row.end, row.concept, row.period));
            all.dedup_by(|one, other| one.id == other.id && days(one) == days(other));
            all
        }
    }
}

fn filtered<'a>(
    context: &Context<'a>,
    filter: &ResolvedFilter,
    rows: Vec<Row<'a>>,
    scope: Scope<'_, 'a>,
    bindings: Bindings<'_, 'a>,
) -> Vec<Row<'a>> {
    let profile = context.profile;
    match filter {
        ResolvedFilter::Where(predicate) => {
            let rows = if rules::pairs_events_with_periods(profile) && asks_for_observation(predicate) {
                paired(rows, scope.observed)
            } else {
                rows
            };
            let passes = |row: &Row<'a>| {
                let scope = Scope { this: Some(row), ..scope };
                truth(context, predicate, scope, Reading::Row) == Truth::True
            };
            rows.into_iter().filter(passes).collect()
        }
        ResolvedFilter::During { test, window, of, ignoring_observation } => {
            let anchors = anchored(context, of, scope, bindings);
            let ranges: Vec<_> = anchors
                .iter()
                .filter_map(|(row, day)| {
                    let day = (*day)?;
                    let around = scope.observed.around_anchor(profile, row, day);
                    Range::of(profile, window, day, around, *ignoring_observation)
                })
                .collect();
            rows.into_iter().filter(|row| ranges.iter().any(|range| range.takes(*test, row))).collect()
        }
        ResolvedFilter::SameVisit { or, as_anchor } => {
            let anchors = anchored(context, as_anchor, scope, bindings);
            let same_as_one = |row: &Row<'a>| {
                anchors.iter().any(|(anchor, _)| {
                    let visit = match (row.visit, anchor.visit) {
                        (Some(one), Some(other)) => one == other,
                        (None, None) => rules::missing_visits_are_equal(profile),
                        _ => false,
                    };
                    let day = row.start.is_some() && row.start == anchor.start;
                    match or {
                        SameVisit::Visit => visit,
                        SameVisit::VisitOrDay => visit || day,
                        SameVisit::VisitAndDay => visit && day,
                    }
                })
            };
            rows.into_iter().filter(same_as_one).collect()
        }
        ResolvedFilter::Keep(pick) => rules::pick(profile, PickedAt::Events, rows, *pick, |row| row),
        ResolvedFilter::Interval { start, end } => {
            let both_are_calendar_days = matches!((start, end), (DateSource::Date(_), DateSource::Date(_)));
            let moved = |row: Row<'a>| {
                let (first, last) = (day_from(*start, &row)?, day_from(*end, &row)?);
                let sort = match start {
                    // The underlying record still decides the order.
                    DateSource::Date(_) => row.sort,
                    DateSource::Start(_) | DateSource::End(_) => Some(first),
                };
                (first <= last || both_are_calendar_days).then_some(Row {
                    start: Some(first),
                    end: Some(last),
                    sort,
                    ..row
                })
            };
            rows.into_iter().filter_map(moved).collect()
        }
    }
}

fn day_from(source: DateSource, row: &Row<'_>) -> Option<NaiveDate> {
    let (day, days) = match source {
        DateSource::Date(date) => return Some(date),
        DateSource::Start(days) => (row.start?, days),
        DateSource::End(days) => (row.end?, days),
    };
    later(day, days)
}

/// The day so many days later; nothing beyond the calendar.
pub(super) fn later(day: NaiveDate, days: i32) -> Option<NaiveDate> {
    let distance = Days::new(days.unsigned_abs().into());
    if days < 0 { day.checked_sub_days(distance) } else { day.checked_add_days(distance) }
}

/// Every row once for each observation period that contains its start; as it is where none does.
pub(super) fn paired<'a>(rows: Vec<Row<'a>>, observed: &ObservedTime) -> Vec<Row<'a>> {
    let ObservedTime::Within(periods) = observed else {
        return rows;
    };
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let before = all.len();
        if row.period.is_none()
            && let Some(start) = row.start
        {
            let containing = periods.iter().filter(|period| period.contains(start));
            all.extend(containing.map(|period| Row { period: Some(*period), ..row }));
        }
        if all.len() == before {
            all.push(row);
        }
    }
    all
}

/// Whether a row has passed the condition that it starts in an observed interval.
pub(super) fn is_observed(row: &Row<'_>, observed: &ObservedTime) -> bool {
    row.start.is_some_and(|start| observed.around(start) != Around::Nowhere)
}

/// Whether the predicate reads the observation period of the row it is asked of.
fn asks_for_observation(predicate: &ResolvedPredicate) -> bool {
    let of_this = |anchor: &ResolvedAnchor| matches!(anchor.on, ResolvedAnchorBase::This);
    match predicate {
        ResolvedPredicate::Observed { of, .. } => of_this(of),
        ResolvedPredicate::MemberOf { during, .. } => during.as_ref().is_some_and(|(_, of)| of_this(of)),
        ResolvedPredicate::Count(count) => in_events(&count.of),
        ResolvedPredicate::All(members)
        | ResolvedPredicate::AnyOf(members)
        | ResolvedPredicate::NumberOf { of: members, .. } => members.iter().any(asks_for_observation),
        ResolvedPredicate::Not(inner) => asks_for_observation(inner),
        ResolvedPredicate::Compare { left, right, .. } => in_value(left) || in_value(right),
        ResolvedPredicate::In { value, .. }
        | ResolvedPredicate::Like { value, .. }
        | ResolvedPredicate::Missing(value) => in_value(value),
        ResolvedPredicate::PersonHas(_) => false,
    }
}

fn in_events(events: &ResolvedEvents) -> bool {
    let in_source = match &events.from {
        ResolvedSource::Union(members) => members.iter().any(in_events),
        ResolvedSource::Recorded { .. } | ResolvedSource::Cohort(_) => false,
    };
    in_source
        || events.filters.iter().any(|filter| match filter {
            ResolvedFilter::During { of, ignoring_observation, .. } => {
                !ignoring_observation && matches!(of.on, ResolvedAnchorBase::This)
            }
            // `this` is another row in there.
            ResolvedFilter::Where(_)
            | ResolvedFilter::SameVisit { .. }
            | ResolvedFilter::Keep(_)
            | ResolvedFilter::Interval { .. } => false,
        })
}

fn in_value(value: &ResolvedValue) -> bool {
    match value {
        ResolvedValue::Aggregate { of, .. } | ResolvedValue::CountOf { of, .. } => in_events(of),
        ResolvedValue::Arithmetic { left, right, .. } => in_value(left) || in_value(right),
        ResolvedValue::Band { value, .. } => in_value(value),
        ResolvedValue::Number(_)
        | ResolvedValue::Quantity(_)
        | ResolvedValue::Date(_)
        | ResolvedValue::Text(_)
        | ResolvedValue::Column(_)
        | ResolvedValue::Person(_)
        | ResolvedValue::AgeAt(_)
        | ResolvedValue::AgeOn(_)
        | ResolvedValue::DateOf(_) => false,
    }
}
