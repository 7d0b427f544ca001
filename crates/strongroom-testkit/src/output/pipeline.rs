use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use arrow::array::RecordBatch;
use strongroom_omop::Table;

use super::clinical::ClinicalTable;
use super::error::SynthesisError;
use super::file::{Format, TableFile};
use super::reference::ReferenceTable;
use super::summary::Summary;
use crate::person::Person;

/// People that are invented, encoded and forgotten together: what bounds the memory.
const PEOPLE_PER_BATCH: usize = 1_000;

/// Two threads write, each its own tables, so that the order of rows never depends on which of
/// them is faster. Measurements alone are nearly half of the work.
const WRITERS: [&[ClinicalTable]; 2] = [
    &[
        ClinicalTable::Person,
        ClinicalTable::ObservationPeriod,
        ClinicalTable::Measurement,
        ClinicalTable::Death,
    ],
    &[
        ClinicalTable::VisitOccurrence,
        ClinicalTable::ConditionOccurrence,
        ClinicalTable::DrugExposure,
        ClinicalTable::ProcedureOccurrence,
        ClinicalTable::Observation,
    ],
];

type Rows = BTreeMap<&'static str, u64>;

/// Writes every table into the directory, batch by batch.
pub(crate) fn write(
    mut people: impl Iterator<Item = Person>,
    directory: &Path,
    format: Format,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary, SynthesisError> {
    fs::create_dir_all(directory).map_err(|source| SynthesisError::Directory { source })?;
    let mut rows = write_reference_tables(directory, format)?;

    thread::scope(|scope| {
        let mut senders = Vec::new();
        let mut writers = Vec::new();
        for tables in WRITERS {
            let (sender, receiver) = sync_channel(1);
            let writer = thread::Builder::new()
                .spawn_scoped(scope, move || write_clinical_tables(tables, directory, format, &receiver))
                .map_err(|source| SynthesisError::Thread { source })?;
            senders.push(sender);
            writers.push(writer);
        }

        let mut done = 0;
        loop {
            let batch: Arc<[Person]> = people.by_ref().take(PEOPLE_PER_BATCH).collect();
            if batch.is_empty() {
                break;
            }
            done += batch.len() as u64;
            // A writer that no longer receives has failed; joining it says why.
            if senders.iter().any(|sender| sender.send(Arc::clone(&batch)).is_err()) {
                break;
            }
            progress(done);
        }
        drop(senders);

        for writer in writers {
            match writer.join() {
                Ok(written) => rows.append(&mut written?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(Summary::new(rows))
    })
}

fn write_reference_tables(directory: &Path, format: Format) -> Result<Rows, SynthesisError> {
    let mut rows = Rows::new();
    for reference in ReferenceTable::ALL {
        let mut output = Output::create(reference.name(), directory, format)?;
        output.append(|table| reference.batch(table))?;
        output.finish(&mut rows)?;
    }
    Ok(rows)
}

fn write_clinical_tables(
    tables: &[ClinicalTable],
    directory: &Path,
    format: Format,
    batches: &Receiver<Arc<[Person]>>,
) -> Result<Rows, SynthesisError> {
    let mut outputs = Vec::new();
    for &table in tables {
        outputs.push((table, Output::create(table.name(), directory, format)?));
    }
    for people in batches {
        for (clinical, output) in &mut outputs {
            output.append(|table| clinical.batch(table, &people))?;
        }
    }
    let mut rows = Rows::new();
    for (_, output) in outputs {
        output.finish(&mut rows)?;
    }
    Ok(rows)
}

/// A table on its way into its file.
struct Output {
    table: &'static Table,
    file: TableFile,
    rows: u64,
}

impl Output {
    fn create(name: &'static str, directory: &Path, format: Format) -> Result<Self, SynthesisError> {
        let table = Table::named(name).ok_or("the CDM has no such table");
        let table = table.map_err(SynthesisError::table(name))?;
        let file = TableFile::create(table, directory, format).map_err(SynthesisError::table(name))?;
        Ok(Self { table, file, rows: 0 })
    }

    fn append(
        &mut self,
        batch: impl FnOnce(&'static Table) -> Result<RecordBatch, arrow::error::ArrowError>,
    ) -> Result<(), SynthesisError> {
        let name = self.table.name();
        let batch = batch(self.table).map_err(SynthesisError::table(name))?;
        self.rows += batch.num_rows() as u64;
        self.file.append(&batch).map_err(SynthesisError::table(name))
    }

    fn finish(self, rows: &mut Rows) -> Result<(), SynthesisError> {
        rows.insert(self.table.name(), self.rows);
        self.file.finish().map_err(SynthesisError::table(self.table.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clinical_table_has_one_writer() {
        let mut written: Vec<_> = WRITERS.concat();
        written.sort_unstable();
        assert_eq!(written, ClinicalTable::ALL);
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_reported() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let below_a_file = file.path().join("data");
        let error = write(std::iter::empty(), &below_a_file, Format::Csv, &mut |_| {}).unwrap_err();
        assert!(matches!(error, SynthesisError::Directory { .. }), "{error:?}");
    }

    #[test]
    fn a_table_that_cannot_be_written_is_named() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("measurement.parquet")).unwrap();
        let people = (1..5_000).map(|number| crate::generation::person(1, number, 10));
        let error = write(people, directory.path(), Format::Parquet, &mut |_| {}).unwrap_err();
        assert!(matches!(error, SynthesisError::Table { table: "measurement", .. }), "{error:?}");
    }
}
