//! Whole builds from small folders.

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
        BuildRequest {
            omop: self.omop(),
            out: self.release(),
            name: ReleaseName::new("R1").unwrap(),
            tier: RowTier::Registered,
        }
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
    let file = File::open(release.join(format!("tables/{table}.parquet"))).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let batches: Vec<_> = reader.map(Result::unwrap).collect();
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

#[test]
fn columns_are_found_by_name() {
    let expected = ["1 2020-01-31 2020-01-31T10:00:00 I21.9"];
    for content in [
        "person_id,death_date,death_datetime,cause_source_value\n1,2020-01-31,2020-01-31 10:00:00,I21.9\n",
        "cause_source_value,death_datetime,death_date,person_id\nI21.9,2020-01-31 10:00:00,2020-01-31,1\n",
        "PERSON_ID,DEATH_DATE,Death_DateTime,CAUSE_SOURCE_VALUE\n1,2020-01-31,2020-01-31 10:00:00,I21.9\n",
        "\u{feff}person_id,death_date,death_datetime,cause_source_value\n1,2020-01-31,2020-01-31 10:00:00,I21.9\n",
        "person_id\tdeath_date\tdeath_datetime\tcause_source_value\n1\t2020-01-31\t2020-01-31 10:00:00\tI21.9\n",
        "\"person_id\",\"death_date\",\"death_datetime\",\"cause_source_value\"\r\n\"1\",\"2020-01-31\",\
         \"2020-01-31 10:00:00\",\"I21.9\"\r\n",
        "person_id,death_date,death_datetime,cause_source_value,ward\n1,2020-01-31,2020-01-31 10:00:00,I21.9,7b",
    ] {
        check_death("death.csv", content, &expected, &[]);
        check_death("DEATH.CSV", content, &expected, &[]);
    }
}

#[test]
fn cells_are_read_in_every_spelling() {
    check_death(
        "death.csv",
        "person_id,death_date,death_datetime,cause_source_value\n\
         1.0,20200131,2020-01-31T10:00:00.250,\"said \"\"no\"\", twice\nand died\"\n\
         2,2020-01-31 23:59:59,2020-01-31,\\N\n\
         \n\
         1,2020-01-31,,\n",
        &[
            "1 2020-01-31 2020-01-31T10:00:00.250 said \"no\", twice\nand died",
            "2 2020-01-31 2020-01-31T00:00:00 -",
            "1 2020-01-31 - -",
        ],
        &[],
    );
}

#[test]
fn quotes_in_unquoted_tab_separated_files_are_ordinary_characters() {
    check_death(
        "death.csv",
        "person_id\tdeath_date\tcause_source_value\n1\t2020-01-31\t\"Lone\n2\t2020-01-31\t5\" nail\n",
        &["1 2020-01-31 - \"Lone", "2 2020-01-31 - 5\" nail"],
        &[],
    );
    check_death(
        "death.csv",
        "\"person_id\"\t\"death_date\"\t\"cause_source_value\"\n1\t2020-01-31\t\"a\tb\"\n",
        &["1 2020-01-31 - a\tb"],
        &[],
    );
}

#[test]
fn every_kind_of_fault_is_counted_and_placed() {
    check_death(
        "death.csv",
        b"person_id,death_date,death_datetime,cause_source_value\n\
          1,2020-01-31,noon,I21.9\n\
          1,2020-02-30,,\n\
          one,2020-01-31,,\n\
          ,2020-01-31,,\n\
          3,2020-01-31,,\n\
          2,2020-01-31\n\
          2,2020-01-31,,,\n\
          2,,,\n\
          2,2020-01-31,,na\xefve\n",
        &["1 2020-01-31 - I21.9", "2 2020-01-31 - -"],
        &[
            "death: 2 rows rejected, more or fewer cells than the header (line 7, 8)",
            "death: 1 rows rejected, required `death_date` unreadable (line 3)",
            "death: 1 rows rejected, required `person_id` unreadable (line 4)",
            "death: 1 rows rejected, required `death_date` empty (line 9)",
            "death: 1 rows rejected, required `person_id` empty (line 5)",
            "death: 1 rows rejected, the person is not in `person` (line 6)",
            "death: 1 cells of `person_id` unreadable, now null (line 4)",
            "death: 1 cells of `death_date` unreadable, now null (line 3)",
            "death: 1 cells of `death_datetime` unreadable, now null (line 2)",
            "death: 1 cells of `cause_source_value` unreadable, now null (line 10)",
        ],
    );
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    for (content, line) in [
        ("person_id,death_date\r\n1,2020-01-31\r\n1,x\r\n", 3),
        ("person_id,death_date\n\n\n1,2020-01-31\n\n1,x\n", 6),
        ("person_id,death_date,cause_source_value\n1,2020-01-31,\"a\nb\"\n1,x,\n", 4),
        ("person_id,death_date,cause_source_value\n\r\n1,x,\"a\r\nb\"", 3),
    ] {
        let fixture = Fixture::new(&[("death.csv", content)]);
        let manifest = fixture.build().unwrap();
        assert_eq!(report(&manifest, "death").unreadable[0].cells.first, [line], "{content:?}");
    }
}

#[test]
fn an_end_before_its_start_is_repaired() {
    let fixture = Fixture::new(&[(
        "condition_occurrence.csv",
        "condition_occurrence_id,person_id,condition_concept_id,condition_start_date,condition_end_date\n\
         1,1,201826,2020-01-10,2020-01-09\n\
         2,1,201826,2020-01-10,2020-01-10\n\
         3,1,201826,2020-01-10,\n\
         4,7,201826,2020-01-10,2020-01-09\n",
    )]);
    let manifest = fixture.build().unwrap();
    let columns = ["condition_occurrence_id", "condition_start_date", "condition_end_date"];
    assert_eq!(
        cells(&fixture.rows("condition_occurrence"), &columns),
        ["1 2020-01-10 2020-01-10", "2 2020-01-10 2020-01-10", "3 2020-01-10 -"]
    );
    let report = report(&manifest, "condition_occurrence");
    assert_eq!(
        report.remarks(),
        [
            "condition_occurrence: 1 rows rejected, the person is not in `person` (line 5)",
            "condition_occurrence: 1 rows repaired, the end lay before the start and was set to it (line 2)",
        ]
    );
}

#[test]
fn a_person_has_one_row() {
    let fixture = Fixture::new(&[("person.csv", &format!("{PERSON}1,8532,1999\n"))]);
    let manifest = fixture.build().unwrap();
    assert_eq!(cells(&fixture.rows("person"), &["person_id", "year_of_birth"]), ["1 1970", "2 1980"]);
    assert_eq!(
        report(&manifest, "person").remarks(),
        ["person: 1 rows rejected, the person has an earlier row (line 4)"]
    );
}

#[test]
fn former_names_are_brought_to_the_present_and_other_columns_are_named() {
    let fixture = Fixture::new(&[(
        "visit_occurrence.csv",
        "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,\
         ADMITTING_SOURCE_CONCEPT_ID,ward,\n1,1,9201,2020-01-01,2020-01-02,8870,7b,\n",
    )]);
    let manifest = fixture.build().unwrap();
    let visits = fixture.rows("visit_occurrence");
    assert_eq!(cells(&visits, &["visit_occurrence_id", "admitted_from_concept_id"]), ["1 8870"]);
    assert_eq!(visits.schema(), table_schema(Table::named("visit_occurrence").unwrap()));
    let report = report(&manifest, "visit_occurrence");
    assert_eq!(report.columns_left_out, ["ward", "column 8"]);
    assert!(report.columns_missing.contains(&"discharged_to_concept_id".to_owned()));
    assert!(!report.columns_missing.contains(&"admitted_from_concept_id".to_owned()));
}

#[test]
fn the_manifest_says_what_the_release_is() {
    let fixture = Fixture::new(&[
        ("cdm_source.csv", "cdm_source_name,cdm_version,vocabulary_version\nS,5.4,stated\n"),
        ("vocabulary.csv", "vocabulary_id,vocabulary_version\nSNOMED,x\nNone,v5.0 09-APR-22\n"),
        ("death.csv", "person_id,death_date\n"),
        ("README.md", "not a table"),
        (".hidden", ""),
    ]);
    let manifest = fixture.build().unwrap();
    assert_eq!(open_manifest(&fixture.release()).unwrap(), manifest);
    assert_eq!(manifest.load.files_left_out, ["README.md"]);
    assert_eq!(manifest.load.tables.len() + manifest.load.tables_missing.len(), Table::all().len());

    let ReleaseInfo { people, cdm_version, vocabulary_version, cut_off, tables, .. } =
        info(&fixture.release()).unwrap();
    assert_eq!(people, 2);
    assert_eq!(cdm_version.unwrap().as_str(), "5.4");
    assert_eq!(vocabulary_version.unwrap().as_str(), "v5.0 09-APR-22");
    assert_eq!(cut_off.unwrap().to_string(), "2021-06-30");
    let tables: Vec<_> = tables.iter().map(|table| format!("{} {}", table.table, table.rows)).collect();
    assert_eq!(
        tables,
        ["person 2", "observation_period 2", "death 0", "cdm_source 1", "concept 1", "vocabulary 2"]
    );
}

#[test]
fn csv_and_parquet_of_the_same_rows_give_the_same_bytes() {
    // More rows than a page, some of them rejected, so that both kinds are cut differently.
    let rows = (1..100_000).map(|id| {
        let person = id % 3;
        format!("{id},{person},201826,2020-01-{:02},value {}\n", id % 28 + 1, id % 77)
    });
    let content: String = rows.collect();
    let csv = Fixture::new(&[(
        "observation.csv",
        &format!(
            "observation_id,person_id,observation_concept_id,observation_date,value_as_string\n{content}"
        ),
    )]);
    let csv_manifest = csv.build().unwrap();

    let parts = Fixture::new(&[]);
    for table in ["person", "observation_period", "concept"] {
        parts.remove(&format!("{table}.csv"));
        parts.put_parquet(&format!("{}.PARQUET", table.to_uppercase()), &csv.rows(table));
    }
    // The rejected rows are put back, in parts and in other physical types.
    let kept = csv.rows("observation");
    assert_eq!(kept.num_rows(), 66_666);
    let texts = kept.columns().iter().map(|column| cast(column, &DataType::Utf8).unwrap());
    let fields = kept
        .schema()
        .fields()
        .iter()
        .map(|field| arrow::datatypes::Field::new(field.name(), DataType::Utf8, true))
        .collect::<Vec<_>>();
    let texts =
        RecordBatch::try_new(std::sync::Arc::new(arrow::datatypes::Schema::new(fields)), texts.collect())
            .unwrap();
    parts.put_parquet("observation/part-1.parquet", &texts.slice(0, 5000));
    parts.put_parquet("observation/part-2.parquet", &kept.slice(5000, 61_666));
    parts.put("observation/_SUCCESS", "");
    let parts_manifest = parts.build().unwrap();

    assert_eq!(report(&parts_manifest, "observation").source, SourceKind::Parquet);
    assert_eq!(csv_manifest.files, parts_manifest.files);
    for file in &csv_manifest.files {
        let read = |fixture: &Fixture| fs::read(fixture.release().join(file.path.to_string())).unwrap();
        assert!(read(&csv) == read(&parts), "{} differs", file.path);
    }
}

#[test]
fn rows_of_parquet_parts_are_counted_through() {
    let fixture = Fixture::new(&[]);
    let death = |csv: &str| {
        let other = Fixture::new(&[("death.csv", csv)]);
        other.build().unwrap();
        other.rows("death")
    };
    let good = death("person_id,death_date\n1,2020-01-31\n2,2020-01-31\n");
    let stranger = Fixture::new(&[
        ("person.csv", &format!("{PERSON}3,8507,1960\n")),
        ("death.csv", "person_id,death_date\n1,2020-01-31\n3,2020-01-31\n"),
    ]);
    stranger.build().unwrap();
    fixture.put_parquet("death.parquet/a.parquet", &good);
    fixture.put_parquet("death.parquet/b.parquet", &stranger.rows("death"));
    let manifest = fixture.build().unwrap();
    assert_eq!(
        report(&manifest, "death").remarks(),
        ["death: 1 rows rejected, the person is not in `person` (row 4)"]
    );
}

#[test]
fn the_same_source_gives_the_same_bytes() {
    let fixture = Fixture::new(&[("death.csv", "person_id,death_date\n1,2020-01-31\n")]);
    let first = fixture.build().unwrap();
    let read = |name: &str| fs::read(fixture.release().join(name)).unwrap();
    let (manifest, person) = (read("manifest.json"), read("tables/person.parquet"));
    fs::remove_dir_all(fixture.release()).unwrap();
    assert_eq!(fixture.build().unwrap(), first);
    assert!(manifest == read("manifest.json") && person == read("tables/person.parquet"));
}

/// Builds from the tables that a release needs and these files, and compares the error.
#[track_caller]
fn check_error(files: &[(&str, &str)], without: &[&str], expected: &str) {
    let fixture = Fixture::new(files);
    without.iter().for_each(|name| fixture.remove(name));
    assert_eq!(fixture.build().unwrap_err().to_string(), expected);
    assert!(fixture.beside().is_empty(), "something is left: {:?}", fixture.beside());
}

#[test]
fn what_is_wrong_with_the_source_is_said() {
    check_error(
        &[],
        &["person.csv"],
        "the table `person` is missing: Strongroom needs `person.csv` or `person.parquet` in the folder; found \
         observation_period, concept",
    );
    check_error(
        &[("PERSON.csv", PERSON)],
        &[],
        "the table `person` is there twice, as `PERSON.csv` and as `person.csv`; remove one of them",
    );
    check_error(
        &[("death.csv", "")],
        &[],
        "`death.csv` is empty; its first line must name the columns (remove the file if the table has no rows)",
    );
    check_error(
        &[("death.csv", "person_id,died\n")],
        &[],
        "`death.csv` lacks `death_date`; found person_id and 1 columns that the table does not have: add the missing \
         columns, or rename those that hold them",
    );
    check_error(
        &[("death.parquet", "PAR1 or not")],
        &[],
        "`death.parquet` is not a Parquet file that can be read: it is damaged, encrypted, or compressed otherwise \
         than with zstd; write it again",
    );
    check_error(
        &[("person.csv", "person_id,gender_concept_id,year_of_birth\n1,8507,\n2,x,1970\n3,8507,\n")],
        &[],
        "no row of `person` could be used (3 read, 3 rejected, mostly because required `year_of_birth` empty); a \
         release needs at least one person",
    );
    let fixture = Fixture::new(&[]);
    let request = BuildRequest { omop: fixture.omop().join("nowhere"), ..fixture.request() };
    let error = build(&request, Timestamp::LAST, &Silent).unwrap_err().to_string();
    assert_eq!(error, "the OMOP folder cannot be read; check the path, its permissions and the disk");
}

#[test]
fn a_quote_that_is_never_closed_does_not_draw_the_file_into_memory() {
    let mut content =
        String::from("person_id,death_date,cause_source_value\n1,2020-01-31,\n1,2020-01-31,\"open\n");
    content.push_str(&"2,2020-01-31,\n".repeat(6_000_000));
    check_error(
        &[("death.csv", &content)],
        &[],
        "the record of `death.csv` that begins at line 3 is longer than 64 MiB; most likely a quote is opened there \
         and never closed: double quotes within a quoted cell must be written twice",
    );
}

#[test]
fn a_release_is_never_changed() {
    let fixture = Fixture::new(&[]);
    fs::create_dir(fixture.release()).unwrap();
    let error = fixture.build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`R1` exists already, and a release is never changed; choose another path, or remove it first"
    );
    assert_eq!(fixture.beside(), ["R1"]);
    assert_eq!(fs::read_dir(fixture.release()).unwrap().count(), 0);
}

#[test]
fn what_killed_builds_left_is_removed_unless_it_is_in_use() {
    let fixture = Fixture::new(&[]);
    let leftover = fixture.folder.path().join(".R1.building-abc");
    fs::create_dir_all(leftover.join("release/tables")).unwrap();
    let lock = File::create(leftover.join("lock")).unwrap();
    lock.lock().unwrap();
    let error = fixture.build().unwrap_err();
    assert_eq!(error.to_string(), "`R1` is being built by another process; wait until it has ended");
    assert!(leftover.exists() && !fixture.release().exists());

    drop(lock);
    let other = fixture.folder.path().join(".R10.building-abc");
    fs::create_dir(&other).unwrap();
    fixture.build().unwrap();
    assert!(!leftover.exists() && other.exists());
    verify(&fixture.release()).unwrap();
}

#[test]
fn every_flipped_byte_is_found() {
    let fixture = Fixture::new(&[]);
    let manifest = fixture.build().unwrap();
    let intact = verify(&fixture.release()).unwrap();
    assert_eq!((intact.files, intact.bytes), (3, manifest.files.iter().map(|file| file.bytes).sum()));
    for name in ["manifest.json", "manifest.json.sha256", "tables/person.parquet", "tables/concept.parquet"] {
        let path = fixture.release().join(name);
        let bytes = fs::read(&path).unwrap();
        for position in [0, bytes.len() / 3, bytes.len() / 2, bytes.len() - 1] {
            let mut flipped = bytes.clone();
            flipped[position] ^= 1;
            fs::write(&path, flipped).unwrap();
            let Err(VerifyError::Differs(differences)) = verify(&fixture.release()) else {
                panic!("byte {position} of {name} was flipped unseen");
            };
            assert_eq!(differences.iter().count(), 1, "{differences}");
        }
        fs::write(&path, bytes).unwrap();
    }
    verify(&fixture.release()).unwrap();
}

#[test]
fn all_differences_are_reported_at_once() {
    let fixture = Fixture::new(&[("death.csv", "person_id,death_date\n")]);
    fixture.build().unwrap();
    let release = fixture.release();
    fs::remove_file(release.join("tables/person.parquet")).unwrap();
    fs::write(release.join("tables/death.parquet"), "short").unwrap();
    fs::write(release.join("tables/death.parquet.bak"), "").unwrap();
    fs::create_dir(release.join("notes")).unwrap();
    let Err(VerifyError::Differs(differences)) = verify(&release) else {
        panic!("nothing was found");
    };
    let found: Vec<_> = differences.iter().map(Difference::to_string).collect();
    assert_eq!(found.len(), 4);
    assert_eq!(found[0], "`tables/person.parquet` is missing");
    assert!(found[1].starts_with("`tables/death.parquet` has 5 bytes instead of "), "{}", found[1]);
    assert_eq!(found[2], "`notes` does not belong to it");
    assert_eq!(found[3], "`tables/death.parquet.bak` does not belong to it");
}

#[test]
fn progress_is_heard_for_every_table() {
    #[derive(Default)]
    struct Heard(Mutex<Vec<String>>);
    impl Progress for Heard {
        fn table_started(&self, table: &'static Table, bytes: u64) {
            self.0.lock().unwrap().push(format!("{} starts, {bytes} bytes", table.name()));
        }
        fn table_advanced(&self, table: &'static Table, bytes: u64, rows: u64) {
            self.0.lock().unwrap().push(format!("{} at {bytes} bytes, {rows} rows", table.name()));
        }
        fn table_finished(&self, table: &'static Table, rows: u64) {
            self.0.lock().unwrap().push(format!("{} has {rows} rows", table.name()));
        }
    }
    let fixture = Fixture::new(&[]);
    let heard = Heard::default();
    build(&fixture.request(), Timestamp::LAST, &heard).unwrap();
    let heard = heard.0.into_inner().unwrap();
    let size = PERSON.len();
    assert_eq!(
        heard[..3],
        [
            format!("person starts, {size} bytes"),
            format!("person at {size} bytes, 2 rows"),
            "person has 2 rows".to_owned(),
        ]
    );
    assert_eq!(heard.len(), 9);
}
