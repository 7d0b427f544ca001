use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use strongroom_omop::{ColumnType, Table};

use super::cells::schema;

/// Rows that are compressed together; small enough for the row groups of all tables to be in
/// memory at once.
const ROWS_PER_GROUP: usize = 1 << 18;

/// How tables are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Parquet,
    Csv,
}

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The file of one table.
pub(super) enum TableFile {
    Parquet(Box<ArrowWriter<File>>),
    Csv(Box<csv::Writer<File>>),
}

impl TableFile {
    /// Creates `<table>.parquet` or `<table>.csv`, or empties it.
    pub(super) fn create(table: &Table, directory: &Path, format: Format) -> Result<Self> {
        let path = |extension| directory.join(table.name()).with_extension(extension);
        match format {
            Format::Parquet => {
                let file = File::create(path("parquet"))?;
                let writer = ArrowWriter::try_new(file, Arc::new(schema(table)), Some(properties(table)?))?;
                Ok(Self::Parquet(Box::new(writer)))
            }
            Format::Csv => {
                let mut writer = csv::Writer::from_path(path("csv"))?;
                writer.write_record(table.columns().iter().map(|column| column.name()))?;
                Ok(Self::Csv(Box::new(writer)))
            }
        }
    }

    pub(super) fn append(&mut self, batch: &RecordBatch) -> Result<()> {
        match self {
            Self::Parquet(writer) => Ok(writer.write(batch)?),
            Self::Csv(writer) => append_csv(writer, batch),
        }
    }

    /// Writes what is still in memory, and the end of the file.
    pub(super) fn finish(self) -> Result<()> {
        match self {
            Self::Parquet(writer) => {
                writer.close()?;
            }
            Self::Csv(mut writer) => writer.flush()?,
        }
        Ok(())
    }
}

/// Null is an empty field; no text of the data is empty.
fn append_csv(writer: &mut csv::Writer<File>, batch: &RecordBatch) -> Result<()> {
    let options = FormatOptions::new().with_null("").with_timestamp_format(Some("%Y-%m-%d %H:%M:%S"));
    let columns = batch
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column, &options))
        .collect::<std::result::Result<Vec<_>, _>>()?;
    for row in 0..batch.num_rows() {
        for column in &columns {
            writer.write_field(column.value(row).try_to_string()?)?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(())
}

fn properties(table: &Table) -> Result<WriterProperties> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(ROWS_PER_GROUP))
        .set_statistics_enabled(EnabledStatistics::Chunk);
    for column in table.columns() {
        let is_key = column.column_type() == ColumnType::Integer
            && column.name().ends_with("_id")
            && !column.name().ends_with("_concept_id");
        if is_key {
            // Keys are all different and nearly ascending: a dictionary of them is wasted work.
            properties = properties
                .set_column_dictionary_enabled(ColumnPath::from(column.name()), false)
                .set_column_encoding(ColumnPath::from(column.name()), Encoding::DELTA_BINARY_PACKED);
        }
    }
    Ok(properties.build())
}
