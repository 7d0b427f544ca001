use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use strongroom_omop::{ConceptId, RecordId, SubjectId};

use crate::ast::{Column, EventKind};

/// Everything that is recorded of one person, as far as definitions can speak of it.
///
/// Concepts are as recorded: nothing where the column is null, concept 0 where it says so.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PersonRecord {
    /// Who.
    pub subject: SubjectId,
    /// When they were born.
    pub birth: Birth,
    /// `person.gender_concept_id`
    pub gender: Option<ConceptId>,
    /// The sex at birth: a column of its own where the release has one, else the gender.
    pub sex_at_birth: Option<ConceptId>,
    /// `person.race_concept_id`
    pub race: Option<ConceptId>,
    /// `person.ethnicity_concept_id`
    pub ethnicity: Option<ConceptId>,
    /// `person.self_reported_category_concept_id`
    pub self_reported_category: Option<ConceptId>,
    /// The age at consent that the release records.
    pub age_at_consent: Option<i32>,
    /// The age at the cut-off date that the release records.
    pub age_at_release: Option<i32>,
    /// The kinds of data that the release marks the person as having.
    pub has: BTreeSet<String>,
    /// Their events, in any order; observation and payer plan periods are events too.
    pub events: Vec<EventRecord>,
}

/// One event. An event *is* its kind and record id (R8); equal content makes two events no one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EventRecord {
    /// The kind of event.
    pub kind: EventKind,
    /// The primary key within the kind's table.
    pub record: RecordId,
    /// The standard concept.
    pub concept: Option<ConceptId>,
    /// The source concept.
    pub source_concept: Option<ConceptId>,
    /// The day it starts.
    pub start: Option<NaiveDate>,
    /// The recorded day on which it ends.
    pub end: Option<NaiveDate>,
    /// The visit it belongs to; of a visit its own id.
    pub visit: Option<i64>,
    /// What else is recorded: known values only, each column once.
    pub values: Vec<(Column, Datum)>,
}

/// A recorded value.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "one for each type of column")]
pub enum Datum {
    /// A number.
    Number(f64),
    /// A concept.
    Concept(ConceptId),
    /// A text.
    Text(Arc<str>),
}

/// What is known of a birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "these are all the precisions that R13 knows")]
pub enum Birth {
    /// Nothing.
    Unknown,
    /// Only the year.
    Year(i32),
    /// The day.
    Day(NaiveDate),
}

impl PersonRecord {
    /// A person of whom nothing else is recorded.
    #[must_use]
    pub const fn new(subject: SubjectId) -> Self {
        Self {
            subject,
            birth: Birth::Unknown,
            gender: None,
            sex_at_birth: None,
            race: None,
            ethnicity: None,
            self_reported_category: None,
            age_at_consent: None,
            age_at_release: None,
            has: BTreeSet::new(),
            events: Vec::new(),
        }
    }
}

impl EventRecord {
    /// An event with this concept that starts on this day.
    #[must_use]
    pub const fn new(kind: EventKind, record: RecordId, concept: ConceptId, start: NaiveDate) -> Self {
        Self {
            kind,
            record,
            concept: Some(concept),
            source_concept: None,
            start: Some(start),
            end: None,
            visit: None,
            values: Vec::new(),
        }
    }

    /// The same with this value.
    #[must_use]
    pub fn with(mut self, column: Column, value: Datum) -> Self {
        self.values.push((column, value));
        self
    }

    /// What is recorded in a column besides the fields of this type.
    #[must_use]
    pub fn value(&self, column: Column) -> Option<&Datum> {
        self.values.iter().find(|(of, _)| *of == column).map(|(_, value)| value)
    }
}

impl Birth {
    /// What `year_of_birth`, `month_of_birth` and `day_of_birth` of `person` say. A month or day
    /// that is missing, or that the calendar does not have, leaves the year.
    #[must_use]
    pub fn from_parts(year: Option<i32>, month: Option<u32>, day: Option<u32>) -> Self {
        let Some(year) = year else {
            return Self::Unknown;
        };
        let day = month.zip(day).and_then(|(month, day)| NaiveDate::from_ymd_opt(year, month, day));
        day.map_or(Self::Year(year), Self::Day)
    }

    /// The year, if it is known.
    #[must_use]
    pub fn year(self) -> Option<i32> {
        match self {
            Self::Unknown => None,
            Self::Year(year) => Some(year),
            Self::Day(day) => Some(day.year()),
        }
    }

    /// The age in completed years (R13), negative before the birth; nothing where no year is known.
    ///
    /// Who was born on 29 February has the birthday on 1 March in years that lack the day. Where
    /// only the year is known, the age is the difference of the years.
    #[must_use]
    pub fn age_on(self, day: NaiveDate) -> Option<i32> {
        match self {
            Self::Unknown => None,
            Self::Year(year) => Some(day.year() - year),
            Self::Day(birth) => {
                let birthday_to_come = (day.month(), day.day()) < (birth.month(), birth.day());
                Some(day.year() - birth.year() - i32::from(birthday_to_come))
            }
        }
    }
}
