//! People, questions and answers in few words.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use chrono::NaiveDate;
use futures::TryStreamExt;
use strongroom_cdr::{AuthorizedCdr, CohortResult, QueryError, RowBatches};
use strongroom_cohort::ast::{Comparison, ConceptItem, ConceptSet, Entry, Events, Predicate, Step};
use strongroom_cohort::reference::{Birth, EventRecord, PersonRecord};
use strongroom_cohort::{Cohort, CohortName, Definition, ResolvedCohort, SetName};
use strongroom_omop::{ConceptId, Domain, RecordId, SubjectId};

/// A woman born on 15 June 1980 of whom nothing else is recorded.
pub(crate) fn woman(subject: i64) -> PersonRecord {
    let mut person = PersonRecord::new(SubjectId::new(subject));
    person.birth = Birth::Day(NaiveDate::from_ymd_opt(1980, 6, 15).unwrap());
    person.gender = Some(ConceptId::FEMALE);
    person.sex_at_birth = Some(ConceptId::FEMALE);
    person
}

pub(crate) fn with_event(
    mut person: PersonRecord,
    domain: Domain,
    concept: i64,
    start: &str,
) -> PersonRecord {
    let record = RecordId::new(person.subject.value() * 10_000 + person.events.len() as i64);
    person.events.push(EventRecord::new(
        domain.into(),
        record,
        ConceptId::new(concept),
        start.parse().unwrap(),
    ));
    person
}

/// So many women with condition 10 on the same day.
pub(crate) fn patients(count: i64) -> Vec<PersonRecord> {
    (1..=count).map(|subject| with_event(woman(subject), Domain::Condition, 10, "2020-03-01")).collect()
}

/// Everybody, without an index.
pub(crate) fn everyone() -> Definition {
    Definition::of(Cohort::new(CohortName::new("everyone").unwrap(), Entry::everyone()))
}

/// Everybody with concept 10 in this domain, from the first time on.
pub(crate) fn first_of(domain: Domain) -> Definition {
    let set = SetName::new("ten").unwrap();
    let only = ConceptSet::including([ConceptItem::only(ConceptId::new(10))]);
    let first = Entry::first(Events::of(domain.into()).in_set(set.clone()));
    Definition::of(Cohort::new(CohortName::new("first").unwrap(), first)).with_concept_set(set, only)
}

/// Steps at the end of a definition's main cohort.
pub(crate) trait WithStep {
    fn with_step(self, step: Step) -> Self;
}

impl WithStep for Definition {
    fn with_step(mut self, step: Step) -> Self {
        self.cohorts.last_mut().unwrap().steps.push(step);
        self
    }
}

/// The age is exactly this.
pub(crate) fn aged(age: fn(Comparison, i32) -> Predicate, years: i32) -> Predicate {
    age(Comparison::Equal, years)
}

pub(crate) fn first_condition() -> Definition {
    first_of(Domain::Condition)
}

pub(crate) async fn resolved(cdr: &AuthorizedCdr, definition: &Definition) -> ResolvedCohort {
    cdr.resolve(definition).unwrap()
}

pub(crate) async fn answer(cdr: &AuthorizedCdr, definition: &Definition) -> Result<CohortResult, QueryError> {
    cdr.run(&cdr.resolve(definition)?).await
}

pub(crate) async fn all(rows: RowBatches) -> Result<Vec<RecordBatch>, QueryError> {
    rows.try_collect().await
}

/// The integers of a column in ascending order; -1 for null.
pub(crate) fn column(batches: &[RecordBatch], name: &str) -> Vec<i64> {
    let values = |batch: &RecordBatch| {
        let column = batch.column_by_name(name).unwrap().as_primitive::<Int64Type>().clone();
        column.iter().map(|value| value.unwrap_or(-1)).collect::<Vec<_>>()
    };
    let mut values: Vec<_> = batches.iter().flat_map(values).collect();
    values.sort_unstable();
    values
}
