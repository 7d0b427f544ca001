//! Where the profiles differ, one function for each difference.

use std::cmp::Reverse;

use chrono::{Datelike, Days, NaiveDate};
use strongroom_omop::ConceptId;

use super::record::{Birth, EventRecord};
use super::rows::Row;
use crate::ast::{Column, EventKind, Pick, Profile, Supply};
use crate::reference::record::Datum;

/// The day on which an event ends, as the profile completes it (R3).
///
/// `native/1` and `aou-workbench/1`: the start where no end is recorded or it lies before the
/// start. `circe/1`: a day after the start where the table has no end of its own or none is
/// recorded; drugs last as long as their supply; visits may lack an end.
pub(super) fn completed_end(profile: Profile, event: &EventRecord) -> Option<NaiveDate> {
    let start = event.start?;
    match profile {
        Profile::Native1 => Some(event.end.filter(|end| *end >= start).unwrap_or(start)),
        Profile::AouWorkbench1 => Some(event.end.unwrap_or(start)),
        Profile::Circe1 => match event.kind {
            EventKind::Condition | EventKind::Device => event.end.or_else(|| plus(start, 1)),
            EventKind::Drug => event
                .end
                .or_else(|| days_supply(event).map_or_else(|| plus(start, 1), |days| plus(start, days))),
            EventKind::Procedure
            | EventKind::Measurement
            | EventKind::Observation
            | EventKind::Specimen
            | EventKind::Death
            | EventKind::Answer
            | EventKind::Variant
            | EventKind::WearableSteps
            | EventKind::WearableHeartRate
            | EventKind::WearableSleep
            | EventKind::WearableActivity
            | EventKind::Any => plus(start, 1),
            EventKind::Visit
            | EventKind::VisitDetail
            | EventKind::ConditionEra
            | EventKind::DrugEra
            | EventKind::DoseEra
            | EventKind::ObservationPeriod
            | EventKind::PayerPlanPeriod => event.end,
        },
    }
}

/// The last day of an event of a run (R11). Under `native/1` a supply of `n` days ends on the `n`th
/// day, under `circe/1` `n` days after the first.
pub(super) fn supplied_end(profile: Profile, row: &Row<'_>, supply: Option<Supply>) -> Option<NaiveDate> {
    let start = row.start?;
    let lasting = |days: i64| match profile {
        Profile::Circe1 => plus(start, days),
        Profile::Native1 | Profile::AouWorkbench1 => plus(start, (days - 1).max(0)),
    };
    match supply {
        None => row.end,
        Some(Supply::Always(days)) => lasting(days.into()),
        Some(Supply::DaysSupplyElse(days)) => {
            let Some(record) = row.record else { return row.end };
            if record.end.is_some() {
                return row.end;
            }
            lasting(days_supply(record).unwrap_or_else(|| days.into()))
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and dates are checked after it")]
fn days_supply(event: &EventRecord) -> Option<i64> {
    match event.value(Column::DaysSupply) {
        Some(Datum::Number(days)) => Some(*days as i64),
        _ => None,
    }
}

fn plus(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    let distance = Days::new(days.unsigned_abs());
    if days < 0 { day.checked_sub_days(distance) } else { day.checked_add_days(distance) }
}

/// Whether a recorded concept says anything: under `native/1`, concept 0 is a missing value.
pub(super) fn known_concept(profile: Profile, concept: Option<ConceptId>) -> Option<ConceptId> {
    concept.filter(|id| profile != Profile::Native1 || *id != ConceptId::NO_MATCHING_CONCEPT)
}

/// The age in years (R13). `circe/1` only ever subtracts years.
pub(super) fn age(profile: Profile, birth: Birth, day: NaiveDate) -> Option<i32> {
    match (profile, birth) {
        (Profile::Circe1, Birth::Day(birth)) => Some(day.year() - birth.year()),
        (_, birth) => birth.age_on(day),
    }
}

/// Whether records of the kind `recorded` are among the events of the kind `asked`.
///
/// `any` is every kind of record with a concept. Under `aou-workbench/1` a concept is looked for
/// among all of them, whatever the kind that is written, because the cohort builder does so.
pub(super) fn kind_matches(
    profile: Profile,
    asked: EventKind,
    with_concepts: bool,
    recorded: EventKind,
) -> bool {
    let any = asked == EventKind::Any || (profile == Profile::AouWorkbench1 && with_concepts);
    if any && asked != EventKind::Death && asked != EventKind::Variant {
        match recorded {
            // The cohort builder's table of all events has no deaths.
            EventKind::Death => profile != Profile::AouWorkbench1,
            EventKind::ObservationPeriod
            | EventKind::PayerPlanPeriod
            | EventKind::Variant
            | EventKind::WearableSteps
            | EventKind::WearableHeartRate
            | EventKind::WearableSleep
            | EventKind::WearableActivity => false,
            _ => true,
        }
    } else {
        asked == recorded
    }
}

/// Whether a truth value outside of row filters is only ever true or false: what a profile's SQL
/// does not return is not there. Under `circe/1` that is so for a comparison and for its direct
/// opposite; under `aou-workbench/1` for a comparison, so that the opposite of an unknown one holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnknownLeaf {
    Stays,
    IsFalseEvenNegated,
    IsFalse,
}

pub(super) const fn unknown_leaf(profile: Profile) -> UnknownLeaf {
    match profile {
        Profile::Native1 => UnknownLeaf::Stays,
        Profile::Circe1 => UnknownLeaf::IsFalseEvenNegated,
        Profile::AouWorkbench1 => UnknownLeaf::IsFalse,
    }
}

/// Whether the members of `n of` are true or not, as rows are there or not; otherwise Kleene's logic
/// counts them.
pub(super) const fn counts_unknown_members_as_false(profile: Profile) -> bool {
    matches!(profile, Profile::Circe1)
}

/// Whether entries are pairs of an event and an observation period, windows read the period of
/// their anchor's event, and rows must start in it (`circe/1`). Otherwise periods that touch are
/// joined and windows are cut to the one around the anchor's day (R6).
pub(super) const fn pairs_events_with_periods(profile: Profile) -> bool {
    matches!(profile, Profile::Circe1)
}

/// Whether entries are joined across observed intervals (R11).
pub(super) const fn merges_across_intervals(profile: Profile) -> bool {
    matches!(profile, Profile::Circe1)
}

/// Whether two missing visits are one visit (R12).
pub(super) const fn missing_visits_are_equal(profile: Profile) -> bool {
    matches!(profile, Profile::AouWorkbench1)
}

/// Whether the same record is one event of a union only if its days are the same, too.
pub(super) const fn union_tells_days_apart(profile: Profile) -> bool {
    matches!(profile, Profile::Circe1)
}

/// Whether numbers of records carry their recorded unit (R15); otherwise they are plain numbers.
pub(super) const fn numbers_have_units(profile: Profile) -> bool {
    matches!(profile, Profile::Native1)
}

/// Which place in a cohort a pick is made at: Circe orders events when they are collected by the
/// record's own day, and entries by their first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PickedAt {
    Events,
    Step,
}

/// Some of the rows, by position, in the order R9 (`native/1`).
///
/// `circe/1` orders by start, then by record; its last is the smallest record of the greatest
/// start. `aou-workbench/1` orders by start alone and keeps ties. Rows without a start are never
/// taken by position.
pub(super) fn pick<T>(
    profile: Profile,
    at: PickedAt,
    rows: Vec<T>,
    pick: Pick,
    row_of: impl Fn(&T) -> &Row<'_>,
) -> Vec<T> {
    if pick == Pick::All {
        return rows;
    }
    let mut rows = rows;
    rows.retain(|row| row_of(row).start.is_some());
    match profile {
        Profile::Native1 => {
            let order = |row: &Row<'_>| (row.start, row.end, row.kind_rank(), row.id);
            match pick {
                Pick::All => rows,
                Pick::First => rows.into_iter().min_by_key(|row| order(row_of(row))).into_iter().collect(),
                Pick::Last => rows.into_iter().max_by_key(|row| order(row_of(row))).into_iter().collect(),
                Pick::Nth(n) => {
                    rows.sort_by_key(|row| order(row_of(row)));
                    nth(rows, n)
                }
            }
        }
        Profile::Circe1 => {
            let day = |row: &Row<'_>| match at {
                PickedAt::Events => row.sort,
                PickedAt::Step => row.start,
            };
            let ties =
                |row: &Row<'_>| (row.sort, row.record_value(), row.start, row.end, row.kind_rank(), row.id);
            match pick {
                Pick::All => rows,
                Pick::First => rows
                    .into_iter()
                    .min_by_key(|row| (day(row_of(row)), ties(row_of(row))))
                    .into_iter()
                    .collect(),
                Pick::Last => {
                    let order = |row: &Row<'_>| (Reverse(day(row)), ties(row));
                    rows.into_iter().min_by_key(|row| order(row_of(row))).into_iter().collect()
                }
                Pick::Nth(n) => {
                    rows.sort_by_key(|row| (day(row_of(row)), ties(row_of(row))));
                    nth(rows, n)
                }
            }
        }
        Profile::AouWorkbench1 => {
            let mut days: Vec<_> = rows.iter().map(|row| row_of(row).start).collect();
            days.sort_unstable();
            days.dedup();
            let day = match pick {
                Pick::All => None,
                Pick::First => days.first(),
                Pick::Last => days.last(),
                Pick::Nth(n) => position(n).and_then(|position| days.get(position)),
            };
            let day = day.copied();
            rows.retain(|row| Some(row_of(row).start) == day);
            rows
        }
    }
}

fn nth<T>(rows: Vec<T>, n: u32) -> Vec<T> {
    position(n).and_then(|position| rows.into_iter().nth(position)).into_iter().collect()
}

/// The position, from 0, of the `n`th, from 1.
fn position(n: u32) -> Option<usize> {
    usize::try_from(n).ok()?.checked_sub(1)
}
