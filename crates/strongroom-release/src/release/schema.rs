use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use strongroom_omop::{ColumnType, Table};

/// The schema in which a release stores a table: all columns of the CDM 5.4, in its order, those
/// that it cannot do without marked as never null.
#[must_use]
pub fn table_schema(table: &Table) -> SchemaRef {
    let fields = table
        .columns()
        .iter()
        .map(|column| Field::new(column.name(), data_type(column.column_type()), !column.is_required()));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The Arrow type that holds a column of this type.
pub(crate) fn data_type(column_type: ColumnType) -> DataType {
    match column_type {
        ColumnType::Integer => DataType::Int64,
        ColumnType::Float => DataType::Float64,
        ColumnType::Date => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
        ColumnType::Text => DataType::Utf8,
    }
}
