use strongroom_cohort::ast::{Duration, Profile, WindowTest};
use strongroom_cohort::{ResolvedEdge, ResolvedWindow};
use strongroom_timeline::{Day, DayRange, Interval};

use super::observed::Around;
use super::rules;

/// The days of a window around one anchor (R4).
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    days: DayRange,
    /// Where the event must start, besides.
    start_in: Option<Interval>,
}

impl Range {
    /// The days of a window; nothing where it has none.
    #[inline]
    pub(super) fn of(
        profile: Profile,
        window: &ResolvedWindow,
        day: Day,
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
    #[inline]
    fn clipped(window: &ResolvedWindow, day: Day, around: Around) -> Option<Self> {
        let first = match window.from {
            ResolvedEdge::InfinitelyBefore => Day::FIRST,
            ResolvedEdge::InfinitelyAfter => return None,
            edge => first_day(edge, day)?,
        };
        let last = match window.to {
            ResolvedEdge::InfinitelyAfter => Day::LAST,
            ResolvedEdge::InfinitelyBefore => return None,
            edge => last_day(edge, day)?,
        };
        let days = DayRange { first, last };
        match around {
            Around::Unbounded => Some(Self { days, start_in: None }),
            Around::Nowhere => None,
            Around::Within(interval) => Some(Self { days: days.within(interval), start_in: None }),
        }
    }

    /// Not cut, but events must start in the period, and infinite edges are its edges, on whichever
    /// side they stand.
    #[inline]
    fn by_period(window: &ResolvedWindow, day: Day, around: Around) -> Option<Self> {
        let period = match around {
            Around::Unbounded => None,
            Around::Nowhere => return None,
            Around::Within(period) => Some(period),
        };
        let start_of_period = period.map(|period| period.start);
        let end_of_period = period.map(|period| period.end);
        let first = match window.from {
            ResolvedEdge::InfinitelyBefore => start_of_period.unwrap_or(Day::FIRST),
            ResolvedEdge::InfinitelyAfter => end_of_period.unwrap_or(Day::FIRST),
            edge => first_day(edge, day)?,
        };
        let last = match window.to {
            ResolvedEdge::InfinitelyBefore => start_of_period.unwrap_or(Day::LAST),
            ResolvedEdge::InfinitelyAfter => end_of_period.unwrap_or(Day::LAST),
            edge => last_day(edge, day)?,
        };
        Some(Self { days: DayRange { first, last }, start_in: period })
    }

    /// Whether an event with these days is in the window. An unknown day is in none.
    #[inline]
    pub(super) fn takes(&self, test: WindowTest, start: Day, end: Day) -> bool {
        let in_period = self.start_in.is_none_or(|period| start.is_known() && period.contains(start));
        in_period
            && match test {
                WindowTest::Start => self.days.contains(start),
                WindowTest::End => self.days.contains(end),
                WindowTest::AnyDay => self.days.meets(start, end),
            }
    }

    /// The days on which an event may start to be in the window by its start.
    #[inline]
    pub(super) fn of_starts(&self) -> Interval {
        let days = self.start_in.map_or(self.days, |period| self.days.within(period));
        Interval { start: days.first, end: days.last }
    }

    /// The days on which an event may end to be in the window by its end.
    #[inline]
    const fn of_ends(&self) -> Interval {
        Interval { start: self.days.first, end: self.days.last }
    }

    /// Whether a day from `start` to `end` is in the window, wherever it begins.
    #[inline]
    pub(super) fn meets(&self, start: Day, end: Day) -> bool {
        self.days.meets(start, end)
    }
}

/// The days on which an event may start and end to be in all of some windows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct InWindows {
    /// Any day, or none at all, where no window asks.
    starts: Option<DayRange>,
    ends: Option<DayRange>,
}

impl InWindows {
    /// Those that are in one more window, which takes events by their days like this.
    #[inline]
    pub(super) fn narrow(&mut self, test: WindowTest, range: &Range) {
        let starts = self.starts.unwrap_or(DayRange::ALWAYS);
        let ends = self.ends.unwrap_or(DayRange::ALWAYS);
        match test {
            WindowTest::Start => self.starts = Some(starts.within(range.of_starts())),
            WindowTest::End => {
                self.starts = range.start_in.map(|period| starts.within(period)).or(self.starts);
                self.ends = Some(ends.within(range.of_ends()));
            }
            // A day of the event is in the window if it starts before the window's end and ends after
            // the window's start; in a window without days there is none.
            WindowTest::AnyDay => {
                let Interval { start: first, end: last } = range.of_ends();
                let starts = range.start_in.map_or(starts, |period| starts.within(period));
                let has_days = first <= last;
                let until = if has_days { last } else { Day::UNKNOWN };
                self.starts = Some(starts.within(Interval { start: Day::FIRST, end: until }));
                self.ends = Some(ends.within(Interval { start: first, end: Day::LAST }));
            }
        }
    }

    /// Whether it is for nobody's days to be in them.
    #[inline]
    pub(super) fn take_nothing(&self) -> bool {
        self.starts.is_some_and(|days| days.first > days.last)
            || self.ends.is_some_and(|days| days.first > days.last)
    }

    /// Whether an event with these days is in all of them.
    #[inline]
    pub(super) fn take(&self, start: Day, end: impl FnOnce() -> Day) -> bool {
        self.starts.is_none_or(|days| days.contains(start))
            && self.ends.is_none_or(|days| days.contains(end()))
    }
}

/// Whether the whole window lies in the interval; infinite edges are its own.
pub(super) fn lies_within(window: &ResolvedWindow, day: Day, interval: Interval) -> bool {
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

/// The first day on or after a finite edge. Beyond the calendar: its start, nothing behind its end.
#[inline]
fn first_day(edge: ResolvedEdge, day: Day) -> Option<Day> {
    let (found, open, count) = moved(edge, day)?;
    match found {
        Some(found) if open => found.plus(1).known(),
        Some(found) => Some(found),
        None => (count < 0).then_some(Day::FIRST),
    }
}

/// The last day on or before a finite edge.
#[inline]
fn last_day(edge: ResolvedEdge, day: Day) -> Option<Day> {
    let (found, open, count) = moved(edge, day)?;
    match found {
        Some(found) if open => found.plus(-1).known(),
        Some(found) => Some(found),
        None => (count > 0).then_some(Day::LAST),
    }
}

/// The day of a finite edge, whether that day itself is left out, and how far away it is.
#[inline]
fn moved(edge: ResolvedEdge, day: Day) -> Option<(Option<Day>, bool, i32)> {
    match edge {
        ResolvedEdge::Days(days) => Some((day.plus(days.into()).known(), false, days)),
        ResolvedEdge::Months { months, open } => {
            let found = Duration::Months(months).after(day.date()?);
            Some((found.map(Day::from), open, months))
        }
        ResolvedEdge::InfinitelyBefore | ResolvedEdge::InfinitelyAfter => None,
    }
}
