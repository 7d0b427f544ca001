//! Whole builds from small folders.

mod eras;
mod publishing;
mod quality;
mod reading;
mod snapshots;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::DataType;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use strongroom_omop::Table;
use strongroom_primitives::{RowTier, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::release::{
    Difference, ReleaseInfo, SourceKind, TableName, TableReport, VerifyError, info, open_manifest,
    table_schema, verify,
};

const PERSON: &str = "person_id,gender_concept_id,year_of_birth\n1,8507,1970\n2,8532,1980\n";
const OBSERVATION_PERIOD: &str = "observation_period_id,person_id,observation_period_start_date,\
                                  observation_period_end_date\n1,1,2000-01-01,2020-12-31\n2,2,2010-01-01,2021-06-30\n";
const CONCEPT: &str = "concept_id,concept_name,domain_id,vocabulary_id,concept_code\n201826,Type 2 diabetes \
                       mellitus,Condition,SNOMED,44054006\n";

/// A folder of OMOP files beside the place of a release.
struct Fixture {
    folder: TempDir,
}

impl Fixture {
    /// The tables that no release can do without, and these files, which may replace them.
    fn new(files: &[(&str, &str)]) -> Self {
        let fixture = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(fixture.omop()).unwrap();
        for (name, content) in
            [("person.csv", PERSON), ("observation_period.csv", OBSERVATION_PERIOD), ("concept.csv", CONCEPT)]
        {
            fixture.put(name, content);
        }
        for (name, content) in files {
            fixture.put(name, content);
        }
        fixture
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.omop().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn put_parquet(&self, name: &str, batch: &RecordBatch) {
        let path = self.omop().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
        writer.write(batch).unwrap();
        writer.close().unwrap();
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.omop().join(name)).unwrap();
    }

    fn omop(&self) -> PathBuf {
        self.folder.path().join("omop")
    }

    fn release(&self) -> PathBuf {
        self.folder.path().join("R1")
    }

    fn request(&self) -> BuildRequest {
        BuildRequest::new(self.omop(), self.release(), ReleaseName::new("R1").unwrap(), RowTier::Registered)
    }

    fn build(&self) -> Result<Manifest, BuildError> {
        build(&self.request(), Timestamp::parse("2026-03-01T09:00:00Z").unwrap(), &Silent)
    }

    fn rows(&self, table: &str) -> RecordBatch {
        rows(&self.release(), table)
    }

    /// Names of what lies beside the release, without the OMOP folder.
    fn beside(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name != "omop").collect()
    }
}

fn rows(release: &Path, table: &str) -> RecordBatch {
    let manifest = open_manifest(release).unwrap();
    let batches = manifest.files_of(table).flat_map(|file| {
        let file = File::open(release.join(file.path.to_string())).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
        reader.map(Result::unwrap)
    });
    let batches: Vec<_> = batches.collect();
    concat_batches(&table_schema(Table::named(table).unwrap()), &batches).unwrap()
}

/// The cells of some columns as text, row by row, null as `-`.
fn cells(batch: &RecordBatch, columns: &[&str]) -> Vec<String> {
    let texts = columns.iter().map(|column| {
        let values = batch.column_by_name(column).unwrap();
        cast(values, &DataType::Utf8).unwrap()
    });
    let texts: Vec<_> = texts.collect();
    let row = |row: usize| {
        let cells = texts.iter().map(|values| match values.is_null(row) {
            true => "-".to_owned(),
            false => values.as_string::<i32>().value(row).to_owned(),
        });
        cells.collect::<Vec<_>>().join(" ")
    };
    (0..batch.num_rows()).map(row).collect()
}

fn report<'m>(manifest: &'m Manifest, table: &str) -> &'m TableReport {
    let name = TableName::new(Table::named(table).unwrap());
    let report = manifest.load.tables.iter().find(|report| report.table == name).unwrap();
    let rejected = report.rows_rejected();
    assert_eq!(report.read, report.written + rejected, "{table}: rows lost");
    report
}

/// Builds with this file for `death` and compares the rows `person_id death_date death_datetime
/// cause_source_value` and the remarks of the load report.
#[track_caller]
fn check_death(name: &str, content: impl AsRef<[u8]>, expected: &[&str], remarks: &[&str]) {
    let fixture = Fixture::new(&[]);
    fixture.put(name, content);
    let manifest = fixture.build().unwrap();
    let columns = ["person_id", "death_date", "death_datetime", "cause_source_value"];
    assert_eq!(cells(&fixture.rows("death"), &columns), expected);
    assert_eq!(report(&manifest, "death").remarks(), remarks);
}
