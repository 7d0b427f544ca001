//! Columns that the index does not hold, from the rows of the Parquet file beside it, which stand in
//! the same order.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrowPrimitiveType, PrimitiveArray};
use arrow::datatypes::{Date32Type, Float64Type};
use strongroom_cohort::ast::ColumnType;
use strongroom_engine::{ColumnData, Texts, UNKNOWN_ID};
use strongroom_timeline::Day;

use crate::table_rows::{self, TableRowsError};

/// A column of so many rows; nothing where no row has a value.
pub(super) fn column(
    file: &Path,
    name: &str,
    holds: ColumnType,
    rows: usize,
) -> Result<Option<ColumnData>, TableRowsError> {
    let (count, data) = match holds {
        ColumnType::Id | ColumnType::Concept => {
            let ids = ids(file, name)?;
            let known = ids.iter().any(|id| *id != UNKNOWN_ID);
            (ids.len(), known.then(|| ColumnData::Ids(ids.into())))
        }
        ColumnType::Number => {
            let numbers = numbers(file, name)?;
            let known = numbers.iter().any(|number| !number.is_nan());
            (numbers.len(), known.then(|| ColumnData::Numbers(numbers.into())))
        }
        ColumnType::Text => {
            let (distinct, places) = texts(file, name)?;
            let (count, known) = (places.len(), !distinct.is_empty());
            (count, known.then(|| ColumnData::Texts(Arc::new(Texts::new(distinct, places)))))
        }
        ColumnType::Date => {
            let days = days(file, name)?;
            let known = days.iter().any(|day| day.is_known());
            (days.len(), known.then(|| ColumnData::Days(days.into())))
        }
    };
    if count == rows { Ok(data) } else { Err(TableRowsError::Damaged) }
}

/// A column of ids; [`UNKNOWN_ID`] where none is recorded.
pub(super) fn ids(file: &Path, name: &str) -> Result<Vec<i64>, TableRowsError> {
    let mut ids = Vec::new();
    table_rows::for_each_batch(file, &[name], None, |batch| {
        if let Some(column) = table_rows::integers(batch, name) {
            extend(&mut ids, column, UNKNOWN_ID, |id| id);
        }
    })?;
    Ok(ids)
}

fn days(file: &Path, name: &str) -> Result<Vec<Day>, TableRowsError> {
    let mut days = Vec::new();
    table_rows::for_each_batch(file, &[name], None, |batch| {
        if let Some(column) = table_rows::primitives::<Date32Type>(batch, name) {
            extend(&mut days, column, Day::UNKNOWN, Day::from_epoch_days);
        }
    })?;
    Ok(days)
}

fn numbers(file: &Path, name: &str) -> Result<Vec<f64>, TableRowsError> {
    let mut numbers = Vec::new();
    table_rows::for_each_batch(file, &[name], None, |batch| {
        if let Some(column) = table_rows::integers(batch, name) {
            extend(&mut numbers, column, f64::NAN, |number| number as f64);
        }
        if let Some(column) = table_rows::primitives::<Float64Type>(batch, name) {
            extend(&mut numbers, column, f64::NAN, |number| number);
        }
    })?;
    Ok(numbers)
}

fn extend<T: Copy, P: ArrowPrimitiveType>(
    values: &mut Vec<T>,
    column: &PrimitiveArray<P>,
    unknown: T,
    value: impl Fn(P::Native) -> T,
) {
    match column.null_count() {
        0 => values.extend(column.values().iter().copied().map(value)),
        _ => values.extend(column.iter().map(|known| known.map_or(unknown, &value))),
    }
}

/// The distinct texts, and the place of each row's; `u32::MAX` where it has none.
fn texts(file: &Path, name: &str) -> Result<(Vec<Arc<str>>, Vec<u32>), TableRowsError> {
    let mut distinct: Vec<Arc<str>> = Vec::new();
    let (mut known, mut places) = (HashMap::<Arc<str>, u32>::new(), Vec::new());
    table_rows::for_each_batch(file, &[name], None, |batch| {
        let column = table_rows::texts(batch, name);
        for row in 0..batch.num_rows() {
            // A text without a character says nothing: files of CSV cannot tell it from none.
            let text = table_rows::text(column, row).filter(|text| !text.is_empty());
            places.push(text.map_or(u32::MAX, |text| match known.get(text) {
                Some(place) => *place,
                None => {
                    let (text, place) =
                        (Arc::<str>::from(text), u32::try_from(distinct.len()).unwrap_or(u32::MAX));
                    distinct.push(Arc::clone(&text));
                    known.insert(text, place);
                    place
                }
            }));
        }
    })?;
    Ok((distinct, places))
}
