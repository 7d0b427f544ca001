use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch};
use arrow::datatypes::{Date32Type, Field, Schema};
use chrono::Datelike;
use datafusion::error::DataFusionError;
use futures::TryStreamExt;
use roaring::RoaringBitmap;
use strongroom_cohort::reference::Birth;
use strongroom_omop::{ConceptId, SubjectId};

use crate::query::tables::{integers, value};
use crate::query::{QueryError, SessionTables};

/// One visible person of the release.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person {
    pub(crate) subject: SubjectId,
    pub(crate) sex: ConceptId,
    pub(crate) birth: Birth,
}

/// Every visible person, in ascending order of `person_id`. A person's place is their ordinal.
pub(crate) struct People {
    people: Vec<Person>,
    count: u32,
}

/// The columns of the people as a plan sees them.
pub(super) const SUBJECT: &str = "entry_subject_id";
pub(super) const INDEX_DAY: &str = "entry_index_day";
pub(super) const BIRTH_YEAR: &str = "entry_birth_year";
/// Null where only the year, or nothing, is known.
pub(super) const BIRTH_DAY: &str = "entry_birth_day";

impl People {
    pub(crate) async fn read(tables: &SessionTables) -> Result<Self, QueryError> {
        let table = tables.table("person")?;
        // A tier may hide the month and day of birth: then only the year is known (rule R13).
        let columns = ["person_id", "gender_concept_id", "year_of_birth", "month_of_birth", "day_of_birth"];
        let shown: Vec<_> = columns.into_iter().filter(|column| table.has_column(column)).collect();
        if let Some(column) = columns.iter().take(3).find(|column| !shown.contains(column)) {
            return Err(QueryError::NoColumn { table: "person", column: (*column).to_owned() });
        }
        let mut people = Vec::new();
        let mut batches = tables.run(tables.read(table, &shown)?).await?;
        while let Some(batch) = batches.try_next().await? {
            let cell = |name: &str, row| match shown.iter().position(|column| *column == name) {
                Some(column) => Ok(value(integers(&batch, column)?, row)),
                None => Ok::<_, QueryError>(None),
            };
            for row in 0..batch.num_rows() {
                let Some(subject) = cell("person_id", row)? else { continue };
                let number =
                    |name| Ok::<_, QueryError>(cell(name, row)?.and_then(|value| value.try_into().ok()));
                people.push(Person {
                    subject: SubjectId::new(subject),
                    sex: cell("gender_concept_id", row)?
                        .map_or(ConceptId::NO_MATCHING_CONCEPT, ConceptId::new),
                    birth: Birth::from_parts(
                        cell("year_of_birth", row)?.and_then(|year| year.try_into().ok()),
                        number("month_of_birth")?,
                        number("day_of_birth")?,
                    ),
                });
            }
        }
        people.sort_unstable_by_key(|person| person.subject);
        people.dedup_by_key(|person| person.subject);
        let count = u32::try_from(people.len()).map_err(|_| QueryError::TooManyPeople)?;
        Ok(Self { people, count })
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Person> {
        self.people.iter()
    }

    /// These people, in ascending order.
    pub(crate) fn of<'a>(&'a self, ordinals: &'a RoaringBitmap) -> impl Iterator<Item = (u32, &'a Person)> {
        ordinals
            .iter()
            .filter_map(|ordinal| Some((ordinal, self.people.get(usize::try_from(ordinal).ok()?)?)))
    }

    /// The person's ordinal, if the session sees them.
    pub(crate) fn ordinal(&self, subject: SubjectId) -> Option<u32> {
        let place = self.people.binary_search_by_key(&subject, |person| person.subject).ok()?;
        u32::try_from(place).ok()
    }

    /// The people with their births and index days, for plans to join on.
    pub(crate) fn batch(&self, index_days: &[Option<i32>]) -> Result<RecordBatch, QueryError> {
        let columns: [(&str, ArrayRef); 4] = [
            (
                SUBJECT,
                Arc::new(Int64Array::from_iter_values(self.iter().map(|person| person.subject.value()))),
            ),
            (
                BIRTH_YEAR,
                Arc::new(self.iter().map(|person| birth_year(person.birth)).collect::<Int64Array>()),
            ),
            (BIRTH_DAY, Arc::new(self.iter().map(|person| birth_day(person.birth)).collect::<Date32Array>())),
            (INDEX_DAY, Arc::new(self.iter().zip(index_days).map(|(_, day)| *day).collect::<Date32Array>())),
        ];
        let fields = columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        Ok(RecordBatch::try_new(schema, columns).map_err(DataFusionError::from)?)
    }
}

fn birth_year(birth: Birth) -> Option<i64> {
    match birth {
        Birth::Unknown => None,
        Birth::Year(year) => Some(year.into()),
        Birth::Day(day) => Some(day.year().into()),
    }
}

fn birth_day(birth: Birth) -> Option<i32> {
    match birth {
        Birth::Unknown | Birth::Year(_) => None,
        Birth::Day(day) => Some(Date32Type::from_naive_date(day)),
    }
}
