//! Names of sections. Other columns of events and people are called as in cohort definitions.

/// The distinct concepts of a table of events, in ascending order.
pub(crate) const CONCEPTS: &str = "directory.concepts";
/// The row with which each concept begins, and the number of rows.
pub(crate) const BEGINS: &str = "directory.begins";
/// Where the set of people of each run of rows ends: of the rows without a concept, if there are
/// any, then of each concept.
pub(crate) const SET_ENDS: &str = "people.ends";
/// The sets of people.
pub(crate) const SETS: &str = "people.sets";
/// For each row, 1 if it is about the next person of its run's set, 0 if about that of the row before.
pub(crate) const PERSON: &str = "person";
/// The keys of the records.
pub(crate) const RECORD: &str = "record";
/// The ids of people.
pub(crate) const SUBJECT: &str = "subject";
/// The years of birth of those of whom no more is known.
pub(crate) const BIRTH_YEAR: &str = "birth.year";
/// The days of birth since 1970-01-01.
pub(crate) const BIRTH_DAY: &str = "birth.day";
