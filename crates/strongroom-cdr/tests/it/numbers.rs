//! The numbers that a result tells of itself.

use strongroom_cdr::{AgeAndSex, AgeBand};
use strongroom_cohort::reference::{Birth, PersonRecord};
use strongroom_cohort::{Predicate, Step};
use strongroom_disclosure::ReleasedCount;
use strongroom_omop::{ConceptId, Domain};

use crate::access::{Access, label};
use crate::questions::{answer, everyone, first_condition, with_event, woman};
use crate::release::Release;

/// So many women of whom the first `patients` have the condition, on 1 March 2020; `young` of
/// these were born in 2000, all others in 1980.
fn people(count: i64, patients: i64, young: i64) -> Vec<PersonRecord> {
    let person = |subject| {
        let mut person = woman(subject);
        if subject <= young {
            person.birth = Birth::Year(2000);
        }
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
    let born_before = |year: i32| {
        Predicate::AgeAtIndex(strongroom_cohort::AgeRange { min: Some((2020 - year) as u32), max: None })
    };
    let definition = first_condition()
        .with_step(Step::require(Predicate::SexAtBirth(vec![ConceptId::FEMALE])).with_label(label("women")))
        .with_step(Step::exclude(born_before(1985)));
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
    let cells = |result: &strongroom_cdr::CohortResult| result.by_age_and_sex().unwrap().into_cells();

    let exact = release.open().await.authorize(Access::exact().session()).unwrap();
    let found = cells(&answer(&exact, &first_condition()).await.unwrap());
    assert_eq!(found.len(), AgeBand::all().count());
    assert_eq!(found.iter().map(|(_, count)| count.exact().unwrap()).sum::<u64>(), 90);
    // On 1 March 2020, who was born in June 1980 is 39.
    assert!(found.contains(&(band(18, 29), ReleasedCount::Exact(7))), "{found:?}");
    assert!(found.contains(&(band(30, 39), ReleasedCount::Exact(83))), "{found:?}");
    // Without an index, ages are those of the last day: 40 and 20.
    let found = cells(&answer(&exact, &everyone()).await.unwrap());
    assert!(found.contains(&(band(18, 29), ReleasedCount::Exact(7))), "{found:?}");
    assert!(found.contains(&(band(40, 49), ReleasedCount::Exact(193))), "{found:?}");

    let usual = release.open().await.authorize(Access::usual().session()).unwrap();
    let result = answer(&usual, &first_condition()).await.unwrap();
    assert_eq!(result.count().exact(), Some(90));
    let found = cells(&result);
    assert!(!found.iter().any(|(_, count)| (1..=20).contains(&count.exact().unwrap_or(0))), "{found:?}");
    assert!(!found.iter().any(|(_, count)| *count == ReleasedCount::Exact(83)), "90 − 83 = 7: {found:?}");
}
