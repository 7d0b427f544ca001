use chrono::NaiveDate;
use strongroom_omop::Table;

use super::error::CdmError;
use super::source::{Source, TableFiles};
use super::values::{CellType, Values};
use super::{csv_file, parquet_file};

/// A column to be read: its name in the CDM 5.4, or that of a known extension.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) name: &'static str,
    pub(super) cell_type: CellType,
}

/// The wanted columns of one table.
#[derive(Debug)]
pub(super) struct TableData {
    pub(super) table: &'static Table,
    wanted: Vec<Wanted>,
    batches: Vec<Batch>,
}

/// Some rows of a table that follow each other.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) rows: usize,
    /// As many as are wanted, in their order.
    pub(super) columns: Vec<Values>,
}

/// One row of a batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) data: &'a TableData,
    batch: &'a Batch,
    row: usize,
    /// From 1, within the table.
    pub(super) number: usize,
}

impl Wanted {
    pub(super) const fn integer(name: &'static str) -> Self {
        Self { name, cell_type: CellType::Integer }
    }

    pub(super) const fn date(name: &'static str) -> Self {
        Self { name, cell_type: CellType::Date }
    }

    pub(super) const fn text(name: &'static str) -> Self {
        Self { name, cell_type: CellType::Text }
    }
}

impl TableData {
    /// Reads these columns of a table; nothing where the folder does not have it.
    pub(super) fn read(
        source: &Source,
        table: &'static str,
        wanted: Vec<Wanted>,
    ) -> Result<Option<Self>, CdmError> {
        let table = Table::named(table).ok_or(CdmError::MissingTable { table })?;
        let Some(files) = source.files(table)? else {
            return Ok(None);
        };
        let mut data = Self { table, wanted, batches: Vec::new() };
        match files {
            TableFiles::Csv(path) => csv_file::read(path, &mut data)?,
            TableFiles::Parquet(parts) => {
                for part in parts {
                    parquet_file::read(part, &mut data)?;
                }
            }
        }
        Ok(Some(data))
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let rows = self.batches.iter().flat_map(|batch| (0..batch.rows).map(move |row| (batch, row)));
        rows.zip(1..).map(|((batch, row), number)| Row { data: self, batch, row, number })
    }

    /// How many rows have been read.
    pub(super) fn len(&self) -> usize {
        self.batches.iter().map(|batch| batch.rows).sum()
    }

    pub(super) fn push(&mut self, batch: Batch) {
        self.batches.push(batch);
    }

    pub(super) fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }

    /// Whether a column was found in any file.
    pub(super) fn has(&self, column: usize) -> bool {
        self.batches.iter().any(|batch| !matches!(batch.columns.get(column), None | Some(Values::Missing)))
    }

    /// For each wanted column its position among these names of a file.
    pub(super) fn positions(&self, names: &[&str]) -> Result<Vec<Option<usize>>, CdmError> {
        self.wanted.iter().map(|wanted| position(self.table, wanted.name, names)).collect()
    }

    pub(super) fn unreadable(&self, column: usize, row: usize) -> CdmError {
        let (name, expected) = match self.wanted.get(column) {
            Some(wanted) => (wanted.name, wanted.cell_type.expected()),
            None => ("", ""),
        };
        CdmError::Unreadable { table: self.table.name(), column: name, row, expected }
    }
}

impl<'a> Row<'a> {
    /// A whole number of the column at this position among the wanted ones.
    pub(super) fn integer(&self, column: usize) -> Option<i64> {
        self.values(column)?.integer(self.row)
    }

    /// A key: an integer that must be there.
    pub(super) fn key(&self, column: usize) -> Result<i64, CdmError> {
        self.integer(column).ok_or_else(|| CdmError::EmptyKey {
            table: self.data.table.name(),
            column: self.data.wanted.get(column).map_or("", |wanted| wanted.name),
            row: self.number,
        })
    }

    pub(super) fn text(&self, column: usize) -> Option<&'a str> {
        self.values(column)?.text(self.row)
    }

    /// A number that is finite.
    pub(super) fn float(&self, column: usize) -> Option<f64> {
        self.values(column)?.float(self.row)
    }

    pub(super) fn date(&self, column: usize) -> Option<NaiveDate> {
        self.values(column)?.date(self.row)
    }

    fn values(&self, column: usize) -> Option<&'a Values> {
        self.batch.columns.get(column)
    }
}

fn position(table: &'static Table, name: &'static str, names: &[&str]) -> Result<Option<usize>, CdmError> {
    let column = table.column(name);
    let is_named = |header: &str| match column {
        Some(column) => column.is_named(header),
        None => header.trim().eq_ignore_ascii_case(name),
    };
    let mut found = names.iter().enumerate().filter(|(_, header)| is_named(header)).map(|(index, _)| index);
    let first = found.next();
    if found.next().is_some() {
        return Err(CdmError::ColumnTwice { table: table.name(), column: name });
    }
    match (first, column) {
        (None, Some(column)) if column.is_required() => {
            Err(CdmError::MissingColumn { table: table.name(), column: name })
        }
        _ => Ok(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions(names: &str) -> Result<Vec<Option<usize>>, String> {
        let table = Table::named("visit_occurrence").unwrap();
        let wanted = ["visit_occurrence_id", "admitted_from_concept_id", "care_site_id"].map(Wanted::integer);
        let data = TableData { table, wanted: wanted.to_vec(), batches: Vec::new() };
        data.positions(&names.split(',').collect::<Vec<_>>()).map_err(|error| error.to_string())
    }

    #[test]
    fn columns_are_found_by_either_name_in_any_case_and_order() {
        assert_eq!(
            positions("CARE_SITE_ID,x, Admitting_Source_Concept_Id ,visit_occurrence_id"),
            Ok(vec![Some(3), Some(2), Some(0)])
        );
        assert_eq!(positions("visit_occurrence_id"), Ok(vec![Some(0), None, None]));
    }

    #[test]
    fn what_is_wrong_with_a_header_is_said() {
        assert_eq!(
            positions("person_id").unwrap_err(),
            "the table `visit_occurrence` has no column `visit_occurrence_id`; add it, or rename the one that \
             holds it"
        );
        assert_eq!(
            positions("visit_occurrence_id,admitted_from_concept_id,ADMITTING_SOURCE_CONCEPT_ID")
                .unwrap_err(),
            "the table `visit_occurrence` has the column `admitted_from_concept_id` twice; remove or rename one \
             of them"
        );
    }
}
