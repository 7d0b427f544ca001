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

impl Machine<'_> {
    /// Adds a person's rows of some events: those of the set that pass every filter, in the order
    /// written.
    pub(super) fn collect(&self, events: &Events, scope: Scope<'_>, turns: &[Event], rows: &mut Vec<Event>) {
        match &events.from {
            Origin::Set(id) => {
                let set = self.set(*id);
                rows.extend(set.of(scope.person).filter_map(|position| set.get(position)));
            }
            Origin::Union(members) => {
                for member in members {
                    let mut own = self.spare();
                    self.collect(member, scope, &[], &mut own);
                    rows.append(&mut own);
                    self.give_back(own);
                }
                self.unite(scope.profile, rows);
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
                let mut ranges = Vec::new();
                self.each_anchor(of, scope, turns, |anchor, day| {
                    if day.is_known() {
                        let around = scope.observed.around_anchor(scope.profile, anchor, day);
                        ranges.extend(Range::of(scope.profile, window, day, around, *ignoring_observation));
                    }
                });
                rows.retain(|row| ranges.iter().any(|range| range.takes(*test, row.start, row.end)));
            }
            Filter::SameVisit { or, as_anchor } => {
                let mut anchors = self.spare();
                self.each_anchor(as_anchor, scope, turns, |anchor, _| anchors.push(*anchor));
                rows.retain(|row| anchors.iter().any(|anchor| self.same_visit(*or, row, anchor, scope)));
                self.give_back(anchors);
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

    /// Whether two events belong to the same visit (R12).
    fn same_visit(&self, or: SameVisit, row: &Event, anchor: &Event, scope: Scope<'_>) -> bool {
        let visit = || match (self.visit(row), self.visit(anchor)) {
            (Some(one), Some(other)) => one == other,
            (None, None) => rules::missing_visits_are_equal(scope.profile),
            _ => false,
        };
        let day = row.start.is_known() && row.start == anchor.start;
        match or {
            SameVisit::Visit => visit(),
            SameVisit::VisitOrDay => day || visit(),
            SameVisit::VisitAndDay => day && visit(),
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
