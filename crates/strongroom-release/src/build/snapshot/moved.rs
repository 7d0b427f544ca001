//! Dates moved by a number of days for each row.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Date32Array, TimestampMicrosecondArray};
use arrow::datatypes::{Date32Type, TimestampMicrosecondType};

use crate::build::cell::{DAYS, MICROSECONDS_PER_DAY};

/// The dates or instants, moved; nothing where the values are neither.
///
/// Nobody's dates are moved out of the years 1 to 9999: they stay at the edge.
pub(super) fn moved(values: &ArrayRef, days: &[i32]) -> Option<ArrayRef> {
    if let Some(dates) = values.as_primitive_opt::<Date32Type>() {
        let dates = dates.iter().zip(days).map(|(date, days)| date.map(|date| day(date, *days)));
        return Some(Arc::new(dates.collect::<Date32Array>()));
    }
    let instants = values.as_primitive_opt::<TimestampMicrosecondType>()?;
    let instants = instants.iter().zip(days).map(|(instant, days)| instant.map(|one| moment(one, *days)));
    Some(Arc::new(instants.collect::<TimestampMicrosecondArray>()))
}

fn day(day: i32, days: i32) -> i32 {
    day.saturating_add(days).clamp(*DAYS.start(), *DAYS.end())
}

fn moment(instant: i64, days: i32) -> i64 {
    let before = i32::try_from(instant.div_euclid(MICROSECONDS_PER_DAY)).unwrap_or(0);
    instant + i64::from(day(before, days) - before) * MICROSECONDS_PER_DAY
}
