use std::fmt;

use chrono::{Datelike, NaiveDate};

/// A calendar day as a number of days since 1970-01-01, or no day.
///
/// Four bytes, so that columns of days are plain slices. The unknown day is smaller than every
/// known one: in a column in order, events without a day come first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// The days from 0001-01-01 to 1970-01-01.
const EPOCH: i32 = 719_163;

impl Day {
    /// A day that is not known.
    pub const UNKNOWN: Self = Self(i32::MIN);
    /// The first day of the calendar.
    pub const FIRST: Self = Self(NaiveDate::MIN.to_epoch_days());
    /// The last day of the calendar.
    pub const LAST: Self = Self(NaiveDate::MAX.to_epoch_days());

    /// So many days after 1970-01-01; unknown outside of the calendar.
    #[must_use]
    #[inline]
    pub const fn from_epoch_days(days: i32) -> Self {
        if Self::FIRST.0 <= days && days <= Self::LAST.0 { Self(days) } else { Self::UNKNOWN }
    }

    /// The days since 1970-01-01; nothing of an unknown day.
    #[must_use]
    #[inline]
    pub const fn epoch_days(self) -> Option<i32> {
        if self.is_known() { Some(self.0) } else { None }
    }

    /// Whether it is known.
    #[must_use]
    #[inline]
    pub const fn is_known(self) -> bool {
        self.0 != i32::MIN
    }

    /// This day, if it is known.
    #[must_use]
    #[inline]
    pub const fn known(self) -> Option<Self> {
        if self.is_known() { Some(self) } else { None }
    }

    /// The calendar date; nothing of an unknown day.
    #[must_use]
    pub fn date(self) -> Option<NaiveDate> {
        self.is_known().then(|| NaiveDate::from_num_days_from_ce_opt(self.0 + EPOCH)).flatten()
    }

    /// The day so many days later; unknown if this is, or outside of the calendar.
    #[must_use]
    #[inline]
    pub const fn plus(self, days: i64) -> Self {
        if !self.is_known() {
            return Self::UNKNOWN;
        }
        let sum = (self.0 as i64).saturating_add(days);
        if sum < Self::FIRST.0 as i64 || sum > Self::LAST.0 as i64 {
            return Self::UNKNOWN;
        }
        #[expect(clippy::cast_possible_truncation, reason = "the calendar fits 32 bits")]
        Self(sum as i32)
    }

    /// The days from another day to this one; nothing if either is unknown.
    #[must_use]
    #[inline]
    pub const fn since(self, earlier: Self) -> Option<i32> {
        if self.is_known() && earlier.is_known() { Some(self.0 - earlier.0) } else { None }
    }

    /// This day if it is known, else the other.
    #[must_use]
    #[inline]
    pub const fn or(self, other: Self) -> Self {
        if self.is_known() { self } else { other }
    }

    /// The calendar year; nothing of an unknown day.
    #[must_use]
    pub fn year(self) -> Option<i32> {
        self.date().map(|date| date.year())
    }
}

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Self {
        Self(date.to_epoch_days())
    }
}

impl From<Option<NaiveDate>> for Day {
    fn from(date: Option<NaiveDate>) -> Self {
        date.map_or(Self::UNKNOWN, Self::from)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date() {
            Some(date) => write!(f, "{date}"),
            None => f.write_str("unknown"),
        }
    }
}
