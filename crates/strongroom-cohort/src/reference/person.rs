use chrono::{Datelike, NaiveDate};
use strongroom_omop::{ConceptId, Domain, RecordId, SubjectId};

/// Everything that is recorded of one person, as far as definitions can speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PersonRecord {
    /// Who.
    pub subject: SubjectId,
    /// When they were born.
    pub birth: Birth,
    /// `person.gender_concept_id`; nothing and concept 0 both mean that it is not known.
    pub sex_at_birth: Option<ConceptId>,
    /// Their events, in any order.
    pub events: Vec<EventRecord>,
}

/// One event. An event *is* its domain and record id (R8); equal content makes two events no one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct EventRecord {
    /// The kind of event.
    pub domain: Domain,
    /// The primary key within the domain's table.
    pub record: RecordId,
    /// The standard concept; nothing and concept 0 both mean that there is none.
    pub concept: Option<ConceptId>,
    /// The day it starts.
    pub start: NaiveDate,
    /// The day it ends; where it is missing or before the start, the start (R3).
    pub end: Option<NaiveDate>,
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
        Self { subject, birth: Birth::Unknown, sex_at_birth: None, events: Vec::new() }
    }
}

impl EventRecord {
    /// An event with this concept that starts and ends on one day.
    #[must_use]
    pub const fn new(domain: Domain, record: RecordId, concept: ConceptId, start: NaiveDate) -> Self {
        Self { domain, record, concept: Some(concept), start, end: None }
    }

    /// The last day, never before the first (R3).
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        self.end.map_or(self.start, |end| end.max(self.start))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(birth: (Option<i32>, Option<u32>, Option<u32>), day: &str, expected: Option<i32>) {
        let (year, month, day_of_month) = birth;
        let birth = Birth::from_parts(year, month, day_of_month);
        assert_eq!(birth.age_on(day.parse().unwrap()), expected, "{birth:?} on {day}");
    }

    #[test]
    fn years_are_completed_on_the_birthday() {
        let birth = (Some(1980), Some(6), Some(15));
        check(birth, "2020-06-14", Some(39));
        check(birth, "2020-06-15", Some(40));
        check(birth, "1980-06-15", Some(0));
        check(birth, "1980-06-14", Some(-1));
    }

    #[test]
    fn a_leap_day_birthday_is_reached_on_the_first_of_march() {
        let birth = (Some(2000), Some(2), Some(29));
        check(birth, "2001-02-28", Some(0));
        check(birth, "2001-03-01", Some(1));
        check(birth, "2004-02-28", Some(3));
        check(birth, "2004-02-29", Some(4));
    }

    #[test]
    fn what_is_not_a_day_leaves_the_year() {
        for birth in [
            (Some(1980), None, None),
            (Some(1980), Some(12), None),
            (Some(1980), None, Some(31)),
            (Some(1980), Some(2), Some(30)),
            (Some(1980), Some(13), Some(1)),
        ] {
            check(birth, "2020-01-01", Some(40));
        }
        check((None, Some(1), Some(1)), "2020-01-01", None);
    }
}
