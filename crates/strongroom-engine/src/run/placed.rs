use strongroom_cohort::ast::{Pick, Profile};
use strongroom_timeline::{Day, Event, EventSet, Interval, NO_CONCEPT, NO_PERIOD};

use super::machine::{Machine, Scope};
use super::observed::{Around, ObservedTime};
use super::picks::PickedAt;
use super::plans::Candidate;
use super::rules;

/// An event of a set by its position, while its days are all that anybody asks for: an entry of a
/// cohort, or a row in a filter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    /// Its position in the set.
    pub(super) place: usize,
    /// The period that it is paired with.
    pub(super) period: u32,
    /// The index day, or the first day of a row.
    pub(super) day: Day,
    /// The observed interval around the day.
    pub(super) interval: Option<Interval>,
}

impl Placed {
    /// One of which nothing but the day is known, and the observed interval around it.
    pub(super) const fn by_day(day: Day, interval: Option<Interval>) -> Self {
        Self { place: usize::MAX, period: NO_PERIOD, day, interval }
    }

    /// The event itself.
    pub(super) fn event(&self, set: &EventSet) -> Option<Event> {
        set.get(self.place).map(|event| Event { period: self.period, ..event })
    }

    /// The last day of the event.
    #[inline]
    pub(super) fn end(&self, set: &EventSet) -> Day {
        set.ends().get(self.place).copied().unwrap_or(Day::UNKNOWN)
    }

    /// The observed time that bounds windows counted from its start.
    #[inline]
    pub(super) fn around(&self, scope: &Scope<'_>) -> Around {
        match (scope.observed, self.interval) {
            (ObservedTime::Unbounded, _) => Around::Unbounded,
            (ObservedTime::Within(_), Some(interval)) => Around::Within(interval),
            (ObservedTime::Within(_), None) => Around::Nowhere,
        }
    }

    /// The observed time that bounds windows counted from its end.
    #[inline]
    pub(super) fn around_end(&self, end: Day, scope: &Scope<'_>) -> Around {
        if rules::pairs_events_with_periods(scope.profile) {
            self.around(scope)
        } else {
            scope.observed.around(scope.person, end)
        }
    }

    /// With everything else that is known of it.
    pub(super) fn candidate(&self, set: &EventSet) -> Option<Candidate> {
        let event = self.event(set)?;
        Some(Candidate { person: event.person, event, day: self.day, interval: self.interval })
    }
}

/// Leaves those of the first day, which stand together.
#[inline]
pub(super) fn keep_first_day(own: &mut Vec<Placed>) {
    let first = own.first().map(|one| one.day);
    let behind = own.iter().take_while(|one| Some(one.day) == first).count();
    own.truncate(behind);
}

/// What stands at no place of a set: it is never picked.
const NO_EVENT: Event = Event {
    person: u32::MAX,
    table: 0,
    row: 0,
    start: Day::UNKNOWN,
    end: Day::UNKNOWN,
    sort: Day::UNKNOWN,
    period: NO_PERIOD,
    concept: NO_CONCEPT,
};

impl Machine<'_> {
    /// Leaves some of a person's events of a set, by position; they are in the order of their first
    /// days, which are the days that they are placed by.
    pub(super) fn keep_placed(
        &self,
        profile: Profile,
        at: PickedAt,
        set: &EventSet,
        own: &mut Vec<Placed>,
        pick: Pick,
    ) {
        if pick == Pick::All {
            return;
        }
        own.retain(|one| one.day.is_known());
        // Those of one day stand together, and only they can tie.
        let by_start = at == PickedAt::Step || profile != Profile::Circe1 || set.is_in_order_of_picks();
        if pick == Pick::First && by_start {
            keep_first_day(own);
        }
        if own.len() > 1 || matches!(pick, Pick::Nth(_)) {
            self.pick(profile, at, own, pick, |one| one.event(set).unwrap_or(NO_EVENT));
        }
    }
}
