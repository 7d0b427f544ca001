use std::collections::BTreeMap;

use strongroom_cohort::ast::{Column, CountTest, CountUnit};
use strongroom_timeline::{Day, Event};

use super::filters::VisitAround;
use super::machine::{Machine, Scope};
use super::rules;
use super::values::Key;
use super::windows::{InWindows, Range};
use crate::compile::{Count, Filter, Origin};

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

    /// The number of a count of rows or dates that lie in windows around the entry event or the
    /// row at hand, or belong to its visit, as far as the count's test tells it apart from others, without
    /// a copy of any row; nothing for other counts.
    #[inline]
    pub(super) fn number_at_once(&self, count: &Count, scope: Scope<'_>) -> Option<u64> {
        let counts_days = match count.unit {
            CountUnit::Rows => false,
            CountUnit::Dates => true,
            CountUnit::Visits | CountUnit::Concepts | CountUnit::Distinct(_) => return None,
        };
        if count.per_concept || count.within.is_some() {
            return None;
        }
        let Origin::Set(id) = count.of.from else { return None };
        let (set, own) = self.set_of(id, scope.person);
        if own.is_empty() {
            return Some(0);
        }
        let (mut within, mut visit) = (InWindows::default(), None);
        for filter in &count.of.filters {
            match filter {
                Filter::During { test, window, of, ignoring_observation } => {
                    let (anchor, day) = of.row(scope)?;
                    let around = scope.observed.around_anchor(scope.profile, anchor, day);
                    match Range::of(scope.profile, window, day, around, *ignoring_observation) {
                        Some(range) if day.is_known() => within.narrow(*test, &range),
                        _ => return Some(0),
                    }
                }
                Filter::SameVisit { or, as_anchor } if visit.is_none() => {
                    visit = Some(self.visit_around(*or, as_anchor.row(scope)?.0, scope));
                }
                _ => return None,
            }
        }
        if count.of.filters.is_empty() && !counts_days {
            return u64::try_from(own.len()).ok();
        }
        let starts = set.starts().get(own.clone())?;
        Some(number_of(starts, counts_days, enough(count.test), |place, start| {
            let in_visit = |visit: &VisitAround| {
                let event = set.get(own.start + place);
                event.is_some_and(|event| visit.contains(start, || self.visit(&event)))
            };
            let end = || set.ends().get(own.start + place).copied().unwrap_or(Day::UNKNOWN);
            within.take(start, end) && visit.as_ref().is_none_or(in_visit)
        }))
    }
}

/// How many of a person's events are taken, by their place and start, or on how many distinct known
/// days they start; no further than up to so many. Their starts are in order.
#[inline]
pub(super) fn number_of(
    starts: &[Day],
    counts_days: bool,
    enough: u64,
    mut takes: impl FnMut(usize, Day) -> bool,
) -> u64 {
    // Equal days stand together, unknown ones first.
    let (mut number, mut last) = (0, Day::UNKNOWN);
    for (place, start) in starts.iter().enumerate() {
        if takes(place, *start) {
            number += u64::from(!counts_days || *start != last);
            if number >= enough {
                break;
            }
            last = *start;
        }
    }
    number
}

/// From which number on a test says the same of all.
pub(super) const fn enough(test: CountTest) -> u64 {
    match test {
        CountTest::AtLeast(least) => least as u64,
        CountTest::AtMost(n) | CountTest::Exactly(n) | CountTest::Not(n) | CountTest::Between(_, n) => {
            n as u64 + 1
        }
    }
}

fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> usize {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable();
    values.dedup();
    values.len()
}
