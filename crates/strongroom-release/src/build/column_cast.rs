use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use arrow::compute::cast;
use arrow::datatypes::{ArrowPrimitiveType, DataType, Date32Type, Float64Type, TimestampMicrosecondType};
use strongroom_omop::ColumnType;

use super::cell;
use super::column_builder::{ColumnBuilder, ReadColumn};
use crate::release::data_type;

/// Reads a column of any Arrow type as a column of the CDM.
///
/// Numbers become numbers, and instants become dates or timestamps, directly. Everything else is
/// written as text and read as a cell of a CSV file would be, so that `"8507"`, 8507.0, a decimal,
/// or 20200131 in a column of dates mean the same in both kinds of file.
pub(super) fn read_column(values: &ArrayRef, column_type: ColumnType) -> ReadColumn {
    let found = values.data_type();
    let direct = match column_type {
        ColumnType::Integer => found.is_integer(),
        ColumnType::Float => found.is_numeric(),
        ColumnType::Date | ColumnType::Timestamp => {
            matches!(found, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..))
        }
        ColumnType::Text => false,
    };
    if direct { read_numbers(values, column_type) } else { read_texts(values, column_type) }
}

fn read_numbers(values: &ArrayRef, column_type: ColumnType) -> ReadColumn {
    // The cast makes null what overflows; what it cannot do at all is read as nothing readable.
    let read = cast(values, &data_type(column_type)).map_or_else(
        |_| ReadColumn::missing(column_type, values.len()).values,
        |read| match column_type {
            ColumnType::Float => keep::<Float64Type>(&read, |number| number.is_finite()),
            ColumnType::Date => keep::<Date32Type>(&read, |day| cell::DAYS.contains(&day)),
            ColumnType::Timestamp => keep::<TimestampMicrosecondType>(&read, |microsecond| {
                let day = microsecond.div_euclid(cell::MICROSECONDS_PER_DAY);
                i32::try_from(day).is_ok_and(|day| cell::DAYS.contains(&day))
            }),
            ColumnType::Integer | ColumnType::Text => read,
        },
    );
    let lost = |row: &usize| values.is_valid(*row) && read.is_null(*row);
    ReadColumn {
        unreadable: match read.null_count() > values.null_count() {
            true => (0..values.len()).filter(lost).collect(),
            false => Vec::new(),
        },
        values: read,
    }
}

/// The array with null in place of every value that does not keep the rule.
fn keep<T: ArrowPrimitiveType>(values: &ArrayRef, rule: impl Fn(T::Native) -> bool) -> ArrayRef {
    match values.as_primitive_opt::<T>() {
        Some(values) => {
            let kept: PrimitiveArray<T> = values.unary_opt(|value| rule(value).then_some(value));
            Arc::new(kept)
        }
        None => Arc::clone(values),
    }
}

fn read_texts(values: &ArrayRef, column_type: ColumnType) -> ReadColumn {
    // A list or struct has no text, so no cell of it can be read.
    let texts = cast(values, &DataType::Utf8).ok();
    let texts = texts.as_ref().and_then(|texts| texts.as_string_opt::<i32>());
    let mut column = ColumnBuilder::new(column_type);
    for row in 0..values.len() {
        match texts.filter(|texts| texts.is_valid(row)) {
            _ if values.is_null(row) => column.append_null(),
            Some(texts) => column.append(texts.value(row).as_bytes()),
            None => column.append_unreadable(),
        }
    }
    column.finish()
}

#[cfg(test)]
mod tests {
    use arrow::array::{
        BinaryArray, Date64Array, Decimal128Array, DictionaryArray, Float64Array, Int16Array, Int32Array,
        Int64Array, LargeStringArray, ListArray, StringArray, Time64MicrosecondArray,
        TimestampMillisecondArray, TimestampNanosecondArray, UInt64Array,
    };
    use arrow::compute::kernels::cast::cast as as_type;
    use arrow::datatypes::Int32Type;

    use super::*;

    /// Reads the array as the type, and compares values (as text) and unreadable rows.
    #[track_caller]
    fn check(
        values: impl Array + 'static,
        column_type: ColumnType,
        expected: &[Option<&str>],
        unreadable: &[usize],
    ) {
        let read = read_column(&(Arc::new(values) as ArrayRef), column_type);
        assert_eq!(read.values.data_type(), &data_type(column_type));
        let texts = as_type(&read.values, &DataType::Utf8).unwrap();
        assert_eq!(texts.as_string::<i32>().iter().collect::<Vec<_>>(), expected);
        assert_eq!(read.unreadable, unreadable);
    }

    #[test]
    fn integers_of_every_physical_type() {
        let integer = ColumnType::Integer;
        check(Int16Array::from(vec![Some(1), None]), integer, &[Some("1"), None], &[]);
        check(UInt64Array::from(vec![7, u64::MAX]), integer, &[Some("7"), None], &[1]);
        check(
            Float64Array::from(vec![Some(8507.0), Some(0.5), None]),
            integer,
            &[Some("8507"), None, None],
            &[1],
        );
        let decimals = Decimal128Array::from(vec![850_700, 850_750]).with_precision_and_scale(10, 2).unwrap();
        check(decimals, integer, &[Some("8507"), None], &[1]);
        check(StringArray::from(vec!["12", "", "twelve"]), integer, &[Some("12"), None, None], &[2]);
        check(LargeStringArray::from(vec!["12"]), integer, &[Some("12")], &[]);
        let dictionary: DictionaryArray<Int32Type> = ["7", "7", "x"].into_iter().collect();
        check(dictionary, integer, &[Some("7"), Some("7"), None], &[2]);
    }

    #[test]
    fn floats_are_finite() {
        let float = ColumnType::Float;
        check(
            Float64Array::from(vec![1.5, f64::NAN, f64::INFINITY]),
            float,
            &[Some("1.5"), None, None],
            &[1, 2],
        );
        check(Int32Array::from(vec![2]), float, &[Some("2.0")], &[]);
        let decimals = Decimal128Array::from(vec![150]).with_precision_and_scale(10, 2).unwrap();
        check(decimals, float, &[Some("1.5")], &[]);
    }

    #[test]
    fn dates_from_instants_numbers_and_texts() {
        let date = ColumnType::Date;
        check(
            StringArray::from(vec!["2020-01-31 10:00:00", "31.1.2020"]),
            date,
            &[Some("2020-01-31"), None],
            &[1],
        );
        check(Int32Array::from(vec![20_200_131, 18_262]), date, &[Some("2020-01-31"), None], &[1]);
        check(TimestampNanosecondArray::from(vec![-1]), date, &[Some("1969-12-31")], &[]);
        check(Date64Array::from(vec![86_400_000]), date, &[Some("1970-01-02")], &[]);
        // PostgreSQL's `infinity`, as some exports write it.
        check(TimestampMillisecondArray::from(vec![i64::MAX]), date, &[None], &[0]);
    }

    #[test]
    fn timestamps_of_every_unit() {
        let timestamp = ColumnType::Timestamp;
        let expected = &[Some("1970-01-01T00:00:01.500")];
        check(TimestampMillisecondArray::from(vec![1_500]), timestamp, expected, &[]);
        check(TimestampNanosecondArray::from(vec![1_500_000_000]), timestamp, expected, &[]);
        check(TimestampMillisecondArray::from(vec![i64::MAX]), timestamp, &[None], &[0]);
        check(
            StringArray::from(vec!["1970-01-01T00:00:01.5", "noon"]),
            timestamp,
            &[expected[0], None],
            &[1],
        );
    }

    #[test]
    fn texts_from_anything_that_can_be_written() {
        let text = ColumnType::Text;
        check(StringArray::from(vec!["a", "", r"\N"]), text, &[Some("a"), None, None], &[]);
        check(Int64Array::from(vec![8001]), text, &[Some("8001")], &[]);
        check(Time64MicrosecondArray::from(vec![34_200_000_000]), text, &[Some("09:30:00")], &[]);
        check(BinaryArray::from_vec(vec![b"ok", b"\xff"]), text, &[Some("ok"), None], &[1]);
        let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1)]), None]);
        check(lists, ColumnType::Integer, &[None, None], &[0]);
    }
}
