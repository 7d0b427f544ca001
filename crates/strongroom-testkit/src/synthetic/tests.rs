use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimeUnit};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::prelude::*;
use strongroom_omop::{ColumnType, ConceptId, Domain, Table};

use super::*;
use crate::{DATA_CUT_OFF, EdgeCase, Vocabulary, concepts};

fn read(directory: &Path, table: &str) -> Vec<RecordBatch> {
    let file = File::open(directory.join(table).with_extension("parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    reader.build().unwrap().map(Result::unwrap).collect()
}

fn integers(directory: &Path, table: &str, column: &str) -> Vec<Option<i64>> {
    read(directory, table)
        .iter()
        .flat_map(|batch| {
            let values = batch.column_by_name(column).unwrap().as_primitive::<Int64Type>().clone();
            values.iter().collect::<Vec<_>>()
        })
        .collect()
}

fn bytes(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(directory)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect()
}

#[test]
fn equal_settings_give_equal_bytes_and_other_seeds_others() {
    let written = |seed| {
        let directory = tempfile::tempdir().unwrap();
        Synthetic::new(1_500, seed).write_parquet(directory.path(), &mut |_| {}).unwrap();
        bytes(directory.path())
    };
    let once = written(7);
    assert_eq!(once.len(), 18);
    assert!(once == written(7), "a second run differs");
    let other = written(8);
    let differing: Vec<_> = once.keys().filter(|name| once[*name] != other[*name]).collect();
    // The vocabulary and the source are the same for every seed.
    assert_eq!(
        differing,
        [
            "condition_occurrence.parquet",
            "death.parquet",
            "drug_exposure.parquet",
            "measurement.parquet",
            "observation.parquet",
            "observation_period.parquet",
            "person.parquet",
            "procedure_occurrence.parquet",
            "visit_occurrence.parquet",
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_person_does_not_depend_on_how_many_others_there_are(seed: u64, fewer in 1_u64..30, more in 30_u64..90) {
        let few: Vec<_> = Synthetic::new(fewer, seed).people().collect();
        let many: Vec<_> = Synthetic::new(more, seed).people().collect();
        prop_assert_eq!(few.len() as u64, fewer);
        prop_assert_eq!(many.len() as u64, more);
        prop_assert_eq!(&few[..], &many[..few.len()]);
    }

    #[test]
    fn record_keys_are_unique_and_visits_exist(seed: u64, events in 0_u32..2_000) {
        let repository = Synthetic::new(40, seed).with_events_per_person(events);
        let mut keys = BTreeSet::new();
        for person in repository.people() {
            let visits: BTreeSet<_> = person.visits.iter().map(|visit| visit.id).collect();
            for event in person.events() {
                prop_assert!(keys.insert((event.domain, event.record)), "{:?} twice", event);
                prop_assert!(event.visit.is_none_or(|visit| visits.contains(&visit)), "{:?}", event);
            }
        }
    }
}

#[test]
fn every_edge_case_occurs_in_five_thousand_people_and_not_in_all() {
    for seed in [0, 42] {
        let mut people: BTreeMap<EdgeCase, usize> = BTreeMap::new();
        for person in Synthetic::new(5_000, seed).people() {
            for case in EdgeCase::ALL {
                *people.entry(case).or_default() += usize::from(case.occurs_in(&person));
            }
        }
        println!("{people:#?}");
        for (case, count) in people {
            assert!((5..5_000).contains(&count), "{case:?}: {count} with seed {seed}");
        }
    }
}

#[test]
fn people_have_about_as_many_events_as_asked_for() {
    let check = |events: u32| {
        let repository = Synthetic::new(4_000, 3).with_events_per_person(events);
        let total: usize = repository.people().map(|person| person.events().count()).sum();
        let mean = total / 4_000;
        let expected = usize::try_from(events).unwrap();
        assert!((expected * 92 / 100..=expected * 108 / 100).contains(&mean), "{mean} for {events}");
    };
    check(Synthetic::DEFAULT_EVENTS_PER_PERSON);
    check(25);
    check(400);
}

#[test]
fn nothing_is_recorded_outside_the_years_1930_to_2024() {
    let first = crate::calendar::day(1930, 1, 1);
    for person in Synthetic::new(5_000, 1).people() {
        assert!(person.year_of_birth >= 1930);
        for event in person.events() {
            for date in [Some(event.start), event.end].into_iter().flatten() {
                assert!((first..=DATA_CUT_OFF).contains(&date), "{event:?}");
            }
        }
    }
}

#[test]
fn every_table_has_the_columns_of_the_cdm_in_their_order() {
    let directory = tempfile::tempdir().unwrap();
    let summary = Synthetic::new(300, 5).write_parquet(directory.path(), &mut |_| {}).unwrap();
    assert_eq!(summary.persons(), 300);
    for (name, rows) in summary.tables() {
        let table = Table::named(name).unwrap();
        let batches = read(directory.path(), name);
        assert!(rows > 0, "{name} is empty");
        assert_eq!(batches.iter().map(|batch| batch.num_rows() as u64).sum::<u64>(), rows, "{name}");
        let schema = batches[0].schema();
        let found: Vec<_> =
            schema.fields().iter().map(|field| (field.name().as_str(), field.data_type().clone())).collect();
        let expected: Vec<_> = table
            .columns()
            .iter()
            .map(|column| {
                let data_type = match column.column_type() {
                    ColumnType::Integer => DataType::Int64,
                    ColumnType::Float => DataType::Float64,
                    ColumnType::Date => DataType::Date32,
                    ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
                    ColumnType::Text => DataType::Utf8,
                };
                (column.name(), data_type)
            })
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn every_concept_and_every_visit_that_a_table_names_exists() {
    let directory = tempfile::tempdir().unwrap();
    let summary = Synthetic::new(2_000, 6).write_parquet(directory.path(), &mut |_| {}).unwrap();
    let visits: BTreeSet<_> =
        integers(directory.path(), "visit_occurrence", "visit_occurrence_id").into_iter().collect();
    for (name, _) in summary.tables() {
        for column in Table::named(name).unwrap().columns() {
            let column = column.name();
            if column.ends_with("concept_id") || column.starts_with("concept_id_") {
                let ids: BTreeSet<_> =
                    integers(directory.path(), name, column).into_iter().flatten().collect();
                for id in ids {
                    let concept = Vocabulary::get().concept(ConceptId::new(id));
                    assert!(concept.is_some(), "{name}.{column} names concept {id}");
                }
            } else if column == "visit_occurrence_id" {
                let ids: BTreeSet<_> = integers(directory.path(), name, column).into_iter().collect();
                assert!(ids.iter().all(|id| id.is_none() || visits.contains(id)), "{name}");
            }
        }
    }
}

#[test]
fn the_files_say_what_the_people_in_memory_say() {
    let directory = tempfile::tempdir().unwrap();
    let repository = Synthetic::new(1_200, 9);
    let mut reported = Vec::new();
    let summary = repository.write_parquet(directory.path(), &mut |done| reported.push(done)).unwrap();
    assert_eq!(reported, [1_000, 1_200]);

    let people: Vec<_> = repository.people().collect();
    let measurements: Vec<_> = people.iter().flat_map(|person| &person.measurements).collect();
    let events: usize = people.iter().map(|person| person.events().count()).sum();
    assert_eq!(summary.events(), events as u64);
    assert_eq!(summary.rows("measurement"), measurements.len() as u64);
    assert_eq!(summary.rows("note"), 0);

    let mut expected = measurements.into_iter();
    for batch in read(directory.path(), "measurement") {
        let column = |name| batch.column_by_name(name).unwrap();
        let ids = column("measurement_id").as_primitive::<Int64Type>();
        let dates = column("measurement_date").as_primitive::<Date32Type>();
        let values = column("value_as_number").as_primitive::<Float64Type>();
        let codes = column("measurement_source_value").as_string::<i32>();
        for row in 0..batch.num_rows() {
            let measurement = expected.next().unwrap();
            assert_eq!(ids.value(row), measurement.id.value());
            assert_eq!(dates.value_as_date(row), Some(measurement.date));
            assert_eq!(values.is_valid(row).then(|| values.value(row)), measurement.value);
            assert_eq!(codes.value(row), format!("SYN{}", measurement.concept.value() - 2_000_000_000));
        }
    }
    assert_eq!(expected.next(), None);
}

#[test]
fn csv_quotes_what_needs_it_and_writes_null_as_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let repository = Synthetic::new(400, 12);
    let summary = repository.write_csv(directory.path()).unwrap();
    assert_eq!(bytes(directory.path()).len(), 18);

    let synonyms = fs::read_to_string(directory.path().join("concept_synonym.csv")).unwrap();
    assert!(synonyms.contains("2000001103,\"\"\"Sugar\"\", adult onset\",4180186\n"), "{synonyms}");
    let visits = fs::read_to_string(directory.path().join("visit_occurrence.csv")).unwrap();
    let first = repository.people().find_map(|person| person.visits.first().copied()).unwrap();
    let code = &Vocabulary::get().concept(first.concept).unwrap().code;
    let line = format!(
        "{},{},{},{},{} {},{},,32827,,,{code},0,,,,,",
        first.id, first.person, first.concept, first.start, first.start, first.start_time, first.end
    );
    assert_eq!(visits.lines().nth(1), Some(line.as_str()));

    for (name, rows) in summary.tables() {
        let mut reader = csv::Reader::from_path(directory.path().join(name).with_extension("csv")).unwrap();
        let columns: Vec<_> =
            Table::named(name).unwrap().columns().iter().map(|column| column.name()).collect();
        assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), columns);
        assert_eq!(reader.records().map(Result::unwrap).count() as u64, rows, "{name}");
    }
}

#[test]
fn diabetics_get_metformin_after_the_diagnosis_and_higher_hba1c() {
    let diabetes: BTreeSet<_> = Vocabulary::get()
        .ancestors()
        .iter()
        .filter(|row| row.ancestor == concepts::TYPE_2_DIABETES)
        .map(|row| row.descendant)
        .collect();
    let is_metformin =
        |id| matches!(id, concepts::METFORMIN_500_MG | concepts::METFORMIN_850_MG | concepts::METFORMIN);
    let (mut diabetics, mut treated, mut treated_before) = (0, 0, 0);
    let (mut ill, mut healthy) = (Vec::new(), Vec::new());
    for person in Synthetic::new(8_000, 21).people() {
        let diagnosis =
            person.conditions.iter().filter(|row| diabetes.contains(&row.concept)).map(|row| row.start).min();
        let treatment =
            person.drugs.iter().filter(|row| is_metformin(row.concept)).map(|row| row.start).min();
        diabetics += u32::from(diagnosis.is_some());
        treated += u32::from(diagnosis.is_some() && treatment.is_some());
        treated_before +=
            u32::from(diagnosis.zip(treatment).is_some_and(|(diagnosis, treatment)| treatment < diagnosis));
        let percents = person
            .measurements
            .iter()
            .filter(|row| row.concept == concepts::HBA1C && row.unit == Some(concepts::PERCENT))
            .filter_map(|row| row.value);
        if diagnosis.is_some() { ill.extend(percents) } else { healthy.extend(percents) }
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / f64::from(u32::try_from(values.len()).unwrap());
    assert!(diabetics > 300, "{diabetics}");
    assert!(treated * 100 > diabetics * 60, "{treated} of {diabetics}");
    assert!(treated_before * 20 < treated, "{treated_before} of {treated}");
    assert!(mean(&ill) > mean(&healthy) + 1.0);
}

#[test]
fn concepts_are_skewed() {
    let mut records: BTreeMap<ConceptId, u32> = BTreeMap::new();
    for person in Synthetic::new(3_000, 2).people() {
        for event in person.events().filter(|event| event.domain == Domain::Condition) {
            *records.entry(event.concept).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = records.into_values().collect();
    counts.sort_unstable_by(|one, other| other.cmp(one));
    assert!(counts.len() > 80, "{}", counts.len());
    assert!(counts[0] > 5 * counts[20] && counts[20] > 3 * counts[70], "{counts:?}");
}
