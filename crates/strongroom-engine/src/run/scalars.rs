//! Operations on single known values.

use std::cmp::Ordering;

use strongroom_cohort::Units;
use strongroom_cohort::ast::{ArithmeticOperator, Unit};
use strongroom_omop::ConceptId;
use strongroom_timeline::Day;

use super::values::{Measured, Scalar};

/// The value in this unit; nothing where no unit is recorded or nothing says how to convert it (R15).
pub(super) fn in_unit(units: &Units, value: &Scalar<'_>, to: &Unit) -> Option<f64> {
    match value {
        Scalar::Measured(measured) => {
            let from = units.unit(ConceptId::new(measured.unit?))?;
            let concept = measured.concept.map_or(ConceptId::NO_MATCHING_CONCEPT, ConceptId::new);
            units.convert(concept, measured.value, from, to)
        }
        Scalar::Quantity(value, unit) if *unit == to => Some(*value),
        _ => None,
    }
}

/// How two values are ordered; nothing where they cannot be compared.
pub(super) fn compare(units: &Units, left: &Scalar<'_>, right: &Scalar<'_>) -> Option<Ordering> {
    match (left, right) {
        (Scalar::Quantity(value, unit), other) => value.partial_cmp(&in_unit(units, other, unit)?),
        (other, Scalar::Quantity(value, unit)) => in_unit(units, other, unit)?.partial_cmp(value),
        (Scalar::Measured(one), Scalar::Measured(other)) if one.unit != other.unit => {
            let to = units.unit(ConceptId::new(other.unit?))?;
            in_unit(units, left, to)?.partial_cmp(&other.value)
        }
        (Scalar::Number(_) | Scalar::Measured(_), Scalar::Number(_) | Scalar::Measured(_)) => {
            plain(left)?.partial_cmp(&plain(right)?)
        }
        (Scalar::Day(one), Scalar::Day(other)) => Some(one.cmp(other)),
        (Scalar::Concept(one), Scalar::Concept(other)) | (Scalar::Id(one), Scalar::Id(other)) => {
            Some(one.cmp(other))
        }
        (Scalar::Text(one), Scalar::Text(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

/// A number, whatever its unit.
pub(super) fn plain(value: &Scalar<'_>) -> Option<f64> {
    match value {
        Scalar::Number(number) | Scalar::Quantity(number, _) => Some(*number),
        Scalar::Measured(measured) => Some(measured.value),
        Scalar::Day(_) | Scalar::Concept(_) | Scalar::Text(_) | Scalar::Id(_) => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody has 2 to the 53rd records")]
pub(super) fn as_number(count: u64) -> f64 {
    count as f64
}

pub(super) fn finite(number: f64) -> Option<Scalar<'static>> {
    number.is_finite().then_some(Scalar::Number(number))
}

/// Two values put together; nothing where that has no meaning.
pub(super) fn arithmetic<'v>(
    left: Scalar<'v>,
    op: ArithmeticOperator,
    right: Scalar<'v>,
) -> Option<Scalar<'v>> {
    use ArithmeticOperator::{Add, Divide, Multiply, Subtract};
    match (&left, op, &right) {
        (Scalar::Day(one), Subtract, Scalar::Day(other)) => {
            return one.since(*other).map(|days| Scalar::Number(days.into()));
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

fn moved(day: Day, days: f64) -> Option<Scalar<'static>> {
    if days.fract() != 0.0 || days.abs() > 1e8 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small before")]
    day.plus(days as i64).known().map(Scalar::Day)
}

/// SQL's `LIKE`, without an escape.
pub(super) fn like(text: &str, pattern: &str) -> bool {
    let (mut text, mut pattern) = (text.chars(), pattern.chars());
    // What was left of both after the last `%`, to try again one character later.
    let mut retry: Option<(std::str::Chars<'_>, std::str::Chars<'_>)> = None;
    loop {
        let (before, wanted) = (text.clone(), pattern.next());
        match (wanted, text.next()) {
            (None, None) => return true,
            (Some('%'), _) => {
                retry = Some((before.clone(), pattern.clone()));
                text = before;
                continue;
            }
            (Some('_'), Some(_)) => continue,
            (Some(wanted), Some(found)) if wanted == found => continue,
            _ => {}
        }
        let Some((from, after)) = &mut retry else { return false };
        if from.next().is_none() {
            return false;
        }
        (text, pattern) = (from.clone(), after.clone());
    }
}
