use std::fs::File;
use std::io;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use strongroom_omop::Table;

use super::chunk::{Chunk, ROWS};
use super::column_builder::ReadColumn;
use super::column_cast::read_column;
use super::error::BuildError;
use super::header::Header;
use super::source::SourceFile;

/// The bytes of a chunk, about; long texts make it end before [`ROWS`] rows.
const CHUNK_BYTES: u64 = 8 << 20;

/// Reads one or more Parquet files as one table.
#[derive(Debug)]
pub(super) struct ParquetSource {
    table: &'static Table,
    parts: std::vec::IntoIter<SourceFile>,
    part: Option<Part>,
    /// Rows of the parts behind and of this part so far.
    rows: u64,
    /// Bytes of the parts behind.
    bytes: u64,
}

#[derive(Debug)]
struct Part {
    file: SourceFile,
    reader: ParquetRecordBatchReader,
    header: Header,
    rows: u64,
    rows_read: u64,
}

impl ParquetSource {
    pub(super) fn new(table: &'static Table, parts: Vec<SourceFile>) -> Self {
        Self { table, parts: parts.into_iter(), part: None, rows: 0, bytes: 0 }
    }

    /// Reads the names of a part's columns, and nothing else.
    pub(super) fn header(table: &'static Table, part: &SourceFile) -> Result<Header, BuildError> {
        open(table, part).map(|(_, header)| header)
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>, BuildError> {
        loop {
            let part = match &mut self.part {
                Some(part) => part,
                None => match self.parts.next() {
                    Some(file) => self.part.insert(Part::begin(self.table, file)?),
                    None => return Ok(None),
                },
            };
            if let Some(batch) = part.reader.next() {
                let batch = batch.map_err(|error| arrow_error(&part.file, error))?;
                let first = self.rows + 1;
                self.rows += batch.num_rows() as u64;
                part.rows_read += batch.num_rows() as u64;
                return Ok(Some(Chunk {
                    columns: part.columns(self.table, &batch),
                    places: (first..=self.rows).collect(),
                    ragged: Vec::new(),
                    bytes: self.bytes + part.bytes_read(),
                }));
            }
            self.bytes += part.file.bytes;
            self.part = None;
        }
    }
}

impl Iterator for ParquetSource {
    type Item = Result<Chunk, BuildError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_chunk().transpose()
    }
}

impl Part {
    fn begin(table: &'static Table, file: SourceFile) -> Result<Self, BuildError> {
        let (builder, header) = open(table, &file)?;
        let known = header.positions().iter().enumerate();
        let roots = known.filter(|(_, position)| position.is_some()).map(|(root, _)| root);
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        let rows_per_chunk = rows_per_chunk(builder.metadata());
        let reader = builder
            .with_projection(mask)
            .with_batch_size(rows_per_chunk)
            .build()
            .map_err(|error| parquet_error(&file, error))?;
        Ok(Self { file, reader, header, rows, rows_read: 0 })
    }

    /// The columns of the table, from a batch that holds those of the file that the table has, in
    /// the order of the file.
    fn columns(&self, table: &'static Table, batch: &RecordBatch) -> Vec<ReadColumn> {
        let known: Vec<_> = self.header.positions().iter().flatten().copied().collect();
        let columns = table.columns().iter().enumerate();
        columns
            .map(|(position, column)| {
                let found = known.iter().zip(batch.columns()).find(|(known, _)| **known == position);
                match found {
                    Some((_, values)) => read_column(values, column.column_type()),
                    None => ReadColumn::missing(column.column_type(), batch.num_rows()),
                }
            })
            .collect()
    }

    /// The share of the file's bytes that corresponds to the rows read.
    fn bytes_read(&self) -> u64 {
        let share = u128::from(self.file.bytes) * u128::from(self.rows_read) / u128::from(self.rows.max(1));
        u64::try_from(share).unwrap_or(self.file.bytes)
    }
}

fn open(
    table: &'static Table,
    part: &SourceFile,
) -> Result<(ParquetRecordBatchReaderBuilder<File>, Header), BuildError> {
    let file = File::open(&part.path).map_err(BuildError::reading(&part.shown))?;
    // The Arrow schema that some writers embed adds only physical types (dictionaries, views).
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)
        .map_err(|error| parquet_error(part, error))?;
    let names = builder.schema().fields().iter().map(|field| field.name().as_str());
    let header = Header::read(table, &part.shown, names)?;
    Ok((builder, header))
}

fn rows_per_chunk(metadata: &ParquetMetaData) -> usize {
    let bytes_per_row = metadata.row_groups().iter().filter_map(|group| {
        let bytes = u64::try_from(group.total_byte_size()).ok()?;
        bytes.checked_div(u64::try_from(group.num_rows()).ok()?)
    });
    let rows = CHUNK_BYTES / bytes_per_row.max().unwrap_or(0).max(1);
    usize::try_from(rows).unwrap_or(ROWS).clamp(1, ROWS)
}

/// What went wrong with the disk is told apart from what is wrong with the file. The messages of
/// the Parquet reader are dropped, because they may repeat what the file holds.
fn parquet_error(part: &SourceFile, error: ParquetError) -> BuildError {
    match error {
        ParquetError::External(error) => external_error(part, error),
        _ => not_parquet(part),
    }
}

fn arrow_error(part: &SourceFile, error: ArrowError) -> BuildError {
    match error {
        ArrowError::ExternalError(error) => external_error(part, error),
        ArrowError::IoError(_, source) => BuildError::reading(&part.shown)(source),
        _ => not_parquet(part),
    }
}

fn external_error(part: &SourceFile, error: Box<dyn std::error::Error + Send + Sync>) -> BuildError {
    match error.downcast::<io::Error>() {
        Ok(source) => BuildError::reading(&part.shown)(*source),
        Err(_) => not_parquet(part),
    }
}

fn not_parquet(part: &SourceFile) -> BuildError {
    BuildError::NotParquet { path: part.shown.clone() }
}
