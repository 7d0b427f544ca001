//! Values in a coarser form.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use chrono::{Datelike, Months, NaiveDate};
use strongroom_omop::{Column, ColumnType};
use strongroom_tiers::Generalisation;

use crate::build::cell::MICROSECONDS_PER_DAY;

/// Whether values of the column have such a form.
pub(super) fn fits(form: Generalisation, column: &Column) -> bool {
    use ColumnType::{Date, Float, Integer, Text, Timestamp};
    match form {
        Generalisation::Year | Generalisation::Month => matches!(column.column_type(), Date | Timestamp),
        Generalisation::Bands { .. } | Generalisation::AtMost { .. } => {
            matches!(column.column_type(), Integer | Float)
        }
        Generalisation::AgeAtMost { .. } => {
            matches!(column.column_type(), Date | Timestamp) || column.name() == "year_of_birth"
        }
        Generalisation::Prefix { .. } => column.column_type() == Text,
    }
}

/// The values in the form; ages are those on the cut-off day. A form that does not fit shows nothing.
pub(super) fn coarser(values: &ArrayRef, form: Generalisation, cut_off: NaiveDate) -> ArrayRef {
    if let Some(days) = values.as_primitive_opt::<Date32Type>() {
        let day = |day| day_in_form(day, form, cut_off);
        let coarser: Date32Array = days.iter().map(|value| value.and_then(day)).collect();
        return Arc::new(coarser);
    }
    if let Some(instants) = values.as_primitive_opt::<TimestampMicrosecondType>() {
        let instant = |instant: i64| {
            let day = i32::try_from(instant.div_euclid(MICROSECONDS_PER_DAY)).ok()?;
            let shown = day_in_form(day, form, cut_off)?;
            // Of a day that is shown as it is, the time is too.
            let kept = matches!(form, Generalisation::AgeAtMost { .. }) && shown == day;
            Some(if kept { instant } else { i64::from(shown) * MICROSECONDS_PER_DAY })
        };
        let coarser: TimestampMicrosecondArray =
            instants.iter().map(|value| value.and_then(instant)).collect();
        return Arc::new(coarser);
    }
    if let Some(numbers) = values.as_primitive_opt::<Int64Type>() {
        let coarser: Int64Array = numbers
            .iter()
            .map(|value| value.and_then(|number| integer_in_form(number, form, cut_off)))
            .collect();
        return Arc::new(coarser);
    }
    if let Some(numbers) = values.as_primitive_opt::<Float64Type>() {
        let coarser: Float64Array =
            numbers.iter().map(|value| value.and_then(|number| number_in_form(number, form))).collect();
        return Arc::new(coarser);
    }
    match (values.as_string_opt::<i32>(), form) {
        (Some(texts), Generalisation::Prefix { characters }) => {
            let prefix = |text: &str| text.chars().take(characters as usize).collect::<String>();
            let coarser: StringArray = texts.iter().map(|value| value.map(prefix)).collect();
            Arc::new(coarser)
        }
        _ => arrow::array::new_null_array(values.data_type(), values.len()),
    }
}

fn day_in_form(day: i32, form: Generalisation, cut_off: NaiveDate) -> Option<i32> {
    let date = NaiveDate::from_epoch_days(day)?;
    let shown = match form {
        Generalisation::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1)?,
        Generalisation::Month => date.with_day(1)?,
        Generalisation::AgeAtMost { years } => {
            date.max(cut_off.checked_sub_months(Months::new(years.checked_mul(12)?))?)
        }
        Generalisation::Bands { .. } | Generalisation::AtMost { .. } | Generalisation::Prefix { .. } => {
            return None;
        }
    };
    Some(shown.to_epoch_days())
}

fn integer_in_form(number: i64, form: Generalisation, cut_off: NaiveDate) -> Option<i64> {
    match form {
        Generalisation::Bands { width } => {
            let width = i64::from(width.max(1));
            number.div_euclid(width).checked_mul(width)
        }
        Generalisation::AtMost { limit } => Some(number.min(i64::from(limit))),
        Generalisation::AgeAtMost { years } => Some(number.max(i64::from(cut_off.year()) - i64::from(years))),
        Generalisation::Year | Generalisation::Month | Generalisation::Prefix { .. } => None,
    }
}

fn number_in_form(number: f64, form: Generalisation) -> Option<f64> {
    match form {
        Generalisation::Bands { width } => {
            let width = f64::from(width.max(1));
            Some((number / width).floor() * width)
        }
        Generalisation::AtMost { limit } => Some(number.min(f64::from(limit))),
        _ => None,
    }
}
