use strongroom_cohort::ast::{Column, EventKind, Observed, ObservedBy, Profile};
use strongroom_timeline::{Day, Event, Interval, NO_PERIOD, ObservedIntervals};

use super::machine::Machine;
use super::rules;

/// Which time of the people of a shard counts as observed (R6).
pub(super) enum ObservedTime {
    Unbounded,
    Within(ObservedIntervals),
}

/// The observed time around a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    Unbounded,
    Within(Interval),
    Nowhere,
}

impl ObservedTime {
    /// The first interval of a person that contains a day.
    #[inline]
    pub(super) fn around(&self, person: u32, day: Day) -> Around {
        let Self::Within(intervals) = self else { return Around::Unbounded };
        let found = intervals.around(person, day).and_then(|position| intervals.get(position));
        found.map_or(Around::Nowhere, Around::Within)
    }

    /// The period that an event is paired with.
    #[inline]
    pub(super) fn period(&self, event: &Event) -> Option<Interval> {
        match self {
            Self::Within(intervals) if event.period != NO_PERIOD => intervals.get(event.period as usize),
            Self::Unbounded | Self::Within(_) => None,
        }
    }

    /// The observed time that bounds windows counted from this day of this event.
    #[inline]
    pub(super) fn around_anchor(&self, profile: Profile, event: &Event, day: Day) -> Around {
        if !rules::pairs_events_with_periods(profile) {
            return self.around(event.person, day);
        }
        match (self, self.period(event)) {
            (Self::Unbounded, _) => Around::Unbounded,
            (Self::Within(_), Some(period)) => Around::Within(period),
            // An event of a period: the period that contains its start, wherever it ends.
            (Self::Within(_), None) if event.start.is_known() => self.around(event.person, event.start),
            (Self::Within(_), None) => Around::Nowhere,
        }
    }

    /// Every event once for each period that contains its start; as it is where none does.
    pub(super) fn pair(&self, events: &mut Vec<Event>) {
        let Self::Within(intervals) = self else { return };
        let count = events.len();
        for position in 0..count {
            let Some(event) = events.get(position).copied() else { break };
            if event.period != NO_PERIOD || !event.start.is_known() {
                continue;
            }
            let mut periods = intervals.containing(event.person, event.start);
            let first = periods.next().and_then(|period| u32::try_from(period).ok());
            if let (Some(period), Some(event)) = (first, events.get_mut(position)) {
                event.period = period;
            }
            let others = periods.filter_map(|period| u32::try_from(period).ok());
            events.extend(others.map(|period| Event { period, ..event }));
        }
    }
}

impl Machine<'_> {
    pub(super) fn observed_time(&self, profile: Profile, observed: Observed) -> ObservedTime {
        let by = match observed {
            Observed::Unbounded => return ObservedTime::Unbounded,
            Observed::By(by) => by,
        };
        let intervals = match by {
            ObservedBy::ObservationPeriod => self.recorded_intervals(EventKind::ObservationPeriod),
            ObservedBy::PayerPlanPeriod => self.recorded_intervals(EventKind::PayerPlanPeriod),
            ObservedBy::EventSpan => self.spans(profile),
        };
        let joined = !rules::pairs_events_with_periods(profile);
        ObservedTime::Within(ObservedIntervals::new(self.people(), intervals, joined))
    }

    fn recorded_intervals(&self, kind: EventKind) -> Vec<(u32, Interval)> {
        let (starts, ends) = (self.tables.days(kind, Column::Start), self.tables.days(kind, Column::End));
        let days = starts.iter().zip(ends);
        let rows = self.tables.persons(kind).iter().zip(days);
        rows.filter(|(_, (start, end))| start.is_known() && end.is_known())
            .map(|(person, (start, end))| (*person, Interval { start: *start, end: *end }))
            .collect()
    }

    /// From the start of everyone's first event to the end of their last; periods are no events.
    fn spans(&self, profile: Profile) -> Vec<(u32, Interval)> {
        let mut spans: Vec<Option<Interval>> = vec![None; self.people() as usize];
        let periods = [EventKind::ObservationPeriod, EventKind::PayerPlanPeriod, EventKind::Any];
        for kind in EventKind::ALL.iter().filter(|kind| !periods.contains(kind)) {
            let persons = self.tables.persons(*kind).iter();
            let days = self.tables.days(*kind, Column::Start);
            let ends = self.recorded_ends(profile, *kind);
            for (row, (person, start)) in (0..).zip(persons.zip(days)) {
                let Some(span) = spans.get_mut(*person as usize) else { continue };
                if !start.is_known() {
                    continue;
                }
                let end = ends.complete(row, *start).max(*start);
                let known = span.get_or_insert(Interval { start: *start, end });
                *known = Interval { start: known.start.min(*start), end: known.end.max(end) };
            }
        }
        (0..).zip(spans).filter_map(|(person, span)| Some((person, span?))).collect()
    }
}
