//! A small folder, written by hand, as CSV and as Parquet.

use std::fs::{self, File};
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use chrono::NaiveDate;
use parquet::arrow::ArrowWriter;
use proptest::prelude::*;
use strongroom_cohort::StandardConcept;
use strongroom_cohort::ast::{Code, Column, EventKind, VocabularyCode};
use strongroom_cohort::reference::{Birth, Datum, EventRecord};
use strongroom_omop::{ColumnType, ConceptId, RecordId, SubjectId, Table};
use tempfile::TempDir;

use super::*;

/// Tables as lines of CSV. Person 9 has no row in `person`; visit 70 is of person 1.
const TABLES: &[(&str, &str)] = &[
    (
        "person",
        "person_id,year_of_birth,month_of_birth,day_of_birth,gender_concept_id,race_concept_id\n\
         2,1950,,,8532,\n\
         1,1980,2,29,8507,0\n",
    ),
    (
        "observation_period",
        "observation_period_id,person_id,observation_period_start_date,observation_period_end_date,\
         period_type_concept_id\n\
         1,1,2010-01-01,2020-12-31,32817\n",
    ),
    (
        "visit_occurrence",
        "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,care_site_id,\
         admitted_from_concept_id,provider_id\n\
         70,1,9201,2015-03-01,,5,8844,\n",
    ),
    (
        "visit_detail",
        "visit_detail_id,person_id,visit_detail_concept_id,visit_detail_start_date,visit_detail_end_date,\
         visit_occurrence_id,care_site_id\n\
         80,1,581379,2015-03-01,2015-03-02,70,6\n",
    ),
    ("care_site", "care_site_id,place_of_service_concept_id\n5,8756\n6,8870\n7,\n"),
    ("provider", "provider_id,specialty_concept_id\n3,38004456\n4,\n"),
    (
        "condition_occurrence",
        "condition_occurrence_id,person_id,condition_concept_id,condition_start_date,condition_end_date,\
         condition_source_concept_id,condition_type_concept_id,condition_status_concept_id,stop_reason,\
         visit_occurrence_id,provider_id\n\
         11,1,201826,2015-03-01,2015-02-01,44,32817,,better,70,3\n\
         12,2,0,,,,,,\"a, b\",70,4\n\
         13,9,201826,2015-03-01,,,,,,,\n",
    ),
    (
        "measurement",
        "measurement_id,person_id,measurement_concept_id,measurement_date,value_as_number,range_low,range_high,\
         unit_concept_id,operator_concept_id,value_as_concept_id,visit_occurrence_id\n\
         21,1,3004410,2015-03-01,6.5,0,,8554,4172704,45877994,71\n",
    ),
    (
        "drug_exposure",
        "drug_exposure_id,person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date,quantity,\
         days_supply,refills,route_concept_id,lot_number\n\
         31,1,1503297,2015-03-01,,30,-1,2,4132161,L7\n",
    ),
    (
        "death",
        "person_id,death_date,cause_concept_id,cause_source_concept_id,death_type_concept_id\n2,2020-01-01,,7,32\n",
    ),
    (
        "dose_era",
        "dose_era_id,person_id,drug_concept_id,unit_concept_id,dose_value,dose_era_start_date,dose_era_end_date\n\
         41,2,1503297,8576,1.5,2015-03-01,2015-03-31\n",
    ),
    (
        "payer_plan_period",
        "payer_plan_period_id,person_id,payer_plan_period_start_date,payer_plan_period_end_date,payer_concept_id,\
         plan_source_concept_id\n\
         51,2,2015-01-01,2015-12-31,280,9\n",
    ),
    (
        "concept",
        "concept_id,concept_name,domain_id,vocabulary_id,standard_concept,concept_code,invalid_reason\n\
         201826,Type 2 diabetes mellitus,Condition,SNOMED,S,44054006,\n\
         8554,percent,Unit,UCUM,S,%,\n\
         44,Diabetes,Condition,ICD9CM,,250,D\n\
         7,Group,Drug,ATC,C,A10,\n",
    ),
    ("concept_ancestor", "ancestor_concept_id,descendant_concept_id\n7,201826\n7,7\n"),
    (
        "concept_relationship",
        "concept_id_1,concept_id_2,relationship_id,invalid_reason\n\
         44,201826,Maps to,\n45,201826,Maps to,D\n201826,44,Mapped from,\n",
    ),
    ("vocabulary", "vocabulary_id,vocabulary_version\nSNOMED,2024\nNone,v5.0 27-FEB-25\n"),
];

/// How a folder is written.
#[derive(Debug, Clone)]
struct Style {
    /// Columns come in the order of these numbers.
    order: Vec<usize>,
    upper_case: Vec<bool>,
    tabs: bool,
}

impl Style {
    fn plain() -> Self {
        Self { order: (0..16).collect(), upper_case: vec![false; 16], tabs: false }
    }

    /// The header and rows of a table, with their columns in this style's order.
    fn cells(&self, table: &str, text: &str) -> (Vec<(&'static str, String)>, Vec<Vec<String>>) {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().unwrap().clone();
        let table = Table::named(table).unwrap();
        let mut columns: Vec<usize> = (0..header.len()).collect();
        columns.sort_by_key(|column| self.order[*column]);
        let named = columns.iter().map(|column| {
            let name = table.column(&header[*column]).unwrap().name();
            (name, if self.upper_case[*column] { name.to_uppercase() } else { name.to_owned() })
        });
        let rows = reader.records().map(|row| {
            let row = row.unwrap();
            columns.iter().map(|column| row[*column].to_owned()).collect()
        });
        (named.collect(), rows.collect())
    }

    fn write_csv(&self, tables: &[(&str, &str)]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (table, text) in tables {
            let (header, rows) = self.cells(table, text);
            let mut writer = csv::WriterBuilder::new()
                .delimiter(if self.tabs { b'\t' } else { b',' })
                .from_path(folder.path().join(format!("{}.csv", table.to_uppercase())))
                .unwrap();
            writer.write_record(header.iter().map(|(_, shown)| shown)).unwrap();
            rows.iter().for_each(|row| writer.write_record(row).unwrap());
            writer.flush().unwrap();
        }
        folder
    }

    fn write_parquet(&self, tables: &[(&str, &str)]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (table, text) in tables {
            let (header, rows) = self.cells(table, text);
            let columns = header.iter().enumerate().map(|(index, (name, shown))| {
                let cells = rows.iter().map(|row| Some(row[index].as_str()).filter(|cell| !cell.is_empty()));
                let cell_type = Table::named(table).unwrap().column(name).unwrap().column_type();
                let array: ArrayRef = match cell_type {
                    ColumnType::Integer => Arc::new(
                        cells
                            .map(|cell| cell.map(|cell| cell.parse::<i64>().unwrap()))
                            .collect::<Int64Array>(),
                    ),
                    ColumnType::Float => Arc::new(
                        cells
                            .map(|cell| cell.map(|cell| cell.parse::<f64>().unwrap()))
                            .collect::<Float64Array>(),
                    ),
                    ColumnType::Date | ColumnType::Timestamp => Arc::new(
                        cells.map(|cell| cell.map(|cell| day(cell).to_epoch_days())).collect::<Date32Array>(),
                    ),
                    ColumnType::Text => Arc::new(cells.collect::<StringArray>()),
                };
                (shown.clone(), array, true)
            });
            let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
            let file = File::create(folder.path().join(format!("{table}.parquet"))).unwrap();
            let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
            writer.write(&batch).unwrap();
            writer.close().unwrap();
        }
        folder
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn plain() -> Cdm {
    read(Style::plain().write_csv(TABLES).path()).unwrap()
}

fn concept(id: i64) -> Datum {
    Datum::Concept(ConceptId::new(id))
}

fn event(kind: EventKind, record: i64, of: i64, start: &str) -> EventRecord {
    EventRecord::new(kind, RecordId::new(record), ConceptId::new(of), day(start))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_same_tables_are_the_same_people_however_written(
        order in Just((0..16).collect::<Vec<_>>()).prop_shuffle(),
        upper_case in prop::collection::vec(any::<bool>(), 16),
        tabs: bool,
    ) {
        let style = Style { order, upper_case, tabs };
        let expected = plain();
        prop_assert_eq!(&read(style.write_csv(TABLES).path()).unwrap(), &expected);
        prop_assert_eq!(&read(style.write_parquet(TABLES).path()).unwrap(), &expected);
    }
}

#[test]
fn people_are_read_as_recorded() {
    let people = plain().people;
    assert_eq!(people.iter().map(|person| person.subject.value()).collect::<Vec<_>>(), [1, 2, 9]);
    assert_eq!(people[0].birth, Birth::Day(day("1980-02-29")));
    assert_eq!(people[1].birth, Birth::Year(1950));
    assert_eq!(people[0].race, Some(ConceptId::new(0)));
    assert_eq!(people[1].race, None);
    assert_eq!(people[1].sex_at_birth, Some(ConceptId::FEMALE));
    // Of whom only an event is recorded.
    assert_eq!((people[2].birth, people[2].gender, people[2].events.len()), (Birth::Unknown, None, 1));
}

#[test]
fn events_of_a_person_keep_everything_that_is_recorded() {
    let people = plain().people;
    let mut condition = event(EventKind::Condition, 11, 201_826, "2015-03-01")
        .with(Column::Type, concept(32_817))
        .with(Column::StopReason, Datum::Text("better".into()))
        .with(Column::VisitKind, concept(9201))
        .with(Column::VisitPlace, concept(8756))
        .with(Column::ProviderSpecialty, concept(38_004_456));
    // Inverted ends are kept.
    condition.end = Some(day("2015-02-01"));
    condition.source_concept = Some(ConceptId::new(44));
    condition.visit = Some(70);

    let drug = event(EventKind::Drug, 31, 1_503_297, "2015-03-01")
        .with(Column::Refills, Datum::Number(2.0))
        .with(Column::Quantity, Datum::Number(30.0))
        .with(Column::DaysSupply, Datum::Number(-1.0))
        .with(Column::Route, concept(4_132_161))
        .with(Column::LotNumber, Datum::Text("L7".into()));

    // The visit of this one is unknown.
    let mut measurement = event(EventKind::Measurement, 21, 3_004_410, "2015-03-01")
        .with(Column::Operator, concept(4_172_704))
        .with(Column::Value, Datum::Number(6.5))
        .with(Column::ValueConcept, concept(45_877_994))
        .with(Column::Unit, concept(8554))
        .with(Column::RangeLow, Datum::Number(0.0));
    measurement.visit = Some(71);

    let mut visit = event(EventKind::Visit, 70, 9201, "2015-03-01")
        .with(Column::AdmittedFrom, concept(8844))
        .with(Column::VisitKind, concept(9201))
        .with(Column::VisitPlace, concept(8756));
    visit.visit = Some(70);

    let mut detail = event(EventKind::VisitDetail, 80, 581_379, "2015-03-01")
        .with(Column::VisitKind, concept(9201))
        .with(Column::VisitPlace, concept(8870));
    detail.end = Some(day("2015-03-02"));
    detail.visit = Some(70);

    let mut period =
        event(EventKind::ObservationPeriod, 1, 0, "2010-01-01").with(Column::Type, concept(32_817));
    period.concept = None;
    period.end = Some(day("2020-12-31"));

    assert_eq!(people[0].events, [condition, drug, measurement, visit, detail, period]);
    assert_eq!(people[0].events.capacity(), 6);
}

#[test]
fn what_is_missing_stays_missing() {
    let people = plain().people;
    let mut condition =
        event(EventKind::Condition, 12, 0, "2015-03-01").with(Column::StopReason, Datum::Text("a, b".into()));
    condition.start = None;
    // A visit of somebody else says nothing about this record.
    condition.visit = Some(70);

    let mut death = event(EventKind::Death, 2, 0, "2020-01-01").with(Column::Type, concept(32));
    death.concept = None;
    death.source_concept = Some(ConceptId::new(7));

    let mut dose = event(EventKind::DoseEra, 41, 1_503_297, "2015-03-01")
        .with(Column::Unit, concept(8576))
        .with(Column::Value, Datum::Number(1.5));
    dose.end = Some(day("2015-03-31"));

    let mut payer = event(EventKind::PayerPlanPeriod, 51, 0, "2015-01-01")
        .with(Column::Payer, concept(280))
        .with(Column::PlanSource, concept(9));
    payer.concept = None;
    payer.end = Some(day("2015-12-31"));

    assert_eq!(people[1].events, [condition, death, dose, payer]);
}

#[test]
fn the_vocabulary_knows_concepts_mappings_and_units() {
    let vocabulary = plain().vocabulary;
    let id = ConceptId::new;
    assert_eq!(vocabulary.version().as_str(), "v5.0 27-FEB-25");
    let kinds = [201_826, 44, 7].map(|concept| vocabulary.concept(id(concept)).unwrap().standard);
    assert_eq!(
        kinds,
        [StandardConcept::Standard, StandardConcept::NonStandard, StandardConcept::Classification]
    );
    assert_eq!([201_826, 44].map(|concept| vocabulary.concept(id(concept)).unwrap().valid), [true, false]);
    let code = VocabularyCode { vocabulary: "SNOMED".to_owned(), code: "44054006".to_owned() };
    assert_eq!(vocabulary.find(&Code::Code(code)), Some(id(201_826)));
    assert_eq!(vocabulary.concept(id(44)).unwrap().domain.as_deref(), Some("Condition"));
    assert_eq!(vocabulary.descendants(id(7)).collect::<Vec<_>>(), [id(201_826), id(7)]);
    assert_eq!(vocabulary.mapped_from(id(201_826)).collect::<Vec<_>>(), [id(44)]);
    assert_eq!(vocabulary.units().unit(id(8554)).unwrap().as_str(), "%");
    assert_eq!(vocabulary.units().unit(id(201_826)), None);
}

/// Replaces, adds or (without a text) removes one table, and tells what the reader says.
fn complaint(table: &str, text: Option<&str>) -> String {
    let folder = Style::plain().write_csv(TABLES);
    let path = folder.path().join(format!("{}.csv", table.to_uppercase()));
    match text {
        Some(text) => fs::write(path, text).unwrap(),
        None => fs::remove_file(path).unwrap(),
    }
    read(folder.path()).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn what_is_wrong_with_a_folder_is_said() {
    let cases: &[(&str, Option<&str>, &str)] = &[
        ("person", None, "the folder has no table `person`; add `person.parquet` or `person.csv`"),
        (
            "death",
            Some("person_id\n1\n"),
            "the table `death` has no column `death_date`; add it, or rename the one that holds it",
        ),
        (
            "death",
            Some("person_id,death_date\n1,2020-01-01\n2,yesterday\n"),
            "`death.death_date` does not hold a date such as 2020-01-31 in row 2; correct or remove the row",
        ),
        (
            "death",
            Some("person_id,death_date\n,2020-01-01\n"),
            "`death.person_id` is empty in row 1; a record needs a key and a person",
        ),
        (
            "death",
            Some("person_id,death_date\n1,2020-01-01,\n"),
            "row 1 of the table `death` has not as many cells as the header; quote cells with separators",
        ),
        (
            "person",
            Some("person_id,gender_concept_id,year_of_birth\n1,0,1980\n1,0,1980\n"),
            "row 2 of the table `person` repeats the person of another row; keep one of them",
        ),
    ];
    for (table, text, expected) in cases {
        assert_eq!(complaint(table, *text), *expected);
    }
}

#[test]
fn two_files_of_one_table_are_refused() {
    let folder = Style::plain().write_csv(TABLES);
    fs::write(folder.path().join("person.parquet"), "").unwrap();
    assert_eq!(
        read(folder.path()).unwrap_err().to_string(),
        "both `PERSON.csv` and `person.parquet` hold the table `person`; remove one of them"
    );
    fs::remove_file(folder.path().join("PERSON.csv")).unwrap();
    let error = read(folder.path()).unwrap_err();
    assert!(matches!(error, CdmError::NotParquet { .. }), "{error}");
}

#[test]
fn optional_tables_may_be_missing_and_others_are_passed_over() {
    let needed = ["person", "observation_period", "concept"];
    let tables: Vec<_> = TABLES.iter().filter(|(table, _)| needed.contains(table)).copied().collect();
    let folder = Style::plain().write_csv(&tables);
    fs::write(folder.path().join("README.md"), "what this is").unwrap();
    fs::write(folder.path().join("patients.csv"), "id\n").unwrap();
    let cdm = read(folder.path()).unwrap();
    assert_eq!(cdm.people.iter().map(|person| person.events.len()).collect::<Vec<_>>(), [1, 0]);
    assert_eq!(cdm.vocabulary.version().as_str(), "not stated");
}

#[test]
fn parts_of_a_table_follow_each_other_by_name() {
    let folder = Style::plain().write_parquet(TABLES);
    let parts = folder.path().join("condition_occurrence");
    fs::create_dir(&parts).unwrap();
    let whole = folder.path().join("condition_occurrence.parquet");
    fs::copy(&whole, parts.join("part-1.parquet")).unwrap();
    fs::rename(&whole, parts.join("part-0.parquet")).unwrap();
    let cdm = read(folder.path()).unwrap();
    let conditions = |person: usize| {
        let events = cdm.people[person].events.iter();
        events.filter(|event| event.kind == EventKind::Condition).map(|event| event.record.value()).collect()
    };
    let found: [Vec<_>; 3] = [0, 1, 2].map(conditions);
    assert_eq!(found, [vec![11, 11], vec![12, 12], vec![13, 13]]);
    assert_eq!(cdm.people[2].subject, SubjectId::new(9));
}
