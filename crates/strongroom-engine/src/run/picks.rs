use strongroom_cohort::ast::{EventKind, Pick, Profile};
use strongroom_timeline::{Day, Event};

use super::machine::Machine;
use super::tables::kind_of_table;

/// Which place in a cohort a pick is made at: Circe orders events when they are collected by the
/// record's own day, and entries by their first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PickedAt {
    Events,
    Step,
}

impl Machine<'_> {
    /// Leaves some of a person's events, by position, in the order R9 (`native/1`).
    ///
    /// `circe/1` orders by start, then by record; its last is the smallest record of the greatest
    /// start. `aou-workbench/1` orders by start alone and keeps ties. Events without a start are
    /// never taken by position.
    pub(super) fn pick<T: Copy>(
        &self,
        profile: Profile,
        at: PickedAt,
        rows: &mut Vec<T>,
        pick: Pick,
        event_of: impl Fn(&T) -> Event,
    ) {
        let alone = rows.len() == 1 && matches!(pick, Pick::First | Pick::Last);
        if pick == Pick::All || (alone && rows.iter().all(|row| event_of(row).start.is_known())) {
            return;
        }
        rows.retain(|row| event_of(row).start.is_known());
        let day = |row: &T| {
            let event = event_of(row);
            match (profile, at) {
                (Profile::Circe1, PickedAt::Events) => event.sort,
                _ => event.start,
            }
        };
        if let Pick::Nth(n) = pick {
            if profile == Profile::AouWorkbench1 {
                let mut days: Vec<Day> = rows.iter().map(day).collect();
                days.sort_unstable();
                days.dedup();
                let wanted = nth(&days, n);
                rows.retain(|row| Some(day(row)) == wanted);
            } else {
                rows.sort_by_cached_key(|row| (day(row), self.ties(profile, &event_of(row))));
                let chosen = nth(rows, n);
                rows.clear();
                rows.extend(chosen);
            }
            return;
        }
        // Most people have one event on the day: only where there are more do ties matter.
        let days = rows.iter().map(day);
        let wanted = if pick == Pick::First { days.min() } else { days.max() };
        rows.retain(|row| Some(day(row)) == wanted);
        if rows.len() < 2 || profile == Profile::AouWorkbench1 {
            return;
        }
        let ties = |row: &T| self.ties(profile, &event_of(row));
        let last = pick == Pick::Last && profile != Profile::Circe1;
        let chosen =
            if last { rows.iter().copied().max_by_key(ties) } else { rows.iter().copied().min_by_key(ties) };
        rows.clear();
        rows.extend(chosen);
    }

    /// What orders events of one day.
    fn ties(&self, profile: Profile, event: &Event) -> Ties {
        let rank = kind_of_table(event.table).unwrap_or(EventKind::Any);
        let identity = self.identity(event);
        match profile {
            Profile::Circe1 => {
                let record = self.tables.record(event);
                Ties(event.sort, record, event.start, event.end, rank, identity)
            }
            Profile::Native1 | Profile::AouWorkbench1 => {
                Ties(event.start, None, event.start, event.end, rank, identity)
            }
        }
    }

    /// What makes a row the row it is (R8): the record of a kind, or the entry of a cohort.
    pub(super) fn identity(&self, event: &Event) -> (u16, i64) {
        (event.table, self.tables.record(event).unwrap_or_else(|| event.row.into()))
    }
}

/// Circe: the record's own day, then the record; everywhere: the first and the last day, the kind,
/// of which entries of cohorts are the last, and the record.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Ties(Day, Option<i64>, Day, Day, EventKind, (u16, i64));

/// The `n`th, from 1.
fn nth<T: Copy>(rows: &[T], n: u32) -> Option<T> {
    rows.get(usize::try_from(n).ok()?.checked_sub(1)?).copied()
}
