use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringBuilder, TimestampMicrosecondArray,
    new_null_array,
};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::error::ArrowError;
use chrono::{NaiveDate, NaiveDateTime};
use strongroom_omop::{Column, ColumnType, ConceptId, Table};

/// Which field of a row stands in a column; null where it gives none.
pub(super) enum Cell<Row> {
    Integer(fn(&Row) -> Option<i64>),
    Concept(fn(&Row) -> Option<ConceptId>),
    Float(fn(&Row) -> Option<f64>),
    Date(fn(&Row) -> Option<NaiveDate>),
    Timestamp(fn(&Row) -> Option<NaiveDateTime>),
    Text(for<'a> fn(&'a Row) -> Option<Cow<'a, str>>),
}

impl<Row> Cell<Row> {
    fn array<'a>(&self, rows: impl ExactSizeIterator<Item = &'a Row>) -> ArrayRef
    where
        Row: 'a,
    {
        match *self {
            Self::Integer(cell) => Arc::new(rows.map(cell).collect::<Int64Array>()),
            Self::Concept(cell) => {
                Arc::new(rows.map(|row| cell(row).map(ConceptId::value)).collect::<Int64Array>())
            }
            Self::Float(cell) => Arc::new(rows.map(cell).collect::<Float64Array>()),
            Self::Date(cell) => {
                Arc::new(rows.map(|row| cell(row).map(|date| date.to_epoch_days())).collect::<Date32Array>())
            }
            Self::Timestamp(cell) => Arc::new(
                rows.map(|row| cell(row).map(|at| at.and_utc().timestamp_micros()))
                    .collect::<TimestampMicrosecondArray>(),
            ),
            Self::Text(cell) => {
                let mut texts = StringBuilder::new();
                rows.for_each(|row| texts.append_option(cell(row)));
                Arc::new(texts.finish())
            }
        }
    }
}

/// The columns of a table that the synthetic data fills, by name; the others are null.
pub(super) type Cells<Row> = [(&'static str, Cell<Row>)];

/// The rows as a batch with all columns of the table.
pub(super) fn batch<Row>(
    table: &'static Table,
    cells: &Cells<Row>,
    rows: &[&Row],
) -> Result<RecordBatch, ArrowError> {
    let arrays =
        table.columns().iter().map(|column| match cells.iter().find(|(name, _)| *name == column.name()) {
            Some((_, cell)) => cell.array(rows.iter().copied()),
            None => new_null_array(&data_type(column), rows.len()),
        });
    RecordBatch::try_new(Arc::new(schema(table)), arrays.collect())
}

/// All columns in the order of the CDM; only the required ones promise to have no nulls.
pub(super) fn schema(table: &Table) -> Schema {
    let field = |column: &Column| Field::new(column.name(), data_type(column), !column.is_required());
    Schema::new(table.columns().iter().map(field).collect::<Vec<_>>())
}

fn data_type(column: &Column) -> DataType {
    match column.column_type() {
        ColumnType::Integer => DataType::Int64,
        ColumnType::Float => DataType::Float64,
        ColumnType::Date => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
        ColumnType::Text => DataType::Utf8,
    }
}
