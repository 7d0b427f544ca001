use crate::{Day, Interval};

/// Days from the first to the last, both included; none where the first is later than the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a range has two ends and nothing else")]
pub struct DayRange {
    /// The first day.
    pub first: Day,
    /// The last day.
    pub last: Day,
}

impl DayRange {
    /// Every day of the calendar.
    pub const ALWAYS: Self = Self { first: Day::FIRST, last: Day::LAST };

    /// Whether the day is one of them. An unknown day is in no range.
    #[must_use]
    #[inline]
    pub fn contains(self, day: Day) -> bool {
        day.is_known() && self.first <= day && day <= self.last
    }

    /// Whether one of them lies from `start` to `end`, both known.
    #[must_use]
    #[inline]
    pub fn meets(self, start: Day, end: Day) -> bool {
        let known = start.is_known() && end.is_known();
        known && self.first <= self.last && self.first <= end && start <= self.last
    }

    /// The days that are in the interval, too.
    #[must_use]
    #[inline]
    pub fn within(self, interval: Interval) -> Self {
        Self { first: self.first.max(interval.start), last: self.last.min(interval.end) }
    }

    /// The positions of the days in it, in a slice of days in ascending order.
    #[must_use]
    #[inline]
    pub fn positions(self, days: &[Day]) -> std::ops::Range<usize> {
        // A person's events of a set are few: walking is faster than searching.
        let before = days.iter().take_while(|day| **day < self.first || !day.is_known()).count();
        let rest = days.get(before..).unwrap_or_default();
        let inside = rest.iter().take_while(|day| **day <= self.last).count();
        before..before + inside
    }
}
