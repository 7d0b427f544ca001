use chrono::{Days, NaiveDate};

use super::record::PersonRecord;
use super::rows::Row;
use super::rules;
use crate::ast::{EventKind, Observed, ObservedBy, Profile};

/// Days from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Interval {
    pub(super) start: NaiveDate,
    pub(super) end: NaiveDate,
}

impl Interval {
    pub(super) fn contains(self, day: NaiveDate) -> bool {
        self.start <= day && day <= self.end
    }
}

/// Which time of a person counts as observed (R6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ObservedTime {
    Unbounded,
    /// In these intervals, in the order of their starts.
    Within(Vec<Interval>),
}

/// The observed time around a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    Unbounded,
    Within(Interval),
    Nowhere,
}

impl ObservedTime {
    pub(super) fn of(profile: Profile, observed: Observed, person: &PersonRecord) -> Self {
        let by = match observed {
            Observed::Unbounded => return Self::Unbounded,
            Observed::By(by) => by,
        };
        let recorded = |kind| {
            let of_kind = person.events.iter().filter(move |event| event.kind == kind);
            let intervals = of_kind.filter_map(|event| {
                let (start, end) = event.start.zip(event.end)?;
                (start <= end).then_some(Interval { start, end })
            });
            intervals.collect::<Vec<_>>()
        };
        let mut intervals = match by {
            ObservedBy::ObservationPeriod => recorded(EventKind::ObservationPeriod),
            ObservedBy::PayerPlanPeriod => recorded(EventKind::PayerPlanPeriod),
            ObservedBy::EventSpan => span(profile, person).into_iter().collect(),
        };
        intervals.sort_unstable();
        if !rules::pairs_events_with_periods(profile) {
            intervals = joined(intervals);
        }
        Self::Within(intervals)
    }

    /// The first interval that contains the day.
    pub(super) fn around(&self, day: NaiveDate) -> Around {
        match self {
            Self::Unbounded => Around::Unbounded,
            Self::Within(intervals) => intervals
                .iter()
                .find(|interval| interval.contains(day))
                .map_or(Around::Nowhere, |interval| Around::Within(*interval)),
        }
    }

    /// The observed time that bounds windows counted from this day of this row.
    pub(super) fn around_anchor(&self, profile: Profile, row: &Row<'_>, day: NaiveDate) -> Around {
        if !rules::pairs_events_with_periods(profile) {
            return self.around(day);
        }
        match (self, row.period) {
            (Self::Unbounded, _) => Around::Unbounded,
            (Self::Within(_), Some(period)) => Around::Within(period),
            // An event of a period: the period that contains its start, wherever it ends.
            (Self::Within(_), None) => row.start.map_or(Around::Nowhere, |start| self.around(start)),
        }
    }
}

/// From the start of the first event to the end of the last; periods are no events.
fn span(profile: Profile, person: &PersonRecord) -> Option<Interval> {
    let events = person
        .events
        .iter()
        .filter(|event| !matches!(event.kind, EventKind::ObservationPeriod | EventKind::PayerPlanPeriod));
    let days = events.filter_map(|event| {
        let start = event.start?;
        Some((start, rules::completed_end(profile, event).unwrap_or(start).max(start)))
    });
    days.fold(None, |span: Option<Interval>, (start, end)| {
        let span = span.unwrap_or(Interval { start, end });
        Some(Interval { start: span.start.min(start), end: span.end.max(end) })
    })
}

/// Joins intervals that overlap, and those between which there is no day.
fn joined(sorted: Vec<Interval>) -> Vec<Interval> {
    let mut joined: Vec<Interval> = Vec::new();
    for interval in sorted {
        match joined.last_mut() {
            Some(last)
                if last.end.checked_add_days(Days::new(1)).is_none_or(|next| interval.start <= next) =>
            {
                last.end = last.end.max(interval.end);
            }
            _ => joined.push(interval),
        }
    }
    joined
}
