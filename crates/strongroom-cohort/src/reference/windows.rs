use chrono::{Days, NaiveDate};

use super::observed::{Around, Interval};
use super::rows::Row;
use super::rules;
use crate::ast::{Duration, Profile, WindowTest};
use crate::resolved::{ResolvedEdge, ResolvedWindow};

/// The days of a window around one anchor (R4): from the first to the last, where they are bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
    /// Where the row must start, besides.
    start_in: Option<Interval>,
}

impl Range {
    /// The days of a window; nothing where it has none.
    pub(super) fn of(
        profile: Profile,
        window: &ResolvedWindow,
        day: NaiveDate,
        around: Around,
        ignoring_observation: bool,
    ) -> Option<Self> {
        let around = if ignoring_observation { Around::Unbounded } else { around };
        if rules::pairs_events_with_periods(profile) {
            Self::by_period(window, day, around)
        } else {
            Self::clipped(window, day, around)
        }
    }

    /// Cut to the observed interval (R6).
    fn clipped(window: &ResolvedWindow, day: NaiveDate, around: Around) -> Option<Self> {
        let first = match window.from {
            ResolvedEdge::InfinitelyBefore => None,
            ResolvedEdge::InfinitelyAfter => return None,
            edge => Some(first_day(edge, day)?),
        };
        let last = match window.to {
            ResolvedEdge::InfinitelyAfter => None,
            ResolvedEdge::InfinitelyBefore => return None,
            edge => Some(last_day(edge, day)?),
        };
        match around {
            Around::Unbounded => Some(Self { first, last, start_in: None }),
            Around::Nowhere => None,
            Around::Within(interval) => Some(Self {
                first: Some(first.map_or(interval.start, |first| first.max(interval.start))),
                last: Some(last.map_or(interval.end, |last| last.min(interval.end))),
                start_in: None,
            }),
        }
    }

    /// Not cut, but rows must start in the period, and infinite edges are its edges, on whichever
    /// side they stand.
    fn by_period(window: &ResolvedWindow, day: NaiveDate, around: Around) -> Option<Self> {
        let period = match around {
            Around::Unbounded => None,
            Around::Nowhere => return None,
            Around::Within(period) => Some(period),
        };
        let infinite = |edge| match edge {
            ResolvedEdge::InfinitelyBefore => Some(period.map(|period| period.start)),
            ResolvedEdge::InfinitelyAfter => Some(period.map(|period| period.end)),
            ResolvedEdge::Days(_) | ResolvedEdge::Months { .. } => None,
        };
        let first = match infinite(window.from) {
            Some(bound) => bound,
            None => Some(first_day(window.from, day)?),
        };
        let last = match infinite(window.to) {
            Some(bound) => bound,
            None => Some(last_day(window.to, day)?),
        };
        Some(Self { first, last, start_in: period })
    }

    fn contains(&self, day: NaiveDate) -> bool {
        self.first.is_none_or(|first| first <= day) && self.last.is_none_or(|last| day <= last)
    }

    /// Whether the row is in the window. An unknown day is in none.
    pub(super) fn takes(&self, test: WindowTest, row: &Row<'_>) -> bool {
        let in_period =
            self.start_in.is_none_or(|period| row.start.is_some_and(|start| period.contains(start)));
        in_period
            && match test {
                WindowTest::Start => row.start.is_some_and(|day| self.contains(day)),
                WindowTest::End => row.end.is_some_and(|day| self.contains(day)),
                WindowTest::AnyDay => {
                    row.start.zip(row.end).is_some_and(|(start, end)| self.meets(start, end))
                }
            }
    }

    /// Whether a day from `start` to `end` is in the window.
    pub(super) fn meets(&self, start: NaiveDate, end: NaiveDate) -> bool {
        let empty = self.first.zip(self.last).is_some_and(|(first, last)| first > last);
        !empty && self.first.is_none_or(|first| first <= end) && self.last.is_none_or(|last| start <= last)
    }
}

/// Whether the whole window lies in the interval; infinite edges are its own.
pub(super) fn lies_within(window: &ResolvedWindow, day: NaiveDate, interval: Interval) -> bool {
    let begins = match window.from {
        ResolvedEdge::InfinitelyBefore => true,
        ResolvedEdge::InfinitelyAfter => false,
        edge => first_day(edge, day).is_some_and(|first| interval.start <= first),
    };
    let ends = match window.to {
        ResolvedEdge::InfinitelyAfter => true,
        ResolvedEdge::InfinitelyBefore => false,
        edge => last_day(edge, day).is_some_and(|last| last <= interval.end),
    };
    begins && ends
}

/// The first day on or after an edge. Beyond the calendar: its ends, nothing behind the last.
fn first_day(edge: ResolvedEdge, day: NaiveDate) -> Option<NaiveDate> {
    let (duration, open) = finite(edge);
    match duration.after(day) {
        Some(found) if open => found.checked_add_days(Days::new(1)),
        Some(found) => Some(found),
        None => (duration.count() < 0).then_some(NaiveDate::MIN),
    }
}

/// The last day on or before an edge.
fn last_day(edge: ResolvedEdge, day: NaiveDate) -> Option<NaiveDate> {
    let (duration, open) = finite(edge);
    match duration.after(day) {
        Some(found) if open => found.checked_sub_days(Days::new(1)),
        Some(found) => Some(found),
        None => (duration.count() > 0).then_some(NaiveDate::MAX),
    }
}

fn finite(edge: ResolvedEdge) -> (Duration, bool) {
    match edge {
        ResolvedEdge::Days(days) => (Duration::Days(days), false),
        ResolvedEdge::Months { months, open } => (Duration::Months(months), open),
        // Callers take infinite edges apart themselves.
        ResolvedEdge::InfinitelyBefore => (Duration::Months(i32::MIN), false),
        ResolvedEdge::InfinitelyAfter => (Duration::Months(i32::MAX), false),
    }
}
