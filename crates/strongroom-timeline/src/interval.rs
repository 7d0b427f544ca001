use crate::Day;

/// Known days from the first to the last, both included. An inverted interval contains no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "an interval has two ends and nothing else")]
pub struct Interval {
    /// The first day.
    pub start: Day,
    /// The last day.
    pub end: Day,
}

impl Interval {
    /// Whether it contains a day.
    #[must_use]
    #[inline]
    pub fn contains(self, day: Day) -> bool {
        self.start <= day && day <= self.end
    }
}

/// Joins intervals, given in ascending order, where one starts at most `gap` days after everything
/// before it has ended. What is joined replaces what was given.
///
/// With a gap of 0, intervals that share a day are joined, and neighbouring days are not.
pub fn collapse(intervals: &mut Vec<Interval>, gap: u32) {
    let reach = |end: Day| {
        let reach = end.plus(gap.into());
        if reach.is_known() { reach } else { Day::LAST }
    };
    intervals.dedup_by(|next, joined| {
        let joins = next.start <= reach(joined.end);
        if joins {
            joined.end = joined.end.max(next.end);
        }
        joins
    });
}

/// The end of the run in which a day lies: intervals, given in ascending order, of which each
/// starts at most `gap` days after everything before it has ended. Nothing where it lies in none.
#[must_use]
pub fn run_around(intervals: &[Interval], gap: u32, day: Day) -> Option<Day> {
    let reach = |end: Day| {
        let reach = end.plus(gap.into());
        if reach.is_known() { reach } else { Day::LAST }
    };
    let mut run: Option<Interval> = None;
    for next in intervals {
        run = match run {
            Some(run) if next.start <= reach(run.end) => Some(Interval { end: run.end.max(next.end), ..run }),
            Some(run) if run.contains(day) => return Some(run.end),
            _ => Some(*next),
        };
    }
    run.filter(|run| run.contains(day)).map(|run| run.end)
}
