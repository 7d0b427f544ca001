//! No error holds a value of the data.

use std::error::Error;
use std::fs;

use strongroom_cdr::QueryError;
use strongroom_cohort::ast::{ConceptItem, ConceptSet, Events, Predicate, Step};
use strongroom_cohort::reference::PersonRecord;
use strongroom_cohort::{ResolvedConcepts, SetName};
use strongroom_omop::{ConceptId, Domain};
use strongroom_tiers::Hidden;

use crate::access::{Access, now};
use crate::omop::SECRET;
use crate::questions::{WithStep, all, answer, everyone, first_condition, first_of, with_event, woman};
use crate::release::Release;

/// A number, a day and, by way of the files, texts that stand nowhere but in the data.
const SUBJECT: i64 = 424_242_424;
const DAY: &str = "1987-06-05";

fn people() -> Vec<PersonRecord> {
    vec![with_event(woman(SUBJECT), Domain::Condition, 10, DAY)]
}

/// Events of a concept set that is not there.
fn about_no_set() -> Predicate {
    Predicate::Any(Events::of(Domain::Condition.into()).in_set(SetName::new("none").unwrap()))
}

/// Nothing that can be printed of the error, or of what caused it, is from the data.
fn check(error: &QueryError) {
    let mut printed = vec![format!("{error:?}"), format!("{error:#?}")];
    let mut cause: Option<&dyn Error> = Some(error);
    while let Some(error) = cause {
        printed.extend([error.to_string(), format!("{error:?}")]);
        cause = error.source();
    }
    for text in &printed {
        for secret in ["SECRET", "90210", &SUBJECT.to_string(), DAY] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    let message = error.to_string();
    assert!(message.starts_with(|first: char| first.is_lowercase()) && !message.ends_with('.'), "{message}");
}

#[tokio::test]
async fn what_is_refused_says_nothing_of_the_data() {
    let release = Release::of(&people());
    let cdr = release.open().await;
    let other = Access { release: "R2025Q1", ..Access::usual() };
    check(&cdr.authorize(other.session()).unwrap_err());

    let hidden = Hidden::nothing().with_table("drug_exposure").with_column("measurement", "measurement_date");
    let here = cdr.authorize(Access { hidden, ..Access::usual() }.session()).unwrap();
    check(&answer(&here, &first_of(Domain::Drug)).await.unwrap_err());
    check(&answer(&here, &first_of(Domain::Measurement)).await.unwrap_err());

    let result = answer(&here, &first_condition()).await.unwrap();
    let elsewhere = cdr.authorize(Access { workspace: 77, ..Access::usual() }.session()).unwrap();
    let permit = elsewhere.session().export_permit(now()).unwrap();
    check(&here.entries(&result, &permit).unwrap_err());
    check(&elsewhere.entries(&result, &permit).unwrap_err());
    assert!(!format!("{result:?} {here:?} {cdr:?}").contains(&SUBJECT.to_string()));
}

#[tokio::test]
async fn what_is_wrong_with_a_definition_says_nothing_of_the_data() {
    let release = Release::of(&people());
    let cdr = release.open().await.authorize(Access::usual().session()).unwrap();
    let unknown = ConceptSet::including([42, 99].map(|id| ConceptItem::only(ConceptId::new(id))));
    let unknown = first_condition().with_concept_set(SetName::new("ten").unwrap(), unknown);
    for definition in [unknown, everyone().with_step(Step::require(about_no_set()))] {
        let error = answer(&cdr, &definition).await.unwrap_err();
        assert!(matches!(error, QueryError::Unresolved(_)), "{error:?}");
        check(&error);
    }
}

/// A file is replaced, cut short or lost while the release is open.
#[tokio::test]
async fn what_is_wrong_with_a_file_says_nothing_of_the_data() {
    let secrets = format!("{SECRET} {SUBJECT} {DAY} ").repeat(2_000);
    for file in ["shards/00000/people.index", "shards/00000/condition_occurrence.index", "vocabulary.index"] {
        for damage in ["replaced", "cut short", "lost"] {
            let release = Release::of(&people());
            let cdr = release.open().await.authorize(Access::usual().session()).unwrap();
            let path = release.path().join(file);
            match damage {
                "replaced" => fs::write(&path, &secrets).unwrap(),
                "cut short" => fs::write(&path, &fs::read(&path).unwrap()[..10]).unwrap(),
                _ => fs::remove_file(&path).unwrap(),
            }
            let error = answer(&cdr, &first_condition()).await.unwrap_err();
            let QueryError::Storage(failure) = &error else { panic!("{file} {damage}: {error:?}") };
            assert!(!failure.expose().is_empty());
            check(&error);
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said_of_rows_too() {
    let release = Release::of(&people());
    let cdr = release.open().await.authorize(Access::usual().session()).unwrap();
    let result = answer(&cdr, &first_condition()).await.unwrap();
    let permit = cdr.session().export_permit(now()).unwrap();
    fs::write(release.path().join("shards/00000/condition_occurrence.parquet"), SECRET.repeat(2_000))
        .unwrap();
    let rows = cdr.events(&result, Domain::Condition, &ResolvedConcepts::Every, &permit).await.unwrap();
    let error = all(rows).await.unwrap_err();
    assert!(matches!(error, QueryError::Storage(_)), "{error:?}");
    check(&error);
}
