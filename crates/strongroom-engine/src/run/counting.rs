use std::collections::BTreeMap;

use strongroom_cohort::ast::{Column, CountUnit};
use strongroom_timeline::{Day, Event};

use super::machine::{Machine, Scope};
use super::rules;
use super::values::Key;
use super::windows::Range;
use crate::compile::{AnchorBase, Count, Filter, Origin};

/// How many windows a count may have to be made without copying rows.
const WINDOWS: usize = 4;

impl Machine<'_> {
    /// Whether so many of the rows are there (R8).
    pub(super) fn passes(&self, count: &Count, scope: Scope<'_>, rows: &[Event]) -> bool {
        if !count.per_concept {
            return self.pass_together(count, scope, rows);
        }
        let mut by_concept: BTreeMap<i64, Vec<Event>> = BTreeMap::new();
        for row in rows {
            if let Some(concept) = rules::known_concept(scope.profile, self.found_concept(row)) {
                by_concept.entry(concept).or_default().push(*row);
            }
        }
        by_concept.values().any(|rows| self.pass_together(count, scope, rows))
    }

    fn pass_together(&self, count: &Count, scope: Scope<'_>, rows: &[Event]) -> bool {
        let Some(within) = count.within else {
            return count.test.holds(self.number(count.unit, scope, rows));
        };
        let mut dated: Vec<Event> = rows.iter().filter(|row| row.start.is_known()).copied().collect();
        dated.sort_by_cached_key(|row| (row.start, self.identity(row)));
        if dated.is_empty() {
            return count.test.holds(0);
        }
        // Every largest set of rows that lie close enough begins with one of them.
        dated.iter().enumerate().any(|(from, first)| {
            let last = first.start.date().and_then(|day| within.after(day)).map(Day::from);
            let rest = dated.get(from..).unwrap_or_default();
            let close = rest.iter().take_while(|row| last.is_none_or(|last| row.start <= last)).count();
            let close = rest.get(..close).unwrap_or_default();
            count.test.holds(self.number(count.unit, scope, close))
        })
    }

    /// How many rows, or distinct known values, there are.
    pub(super) fn number(&self, unit: CountUnit, scope: Scope<'_>, rows: &[Event]) -> u64 {
        let n = match unit {
            CountUnit::Rows => rows.len(),
            CountUnit::Dates => distinct(rows.iter().filter_map(|row| row.start.known())),
            CountUnit::Visits => distinct(rows.iter().filter_map(|row| self.visit(row))),
            CountUnit::Concepts => self.distinct_values(Column::Concept, scope, rows),
            CountUnit::Distinct(column) => self.distinct_values(column, scope, rows),
        };
        u64::try_from(n).unwrap_or(u64::MAX)
    }

    fn distinct_values(&self, column: Column, scope: Scope<'_>, rows: &[Event]) -> usize {
        let values = rows.iter().filter_map(|row| self.column(row, column, scope));
        distinct(values.map(|value| Key::of(&value)))
    }

    /// The number of a count whose filters are windows around one row, without a copy of any row;
    /// nothing for other counts.
    pub(super) fn number_at_once(&self, count: &Count, scope: Scope<'_>) -> Option<u64> {
        if count.per_concept || count.within.is_some() {
            return None;
        }
        if !matches!(count.unit, CountUnit::Rows | CountUnit::Dates) {
            return None;
        }
        let Origin::Set(id) = count.of.from else { return None };
        let set = self.set(id);
        let own = set.of(scope.person);
        if own.is_empty() {
            return Some(0);
        }
        let mut windows = [None; WINDOWS];
        if count.of.filters.len() > WINDOWS {
            return None;
        }
        for (filter, place) in count.of.filters.iter().zip(&mut windows) {
            let Filter::During { test, window, of, ignoring_observation } = filter else { return None };
            if !matches!(of.on, AnchorBase::Index | AnchorBase::This) {
                return None;
            }
            let mut range = None;
            self.each_anchor(of, scope, &[], |anchor, day| {
                if day.is_known() {
                    let around = scope.observed.around_anchor(scope.profile, anchor, day);
                    range = Range::of(scope.profile, window, day, around, *ignoring_observation);
                }
            });
            match range {
                Some(range) => *place = Some((*test, range)),
                None => return Some(0),
            }
        }
        let days = set.starts().get(own.clone())?.iter().zip(set.ends().get(own)?);
        let within = days.filter(|(start, end)| {
            windows.iter().flatten().all(|(test, range)| range.takes(*test, **start, **end))
        });
        if count.unit == CountUnit::Rows {
            return u64::try_from(within.count()).ok();
        }
        let (mut dates, mut last) = (0, Day::UNKNOWN);
        for (start, _) in within {
            // In order, equal days stand together, unknown ones first.
            dates += u64::from(*start != last);
            last = *start;
        }
        Some(dates)
    }
}

fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> usize {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable();
    values.dedup();
    values.len()
}
