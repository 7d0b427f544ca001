//! What is read from a release is what the folder holds that it was built from.

use std::fs;
use std::num::NonZeroU32;
use std::path::Path;

use strongroom_cohort::ast::{Column, EventKind};
use strongroom_conformance::cdm;
use strongroom_engine::{ColumnData, MemoryShard, Shard, ShardColumn, UNKNOWN_ID};
use strongroom_primitives::{ReleaseName, RowTier, Timestamp};
use strongroom_timeline::PersonSet;
use tempfile::TempDir;

use crate::{BuildRequest, Manifest, Release, Silent, build};

fn request(omop: &Path, out: &Path) -> BuildRequest {
    BuildRequest::new(omop, out, ReleaseName::new("R1").unwrap(), RowTier::Registered)
}

fn built(request: &BuildRequest) -> Manifest {
    build(request, Timestamp::parse("2026-03-01T09:00:00Z").unwrap(), &Silent).unwrap()
}

/// Builds shards of so many people and compares them, column by column, with what the conformance
/// kit reads from the folder.
#[track_caller]
fn check(omop: &Path, shard_people: u32) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("R1");
    built(&request(omop, &out).with_shard_people(NonZeroU32::new(shard_people).unwrap()));
    let release = Release::open(&out).unwrap();
    let people = cdm::read(omop).unwrap().people;
    let shards = release.shards();
    assert_eq!(shards.len(), people.len().div_ceil(shard_people as usize));
    for (shard, people) in shards.iter().zip(people.chunks(shard_people as usize)) {
        compare(shard, &MemoryShard::new(people));
    }
}

fn compare(shard: &dyn Shard, expected: &MemoryShard) {
    let (people, expected_people) = (shard.people().unwrap(), expected.people().unwrap());
    assert_eq!((&people.subjects, &people.births), (&expected_people.subjects, &expected_people.births));
    for (column, values) in &expected_people.concepts {
        let unknown = vec![UNKNOWN_ID; values.len()];
        assert_eq!(people.concepts.get(column).unwrap_or(&unknown), values, "{}", column.name());
    }
    for kind in EventKind::ALL {
        let (directory, expected_directory) =
            (shard.directory(*kind).unwrap(), expected.directory(*kind).unwrap());
        assert_eq!(directory, expected_directory, "{}", kind.name());
        let columns = Column::ALL.iter().map(|column| ShardColumn::Of(*column));
        for column in columns.chain([ShardColumn::Person, ShardColumn::Record]) {
            let found = shown(shard.column(*kind, column).unwrap());
            assert_eq!(found, shown(expected.column(*kind, column).unwrap()), "{} {column:?}", kind.name());
        }
        let all: Vec<usize> = (0..directory.concepts().len()).collect();
        for positions in all.chunks(1).take(50).chain([all.as_slice(), &[all.len()]]) {
            let [mut found, mut wanted] = [(); 2].map(|()| PersonSet::none(people.len()));
            shard.add_people_with(*kind, positions, &mut found).unwrap();
            expected.add_people_with(*kind, positions, &mut wanted).unwrap();
            assert_eq!(found, wanted, "{} {positions:?}", kind.name());
        }
    }
}

/// The values as text; nothing where none is known, as if there were no such column.
fn shown(column: Option<ColumnData>) -> Option<Vec<Option<String>>> {
    let id = |id: &i64| (*id != UNKNOWN_ID).then(|| id.to_string());
    let values: Vec<_> = match column? {
        ColumnData::Ordinals(values) => values.iter().map(|value| Some(value.to_string())).collect(),
        ColumnData::Days(values) => {
            values.iter().map(|day| day.known().map(|day| format!("{day:?}"))).collect()
        }
        ColumnData::Ids(values) => values.iter().map(id).collect(),
        ColumnData::Numbers(values) => {
            values.iter().map(|value| (!value.is_nan()).then(|| value.to_string())).collect()
        }
        ColumnData::Texts(values) => {
            (0..values.len()).map(|row| values.get(row).map(ToString::to_string)).collect()
        }
    };
    values.iter().any(Option::is_some).then_some(values)
}

/// A generated repository: everything goes wrong in it that goes wrong in real ones.
fn synthetic(people: u64) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    strongroom_testkit::Synthetic::new(people, 7).write_csv(folder.path()).unwrap();
    folder
}

#[test]
fn a_generated_repository_comes_back() {
    let omop = synthetic(1000);
    check(omop.path(), 65_536);
    check(omop.path(), 300);
}

/// Joins and everything that generated repositories do not have.
fn edge_cases() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (table, content) in [
        (
            "person",
            "person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth,race_concept_id,ethnicity_concept_id\n\
             70,8507,1970,2,30,8527,\n-5,8532,1980,2,29,,38003564\n900000000000,0,1990,,,,\n8,8507,1960,12,31,0,\n",
        ),
        ("concept", "concept_id,concept_name,domain_id,vocabulary_id,concept_code\n1,x,Condition,SNOMED,1\n"),
        (
            "observation_period",
            "observation_period_id,person_id,observation_period_start_date,observation_period_end_date,\
             period_type_concept_id\n3,8,2000-01-01,1999-01-01,32817\n1,8,2000-01-01,2001-01-01,\n2,70,1990-01-01,2020-01-01,0\n",
        ),
        ("care_site", "care_site_id,place_of_service_concept_id\n1,8756\n2,\n3,0\n"),
        ("provider", "provider_id,specialty_concept_id\n1,38004456\n2,\n"),
        (
            "visit_occurrence",
            "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,visit_type_concept_id,\
             care_site_id,provider_id,admitted_from_concept_id\n\
             10,8,9201,2000-05-01,2000-05-09,32817,1,1,8870\n11,8,9202,2000-05-01,,32817,2,,\n12,70,0,1999-01-01,,1,9,9,\n",
        ),
        (
            "visit_detail",
            "visit_detail_id,person_id,visit_detail_concept_id,visit_detail_start_date,visit_detail_end_date,\
             visit_detail_type_concept_id,care_site_id,visit_occurrence_id\n1,8,9201,2000-05-02,2000-05-03,32817,3,10\n\
             2,8,9201,2000-05-02,2000-05-03,32817,,11\n",
        ),
        (
            "condition_occurrence",
            "condition_occurrence_id,person_id,condition_concept_id,condition_start_date,condition_end_date,\
             condition_type_concept_id,stop_reason,provider_id,visit_occurrence_id,condition_source_concept_id\n\
             5,8,1,2000-05-01,2000-04-01,32817,,2,10,44\n4,8,1,2000-05-01,,32817,better,1,12,\n\
             3,70,1,2000-05-01,,32817,\"better, or\nnot\",9,12,\n2,70,0,1999-05-01,,,,,,\n1,-5,1,1981-01-01,,,,,11,\n\
             6,900000000000,7,2000-01-01,,,,,,\n",
        ),
        (
            "measurement",
            "measurement_id,person_id,measurement_concept_id,measurement_date,operator_concept_id,value_as_number,\
             value_as_concept_id,unit_concept_id,range_low,range_high\n1,8,1,2001-01-01,4172703,7.4,,8554,4,5.9\n\
             2,8,1,2001-01-01,,1e-9,,,-0.0,\n3,70,1,2001-01-01,,,45877985,,,\n4,70,1,2001-01-01,,123456789012.5,,,,\n",
        ),
        (
            "observation",
            "observation_id,person_id,observation_concept_id,observation_date,value_as_string,qualifier_concept_id\n\
             9007199254740993,8,1,2001-01-01,näher,\n-4,8,1,2001-01-01,,5\n",
        ),
        (
            "death",
            "person_id,death_date,death_type_concept_id,cause_concept_id\n8,2002-01-01,32817,\n70,2003-01-01,,1\n",
        ),
        (
            "payer_plan_period",
            "payer_plan_period_id,person_id,payer_plan_period_start_date,payer_plan_period_end_date,payer_concept_id\n\
             1,8,2000-01-01,2000-12-31,280\n2,8,1999-01-01,1999-12-31,\n",
        ),
        (
            "dose_era",
            "dose_era_id,person_id,drug_concept_id,unit_concept_id,dose_value,dose_era_start_date,dose_era_end_date\n\
             1,8,1503297,8576,500.5,2000-01-01,2000-02-01\n",
        ),
        (
            "drug_era",
            "drug_era_id,person_id,drug_concept_id,drug_era_start_date,drug_era_end_date,drug_exposure_count,gap_days\n\
             1,8,1503297,2000-01-01,2000-02-01,3,12\n",
        ),
        (
            "specimen",
            "specimen_id,person_id,specimen_concept_id,specimen_type_concept_id,specimen_date,quantity,specimen_source_id\n\
             1,70,4001225,581378,2001-01-01,2.5,S-1\n2,70,4001225,581378,2001-01-02,,S-1\n",
        ),
        (
            "cohort",
            "cohort_definition_id,subject_id,cohort_start_date,cohort_end_date\n1,8,2000-01-01,2000-01-02\n",
        ),
    ] {
        fs::write(folder.path().join(format!("{table}.csv")), content).unwrap();
    }
    folder
}

#[test]
fn edge_cases_come_back() {
    let omop = edge_cases();
    for shard_people in [1, 2, 3, 65_536] {
        check(omop.path(), shard_people);
    }
}

#[test]
#[ignore = "takes a minute"]
fn published_repositories_come_back() {
    for folder in ["../../../shared/data/synthea27", "../../../shared/conformance/circe/cdm_10k_seed7"] {
        let omop = Path::new(folder);
        if omop.exists() {
            check(omop, 4096);
        }
    }
}

#[test]
fn the_order_of_the_source_does_not_matter() {
    let omop = synthetic(300);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("R1");
    let request = request(omop.path(), &out).with_shard_people(NonZeroU32::new(100).unwrap());
    let first = built(&request);
    let files: Vec<_> =
        first.files.iter().map(|file| fs::read(out.join(file.path.to_string())).unwrap()).collect();
    fs::remove_dir_all(&out).unwrap();
    for entry in fs::read_dir(omop.path()).unwrap() {
        let path = entry.unwrap().path();
        let content = fs::read_to_string(&path).unwrap();
        // Texts may hold line ends; such tables stay as they are.
        if content.contains('"') {
            continue;
        }
        let mut lines: Vec<&str> = content.lines().collect();
        let rows = lines.get_mut(1..).unwrap_or_default();
        rows.sort_by_key(|line| {
            line.bytes().fold(7_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
        });
        fs::write(&path, lines.join("\n") + "\n").unwrap();
    }
    let second = built(&request);
    for ((file, other), bytes) in first.files.iter().zip(&second.files).zip(files) {
        assert_eq!(file.path, other.path);
        assert!(bytes == fs::read(out.join(file.path.to_string())).unwrap(), "{} differs", file.path);
    }
}

#[test]
fn a_small_cache_changes_nothing() {
    let omop = synthetic(200);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("R1");
    built(&request(omop.path(), &out));
    let people = cdm::read(omop.path()).unwrap().people;
    for bytes in [0, 10_000] {
        let release = Release::open_with_cache(&out, bytes).unwrap();
        for _ in 0..2 {
            compare(&release.shards()[0], &MemoryShard::new(&people));
        }
    }
}

#[test]
fn damage_is_an_error_or_seen_by_verify() {
    let omop = edge_cases();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("R1");
    let manifest = built(&request(omop.path(), &out));
    for file in manifest.files.iter().filter(|file| file.path.to_string().ends_with(".index")) {
        let path = out.join(file.path.to_string());
        let intact = fs::read(&path).unwrap();
        if file.path.shard().is_some() {
            crate::read_index(&intact, 4).unwrap();
        }
        for position in (0..intact.len()).step_by(23) {
            let mut damaged = intact.clone();
            damaged[position] ^= 1 << (position % 8);
            let _ = crate::read_index(&damaged, 4);
            fs::write(&path, &damaged).unwrap();
            let release = Release::open(&out).unwrap();
            for shard in release.shards() {
                drop(shard.people());
                let mut people = PersonSet::none(4);
                for kind in EventKind::ALL {
                    drop(shard.directory(*kind));
                    drop(shard.add_people_with(*kind, &[0, 1], &mut people));
                    for column in Column::ALL {
                        drop(shard.column(*kind, ShardColumn::Of(*column)));
                    }
                    drop(shard.column(*kind, ShardColumn::Person));
                }
            }
        }
        fs::write(&path, intact).unwrap();
    }
}
