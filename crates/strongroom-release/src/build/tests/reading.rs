//! What becomes of columns, cells and rows, and what the manifest says of it.

use super::*;

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
            "1 2020-01-31 - -",
            "1 2020-01-31 2020-01-31T10:00:00.250 said \"no\", twice\nand died",
            "2 2020-01-31 2020-01-31T00:00:00 -",
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
fn an_end_before_its_start_is_noted_and_stays() {
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
        ["1 2020-01-10 2020-01-09", "2 2020-01-10 2020-01-10", "3 2020-01-10 -"]
    );
    let report = report(&manifest, "condition_occurrence");
    assert_eq!(
        report.remarks(),
        [
            "condition_occurrence: 1 rows rejected, the person is not in `person` (line 5)",
            "condition_occurrence: 1 rows kept though the end lies before the start (line 2)",
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
