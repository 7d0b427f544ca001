use std::ops::Range;

use crate::Day;
use crate::Interval;
use crate::event_set::begins;

/// The observed intervals of the people of a shard, in ascending order within each person.
#[derive(Debug, Clone, Default)]
pub struct ObservedIntervals {
    intervals: Vec<Interval>,
    begins: Vec<u32>,
}

impl ObservedIntervals {
    /// These intervals of so many people, given in any order. With `joined`, those of one person
    /// that overlap, or between which there is no day, become one.
    #[must_use]
    pub fn new(people: u32, mut intervals: Vec<(u32, Interval)>, joined: bool) -> Self {
        intervals.retain(|(person, interval)| *person < people && interval.start <= interval.end);
        intervals.sort_unstable();
        if joined {
            intervals.dedup_by(|(person, next), (same, last)| {
                let touches = person == same && next.start <= or_last(last.end.plus(1));
                if touches {
                    last.end = last.end.max(next.end);
                }
                touches
            });
        }
        let persons: Vec<u32> = intervals.iter().map(|(person, _)| *person).collect();
        Self {
            begins: begins(people, &persons),
            intervals: intervals.into_iter().map(|(_, interval)| interval).collect(),
        }
    }

    /// The positions of a person's intervals.
    #[must_use]
    #[inline]
    pub fn of(&self, person: u32) -> Range<usize> {
        let at = person as usize;
        match (self.begins.get(at), self.begins.get(at + 1)) {
            (Some(begin), Some(end)) => *begin as usize..*end as usize,
            _ => 0..0,
        }
    }

    /// A person's intervals, and the position of the first.
    #[must_use]
    #[inline]
    pub fn of_person(&self, person: u32) -> (usize, &[Interval]) {
        let own = self.of(person);
        (own.start, self.intervals.get(own).unwrap_or_default())
    }

    /// The interval at a position.
    #[must_use]
    #[inline]
    pub fn get(&self, position: usize) -> Option<Interval> {
        self.intervals.get(position).copied()
    }

    /// The position of a person's first interval that contains a day.
    #[must_use]
    #[inline]
    pub fn around(&self, person: u32, day: Day) -> Option<usize> {
        self.of(person).find(|position| self.get(*position).is_some_and(|interval| interval.contains(day)))
    }

    /// The positions of a person's intervals that contain a day; of equal intervals, all have the
    /// position of the first.
    #[inline]
    pub fn containing(&self, person: u32, day: Day) -> impl Iterator<Item = usize> {
        let own = self.of(person);
        own.clone()
            .filter(move |position| self.get(*position).is_some_and(|interval| interval.contains(day)))
            .map(move |position| {
                if own.len() == 1 {
                    return position;
                }
                own.clone().find(|first| self.get(*first) == self.get(position)).unwrap_or(position)
            })
    }
}

#[inline]
fn or_last(day: Day) -> Day {
    if day.is_known() { day } else { Day::LAST }
}
