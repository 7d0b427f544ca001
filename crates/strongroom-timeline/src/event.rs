use crate::Day;

/// No observation period, where [`Event::period`] says which.
pub const NO_PERIOD: u32 = u32::MAX;

/// No concept, where [`Event::concept`] says by which one an event was found.
pub const NO_CONCEPT: i64 = i64::MIN;

/// One event of a person while it passes through operations: a row of a table with the days that it
/// has by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain data, one field for each column of a set")]
pub struct Event {
    /// The ordinal of the person.
    pub person: u32,
    /// The table that it is a row of: a number that the caller gives meaning to.
    pub table: u16,
    /// The row.
    pub row: u32,
    /// The first day.
    pub start: Day,
    /// The last day.
    pub end: Day,
    /// The day by which it is ordered among others where that is not its first day.
    pub sort: Day,
    /// The observation period that it is paired with, by a number that the caller gives meaning to;
    /// [`NO_PERIOD`] where it is not.
    pub period: u32,
    /// The concept by which it was found, for those who count by concept; [`NO_CONCEPT`] where
    /// nobody asks.
    pub concept: i64,
}
