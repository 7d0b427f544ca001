use std::path::Path;

use arrow::array::RecordBatch;
use strongroom_omop::Table;

use super::error::BuildError;
use super::event_index::write;
use crate::release::{FilePath, ReleaseFile, TableName};
use crate::table_rows::{self, TableRowsError, integer, integers, text, texts};
use crate::vocabulary::{ConceptRow, VocabularyWriter};

/// The relationship from a source concept to its standard concept.
const MAPS_TO: &str = "Maps to";

/// Writes the vocabulary of a release whose tables that are not about people are complete, and so
/// in the order of their columns.
pub(super) fn write_vocabulary(release: &Path) -> Result<ReleaseFile, BuildError> {
    let mut writer = VocabularyWriter::default();
    let columns = ["concept_id", "standard_concept", "invalid_reason", "vocabulary_id", "concept_code"];
    for_each_batch(release, "concept", &columns, |batch| {
        let ids = integers(batch, "concept_id");
        let others = ["standard_concept", "invalid_reason", "vocabulary_id", "concept_code"];
        let others = others.map(|column| texts(batch, column));
        for row in 0..batch.num_rows() {
            let [standard, invalid_reason, vocabulary, code] = others.map(|column| text(column, row));
            if let Some(id) = integer(ids, row) {
                writer.concept(ConceptRow { id, standard, invalid_reason, vocabulary, code });
            }
        }
    })?;
    for_each_batch(release, "concept_ancestor", &["ancestor_concept_id"], |batch| {
        let ancestors = integers(batch, "ancestor_concept_id");
        (0..batch.num_rows()).filter_map(|row| integer(ancestors, row)).for_each(|id| writer.below(id));
    })?;
    let columns = ["concept_id_1", "concept_id_2", "relationship_id", "invalid_reason"];
    for_each_batch(release, "concept_relationship", &columns, |batch| {
        let (sources, standards) = (integers(batch, "concept_id_1"), integers(batch, "concept_id_2"));
        let (relations, reasons) = (texts(batch, "relationship_id"), texts(batch, "invalid_reason"));
        for row in 0..batch.num_rows() {
            let valid = text(reasons, row).is_none_or(str::is_empty);
            if valid
                && text(relations, row) == Some(MAPS_TO)
                && let Some((source, standard)) = integer(sources, row).zip(integer(standards, row))
            {
                writer.mapped(standard, source);
            }
        }
    })?;
    let (rows, sections) = writer.finish();
    write(&sections, release, FilePath::Vocabulary, rows)
}

/// Hands over the rows of a table of the release that is not about people, if it has it.
pub(super) fn for_each_batch(
    release: &Path,
    table: &str,
    columns: &[&str],
    each: impl FnMut(&RecordBatch),
) -> Result<(), BuildError> {
    let Some(table) = Table::named(table) else { return Ok(()) };
    let path = FilePath::Table(TableName::new(table)).to_string();
    match table_rows::for_each_batch(&release.join(&path), columns, None, each) {
        Err(TableRowsError::Read(error)) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(TableRowsError::Read(error)) => Err(BuildError::writing(path)(error)),
        Err(TableRowsError::Damaged) => Err(BuildError::Encode { path }),
        Ok(()) => Ok(()),
    }
}
