//! Reading some columns, and some rows, of a table's Parquet file.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;

use arrow::array::{
    Array, ArrowPrimitiveType, AsArray, Int64Array, PrimitiveArray, RecordBatch, StringArray,
};
use arrow::datatypes::Int64Type;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::PageIndexPolicy;

/// The rows of a batch.
const BATCH_ROWS: usize = 1 << 15;

/// Why a file could not be read. What the Parquet reader says is dropped, because it may repeat
/// what the file holds.
#[derive(Debug)]
pub(crate) enum TableRowsError {
    Read(io::Error),
    Damaged,
}

/// Hands over the rows at these places, or all of them, batch by batch, with these columns.
pub(crate) fn for_each_batch(
    file: &Path,
    columns: &[&str],
    rows: Option<&[Range<usize>]>,
    mut each: impl FnMut(&RecordBatch),
) -> Result<(), TableRowsError> {
    let options = ArrowReaderOptions::new().with_offset_index_policy(match rows {
        Some(_) => PageIndexPolicy::Optional,
        None => PageIndexPolicy::Skip,
    });
    let file = File::open(file)?;
    let mut reader = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)?;
    let mask = ProjectionMask::columns(reader.parquet_schema(), columns.iter().copied());
    if let Some(rows) = rows {
        reader = reader.with_row_selection(selection(rows));
    }
    for batch in reader.with_projection(mask).with_batch_size(BATCH_ROWS).build()? {
        each(&batch.map_err(|_| TableRowsError::Damaged)?);
    }
    Ok(())
}

/// A column of integers, if the batch has it.
pub(crate) fn integers<'b>(batch: &'b RecordBatch, column: &str) -> Option<&'b Int64Array> {
    primitives::<Int64Type>(batch, column)
}

/// A column of days, numbers or the like, if the batch has it.
pub(crate) fn primitives<'b, P: ArrowPrimitiveType>(
    batch: &'b RecordBatch,
    column: &str,
) -> Option<&'b PrimitiveArray<P>> {
    batch.column_by_name(column)?.as_primitive_opt::<P>()
}

/// A column of texts, if the batch has it.
pub(crate) fn texts<'b>(batch: &'b RecordBatch, column: &str) -> Option<&'b StringArray> {
    batch.column_by_name(column)?.as_string_opt::<i32>()
}

/// An integer, if it is known.
pub(crate) fn integer(column: Option<&Int64Array>, row: usize) -> Option<i64> {
    column.filter(|column| column.is_valid(row)).map(|column| column.value(row))
}

/// A text, if it is known.
pub(crate) fn text(column: Option<&StringArray>, row: usize) -> Option<&str> {
    column.filter(|column| column.is_valid(row)).map(|column| column.value(row))
}

/// These rows, which ascend, and no others.
fn selection(rows: &[Range<usize>]) -> RowSelection {
    let mut selectors = Vec::new();
    let mut next = 0;
    for rows in rows {
        selectors.push(RowSelector::skip(rows.start.saturating_sub(next)));
        selectors.push(RowSelector::select(rows.len()));
        next = rows.end;
    }
    RowSelection::from(selectors)
}

impl From<io::Error> for TableRowsError {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

impl From<ParquetError> for TableRowsError {
    fn from(error: ParquetError) -> Self {
        match error {
            ParquetError::External(error) => {
                error.downcast::<io::Error>().map_or(Self::Damaged, |error| Self::Read(*error))
            }
            _ => Self::Damaged,
        }
    }
}
