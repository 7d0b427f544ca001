use std::ops::Range;
use std::path::PathBuf;

use strongroom_cohort::{Concept, StandardConcept};
use strongroom_omop::{ConceptId, Table};

use super::source::Failure;
use crate::index::IndexError;
use crate::release::{FilePath, ReleaseError, TableName};
use crate::table_rows::{self, TableRowsError};

/// Tables of a release of which some rows are read: `concept`, whose rows stand in the order of the
/// vocabulary's keys, and `concept_ancestor`, in the order of ancestors and descendants.
#[derive(Debug)]
pub(super) struct VocabularyTables {
    folder: PathBuf,
}

impl VocabularyTables {
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Texts of some concepts, in the order of their rows, which ascend.
    pub(super) fn texts<const N: usize>(
        &self,
        rows: &[usize],
        columns: [&'static str; N],
    ) -> Result<Vec<[String; N]>, ReleaseError> {
        let rows: Vec<Range<usize>> = rows.iter().map(|row| *row..row + 1).collect();
        let mut texts = Vec::with_capacity(rows.len());
        self.for_each_batch("concept", &columns, &rows, |batch| {
            let columns = columns.map(|column| table_rows::texts(batch, column));
            texts.extend((0..batch.num_rows()).map(|row| {
                columns.map(|column| table_rows::text(column, row).unwrap_or_default().to_owned())
            }));
        })?;
        if texts.len() == rows.len() { Ok(texts) } else { Err(damaged("concept")) }
    }

    /// Hands over every concept, in the order of their rows.
    pub(super) fn concepts(&self, mut each: impl FnMut(ConceptId, Concept)) -> Result<(), ReleaseError> {
        const ID: &str = "concept_id";
        const TEXTS: [&str; 6] = [
            "concept_name",
            "domain_id",
            "vocabulary_id",
            "concept_code",
            "standard_concept",
            "invalid_reason",
        ];
        let columns: Vec<_> = [ID].into_iter().chain(TEXTS).collect();
        self.read("concept", &columns, None, |batch| {
            let ids = table_rows::integers(batch, ID);
            let texts = TEXTS.map(|column| table_rows::texts(batch, column));
            for row in 0..batch.num_rows() {
                let [name, domain, vocabulary, code, standard, invalid] =
                    texts.map(|column| table_rows::text(column, row));
                let Some(id) = table_rows::integer(ids, row) else { continue };
                let mut concept = Concept::new(match standard {
                    Some("S") => StandardConcept::Standard,
                    Some("C") => StandardConcept::Classification,
                    _ => StandardConcept::NonStandard,
                });
                concept.valid = invalid.is_none_or(str::is_empty);
                concept.name = name.map(str::to_owned);
                concept.domain = domain.map(str::to_owned);
                if let (Some(vocabulary), Some(code)) = (vocabulary, code) {
                    concept = concept.coded(vocabulary, code);
                }
                each(ConceptId::new(id), concept);
            }
        })
    }

    /// The descendants in some rows, which ascend.
    pub(super) fn descendants(&self, rows: &[Range<usize>]) -> Result<Vec<i64>, ReleaseError> {
        const COLUMN: &str = "descendant_concept_id";
        let mut descendants = Vec::new();
        self.for_each_batch("concept_ancestor", &[COLUMN], rows, |batch| {
            let column = table_rows::integers(batch, COLUMN);
            descendants.extend((0..batch.num_rows()).filter_map(|row| table_rows::integer(column, row)));
        })?;
        let wanted: usize = rows.iter().map(ExactSizeIterator::len).sum();
        if descendants.len() == wanted { Ok(descendants) } else { Err(damaged("concept_ancestor")) }
    }

    fn for_each_batch(
        &self,
        table: &str,
        columns: &[&str],
        rows: &[Range<usize>],
        each: impl FnMut(&arrow::array::RecordBatch),
    ) -> Result<(), ReleaseError> {
        if rows.is_empty() { Ok(()) } else { self.read(table, columns, Some(rows), each) }
    }

    fn read(
        &self,
        table: &str,
        columns: &[&str],
        rows: Option<&[Range<usize>]>,
        each: impl FnMut(&arrow::array::RecordBatch),
    ) -> Result<(), ReleaseError> {
        let Some(path) = path(table) else { return Ok(()) };
        let file = self.folder.join(path.to_string());
        table_rows::for_each_batch(&file, columns, rows, each).map_err(|error| match error {
            TableRowsError::Read(error) => Failure::Read(error).of(path),
            TableRowsError::Damaged => damaged(path.table().map_or("", |table| table.name())),
        })
    }
}

fn path(table: &str) -> Option<FilePath> {
    Table::named(table).map(|table| FilePath::Table(TableName::new(table)))
}

fn damaged(table: &'static str) -> ReleaseError {
    Failure::Damaged(IndexError::Damaged(table)).of(path(table).unwrap_or(FilePath::Vocabulary))
}
