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

    /// Takes the next one in if it starts at most `gap` days after this one has ended, and says whether
    /// it did.
    ///
    /// With a gap of 0, intervals that share a day are joined, and neighbouring days are not.
    #[inline]
    pub fn joins(&mut self, next: Self, gap: u32) -> bool {
        let reach = self.end.plus(gap.into());
        let joins = next.start <= if reach.is_known() { reach } else { Day::LAST };
        if joins {
            self.end = self.end.max(next.end);
        }
        joins
    }
}

/// Joins intervals, given in ascending order, where one starts at most `gap` days after everything
/// before it has ended, as [`Interval::joins`] says. What is joined replaces what was given.
pub fn collapse(intervals: &mut Vec<Interval>, gap: u32) {
    intervals.dedup_by(|next, joined| joined.joins(*next, gap));
}
