//! Who withdrew is in no answer.

use strongroom_cohort::ResolvedConcepts;
use strongroom_cohort::ast::{Events, Predicate, Step};
use strongroom_omop::{ConceptId, Domain, SubjectId};

use crate::access::{Access, now};
use crate::agreement::{of_engine, of_reference};
use crate::questions::{WithStep, all, answer, column, everyone, first_condition, patients, with_event};
use crate::release::Release;

const WITHDRAWN: [i64; 2] = [2, 5];

#[tokio::test]
async fn the_answers_are_those_of_a_release_without_them() {
    let people: Vec<_> =
        patients(6).into_iter().map(|person| with_event(person, Domain::Drug, 20, "2020-03-05")).collect();
    let left: Vec<_> =
        people.iter().filter(|person| !WITHDRAWN.contains(&person.subject.value())).cloned().collect();
    let release = Release::of(&people);
    let cdr = release.open().await.without_people(WITHDRAWN.map(SubjectId::new));
    let cdr = cdr.authorize(Access::exact().session()).unwrap();
    let treated = || Predicate::Any(Events::of(Domain::Drug.into()));
    for definition in [
        everyone(),
        everyone().with_step(Step::require(treated())),
        everyone().with_step(Step::exclude(Predicate::No(Events::of(Domain::Drug.into())))),
        everyone().with_step(Step::require(treated().negated().negated())),
        first_condition(),
        first_condition().with_step(Step::require(Predicate::sex_at_birth([ConceptId::FEMALE]))),
    ] {
        let cohort = cdr.resolve(&definition).unwrap();
        assert_eq!(of_engine(&cdr, &cohort).await, of_reference(&cohort, &left));
    }
}

#[tokio::test]
async fn their_events_are_gone_and_those_of_others_are_not() {
    let people: Vec<_> =
        patients(6).into_iter().map(|person| with_event(person, Domain::Drug, 20, "2020-03-05")).collect();
    let release = Release::of(&people);
    for (withdrawn, expected) in [(vec![], vec![1, 2, 3, 4, 5, 6]), (WITHDRAWN.into(), vec![1, 3, 4, 6])] {
        let cdr = release.open().await.without_people(withdrawn.into_iter().map(SubjectId::new));
        let cdr = cdr.authorize(Access::usual().session()).unwrap();
        let result = answer(&cdr, &first_condition()).await.unwrap();
        let permit = cdr.session().export_permit(now()).unwrap();
        for domain in [Domain::Condition, Domain::Drug] {
            let rows = cdr.events(&result, domain, &ResolvedConcepts::Every, &permit).await.unwrap();
            assert_eq!(column(&all(rows).await.unwrap(), "person_id"), expected, "{domain}");
        }
    }
}

/// Nobody is left to be counted, told apart or added up.
#[tokio::test]
async fn nobody_is_left_when_all_have_withdrawn() {
    let release = Release::of(&patients(3));
    let cdr = release.open().await.without_people((1..=3).map(SubjectId::new));
    let cdr = cdr.authorize(Access::usual().session()).unwrap();
    let result = answer(&cdr, &first_condition()).await.unwrap();
    assert_eq!(result.count().to_string(), "0");
    assert_eq!(result.by_age_and_sex().unwrap().cells(), []);
    let permit = cdr.session().export_permit(now()).unwrap();
    assert_eq!(column(&all(cdr.entries(&result, &permit).unwrap()).await.unwrap(), "subject_id"), [0; 0]);
}
