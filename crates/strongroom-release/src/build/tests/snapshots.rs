//! The rows of a tier: what a policy hides is not there, and dates are moved person by person.

use std::collections::BTreeMap;

use arrow::datatypes::Int64Type;
use strongroom_tiers::{DateShift, Generalisation, Generalised, Hidden, TierRules};

use super::*;
use crate::{Release, sha256_of_file};

const SECRET: [u8; 32] = [7; 32];

fn policy() -> Policy {
    let hidden = Hidden::nothing()
        .with_table("note")
        .with_table("note_nlp")
        .with_table("provider")
        .with_source_values()
        .with_column("person", "location_id")
        .with_column("drug_exposure", "sig");
    let registered = TierRules::new(Vec::new())
        .with_hidden(hidden)
        .with_generalised(
            Generalised::nothing()
                .with_column("person", "year_of_birth", Generalisation::AgeAtMost { years: 88 })
                .with_column("observation", "value_as_number", Generalisation::Bands { width: 10 }),
        )
        .with_date_shift(DateShift::between(-365, -1));
    Policy::new(3, registered, TierRules::new(Vec::new())).unwrap()
}

impl Fixture {
    fn build_as(&self, out: &str, family: &str, secret: [u8; 32]) -> Manifest {
        let request = BuildRequest { out: self.folder.path().join(out), ..self.request() };
        let family = ReleaseName::new(family).unwrap();
        let request = request.with_policy(policy(), family, Some(&secret)).unwrap();
        build(&request, Timestamp::parse("2026-03-01T09:00:00Z").unwrap(), &Silent).unwrap()
    }
}

/// Sixty people, each with periods, conditions that end, and instants.
fn people(more_rows: bool) -> Fixture {
    let mut person = String::from("person_id,gender_concept_id,year_of_birth\n");
    let mut period = String::from(
        "observation_period_id,person_id,observation_period_start_date,observation_period_end_date\n",
    );
    let mut condition = String::from(
        "condition_occurrence_id,person_id,condition_concept_id,condition_start_date,\
         condition_start_datetime,condition_end_date\n",
    );
    let mut record = 0;
    for id in 1..=60 {
        person.push_str(&format!("{id},8507,{}\n", 1900 + id));
        period.push_str(&format!("{id},{id},2001-01-{:02},2020-12-31\n", id % 28 + 1));
        for event in 0..if more_rows { 9 } else { 5 } {
            record += 1;
            let day = format!("20{:02}-{:02}-{:02}", (id + event) % 20 + 1, event % 12 + 1, id % 28 + 1);
            let month = event % 12 + 1;
            condition.push_str(&format!(
                "{record},{id},201826,{day},{day} 13:0{},2021-{month:02}-01\n",
                event % 9
            ));
        }
    }
    Fixture::new(&[
        ("person.csv", &person),
        ("observation_period.csv", &period),
        ("condition_occurrence.csv", &condition),
    ])
}

/// The columns of dates and instants of every table, person by person, in days and microseconds.
fn instants(release: &Path) -> BTreeMap<(i64, &'static str, i64), i64> {
    let mut found = BTreeMap::new();
    for (table, key, columns) in [
        (
            "observation_period",
            "observation_period_id",
            ["observation_period_start_date", "observation_period_end_date"].as_slice(),
        ),
        (
            "condition_occurrence",
            "condition_occurrence_id",
            &["condition_start_date", "condition_start_datetime", "condition_end_date"],
        ),
    ] {
        let rows = rows(release, table);
        let integers = |column| rows.column_by_name(column).unwrap().as_primitive::<Int64Type>().clone();
        let (persons, keys) = (integers("person_id"), integers(key));
        for column in columns {
            let values = cast(
                rows.column_by_name(column).unwrap(),
                &DataType::Timestamp(arrow::datatypes::TimeUnit::Microsecond, None),
            )
            .unwrap();
            let values = values.as_primitive::<arrow::datatypes::TimestampMicrosecondType>();
            for row in 0..rows.num_rows() {
                found.insert((persons.value(row), *column, keys.value(row)), values.value(row));
            }
        }
    }
    found
}

/// By how many days each person's dates were moved: by the same number everywhere.
fn days_moved(release: &Path, real: &Path) -> BTreeMap<i64, i64> {
    const DAY: i64 = 86_400_000_000;
    let (shown, real) = (instants(release), instants(real));
    assert_eq!(shown.len(), real.len());
    let mut moved = BTreeMap::new();
    for (key, instant) in shown {
        let by = instant - real[&key];
        assert_eq!(by % DAY, 0, "the time of day is another");
        assert_eq!(*moved.entry(key.0).or_insert(by / DAY), by / DAY, "an interval of {key:?} is another");
    }
    moved
}

#[test]
fn intervals_stay_and_families_and_secrets_move_apart() {
    let (one, next) = (people(false), people(true));
    one.build().unwrap();
    next.build().unwrap();
    let build = |fixture: &Fixture, out: &str, family: &str, secret| {
        fixture.build_as(out, family, secret);
        days_moved(&fixture.folder.path().join(out), &fixture.release())
    };
    let first = build(&one, "A", "registered", SECRET);
    assert!(first.values().all(|days| (-365..=-1).contains(days)));
    assert!(first.values().collect::<std::collections::BTreeSet<_>>().len() > 30);
    // The next release of the family, with other rows, moves everybody alike.
    assert_eq!(build(&next, "A", "registered", SECRET), first);
    for (out, family, secret) in [("B", "other", SECRET), ("C", "registered", [8; 32])] {
        let other = build(&one, out, family, secret);
        let same = first.iter().filter(|(person, days)| other[person] == **days).count();
        assert!(same < 5, "{same} of 60 people are moved alike under another key");
    }
}

#[test]
fn the_manifest_says_by_which_policy() {
    let fixture = people(false);
    let manifest = fixture.build_as("A", "registered", SECRET);
    let snapshot = manifest.snapshot.clone().unwrap();
    assert_eq!((snapshot.policy_version, snapshot.policy), (3, policy().digest()));
    assert_eq!((snapshot.family.as_str(), snapshot.dates_moved), ("registered", true));
    assert_eq!(manifest.tables().find(|table| table.name() == "note"), None);
    // The last day is that of the rows as they are shown.
    assert!(manifest.cut_off.unwrap() < "2020-12-31".parse().unwrap());
    assert_eq!(open_manifest(&fixture.folder.path().join("A")).unwrap(), manifest);
    // The key leaves no trace: another one gives other rows and the same words about them.
    let other = fixture.build_as("B", "registered", [8; 32]);
    assert_eq!(other.snapshot, manifest.snapshot);
}

#[test]
fn values_are_shown_in_their_forms() {
    let fixture = people(false);
    fixture.put(
        "observation.csv",
        "observation_id,person_id,observation_concept_id,observation_date,value_as_number\n1,1,7,2010-01-01,37.5\n",
    );
    fixture.build_as("A", "registered", SECRET);
    let release = fixture.folder.path().join("A");
    // Nobody is shown to be older than 88 years on 2020-12-31.
    let years = cells(&rows(&release, "person"), &["year_of_birth"]);
    assert_eq!(years.iter().min().unwrap(), "1932");
    assert_eq!(years.iter().max().unwrap(), "1960");
    assert_eq!(cells(&rows(&release, "observation"), &["value_as_number"]), ["30.0"]);
    let release = Release::open(&release).unwrap();
    let people = strongroom_engine::Shard::people(&release.shards()[0]).unwrap();
    assert_eq!(format!("{:?}", people.births[0]), "Year(1932)");
}

const PLANTED: &str = "PLANTED-5f3a9c";
const PLANTED_ID: i64 = 7_311_234_567_891_234;

/// The files of a release in which the planted values stand.
fn with_planted(release: &Path) -> Vec<String> {
    let manifest = open_manifest(release).unwrap();
    let paths = manifest.files.iter().map(|file| file.path.to_string()).chain(["manifest.json".to_owned()]);
    let id = PLANTED_ID.to_le_bytes();
    let holds = |path: &String| {
        let bytes = fs::read(release.join(path)).unwrap();
        let finds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        finds(PLANTED.as_bytes()) || finds(&id[..6])
    };
    paths.filter(holds).collect()
}

#[test]
fn nothing_of_what_is_hidden_stands_in_any_file() {
    let fixture = Fixture::new(&[
        (
            "person.csv",
            &format!(
                "person_id,gender_concept_id,year_of_birth,location_id,person_source_value\n1,8507,1970,{PLANTED_ID},{PLANTED}\n"
            ),
        ),
        (
            "observation_period.csv",
            "observation_period_id,person_id,observation_period_start_date,observation_period_end_date\n1,1,2000-01-01,2020-12-31\n",
        ),
        (
            "drug_exposure.csv",
            &format!(
                "drug_exposure_id,person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date,sig,\
                 provider_id\n1,1,1503297,2010-01-01,2010-02-01,{PLANTED},1\n"
            ),
        ),
        (
            "provider.csv",
            &format!("provider_id,provider_name,specialty_concept_id\n1,{PLANTED},{PLANTED_ID}\n"),
        ),
        (
            "note.csv",
            &format!(
                "note_id,person_id,note_date,note_type_concept_id,note_class_concept_id,note_text,encoding_concept_id,\
                 language_concept_id\n1,1,2010-01-01,1,1,{PLANTED},1,1\n"
            ),
        ),
    ]);
    fixture.build().unwrap();
    // The search finds what is there.
    let found = with_planted(&fixture.release());
    for file in ["person.parquet", "drug_exposure.parquet", "note.parquet", "provider.parquet"] {
        assert!(found.iter().any(|path| path.ends_with(file)), "{file} is not among {found:?}");
    }
    let manifest = fixture.build_as("A", "registered", SECRET);
    let release = fixture.folder.path().join("A");
    assert_eq!(with_planted(&release), [""; 0]);
    assert_eq!(rows(&release, "person").column_by_name("location_id").unwrap().null_count(), 1);
    // As if the source had never had them.
    assert!(report(&manifest, "person").columns_missing.contains(&"location_id".to_owned()));
    assert!(manifest.load.tables_missing.iter().any(|table| table.to_string() == "note"));
    let without = Fixture::new(&[
        ("person.csv", "person_id,gender_concept_id,year_of_birth\n1,8507,1970\n"),
        (
            "observation_period.csv",
            "observation_period_id,person_id,observation_period_start_date,observation_period_end_date\n1,1,2000-01-01,2020-12-31\n",
        ),
        (
            "drug_exposure.csv",
            "drug_exposure_id,person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date,provider_id\n\
             1,1,1503297,2010-01-01,2010-02-01,1\n",
        ),
    ]);
    assert_eq!(without.build_as("A", "registered", SECRET), manifest);
    let digest = |fixture: &Fixture| sha256_of_file(&fixture.folder.path().join("A/manifest.json")).unwrap();
    assert_eq!(digest(&without), digest(&fixture));
}

#[test]
fn a_secret_is_long_enough_and_there() {
    let fixture = people(false);
    let family = || ReleaseName::new("registered").unwrap();
    assert!(fixture.request().with_policy(policy(), family(), Some(&[7; 31])).is_err());
    let request = fixture.request().with_policy(policy(), family(), None).unwrap();
    let error = build(&request, Timestamp::LAST, &Silent).unwrap_err().to_string();
    assert!(error.starts_with("the policy moves the dates of this tier; give the secret"), "{error}");
    assert!(fixture.beside().is_empty());
}
