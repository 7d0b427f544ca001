//! What a build counts about the quality of the data.

use super::*;
use crate::release::{Finding, QualityReport};

/// The findings of a table, and the rows of each.
#[track_caller]
fn check(fixture: &Fixture, table: &str, expected: &[(Finding, u64)]) {
    let report = QualityReport::open(&fixture.release()).unwrap();
    let name = TableName::new(Table::named(table).unwrap());
    let table = report.tables.iter().find(|quality| quality.table == name).unwrap();
    let found: Vec<_> = table.findings.iter().map(|found| (found.finding, found.rows)).collect();
    assert_eq!(found, expected, "{name}");
}

fn odd() -> Fixture {
    Fixture::new(&[
        (
            "person.csv",
            "person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth\n1,8507,1970,5,17\n2,8532,1980,,\n\
             3,8507,1990,,\n",
        ),
        (
            "observation_period.csv",
            "observation_period_id,person_id,observation_period_start_date,observation_period_end_date\n\
             1,1,2000-01-01,2000-06-30\n2,1,2000-07-01,2020-12-31\n3,2,2010-01-01,2021-06-30\n",
        ),
        ("death.csv", "person_id,death_date\n1,2019-03-01\n1,2019-02-28\n3,1989-12-31\n"),
        ("provider.csv", "provider_id\n7\n"),
        ("care_site.csv", "care_site_id\n5\n"),
        (
            "visit_occurrence.csv",
            "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,visit_type_concept_id,\
             care_site_id\n10,1,201826,2005-01-01,2005-01-09,1,5\n11,2,201826,2011-01-01,2010-12-31,1,6\n",
        ),
        (
            "condition_occurrence.csv",
            "condition_occurrence_id,person_id,condition_concept_id,condition_start_date,visit_occurrence_id,\
             provider_id\n1,1,201826,2005-01-01,10,7\n2,1,0,1970-05-16,11,8\n3,2,99,1980-01-01,12,\n\
             4,1,201826,2000-07-01,,\n5,1,201826,2019-03-15,,\n6,1,201826,2019-06-01,,\n",
        ),
        (
            "measurement.csv",
            "measurement_id,person_id,measurement_concept_id,measurement_date,unit_concept_id\n1,1,3004410,2005-01-01,8554\n\
             2,1,3004410,2005-01-02,8554\n3,1,3004410,2005-01-03,0\n4,2,3004410,2011-01-03,\n5,2,7,2011-01-03,8554\n",
        ),
    ])
}

#[test]
fn what_is_implausible_or_does_not_fit_is_counted() {
    let fixture = odd();
    fixture.build().unwrap();
    check(
        &fixture,
        "condition_occurrence",
        &[
            (Finding::NoConcept, 1),
            (Finding::UnknownConcept, 1),
            // The visit of another person, and one that is not there.
            (Finding::UnknownVisit, 2),
            (Finding::UnknownProvider, 1),
            // The day before birth; in the year of birth, of which no more is known, is not before.
            (Finding::BeforeBirth, 1),
            (Finding::AfterDeath, 2),
            (Finding::LongAfterDeath, 1),
            (Finding::Unobserved, 2),
        ],
    );
    check(&fixture, "visit_occurrence", &[(Finding::UnknownCareSite, 1), (Finding::EndBeforeStart, 1)]);
    check(&fixture, "death", &[(Finding::NoConcept, 3), (Finding::BeforeBirth, 1), (Finding::Unobserved, 1)]);
    let report = QualityReport::open(&fixture.release()).unwrap();
    let people = report.people;
    assert_eq!(
        (people.count, people.never_observed, people.died, people.died_again, people.died_before_birth),
        (3, 1, 2, 1, 1)
    );
    let units: Vec<_> = report.units.iter().map(|mix| (mix.concept.value(), mix.units.len())).collect();
    assert_eq!(units, [(3_004_410, 2)]);
    assert_eq!(report.units[0].units.iter().map(|unit| unit.rows).collect::<Vec<_>>(), [2, 2]);
    // Tables that are not about people are counted, too.
    let known = |table: &str, column: &str| {
        let name = TableName::new(Table::named(table).unwrap());
        let table = report.tables.iter().find(|quality| quality.table == name).unwrap();
        table.columns.iter().find(|quality| quality.column == column).unwrap().known
    };
    assert_eq!((known("provider", "provider_id"), known("provider", "specialty_concept_id")), (1, 0));
    assert_eq!((known("condition_occurrence", "provider_id"), known("person", "month_of_birth")), (2, 1));
}

#[test]
fn the_report_is_the_same_in_other_shards_and_belongs_to_the_release() {
    let fixture = odd();
    let manifest = fixture.build().unwrap();
    let report = QualityReport::open(&fixture.release()).unwrap();
    for file in ["quality.json", "quality.md"] {
        assert!(manifest.files.iter().any(|known| known.path.to_string() == file), "{file} is unknown");
    }
    assert_eq!(fs::read_to_string(fixture.release().join("quality.md")).unwrap(), report.page());
    let out = fixture.folder.path().join("small");
    let request = BuildRequest { out: out.clone(), ..fixture.request() };
    let request = request.with_shard_people(NonZeroU32::MIN);
    build(&request, Timestamp::LAST, &Silent).unwrap();
    assert_eq!(QualityReport::open(&out).unwrap(), report);
}

#[test]
fn a_damaged_report_is_told_without_what_it_holds() {
    let fixture = odd();
    fixture.build().unwrap();
    fs::write(fixture.release().join("quality.json"), r#"{"format": "strongroom-quality/1", "secret": 1}"#)
        .unwrap();
    let error = QualityReport::open(&fixture.release()).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
}
