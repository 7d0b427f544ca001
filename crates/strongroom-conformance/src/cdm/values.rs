use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Date32Builder, Float64Array, Float64Builder, Int32Array,
    Int64Array, Int64Builder, StringArray, StringBuilder,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int32Type, Int64Type};
use chrono::NaiveDate;

use super::cell::{self, Unreadable};

/// What a column is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellType {
    Integer,
    Float,
    Date,
    Text,
}

/// Some rows of one column. Integers stay as narrow as the file has them, so that nothing is
/// copied.
#[derive(Debug, Clone)]
pub(super) enum Values {
    Missing,
    Int32(Int32Array),
    Int64(Int64Array),
    Float(Float64Array),
    Date(Date32Array),
    Text(StringArray),
}

impl CellType {
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::Integer => "a whole number",
            Self::Float => "a number",
            Self::Date => "a date such as 2020-01-31",
            Self::Text => "a text in UTF-8",
        }
    }
}

impl Values {
    /// Reads a Parquet column of any type, or says which row cannot be read.
    pub(super) fn of(array: &ArrayRef, cell_type: CellType) -> Result<Self, usize> {
        use DataType::{Date32, Date64, Float64, Int32, Int64, Timestamp, Utf8};
        match (cell_type, array.data_type()) {
            (CellType::Integer | CellType::Float, Int32) => {
                Ok(Self::Int32(array.as_primitive::<Int32Type>().clone()))
            }
            (CellType::Integer | CellType::Float, Int64) => {
                Ok(Self::Int64(array.as_primitive::<Int64Type>().clone()))
            }
            (CellType::Integer, other) if other.is_integer() => {
                converted(array, &Int64).map(|array| Self::Int64(array.as_primitive::<Int64Type>().clone()))
            }
            (CellType::Float, Float64) => Ok(Self::Float(array.as_primitive::<Float64Type>().clone())),
            (CellType::Float, other) if other.is_numeric() => converted(array, &Float64)
                .map(|array| Self::Float(array.as_primitive::<Float64Type>().clone())),
            (CellType::Date, Date32 | Date64 | Timestamp(..)) => {
                converted(array, &Date32).map(|array| Self::Date(array.as_primitive::<Date32Type>().clone()))
            }
            (CellType::Integer, other) if other.is_floating() => whole_numbers(array),
            (CellType::Text, Utf8) => Ok(Self::Text(array.as_string::<i32>().clone())),
            _ => from_texts(&converted(array, &Utf8)?, cell_type),
        }
    }

    pub(super) fn integer(&self, row: usize) -> Option<i64> {
        match self {
            Self::Int32(values) => values.is_valid(row).then(|| i64::from(values.value(row))),
            Self::Int64(values) => values.is_valid(row).then(|| values.value(row)),
            _ => None,
        }
    }

    /// A finite number.
    pub(super) fn float(&self, row: usize) -> Option<f64> {
        match self {
            Self::Int32(values) => values.is_valid(row).then(|| f64::from(values.value(row))),
            Self::Int64(values) => values.is_valid(row).then(|| values.value(row) as f64),
            Self::Float(values) => {
                values.is_valid(row).then(|| values.value(row)).filter(|value| value.is_finite())
            }
            _ => None,
        }
    }

    pub(super) fn date(&self, row: usize) -> Option<NaiveDate> {
        match self {
            Self::Date(values) => {
                values.is_valid(row).then(|| NaiveDate::from_epoch_days(values.value(row))).flatten()
            }
            _ => None,
        }
    }

    /// A text that is not empty: CSV cannot tell an empty one from none.
    pub(super) fn text(&self, row: usize) -> Option<&str> {
        match self {
            Self::Text(values) => {
                values.is_valid(row).then(|| values.value(row)).filter(|text| !text.is_empty())
            }
            _ => None,
        }
    }
}

/// The array as another type, or the first row that has a value and lost it.
fn converted(array: &ArrayRef, to: &DataType) -> Result<ArrayRef, usize> {
    let read = cast(array, to).map_err(|_| 0_usize)?;
    match (0..array.len()).find(|row| array.is_valid(*row) && read.is_null(*row)) {
        Some(row) if read.null_count() > array.null_count() => Err(row),
        _ => Ok(read),
    }
}

/// Integers that a tool without missing integers stored as floats.
fn whole_numbers(array: &ArrayRef) -> Result<Values, usize> {
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    let floats = converted(array, &DataType::Float64)?;
    let mut read = Int64Builder::with_capacity(array.len());
    for (row, value) in floats.as_primitive::<Float64Type>().iter().enumerate() {
        match value.filter(|value| !value.is_nan()) {
            None => read.append_null(),
            #[expect(clippy::cast_possible_truncation, reason = "whole, and small enough to be exact")]
            Some(value) if value.fract() == 0.0 && value.abs() <= LARGEST => read.append_value(value as i64),
            Some(_) => return Err(row),
        }
    }
    Ok(Values::Int64(read.finish()))
}

fn from_texts(texts: &ArrayRef, cell_type: CellType) -> Result<Values, usize> {
    let mut builder = ValuesBuilder::new(cell_type);
    for (row, text) in texts.as_string::<i32>().iter().enumerate() {
        builder.append(text.unwrap_or_default().as_bytes()).map_err(|_| row)?;
    }
    Ok(builder.finish())
}

/// Collects cells of text into a column.
#[derive(Debug)]
pub(super) enum ValuesBuilder {
    Integer(Int64Builder),
    Float(Float64Builder),
    Date(Date32Builder),
    Text(StringBuilder),
}

impl ValuesBuilder {
    pub(super) fn new(cell_type: CellType) -> Self {
        match cell_type {
            CellType::Integer => Self::Integer(Int64Builder::new()),
            CellType::Float => Self::Float(Float64Builder::new()),
            CellType::Date => Self::Date(Date32Builder::new()),
            CellType::Text => Self::Text(StringBuilder::new()),
        }
    }

    pub(super) fn append(&mut self, text: &[u8]) -> Result<(), Unreadable> {
        match self {
            Self::Integer(values) => values.append_option(cell::integer(text)?),
            Self::Float(values) => values.append_option(cell::float(text)?),
            Self::Date(values) => values.append_option(cell::date(text)?.map(|day| day.to_epoch_days())),
            Self::Text(values) => values.append_option(cell::text(text)?),
        }
        Ok(())
    }

    /// The column so far; the next cell begins another.
    pub(super) fn finish(&mut self) -> Values {
        match self {
            Self::Integer(values) => Values::Int64(values.finish()),
            Self::Float(values) => Values::Float(values.finish()),
            Self::Date(values) => Values::Date(values.finish()),
            Self::Text(values) => Values::Text(values.finish()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Display;
    use std::sync::Arc;

    use arrow::array::{
        Decimal128Array, Int16Array, LargeStringArray, TimestampMicrosecondArray, UInt64Array,
    };

    use super::*;

    /// The rows as text, nothing where nothing is known; or the row that cannot be read.
    #[track_caller]
    fn check(array: impl Array + 'static, cell_type: CellType, expected: Result<&[Option<&str>], usize>) {
        let rows = array.len();
        let read = Values::of(&(Arc::new(array) as ArrayRef), cell_type).map(|values| {
            let written = |row| match cell_type {
                CellType::Integer => shown(values.integer(row)),
                CellType::Float => shown(values.float(row)),
                CellType::Date => shown(values.date(row)),
                CellType::Text => shown(values.text(row)),
            };
            (0..rows).map(written).collect::<Vec<_>>()
        });
        let expected =
            expected.map(|texts| texts.iter().map(|text| text.map(str::to_owned)).collect::<Vec<_>>());
        assert_eq!(read, expected);
    }

    fn shown(value: Option<impl Display>) -> Option<String> {
        value.map(|value| value.to_string())
    }

    #[test]
    fn integers_of_every_physical_type() {
        use CellType::Integer;
        check(Int32Array::from(vec![Some(1), None]), Integer, Ok(&[Some("1"), None]));
        check(Int64Array::from(vec![i64::MAX]), Integer, Ok(&[Some("9223372036854775807")]));
        check(Int16Array::from(vec![7]), Integer, Ok(&[Some("7")]));
        check(UInt64Array::from(vec![7, u64::MAX]), Integer, Err(1));
        check(Float64Array::from(vec![8507.0, f64::NAN]), Integer, Ok(&[Some("8507"), None]));
        check(Float64Array::from(vec![8507.0, 0.5]), Integer, Err(1));
        check(StringArray::from(vec!["12", ""]), Integer, Ok(&[Some("12"), None]));
        check(StringArray::from(vec!["12", "twelve"]), Integer, Err(1));
    }

    #[test]
    fn numbers_are_finite_or_missing() {
        use CellType::Float;
        check(Float64Array::from(vec![1.5, f64::NAN, f64::INFINITY]), Float, Ok(&[Some("1.5"), None, None]));
        check(Int32Array::from(vec![2]), Float, Ok(&[Some("2")]));
        let decimals = Decimal128Array::from(vec![150]).with_precision_and_scale(10, 2).unwrap();
        check(decimals, Float, Ok(&[Some("1.5")]));
    }

    #[test]
    fn days_of_instants_and_texts() {
        use CellType::Date;
        check(Date32Array::from(vec![Some(18_262), None]), Date, Ok(&[Some("2020-01-01"), None]));
        check(TimestampMicrosecondArray::from(vec![-1]), Date, Ok(&[Some("1969-12-31")]));
        check(StringArray::from(vec!["2020-01-31 10:00:00"]), Date, Ok(&[Some("2020-01-31")]));
        check(StringArray::from(vec!["31.1.2020"]), Date, Err(0));
    }

    #[test]
    fn empty_texts_are_missing() {
        use CellType::Text;
        check(StringArray::from(vec![Some("a"), Some(""), None]), Text, Ok(&[Some("a"), None, None]));
        check(LargeStringArray::from(vec!["a"]), Text, Ok(&[Some("a")]));
        check(Int32Array::from(vec![8001]), Text, Ok(&[Some("8001")]));
    }
}
