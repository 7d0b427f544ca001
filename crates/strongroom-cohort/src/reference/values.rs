use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, TimeDelta};
use strongroom_omop::ConceptId;

use super::anchors::{Bindings, day_of};
use super::context::{Context, Scope};
use super::counting;
use super::filters::rows;
use super::record::{Birth, Datum};
use super::rows::Row;
use super::rules::{self, PickedAt};
use crate::ast::{AggregateFunction, ArithmeticOperator, Column, PersonColumn, Pick, Unit};
use crate::resolved::{ResolvedEvents, ResolvedValue};

/// A known value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar {
    Number(f64),
    Quantity(f64, Unit),
    /// A number of a record, which has the record's unit.
    Measured(Measured),
    Day(NaiveDate),
    Concept(ConceptId),
    Text(Arc<str>),
    Id(i64),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measured {
    pub(super) value: f64,
    /// What was measured.
    concept: Option<ConceptId>,
    /// The unit as recorded.
    unit: Option<ConceptId>,
}

/// The value, if it is known.
pub(super) fn value<'a>(
    context: &Context<'a>,
    value: &ResolvedValue,
    scope: Scope<'_, 'a>,
) -> Option<Scalar> {
    match value {
        ResolvedValue::Number(number) => Some(Scalar::Number(number.value())),
        ResolvedValue::Quantity(quantity) => {
            Some(Scalar::Quantity(quantity.number.value(), quantity.unit.clone()))
        }
        ResolvedValue::Date(day) => Some(Scalar::Day(*day)),
        ResolvedValue::Text(text) => Some(Scalar::Text(text.as_str().into())),
        ResolvedValue::Column(of) => column(context, scope.this?, *of),
        ResolvedValue::Person(of) => person(context, *of),
        ResolvedValue::AgeAt(anchor) => age(context, day_of(context, anchor, scope)?),
        ResolvedValue::AgeOn(day) => age(context, *day),
        ResolvedValue::DateOf(anchor) => day_of(context, anchor, scope).map(Scalar::Day),
        ResolvedValue::Aggregate { function, of, column, unit } => {
            aggregate(context, *function, of, *column, unit.as_ref(), scope)
        }
        ResolvedValue::CountOf { unit, of } => {
            let rows = rows(context, of, scope, Bindings::NONE);
            Some(Scalar::Number(as_number(counting::number(context, *unit, &rows))))
        }
        ResolvedValue::Arithmetic { left, op, right } => {
            let (left, right) = (self::value(context, left, scope)?, self::value(context, right, scope)?);
            arithmetic(left, *op, right)
        }
        ResolvedValue::Band { value: of, width } => {
            let number = plain(&self::value(context, of, scope)?)?;
            let width = width.value();
            finite((number / width).floor() * width)
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody has 2 to the 53rd records")]
fn as_number(count: u64) -> f64 {
    count as f64
}

fn finite(number: f64) -> Option<Scalar> {
    number.is_finite().then_some(Scalar::Number(number))
}

fn age(context: &Context<'_>, day: NaiveDate) -> Option<Scalar> {
    rules::age(context.profile, context.person.birth, day).map(|age| Scalar::Number(age.into()))
}

fn person(context: &Context<'_>, column: PersonColumn) -> Option<Scalar> {
    let person = context.person;
    let concept = |id| rules::known_concept(context.profile, id).map(Scalar::Concept);
    match column {
        PersonColumn::Gender => concept(person.gender),
        PersonColumn::SexAtBirth => concept(person.sex_at_birth),
        PersonColumn::Race => concept(person.race),
        PersonColumn::Ethnicity => concept(person.ethnicity),
        PersonColumn::SelfReportedCategory => concept(person.self_reported_category),
        PersonColumn::BirthDate => match person.birth {
            Birth::Day(day) => Some(Scalar::Day(day)),
            Birth::Year(_) | Birth::Unknown => None,
        },
        PersonColumn::BirthYear => match person.birth {
            Birth::Day(day) => Some(Scalar::Number(day.year().into())),
            Birth::Year(year) => Some(Scalar::Number(year.into())),
            Birth::Unknown => None,
        },
        PersonColumn::AgeAtConsent => person.age_at_consent.map(|age| Scalar::Number(age.into())),
        PersonColumn::AgeAtRelease => person.age_at_release.map(|age| Scalar::Number(age.into())),
    }
}

/// A column of a row.
pub(super) fn column(context: &Context<'_>, row: &Row<'_>, column: Column) -> Option<Scalar> {
    let concept = |id| rules::known_concept(context.profile, id).map(Scalar::Concept);
    match column {
        Column::Start => return row.start.map(Scalar::Day),
        Column::End => return row.end.map(Scalar::Day),
        Column::Visit => return row.visit.map(Scalar::Id),
        Column::Duration => {
            let days = row.end?.signed_duration_since(row.start?).num_days();
            return i32::try_from(days).ok().map(|days| Scalar::Number(days.into()));
        }
        _ => {}
    }
    let record = row.record?;
    match column {
        Column::Concept => concept(record.concept),
        Column::SourceConcept => concept(record.source_concept),
        other => match record.value(other)? {
            Datum::Number(value) if !value.is_finite() => None,
            Datum::Number(value)
                if matches!(other, Column::Value | Column::RangeLow | Column::RangeHigh)
                    && rules::numbers_have_units(context.profile) =>
            {
                let unit = match record.value(Column::Unit) {
                    Some(Datum::Concept(unit)) => rules::known_concept(context.profile, Some(*unit)),
                    _ => None,
                };
                Some(Scalar::Measured(Measured { value: *value, concept: record.concept, unit }))
            }
            Datum::Number(value) => Some(Scalar::Number(*value)),
            Datum::Concept(id) => concept(Some(*id)),
            Datum::Text(text) => Some(Scalar::Text(Arc::clone(text))),
        },
    }
}

/// The value in this unit; nothing where no unit is recorded or nothing says how to convert it (R15).
fn in_unit(context: &Context<'_>, value: &Scalar, to: &Unit) -> Option<f64> {
    match value {
        Scalar::Measured(measured) => {
            let from = context.units.unit(measured.unit?)?;
            // Equal units need no measurement.
            let concept = measured.concept.unwrap_or(ConceptId::NO_MATCHING_CONCEPT);
            context.units.convert(concept, measured.value, from, to)
        }
        Scalar::Quantity(value, unit) if unit == to => Some(*value),
        _ => None,
    }
}

/// How two values are ordered; nothing where they cannot be compared.
pub(super) fn compare(context: &Context<'_>, left: &Scalar, right: &Scalar) -> Option<Ordering> {
    match (left, right) {
        (Scalar::Quantity(value, unit), other) => value.partial_cmp(&in_unit(context, other, unit)?),
        (other, Scalar::Quantity(value, unit)) => in_unit(context, other, unit)?.partial_cmp(value),
        (Scalar::Measured(one), Scalar::Measured(other)) if one.unit != other.unit => {
            let to = context.units.unit(other.unit?)?;
            in_unit(context, left, to)?.partial_cmp(&other.value)
        }
        (Scalar::Number(_) | Scalar::Measured(_), Scalar::Number(_) | Scalar::Measured(_)) => {
            plain(left)?.partial_cmp(&plain(right)?)
        }
        (Scalar::Day(one), Scalar::Day(other)) => Some(one.cmp(other)),
        (Scalar::Concept(one), Scalar::Concept(other)) => Some(one.cmp(other)),
        (Scalar::Text(one), Scalar::Text(other)) => Some(one.cmp(other)),
        (Scalar::Id(one), Scalar::Id(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

/// A number, whatever its unit.
fn plain(value: &Scalar) -> Option<f64> {
    match value {
        Scalar::Number(number) | Scalar::Quantity(number, _) => Some(*number),
        Scalar::Measured(measured) => Some(measured.value),
        Scalar::Day(_) | Scalar::Concept(_) | Scalar::Text(_) | Scalar::Id(_) => None,
    }
}

fn arithmetic(left: Scalar, op: ArithmeticOperator, right: Scalar) -> Option<Scalar> {
    use ArithmeticOperator::{Add, Divide, Multiply, Subtract};
    match (&left, op, &right) {
        (Scalar::Day(one), Subtract, Scalar::Day(other)) => {
            #[expect(clippy::cast_precision_loss, reason = "the calendar has fewer than 2 to the 53rd days")]
            let days = one.signed_duration_since(*other).num_days() as f64;
            return Some(Scalar::Number(days));
        }
        (Scalar::Day(day), Add, other) => return moved(*day, plain(other)?),
        (Scalar::Day(day), Subtract, other) => return moved(*day, -plain(other)?),
        (other, Add, Scalar::Day(day)) => return moved(*day, plain(other)?),
        _ => {}
    }
    let (one, other) = (plain(&left)?, plain(&right)?);
    let result = match op {
        Add => one + other,
        Subtract => one - other,
        Multiply => one * other,
        Divide if other == 0.0 => return None,
        Divide => one / other,
    };
    if !result.is_finite() {
        return None;
    }
    // What unit the result has: a sum keeps that of its sides, a quotient of equal ones has none.
    match (left, op, right) {
        (Scalar::Quantity(_, unit), Add | Subtract, Scalar::Quantity(_, same)) => {
            (unit == same).then_some(Scalar::Quantity(result, unit))
        }
        (Scalar::Quantity(_, unit), Divide, Scalar::Quantity(_, same)) => {
            (unit == same).then_some(Scalar::Number(result))
        }
        (Scalar::Quantity(_, unit), Multiply | Divide, Scalar::Number(_))
        | (Scalar::Number(_), Multiply, Scalar::Quantity(_, unit)) => Some(Scalar::Quantity(result, unit)),
        (Scalar::Measured(one), Add | Subtract, Scalar::Measured(other)) => {
            let concept = if one.concept == other.concept { one.concept } else { None };
            (one.unit == other.unit).then_some(Scalar::Measured(Measured {
                value: result,
                concept,
                unit: one.unit,
            }))
        }
        (Scalar::Measured(one), Divide, Scalar::Measured(other)) => {
            (one.unit == other.unit).then_some(Scalar::Number(result))
        }
        (Scalar::Measured(measured), Multiply | Divide, Scalar::Number(_))
        | (Scalar::Number(_), Multiply, Scalar::Measured(measured)) => {
            Some(Scalar::Measured(Measured { value: result, ..measured }))
        }
        (Scalar::Number(_) | Scalar::Measured(_), _, Scalar::Number(_) | Scalar::Measured(_)) => {
            Some(Scalar::Number(result))
        }
        _ => None,
    }
}

fn moved(day: NaiveDate, days: f64) -> Option<Scalar> {
    if days.fract() != 0.0 || days.abs() > 1e8 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small before")]
    let distance = TimeDelta::try_days(days as i64)?;
    day.checked_add_signed(distance).map(Scalar::Day)
}

/// One value out of many: only known ones count, and of none it is unknown (R7).
fn aggregate<'a>(
    context: &Context<'a>,
    function: AggregateFunction,
    of: &ResolvedEvents,
    from: Column,
    unit: Option<&Unit>,
    scope: Scope<'_, 'a>,
) -> Option<Scalar> {
    let known = |row: Row<'a>| {
        let found = column(context, &row, from)?;
        let found = match unit {
            Some(unit) => Scalar::Quantity(in_unit(context, &found, unit)?, unit.clone()),
            None => found,
        };
        Some((row, found))
    };
    let known: Vec<_> = rows(context, of, scope, Bindings::NONE).into_iter().filter_map(known).collect();
    let by_position = |known, pick| {
        let picked = rules::pick(context.profile, PickedAt::Events, known, pick, |(row, _)| row);
        // Of those that tie on a day, the smallest record.
        picked.into_iter().min_by_key(|(row, _)| row.id).map(|(_, found)| found)
    };
    match function {
        AggregateFunction::First => by_position(known, Pick::First),
        AggregateFunction::Last => by_position(known, Pick::Last),
        AggregateFunction::Nearest => {
            let index = scope.index?.day;
            let distance =
                |row: &Row<'_>| row.start.map(|start| start.signed_duration_since(index).num_days().abs());
            let nearest = known.iter().filter_map(|(row, _)| distance(row)).min()?;
            let mut known = known;
            known.retain(|(row, _)| distance(row) == Some(nearest));
            by_position(known, Pick::First)
        }
        AggregateFunction::Min | AggregateFunction::Max => {
            let mut best: Option<Scalar> = None;
            for (_, found) in known {
                let better = match &best {
                    None => true,
                    Some(best) => {
                        let order = compare(context, &found, best)?;
                        if function == AggregateFunction::Min { order.is_lt() } else { order.is_gt() }
                    }
                };
                if better {
                    best = Some(found);
                }
            }
            best
        }
        AggregateFunction::Mean | AggregateFunction::Sum => {
            // In the order of their sizes, so that rounding does not depend on the order of rows.
            let mut numbers: Vec<_> = known.iter().filter_map(|(_, found)| plain(found)).collect();
            numbers.sort_by(f64::total_cmp);
            if numbers.is_empty() {
                return None;
            }
            let sum: f64 = numbers.iter().sum();
            let result = match function {
                AggregateFunction::Mean => sum / as_number(u64::try_from(numbers.len()).ok()?),
                _ => sum,
            };
            match unit {
                Some(unit) if result.is_finite() => Some(Scalar::Quantity(result, unit.clone())),
                Some(_) => None,
                None => finite(result),
            }
        }
    }
}

/// SQL's `LIKE`, without an escape.
pub(super) fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<_> = text.chars().collect();
    let pattern: Vec<_> = pattern.chars().collect();
    // Where the last `%` stood, and up to where in the text it was tried.
    let (mut at, mut place, mut retry) = (0, 0, None);
    while at < text.len() {
        match pattern.get(place) {
            Some('%') => {
                retry = Some((place, at));
                place += 1;
            }
            Some(wanted) if *wanted == '_' || text.get(at) == Some(wanted) => {
                at += 1;
                place += 1;
            }
            _ => match retry {
                Some((star, from)) => {
                    retry = Some((star, from + 1));
                    place = star + 1;
                    at = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(place).all(|rest| *rest == '%')
}
