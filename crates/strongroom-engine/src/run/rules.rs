//! Where the profiles differ, one function for each difference.

use strongroom_cohort::ast::{Column, EventKind, Profile, Supply};
use strongroom_timeline::{Day, Event};

use super::machine::Machine;
use super::tables::kind_of_table;

/// How a profile reads a comparison whose truth is unknown, outside of row filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnknownLeaf {
    Stays,
    IsFalseEvenNegated,
    IsFalse,
}

/// Whether an unknown comparison stays unknown: what a profile's SQL does not return is not there.
#[inline]
pub(super) const fn unknown_leaf(profile: Profile) -> UnknownLeaf {
    match profile {
        Profile::Native1 => UnknownLeaf::Stays,
        Profile::Circe1 => UnknownLeaf::IsFalseEvenNegated,
        Profile::AouWorkbench1 => UnknownLeaf::IsFalse,
    }
}

/// Whether entries are pairs of an event and an observation period, and windows read the period of
/// their anchor's event. Otherwise periods that touch are joined, and windows are cut to the one
/// around the anchor's day (R6).
#[inline]
pub(super) const fn pairs_events_with_periods(profile: Profile) -> bool {
    matches!(profile, Profile::Circe1)
}

/// Whether the members of `n of` are true or not, as rows are there or not.
pub(super) const fn counts_unknown_members_as_false(profile: Profile) -> bool {
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

/// Whether numbers of records carry their recorded unit (R15).
pub(super) const fn numbers_have_units(profile: Profile) -> bool {
    matches!(profile, Profile::Native1)
}

/// A recorded concept, if it says anything: under `native/1`, concept 0 is a missing value.
pub(super) fn known_concept(profile: Profile, concept: Option<i64>) -> Option<i64> {
    concept.filter(|id| profile != Profile::Native1 || *id != 0)
}

/// The kinds whose records are among the events of the kind that is asked for.
///
/// `any` is every kind of record with a concept. Under `aou-workbench/1` a concept is looked for
/// among all of them, whatever the kind that is written, because the cohort builder does so.
pub(crate) fn kinds(profile: Profile, asked: EventKind, with_concepts: bool) -> Vec<EventKind> {
    let any = asked == EventKind::Any || (profile == Profile::AouWorkbench1 && with_concepts);
    if !any || matches!(asked, EventKind::Death | EventKind::Variant) {
        return vec![asked];
    }
    let among = |kind: &EventKind| match kind {
        // The cohort builder's table of all events has no deaths.
        EventKind::Death => profile != Profile::AouWorkbench1,
        EventKind::ObservationPeriod
        | EventKind::PayerPlanPeriod
        | EventKind::Variant
        | EventKind::WearableSteps
        | EventKind::WearableHeartRate
        | EventKind::WearableSleep
        | EventKind::WearableActivity
        | EventKind::Any => false,
        _ => true,
    };
    EventKind::ALL.iter().copied().filter(among).collect()
}

/// The recorded ends of a kind, and how the profile completes them (R3).
pub(super) struct RecordedEnds<'t> {
    ends: &'t [Day],
    /// Days that drugs were supplied for; empty where that does not matter.
    supplies: &'t [f64],
    completion: Completion,
}

#[derive(Clone, Copy)]
enum Completion {
    /// The start where no end is recorded or it lies before the start.
    StartIfInverted,
    /// The start where no end is recorded.
    Start,
    /// As long as the supply lasts, or a day after the start, where no end is recorded.
    Supply,
    /// A day after the start, whatever is recorded.
    NextDay,
    /// None where none is recorded.
    Nothing,
}

impl Completion {
    const fn of(profile: Profile, kind: EventKind) -> Self {
        match profile {
            Profile::Native1 => Self::StartIfInverted,
            Profile::AouWorkbench1 => Self::Start,
            Profile::Circe1 => match kind {
                EventKind::Condition | EventKind::Device | EventKind::Drug => Self::Supply,
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
                | EventKind::Any => Self::NextDay,
                EventKind::Visit
                | EventKind::VisitDetail
                | EventKind::ConditionEra
                | EventKind::DrugEra
                | EventKind::DoseEra
                | EventKind::ObservationPeriod
                | EventKind::PayerPlanPeriod => Self::Nothing,
            },
        }
    }
}

impl RecordedEnds<'_> {
    /// The day on which the record in a row ends; unknown where its start is.
    #[inline]
    pub(super) fn complete(&self, row: u32, start: Day) -> Day {
        if !start.is_known() {
            return Day::UNKNOWN;
        }
        let recorded = || self.ends.get(row as usize).copied().unwrap_or(Day::UNKNOWN);
        match self.completion {
            Completion::StartIfInverted => recorded().max(start),
            Completion::Start => recorded().or(start),
            Completion::Supply => match recorded().known() {
                Some(end) => end,
                None => start.plus(supply_at(self.supplies, row).unwrap_or(1)),
            },
            Completion::NextDay => start.plus(1),
            Completion::Nothing => recorded(),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and days are checked after it")]
#[inline]
fn supply_at(supplies: &[f64], row: u32) -> Option<i64> {
    supplies.get(row as usize).filter(|days| !days.is_nan()).map(|days| *days as i64)
}

impl Machine<'_> {
    /// How the records of a kind end.
    #[inline]
    pub(super) fn recorded_ends(&self, profile: Profile, kind: EventKind) -> RecordedEnds<'_> {
        let completion = Completion::of(profile, kind);
        let ends = match completion {
            Completion::NextDay => &[],
            _ => self.tables.days(kind, Column::End),
        };
        let supplies = match (completion, kind) {
            (Completion::Supply, EventKind::Drug) => self.tables.numbers(kind, Column::DaysSupply),
            _ => &[],
        };
        RecordedEnds { ends, supplies, completion }
    }

    /// The last day of an event of a run (R11). Under `native/1` a supply of `n` days ends on the
    /// `n`th day, under `circe/1` `n` days after the first.
    pub(super) fn supplied_end(&self, profile: Profile, event: &Event, supply: Option<Supply>) -> Day {
        let lasting = |days: i64| match profile {
            Profile::Circe1 => event.start.plus(days),
            Profile::Native1 | Profile::AouWorkbench1 => event.start.plus((days - 1).max(0)),
        };
        let Some(supply) = supply else { return event.end };
        let days = match supply {
            Supply::Always(days) => return lasting(days.into()),
            Supply::DaysSupplyElse(days) => days,
        };
        let Some(kind) = kind_of_table(event.table) else { return event.end };
        let ends = self.tables.days(kind, Column::End);
        if ends.get(event.row as usize).is_some_and(|end| end.is_known()) {
            return event.end;
        }
        let supplies = self.tables.numbers(kind, Column::DaysSupply);
        lasting(supply_at(supplies, event.row).unwrap_or_else(|| days.into()))
    }
}
