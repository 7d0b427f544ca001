use strongroom_cohort::ast::{DateSource, SameVisit};
use strongroom_cohort::reference::Truth;
use strongroom_timeline::{Day, Event};

use super::machine::{Machine, Scope};
use super::picks::PickedAt;
use super::predicates::Reading;
use super::rules;
use super::tables::kind_of_table;
use super::windows::Range;
use crate::compile::{Events, Filter, Origin};

/// The visit of an event, to compare others with.
pub(super) struct VisitAround {
    pub(super) or: SameVisit,
    pub(super) day: Day,
    pub(super) visit: Option<i64>,
    pub(super) missing_are_equal: bool,
}

impl VisitAround {
    /// Whether an event of the same person, with this start and visit, belongs to it.
    #[inline]
    pub(super) fn contains(&self, start: Day, visit: impl FnOnce() -> Option<i64>) -> bool {
        let same_day = start.is_known() && start == self.day;
        let same_visit = || match (visit(), self.visit) {
            (Some(one), Some(other)) => one == other,
            (None, None) => self.missing_are_equal,
            _ => false,
        };
        match self.or {
            SameVisit::Visit => same_visit(),
            SameVisit::VisitOrDay => same_day || same_visit(),
            SameVisit::VisitAndDay => same_day && same_visit(),
        }
    }
}

impl Machine<'_> {
    /// Adds a person's rows of some events: those of the set that pass every filter, in the order
    /// written.
    pub(super) fn collect(&self, events: &Events, scope: Scope<'_>, turns: &[Event], rows: &mut Vec<Event>) {
        match &events.from {
            Origin::Set(id) => {
                let (set, own) = self.set_of(*id, scope.person);
                rows.extend(own.filter_map(|position| set.get(position)));
            }
            Origin::Union(members) => {
                for member in members {
                    let mut own = self.spare();
                    self.collect(member, scope, &[], &mut own);
                    rows.append(&mut own);
                    self.give_back(own);
                }
                self.unite(scope.profile, rows, |event| Some(*event));
            }
        }
        for filter in &events.filters {
            if rows.is_empty() {
                break;
            }
            self.filter(filter, rows, scope, turns);
        }
    }

    /// Takes a person's rows through one filter.
    pub(super) fn filter(&self, filter: &Filter, rows: &mut Vec<Event>, scope: Scope<'_>, turns: &[Event]) {
        match filter {
            Filter::Where { test, asks_for_observation } => {
                if *asks_for_observation && rules::pairs_events_with_periods(scope.profile) {
                    scope.observed.pair(rows);
                }
                rows.retain(|row| {
                    let scope = Scope { this: Some(row), ..scope };
                    self.truth(test, scope, Reading::Row) == Truth::True
                });
            }
            Filter::During { test, window, of, ignoring_observation } => {
                let range = |anchor: &Event, day: Day| {
                    let around =
                        day.known().map(|day| scope.observed.around_anchor(scope.profile, anchor, day));
                    Range::of(scope.profile, window, day, around?, *ignoring_observation)
                };
                if let Some((anchor, day)) = of.row(scope) {
                    match range(anchor, day) {
                        Some(range) => rows.retain(|row| range.takes(*test, row.start, row.end)),
                        None => rows.clear(),
                    }
                    return;
                }
                let mut ranges = Vec::new();
                self.each_anchor(of, scope, turns, |anchor, day| ranges.extend(range(anchor, day)));
                rows.retain(|row| ranges.iter().any(|range| range.takes(*test, row.start, row.end)));
            }
            Filter::SameVisit { or, as_anchor } => {
                let mut visits = Vec::new();
                self.each_anchor(as_anchor, scope, turns, |anchor, _| {
                    visits.push(self.visit_around(*or, anchor, scope));
                });
                rows.retain(|row| visits.iter().any(|visit| visit.contains(row.start, || self.visit(row))));
            }
            Filter::Keep(pick) => self.pick(scope.profile, PickedAt::Events, rows, *pick, |event| *event),
            Filter::Interval { start, end } => {
                let both_are_calendar_days =
                    matches!((start, end), (DateSource::Date(_), DateSource::Date(_)));
                rows.retain_mut(|row| {
                    let (first, last) = (day_from(*start, row), day_from(*end, row));
                    if !first.is_known() || !last.is_known() {
                        return false;
                    }
                    // The underlying record still decides the order where a calendar day is given.
                    if !matches!(start, DateSource::Date(_)) {
                        row.sort = first;
                    }
                    (row.start, row.end) = (first, last);
                    first <= last || both_are_calendar_days
                });
            }
        }
    }

    /// What belongs to the same visit as an event (R12).
    pub(super) fn visit_around(&self, or: SameVisit, anchor: &Event, scope: Scope<'_>) -> VisitAround {
        VisitAround {
            or,
            day: anchor.start,
            visit: self.visit(anchor),
            missing_are_equal: rules::missing_visits_are_equal(scope.profile),
        }
    }

    /// The visit that an event belongs to; of a visit its own id.
    pub(super) fn visit(&self, event: &Event) -> Option<i64> {
        kind_of_table(event.table)?;
        self.tables.id(event, strongroom_cohort::ast::Column::Visit)
    }
}

fn day_from(source: DateSource, event: &Event) -> Day {
    match source {
        DateSource::Date(date) => date.into(),
        DateSource::Start(days) => event.start.plus(days.into()),
        DateSource::End(days) => event.end.plus(days.into()),
    }
}
