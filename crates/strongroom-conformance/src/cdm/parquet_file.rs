use std::error::Error;
use std::fs::File;
use std::io;
use std::path::Path;

use arrow::error::ArrowError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;

use super::error::CdmError;
use super::table_data::{Batch, TableData};
use super::values::Values;

const ROWS: usize = 1 << 16;

/// Reads a Parquet file to the end of the table.
pub(super) fn read(path: &Path, data: &mut TableData) -> Result<(), CdmError> {
    let file = File::open(path).map_err(CdmError::reading(path))?;
    // The Arrow schema that some writers embed adds only physical types (dictionaries, views).
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)
        .map_err(|error| parquet_error(path, error))?;
    let positions = {
        let names: Vec<_> = builder.schema().fields().iter().map(|field| field.name().as_str()).collect();
        data.positions(&names)?
    };
    // A batch has the columns that were asked for, in the order of the file.
    let mut read: Vec<usize> = positions.iter().flatten().copied().collect();
    read.sort_unstable();
    read.dedup();
    let mask = ProjectionMask::roots(builder.parquet_schema(), read.iter().copied());
    let batches = builder
        .with_projection(mask)
        .with_batch_size(ROWS)
        .build()
        .map_err(|error| parquet_error(path, error))?;
    for batch in batches {
        let batch = batch.map_err(|error| arrow_error(path, error))?;
        let mut columns = Vec::with_capacity(positions.len());
        for (index, (position, wanted)) in positions.iter().zip(data.wanted()).enumerate() {
            let array = position.and_then(|position| {
                let place = read.binary_search(&position).ok()?;
                batch.columns().get(place)
            });
            columns.push(match array {
                None => Values::Missing,
                Some(array) => Values::of(array, wanted.cell_type)
                    .map_err(|row| data.unreadable(index, data.len() + row + 1))?,
            });
        }
        data.push(Batch { rows: batch.num_rows(), columns });
    }
    Ok(())
}

/// The reader's own messages are dropped, because they may repeat what the file holds.
fn parquet_error(path: &Path, error: ParquetError) -> CdmError {
    match error {
        ParquetError::External(error) => external_error(path, error),
        _ => CdmError::NotParquet { path: path.display().to_string() },
    }
}

fn arrow_error(path: &Path, error: ArrowError) -> CdmError {
    match error {
        ArrowError::ExternalError(error) => external_error(path, error),
        ArrowError::IoError(_, source) => CdmError::reading(path)(source),
        _ => CdmError::NotParquet { path: path.display().to_string() },
    }
}

fn external_error(path: &Path, error: Box<dyn Error + Send + Sync>) -> CdmError {
    match error.downcast::<io::Error>() {
        Ok(source) => CdmError::reading(path)(*source),
        Err(_) => CdmError::NotParquet { path: path.display().to_string() },
    }
}
