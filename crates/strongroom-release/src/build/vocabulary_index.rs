use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use strongroom_omop::Table;

use super::error::BuildError;
use super::event_index::write;
use crate::release::{FilePath, ReleaseFile, TableName};
use crate::vocabulary::{ConceptRow, sections};

/// The relationship from a source concept to its standard concept.
const MAPS_TO: &str = "Maps to";

/// Writes the vocabulary of a release whose tables that are not about people are complete.
pub(super) fn write_vocabulary(release: &Path) -> Result<ReleaseFile, BuildError> {
    let mut concepts = BTreeMap::new();
    let columns =
        ["concept_id", "standard_concept", "invalid_reason", "concept_name", "vocabulary_id", "concept_code"];
    for_each_batch(release, "concept", columns, |batch| {
        for row in 0..batch.num_rows() {
            if let Some(id) = integer(batch, "concept_id", row) {
                let text = |column| text(batch, column, row).map(str::to_owned);
                let concept = ConceptRow {
                    standard: text("standard_concept"),
                    invalid_reason: text("invalid_reason"),
                    name: text("concept_name"),
                    vocabulary: text("vocabulary_id"),
                    code: text("concept_code"),
                };
                concepts.insert(id, concept);
            }
        }
    })?;
    let mut below = Vec::new();
    let columns = ["ancestor_concept_id", "descendant_concept_id"];
    for_each_batch(release, "concept_ancestor", columns, |batch| {
        let pairs = (0..batch.num_rows()).filter_map(|row| {
            Some((integer(batch, "ancestor_concept_id", row)?, integer(batch, "descendant_concept_id", row)?))
        });
        below.extend(pairs);
    })?;
    let mut mapped = Vec::new();
    let columns = ["concept_id_1", "concept_id_2", "relationship_id", "invalid_reason"];
    for_each_batch(release, "concept_relationship", columns, |batch| {
        let pairs = (0..batch.num_rows()).filter_map(|row| {
            let valid = text(batch, "invalid_reason", row).is_none_or(str::is_empty);
            let maps = valid && text(batch, "relationship_id", row) == Some(MAPS_TO);
            let pair = (integer(batch, "concept_id_2", row)?, integer(batch, "concept_id_1", row)?);
            maps.then_some(pair)
        });
        mapped.extend(pairs);
    })?;
    below.sort_unstable();
    below.dedup();
    mapped.sort_unstable();
    mapped.dedup();
    let rows = concepts.len() as u64;
    write(&sections(&concepts, &below, &mapped), release, FilePath::Vocabulary, rows)
}

fn for_each_batch<const N: usize>(
    release: &Path,
    table: &str,
    columns: [&str; N],
    mut each: impl FnMut(&RecordBatch),
) -> Result<(), BuildError> {
    let Some(table) = Table::named(table) else { return Ok(()) };
    let path = FilePath::Table(TableName::new(table)).to_string();
    let file = release.join(&path);
    if !file.exists() {
        return Ok(());
    }
    let encode = || BuildError::Encode { path: path.clone() };
    let file = File::open(file).map_err(BuildError::writing(path.clone()))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|_| encode())?;
    let mask = ProjectionMask::columns(reader.parquet_schema(), columns);
    for batch in reader.with_projection(mask).with_batch_size(8192).build().map_err(|_| encode())? {
        each(&batch.map_err(|_| encode())?);
    }
    Ok(())
}

fn integer(batch: &RecordBatch, column: &str, row: usize) -> Option<i64> {
    let values = batch.column_by_name(column)?.as_primitive_opt::<Int64Type>()?;
    values.is_valid(row).then(|| values.value(row))
}

fn text<'b>(batch: &'b RecordBatch, column: &str, row: usize) -> Option<&'b str> {
    let values = batch.column_by_name(column)?.as_string_opt::<i32>()?;
    values.is_valid(row).then(|| values.value(row))
}
