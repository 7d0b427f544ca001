use std::io;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{FieldRef, Int64Type, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::writer::SerializedFileWriter;
use strongroom_omop::Table;

use super::error::BuildError;
use super::table_writer::{Encodings, HashingFile, ROW_GROUP_ROWS, parquet_error, properties};
use crate::release::{FilePath, ReleaseFile, table_schema};

/// The rows by which the encoding of a column is chosen.
const TRIAL_ROWS: usize = 1 << 17;

/// Writes a Parquet file column by column, so that only one column is in memory, and the others as
/// they are compressed.
pub(super) struct ColumnByColumn {
    path: FilePath,
    schema: SchemaRef,
    file: SerializedFileWriter<HashingFile>,
    rows: usize,
    groups: Vec<Group>,
    next: usize,
}

/// A row group.
struct Group {
    /// The columns yet to be written, last one first, each in all [`Encodings`].
    writers: Vec<[ArrowColumnWriter; 3]>,
    chunks: Vec<ArrowColumnChunk>,
}

impl ColumnByColumn {
    pub(super) fn create(
        release: &Path,
        path: FilePath,
        table: &Table,
        rows: usize,
    ) -> Result<Self, BuildError> {
        let schema = table_schema(table);
        let file = HashingFile::create(release, path)?;
        let begin = || -> ParquetResult<_> {
            let usual = properties(&schema, Encodings::Dictionary);
            let file = ArrowWriter::try_new(file, Arc::clone(&schema), Some(usual))?;
            let factories = [
                factory(&schema, Encodings::ALL[0])?,
                factory(&schema, Encodings::ALL[1])?,
                factory(&schema, Encodings::ALL[2])?,
            ];
            let groups = (0..rows.div_ceil(ROW_GROUP_ROWS)).map(|group| Group::new(group, &factories));
            Ok((file.into_serialized_writer()?.0, groups.collect::<ParquetResult<_>>()?))
        };
        let (file, groups) = begin().map_err(|error| parquet_error(path, error))?;
        Ok(Self { path, schema, file, rows, groups, next: 0 })
    }

    /// Writes the next column.
    pub(super) fn write(&mut self, values: &ArrayRef) -> Result<(), BuildError> {
        let path = self.path;
        let field = self.schema.fields().get(self.next);
        let field = field.ok_or_else(|| BuildError::Encode { path: path.to_string() })?;
        for (place, group) in self.groups.iter_mut().enumerate() {
            let begin = place * ROW_GROUP_ROWS;
            let part = values.slice(begin, ROW_GROUP_ROWS.min(self.rows - begin));
            group.write(field, &part).map_err(|error| parquet_error(path, error))?;
        }
        self.next += 1;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<ReleaseFile, BuildError> {
        let error = |error: ParquetError| parquet_error(self.path, error);
        for Group { chunks, .. } in self.groups {
            let mut group = self.file.next_row_group().map_err(error)?;
            for chunk in chunks {
                chunk.append_to_row_group(&mut group).map_err(error)?;
            }
            group.close().map_err(error)?;
        }
        self.file.into_inner().map_err(error)?.finish(self.path, self.rows as u64)
    }
}

impl Group {
    fn new(group: usize, factories: &[ArrowRowGroupWriterFactory; 3]) -> ParquetResult<Self> {
        let [one, two, three] = factories.each_ref().map(|factory| factory.create_column_writers(group));
        let writers = one?.into_iter().zip(two?).zip(three?).map(|((one, two), three)| [one, two, three]);
        Ok(Self { writers: writers.rev().collect(), chunks: Vec::new() })
    }

    fn write(&mut self, field: &FieldRef, values: &ArrayRef) -> ParquetResult<()> {
        let nothing = || ParquetError::General("more columns than the table has".to_owned());
        let writers = self.writers.pop().ok_or_else(nothing)?;
        let chosen = encodings_for(field, values)?;
        let writer = Encodings::ALL.into_iter().zip(writers).find(|(encodings, _)| *encodings == chosen);
        let (_, mut writer) = writer.ok_or_else(nothing)?;
        for leaf in compute_leaves(field, values)? {
            writer.write(&leaf)?;
        }
        self.chunks.push(writer.close()?);
        Ok(())
    }
}

/// The encodings in which the first rows of a column take fewer bytes. Ids that ascend from person
/// to person are short as differences, and their dictionary would be as long as the column.
fn encodings_for(field: &FieldRef, values: &ArrayRef) -> ParquetResult<Encodings> {
    let Some(integers) = values.as_primitive_opt::<Int64Type>() else { return Ok(Encodings::Dictionary) };
    let sample = integers.slice(0, TRIAL_ROWS.min(integers.len()));
    // Dictionaries tell a run of equal numbers once.
    let changes = sample.iter().zip(sample.iter().skip(1)).filter(|(one, next)| one != next).count();
    if changes < sample.len() / 16 {
        return Ok(Encodings::Dictionary);
    }
    let schema = Arc::new(Schema::new(vec![Arc::clone(field)]));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(sample)])?;
    let bytes = |encodings| -> ParquetResult<usize> {
        let mut writer =
            ArrowWriter::try_new(io::sink(), Arc::clone(&schema), Some(properties(&schema, encodings)))?;
        writer.write(&batch)?;
        writer.finish()?;
        Ok(writer.bytes_written())
    };
    let [dictionary, delta, byte_by_byte] = Encodings::ALL.map(bytes);
    let (dictionary, delta, byte_by_byte) = (dictionary?, delta?, byte_by_byte?);
    Ok(match dictionary.min(delta).min(byte_by_byte) {
        least if least == dictionary => Encodings::Dictionary,
        least if least == delta => Encodings::Delta,
        _ => Encodings::ByteByByte,
    })
}

/// What makes the writers of columns in these encodings.
fn factory(schema: &SchemaRef, encodings: Encodings) -> ParquetResult<ArrowRowGroupWriterFactory> {
    let writer = ArrowWriter::try_new(io::sink(), Arc::clone(schema), Some(properties(schema, encodings)))?;
    Ok(writer.into_serialized_writer()?.1)
}
