use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::BatchCoalescer;
use arrow::error::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use sha2::{Digest, Sha256};
use strongroom_omop::{Column, ColumnType, Table};
use strongroom_primitives::Sha256Digest;

use super::error::BuildError;
use crate::release::{TableFile, TablePath, table_schema};

const ROW_GROUP_ROWS: usize = 1 << 20;
/// Encoded bytes of a row group, about. They are held in memory until the group is complete.
const ROW_GROUP_BYTES: usize = 256 << 20;
/// Rows handed to the encoder at a time, always as many: what is written must depend on the rows
/// alone, not on how the source divided them. As a text has at most 1 MiB, it also keeps a batch
/// within what an Arrow array can hold.
const BATCH_ROWS: usize = 1024;

/// Writes the Parquet file of one table and computes its digest on the way.
pub(super) struct TableWriter {
    path: TablePath,
    writer: ArrowWriter<HashingFile>,
    batches: BatchCoalescer,
    rows: u64,
}

impl TableWriter {
    /// Begins the table's file in the folder of the release.
    pub(super) fn create(release: &Path, table: &'static Table) -> Result<Self, BuildError> {
        let path = TablePath::new(table);
        let file = File::create_new(release.join(path.to_string()))
            .map_err(BuildError::writing(path.to_string()))?;
        let schema = table_schema(table);
        let file =
            HashingFile { file: BufWriter::with_capacity(1 << 18, file), hash: Sha256::new(), bytes: 0 };
        let batches = BatchCoalescer::new(Arc::clone(&schema), BATCH_ROWS);
        let writer = ArrowWriter::try_new(file, schema, Some(properties(table)))
            .map_err(|error| parquet_error(path, error))?;
        Ok(Self { path, writer, batches, rows: 0 })
    }

    pub(super) fn write(&mut self, batch: RecordBatch) -> Result<(), BuildError> {
        self.rows += batch.num_rows() as u64;
        self.batches.push_batch(batch).map_err(|error| arrow_error(self.path, error))?;
        self.write_completed()
    }

    /// Completes the file and has the operating system put it on the disk.
    pub(super) fn finish(mut self) -> Result<TableFile, BuildError> {
        self.batches.finish_buffered_batch().map_err(|error| arrow_error(self.path, error))?;
        self.write_completed()?;
        let HashingFile { file, hash, bytes } =
            self.writer.into_inner().map_err(|error| parquet_error(self.path, error))?;
        let writing = BuildError::writing(self.path.to_string());
        let file = file.into_inner().map_err(|error| writing(error.into_error()))?;
        file.sync_all().map_err(writing)?;
        Ok(TableFile {
            path: self.path,
            sha256: Sha256Digest::from_bytes(hash.finalize().into()),
            bytes,
            rows: self.rows,
        })
    }

    fn write_completed(&mut self) -> Result<(), BuildError> {
        while let Some(batch) = self.batches.next_completed_batch() {
            self.writer.write(&batch).map_err(|error| parquet_error(self.path, error))?;
        }
        Ok(())
    }
}

fn properties(table: &Table) -> WriterProperties {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_max_row_group_bytes(Some(ROW_GROUP_BYTES));
    // Record ids are all different and mostly ascend: a dictionary of them is only work.
    let key = format!("{}_id", table.name());
    let has_key = |column: &Column| column.name() == key && column.column_type() == ColumnType::Integer;
    if !table.columns().iter().any(has_key) {
        return properties.build();
    }
    let key = ColumnPath::from(key);
    properties
        .set_column_dictionary_enabled(key.clone(), false)
        .set_column_encoding(key, Encoding::DELTA_BINARY_PACKED)
        .build()
}

/// What is wrong with the disk is told apart from what is wrong with us.
fn parquet_error(path: TablePath, error: ParquetError) -> BuildError {
    let path = path.to_string();
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(source) => BuildError::writing(path)(*source),
            Err(_) => BuildError::Encode { path },
        },
        _ => BuildError::Encode { path },
    }
}

pub(super) fn arrow_error(path: TablePath, _: ArrowError) -> BuildError {
    BuildError::Encode { path: path.to_string() }
}

struct HashingFile {
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl Write for HashingFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let length = self.file.write(buffer)?;
        self.hash.update(buffer.get(..length).unwrap_or(buffer));
        self.bytes += length as u64;
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
