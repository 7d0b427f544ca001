use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Builder, Float64Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder,
    new_null_array,
};
use strongroom_omop::ColumnType;

use super::cell;
use crate::release::data_type;

/// A column as it was read: what could not be read is null, and noted.
#[derive(Debug, Clone)]
pub(super) struct ReadColumn {
    /// The values, in the Arrow type of the column.
    pub(super) values: ArrayRef,
    /// The rows whose cell holds something else than the column's type, in ascending order.
    pub(super) unreadable: Vec<usize>,
}

impl ReadColumn {
    /// The column of a source that does not have it.
    pub(super) fn missing(column_type: ColumnType, rows: usize) -> Self {
        Self { values: new_null_array(&data_type(column_type), rows), unreadable: Vec::new() }
    }
}

/// Reads cells of text into one column.
#[derive(Debug)]
pub(super) struct ColumnBuilder {
    values: Values,
    rows: usize,
    unreadable: Vec<usize>,
}

#[derive(Debug)]
enum Values {
    Integer(Int64Builder),
    Float(Float64Builder),
    Date(Date32Builder),
    Timestamp(TimestampMicrosecondBuilder),
    Text(StringBuilder),
}

impl ColumnBuilder {
    pub(super) fn new(column_type: ColumnType) -> Self {
        Self {
            values: match column_type {
                ColumnType::Integer => Values::Integer(Int64Builder::new()),
                ColumnType::Float => Values::Float(Float64Builder::new()),
                ColumnType::Date => Values::Date(Date32Builder::new()),
                ColumnType::Timestamp => Values::Timestamp(TimestampMicrosecondBuilder::new()),
                ColumnType::Text => Values::Text(StringBuilder::new()),
            },
            rows: 0,
            unreadable: Vec::new(),
        }
    }

    /// Reads the cell of the next row.
    pub(super) fn append(&mut self, cell: &[u8]) {
        let null = match self.values {
            Values::Text(_) => cell::is_null(cell),
            _ => cell::is_blank(cell),
        };
        if null {
            self.append_null();
            return;
        }
        let readable = match &mut self.values {
            Values::Integer(values) => append(cell::integer(cell), |value| values.append_option(value)),
            Values::Float(values) => append(cell::float(cell), |value| values.append_option(value)),
            Values::Date(values) => append(cell::moment(cell), |value| {
                values.append_option(value.map(|moment| moment.day));
            }),
            Values::Timestamp(values) => append(cell::moment(cell), |value| {
                values.append_option(value.map(|moment| moment.microseconds));
            }),
            Values::Text(values) => append(cell::text(cell), |value| values.append_option(value)),
        };
        if !readable {
            self.unreadable.push(self.rows);
        }
        self.rows += 1;
    }

    /// Leaves the cell of the next row empty.
    pub(super) fn append_null(&mut self) {
        match &mut self.values {
            Values::Integer(values) => values.append_null(),
            Values::Float(values) => values.append_null(),
            Values::Date(values) => values.append_null(),
            Values::Timestamp(values) => values.append_null(),
            Values::Text(values) => values.append_null(),
        }
        self.rows += 1;
    }

    /// Notes that the cell of the next row cannot be read.
    pub(super) fn append_unreadable(&mut self) {
        self.unreadable.push(self.rows);
        self.append_null();
    }

    /// The column so far; the next cell begins another.
    pub(super) fn finish(&mut self) -> ReadColumn {
        self.rows = 0;
        ReadColumn {
            values: match &mut self.values {
                Values::Integer(values) => Arc::new(values.finish()),
                Values::Float(values) => Arc::new(values.finish()),
                Values::Date(values) => Arc::new(values.finish()),
                Values::Timestamp(values) => Arc::new(values.finish()),
                Values::Text(values) => Arc::new(values.finish()),
            },
            unreadable: std::mem::take(&mut self.unreadable),
        }
    }
}

/// Passes the value on, and says whether there is one.
fn append<T>(value: Option<T>, to: impl FnOnce(Option<T>)) -> bool {
    let readable = value.is_some();
    to(value);
    readable
}
