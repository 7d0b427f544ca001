//! What a tier hides does not exist.

use strongroom_cdr::{AuthorizedCdr, QueryError};
use strongroom_cohort::ast::{Events, Filter, Predicate, Step};
use strongroom_cohort::{Definition, ResolvedConcepts};
use strongroom_omop::Domain;
use strongroom_tiers::Hidden;

use crate::access::{Access, now};
use crate::omop::RowOrder;
use crate::questions::{
    WithStep, aged, all, answer, everyone, first_condition, first_of, patients, with_event,
};
use crate::release::Release;

async fn under(release: &Release, hidden: Hidden) -> AuthorizedCdr {
    release.open().await.authorize(Access { hidden, ..Access::exact() }.session()).unwrap()
}

/// Everything the error says, to people and to logs.
fn texts(error: &QueryError) -> [String; 2] {
    [error.to_string(), format!("{error:?}")]
}

fn with_drugs() -> Vec<strongroom_cohort::reference::PersonRecord> {
    patients(3).into_iter().map(|person| with_event(person, Domain::Drug, 10, "2020-03-05")).collect()
}

#[tokio::test]
async fn a_hidden_table_is_an_absent_table() {
    let hiding = Release::of(&with_drugs());
    let hiding = under(&hiding, Hidden::nothing().with_table("drug_exposure")).await;
    let lacking = Release::with_domains(&with_drugs(), &[Domain::Condition], RowOrder::AsGiven);
    let lacking = under(&lacking, Hidden::nothing()).await;
    let mut said = Vec::new();
    for cdr in [&hiding, &lacking] {
        let entry = answer(cdr, &first_of(Domain::Drug)).await.unwrap_err();
        let step = Step::exclude(Predicate::Any(Events::of(Domain::Drug.into())));
        let step = answer(cdr, &everyone().with_step(step)).await.unwrap_err();
        let result = answer(cdr, &first_condition()).await.unwrap();
        let permit = cdr.session().export_permit(now()).unwrap();
        let rows = cdr.events(&result, Domain::Drug, &ResolvedConcepts::Every, &permit).await.unwrap_err();
        assert!(matches!(entry, QueryError::NoTable { table: "drug_exposure" }), "{entry:?}");
        said.push([entry, step, rows].map(|error| texts(&error)));
    }
    assert_eq!(said[0], said[1]);
}

/// A release has every column of the CDM, so an absent one cannot be compared with: the text alone
/// must not tell which of the two it is.
#[tokio::test]
async fn a_hidden_column_is_said_not_to_be_there() {
    let release = Release::of(&with_drugs());
    for (column, definition) in [
        ("drug_concept_id", first_of(Domain::Drug)),
        ("drug_exposure_start_date", first_of(Domain::Drug)),
        (
            "drug_exposure_start_date",
            everyone().with_step(Step::require(Predicate::Any(Events::of(Domain::Drug.into())))),
        ),
        ("person_id", first_of(Domain::Drug)),
    ] {
        let cdr = under(&release, Hidden::nothing().with_column("drug_exposure", column)).await;
        let error = answer(&cdr, &definition).await.unwrap_err();
        let text = format!(
            "there is no column `drug_exposure.{column}` in this release for this session; leave it out"
        );
        assert_eq!(error.to_string(), text);
        answer(&cdr, &first_condition()).await.unwrap();
    }
    for (table, column) in [
        ("person", "gender_concept_id"),
        ("person", "year_of_birth"),
        ("person", "person_id"),
        ("concept", "concept_id"),
        ("concept", "standard_concept"),
        ("concept_ancestor", "descendant_concept_id"),
    ] {
        let cdr = under(&release, Hidden::nothing().with_column(table, column)).await;
        let mut definition = first_condition();
        for set in definition.concept_sets.values_mut() {
            for item in &mut set.include {
                item.descendants = true;
            }
        }
        let error = answer(&cdr, &definition).await.unwrap_err();
        let found =
            matches!(&error, QueryError::NoColumn { table: t, column: c } if *t == table && c == column);
        assert!(found, "{table}.{column}: {error:?}");
    }
}

#[tokio::test]
async fn rows_have_no_hidden_columns() {
    let release = Release::of(&with_drugs());
    let hidden =
        Hidden::nothing().with_source_values().with_column("drug_exposure", "drug_exposure_end_date");
    for (hidden, expected) in [(Hidden::nothing(), [true; 3]), (hidden, [true, false, false])] {
        let cdr = under(&release, hidden).await;
        let result = answer(&cdr, &first_condition()).await.unwrap();
        let permit = cdr.session().export_permit(now()).unwrap();
        let rows = cdr.events(&result, Domain::Drug, &ResolvedConcepts::Every, &permit).await.unwrap();
        let names = ["drug_concept_id", "drug_exposure_end_date", "drug_source_value"];
        assert_eq!(names.map(|name| rows.schema().index_of(name).is_ok()), expected);
        for batch in all(rows).await.unwrap() {
            assert_eq!(names.map(|name| batch.column_by_name(name).is_some()), expected);
        }
    }
}

/// Without month and day, ages are differences of years: everybody turns 40 on 1 January 2020.
#[tokio::test]
async fn without_month_and_day_of_birth_only_the_year_counts() {
    let release = Release::of(&patients(3));
    let month = || Hidden::nothing().with_column("person", "month_of_birth");
    let day = Hidden::nothing().with_column("person", "day_of_birth");
    let at_index = |years| -> Definition {
        first_condition().with_step(Step::require(aged(Predicate::age_at_index, years)))
    };
    let at_event = |years| -> Definition {
        let of_that_age = Filter::Where(aged(Predicate::age, years));
        let events = Events::of(Domain::Condition.into()).filtered(of_that_age);
        everyone().with_step(Step::require(Predicate::Any(events)))
    };
    // Born on 15 June 1980, ill on 1 March 2020.
    for (hidden, expected) in [
        (Hidden::nothing(), [3, 0]),
        (month(), [0, 3]),
        (day, [0, 3]),
        (month().with_column("person", "day_of_birth"), [0, 3]),
    ] {
        let cdr = under(&release, hidden).await;
        for (age, count) in [39, 40].into_iter().zip(expected) {
            for definition in [at_index(age), at_event(age)] {
                let result = answer(&cdr, &definition).await.unwrap();
                assert_eq!(result.count().exact(), Some(count), "at {age}");
            }
        }
    }
}
