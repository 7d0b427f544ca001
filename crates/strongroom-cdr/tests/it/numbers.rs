//! The numbers that a result tells of itself.

use chrono::NaiveDate;
use strongroom_cdr::{AgeAndSex, AgeBand, CohortResult};
use strongroom_cohort::ast::{Comparison, Predicate, Step, Title};
use strongroom_cohort::reference::{Birth, PersonRecord};
use strongroom_disclosure::ReleasedCount;
use strongroom_omop::{ConceptId, Domain};

use crate::access::Access;
use crate::questions::{WithStep, answer, everyone, first_condition, with_event, woman};
use crate::release::Release;

/// So many women, of whom the first `patients` have the condition, on 1 March 2020. The first
/// `children` of them were born in 2005, all others on 15 June 1975.
fn people(count: i64, patients: i64, children: i64) -> Vec<PersonRecord> {
    let person = |subject| {
        let mut person = woman(subject);
        person.birth = match subject <= children {
            true => Birth::Year(2005),
            false => Birth::Day(NaiveDate::from_ymd_opt(1975, 6, 15).unwrap()),
        };
        if subject <= patients { with_event(person, Domain::Condition, 10, "2020-03-01") } else { person }
    };
    (1..=count).map(person).collect()
}

/// Of 100 people, so many patients are shown as this.
#[tokio::test]
async fn small_cohorts_and_small_remainders_are_not_shown() {
    for (patients, expected) in
        [(0, "0"), (1, "≤ 20"), (20, "≤ 20"), (21, "21"), (90, "withheld"), (100, "100")]
    {
        let release = Release::of(&people(100, patients, 0));
        let cdr = release.open().await.authorize(Access::usual().session()).unwrap();
        let result = answer(&cdr, &first_condition()).await.unwrap();
        assert_eq!(result.count().to_string(), expected, "{patients} patients");
    }
}

#[tokio::test]
async fn the_sessions_limit_is_used() {
    let release = Release::of(&people(100, 15, 0));
    // A limit of 1 would hide nothing, so the usual one holds.
    for (suppress_up_to, expected) in
        [(0, "15"), (1, "≤ 20"), (2, "15"), (14, "15"), (15, "≤ 15"), (20, "≤ 20")]
    {
        let cdr = release.open().await;
        let cdr = cdr.authorize(Access { suppress_up_to, ..Access::usual() }.session()).unwrap();
        let result = answer(&cdr, &first_condition()).await.unwrap();
        assert_eq!(result.count().to_string(), expected, "up to {suppress_up_to}");
    }
}

#[tokio::test]
async fn attrition_is_told_step_by_step() {
    let release = Release::of(&people(200, 90, 60));
    let adult = Predicate::age_at_index(Comparison::AtLeast, 18);
    let women = Title::new("women").unwrap();
    let definition = first_condition()
        .with_step(Step::require(Predicate::sex_at_birth([ConceptId::FEMALE])).with_label(women))
        .with_step(Step::exclude(adult));
    for (access, expected) in [
        (Access::exact(), "200: entered 90, women 90, step 2 60"),
        (Access::usual(), "200: entered 90, women 90, step 2 60"),
        (
            Access { suppress_up_to: 40, ..Access::usual() },
            "200: entered withheld, women withheld, step 2 60",
        ),
    ] {
        let cdr = release.open().await.authorize(access.session()).unwrap();
        let attrition = answer(&cdr, &definition).await.unwrap().attrition().unwrap();
        let steps: Vec<_> = attrition.steps().iter().map(|(step, left)| format!("{step} {left}")).collect();
        assert_eq!(format!("{}: {}", attrition.universe(), steps.join(", ")), expected);
    }
}

#[tokio::test]
async fn every_member_is_in_one_cell_of_the_breakdown() {
    let release = Release::of(&people(200, 90, 7));
    let band = |from, to| AgeAndSex { age: AgeBand::Years { from, to: Some(to) }, sex: ConceptId::FEMALE };
    let cells = |result: &CohortResult| result.by_age_and_sex().unwrap().into_cells();

    let exact = release.open().await.authorize(Access::exact().session()).unwrap();
    let found = cells(&answer(&exact, &first_condition()).await.unwrap());
    assert_eq!(found.len(), AgeBand::all().count());
    assert_eq!(found.iter().map(|(_, count)| count.exact().unwrap()).sum::<u64>(), 90);
    // Those born in June 1975 are 44 on 1 March 2020, and 45 on the last day of the year.
    assert!(found.contains(&(band(0, 17), ReleasedCount::Exact(7))), "{found:?}");
    assert!(found.contains(&(band(18, 44), ReleasedCount::Exact(83))), "{found:?}");
    // Without an index, ages are those of the day on which the release ends.
    let found = cells(&answer(&exact, &everyone()).await.unwrap());
    assert!(found.contains(&(band(0, 17), ReleasedCount::Exact(7))), "{found:?}");
    assert!(found.contains(&(band(45, 64), ReleasedCount::Exact(193))), "{found:?}");

    let usual = release.open().await.authorize(Access::usual().session()).unwrap();
    let result = answer(&usual, &first_condition()).await.unwrap();
    assert_eq!(result.count().exact(), Some(90));
    // 90 − 83 would be the seven.
    let found = cells(&result);
    assert!(!found.iter().any(|(_, count)| (1..=20).contains(&count.exact().unwrap_or(0))), "{found:?}");
    assert!(!found.iter().any(|(_, count)| *count == ReleasedCount::Exact(83)), "{found:?}");
}
