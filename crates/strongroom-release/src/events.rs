//! Which table holds the events of which kind, and which of its columns means what.

use strongroom_cohort::ast::{Column, EventKind};
use strongroom_omop::{Domain, Table};

/// Where the events of one kind stand, by names of the CDM 5.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventTable {
    pub(crate) kind: EventKind,
    pub(crate) table: &'static str,
    pub(crate) record: &'static str,
    pub(crate) concept: Option<&'static str>,
    pub(crate) source_concept: Option<&'static str>,
    pub(crate) start: &'static str,
    pub(crate) end: Option<&'static str>,
    /// What else the columns mean.
    pub(crate) values: &'static [(Column, &'static str)],
}

/// The tables of events.
pub(crate) const EVENT_TABLES: [EventTable; 15] = {
    use Column::{
        AdmittedFrom, AnatomicSite, DaysSupply, DischargedTo, DiseaseStatus, GapDays, LotNumber, Modifier,
        OccurrenceCount, Operator, Payer, PayerSource, Plan, PlanSource, Qualifier, Quantity, RangeHigh,
        RangeLow, Refills, Route, SpecimenSourceId, Sponsor, SponsorSource, Status, StopReason,
        StopReasonConcept, StopReasonSource, Type, UniqueDeviceId, Unit, Value, ValueConcept, ValueText,
    };
    [
        clinical(
            EventKind::Condition,
            Domain::Condition,
            &[
                (Type, "condition_type_concept_id"),
                (Status, "condition_status_concept_id"),
                (StopReason, "stop_reason"),
            ],
        ),
        clinical(
            EventKind::Drug,
            Domain::Drug,
            &[
                (Type, "drug_type_concept_id"),
                (StopReason, "stop_reason"),
                (Refills, "refills"),
                (Quantity, "quantity"),
                (DaysSupply, "days_supply"),
                (Route, "route_concept_id"),
                (LotNumber, "lot_number"),
            ],
        ),
        clinical(
            EventKind::Procedure,
            Domain::Procedure,
            &[(Type, "procedure_type_concept_id"), (Modifier, "modifier_concept_id"), (Quantity, "quantity")],
        ),
        clinical(
            EventKind::Measurement,
            Domain::Measurement,
            &[
                (Type, "measurement_type_concept_id"),
                (Operator, "operator_concept_id"),
                (Value, "value_as_number"),
                (ValueConcept, "value_as_concept_id"),
                (Unit, "unit_concept_id"),
                (RangeLow, "range_low"),
                (RangeHigh, "range_high"),
            ],
        ),
        clinical(
            EventKind::Observation,
            Domain::Observation,
            &[
                (Type, "observation_type_concept_id"),
                (Value, "value_as_number"),
                (ValueText, "value_as_string"),
                (ValueConcept, "value_as_concept_id"),
                (Qualifier, "qualifier_concept_id"),
                (Unit, "unit_concept_id"),
            ],
        ),
        clinical(
            EventKind::Device,
            Domain::Device,
            &[
                (Type, "device_type_concept_id"),
                (UniqueDeviceId, "unique_device_id"),
                (Quantity, "quantity"),
                (Unit, "unit_concept_id"),
            ],
        ),
        clinical(
            EventKind::Visit,
            Domain::Visit,
            &[
                (Type, "visit_type_concept_id"),
                (AdmittedFrom, "admitted_from_concept_id"),
                (DischargedTo, "discharged_to_concept_id"),
            ],
        ),
        clinical(
            EventKind::VisitDetail,
            Domain::VisitDetail,
            &[
                (Type, "visit_detail_type_concept_id"),
                (AdmittedFrom, "admitted_from_concept_id"),
                (DischargedTo, "discharged_to_concept_id"),
            ],
        ),
        clinical(
            EventKind::Specimen,
            Domain::Specimen,
            &[
                (Type, "specimen_type_concept_id"),
                (Quantity, "quantity"),
                (Unit, "unit_concept_id"),
                (AnatomicSite, "anatomic_site_concept_id"),
                (DiseaseStatus, "disease_status_concept_id"),
                (SpecimenSourceId, "specimen_source_id"),
            ],
        ),
        clinical(EventKind::Death, Domain::Death, &[(Type, "death_type_concept_id")]),
        clinical(
            EventKind::ConditionEra,
            Domain::ConditionEra,
            &[(OccurrenceCount, "condition_occurrence_count")],
        ),
        clinical(
            EventKind::DrugEra,
            Domain::DrugEra,
            &[(OccurrenceCount, "drug_exposure_count"), (GapDays, "gap_days")],
        ),
        EventTable {
            concept: Some("drug_concept_id"),
            ..period(
                EventKind::DoseEra,
                "dose_era",
                ["dose_era_id", "dose_era_start_date", "dose_era_end_date"],
                &[(Unit, "unit_concept_id"), (Value, "dose_value")],
            )
        },
        period(
            EventKind::ObservationPeriod,
            "observation_period",
            ["observation_period_id", "observation_period_start_date", "observation_period_end_date"],
            &[(Type, "period_type_concept_id")],
        ),
        period(
            EventKind::PayerPlanPeriod,
            "payer_plan_period",
            ["payer_plan_period_id", "payer_plan_period_start_date", "payer_plan_period_end_date"],
            &[
                (Payer, "payer_concept_id"),
                (Plan, "plan_concept_id"),
                (Sponsor, "sponsor_concept_id"),
                (StopReasonConcept, "stop_reason_concept_id"),
                (PayerSource, "payer_source_concept_id"),
                (PlanSource, "plan_source_concept_id"),
                (SponsorSource, "sponsor_source_concept_id"),
                (StopReasonSource, "stop_reason_source_concept_id"),
            ],
        ),
    ]
};

const fn clinical(kind: EventKind, domain: Domain, values: &'static [(Column, &'static str)]) -> EventTable {
    let columns = domain.columns();
    EventTable {
        kind,
        table: columns.table,
        record: columns.record_id,
        concept: Some(columns.concept),
        source_concept: columns.source_concept,
        start: columns.start,
        end: columns.end,
        values,
    }
}

/// A table without concepts of its own: key, first day, last day.
const fn period(
    kind: EventKind,
    table: &'static str,
    [record, start, end]: [&'static str; 3],
    values: &'static [(Column, &'static str)],
) -> EventTable {
    EventTable { kind, table, record, concept: None, source_concept: None, start, end: Some(end), values }
}

impl EventTable {
    /// The events of a kind; nothing for kinds that the CDM has no table for.
    pub(crate) fn of(kind: EventKind) -> Option<&'static Self> {
        EVENT_TABLES.iter().find(|events| events.kind == kind)
    }

    /// The events of a table, if it holds any.
    pub(crate) fn in_table(table: &Table) -> Option<&'static Self> {
        EVENT_TABLES.iter().find(|events| events.table == table.name())
    }

    /// Whether a column stands in the index of its table. Others are read from the rows: few cohorts ask
    /// for them, or an index of them would be no smaller, as of days and measured values.
    pub(crate) const fn has_in_index(column: Column) -> bool {
        matches!(
            column,
            Column::End
                | Column::SourceConcept
                | Column::Visit
                | Column::VisitKind
                | Column::ValueConcept
                | Column::Unit
                | Column::DaysSupply
        )
    }

    /// What a column of the table means besides concept, person, record and visit.
    pub(crate) fn meaning(&self, column: &str) -> Option<Column> {
        if column == self.start {
            return Some(Column::Start);
        }
        if Some(column) == self.end {
            return Some(Column::End);
        }
        if Some(column) == self.source_concept {
            return Some(Column::SourceConcept);
        }
        self.values.iter().find(|(_, name)| *name == column).map(|(meaning, _)| *meaning)
    }
}

/// The table that holds the events of a kind; nothing for kinds that the CDM has no table for.
#[must_use]
pub fn table_of_events(kind: EventKind) -> Option<&'static str> {
    EventTable::of(kind).map(|events| events.table)
}

/// The table and the column of the CDM 5.4 in which a column of a kind stands; nothing where the
/// kind has no such column, or it follows from others.
#[must_use]
pub fn column_of_event(kind: EventKind, column: Column) -> Option<(&'static str, &'static str)> {
    let events = EventTable::of(kind)?;
    let own = |name: &'static str| (events.table, name);
    match column {
        Column::Start => Some(own(events.start)),
        Column::End => events.end.map(own),
        Column::Concept => events.concept.map(own),
        Column::SourceConcept => events.source_concept.map(own),
        Column::Visit => {
            let columns = Table::named(events.table)?.columns();
            columns.iter().map(|column| column.name()).find(|name| *name == "visit_occurrence_id").map(own)
        }
        Column::VisitKind => Some(("visit_occurrence", "visit_concept_id")),
        Column::VisitPlace => Some(("care_site", "place_of_service_concept_id")),
        Column::ProviderSpecialty => Some(("provider", "specialty_concept_id")),
        other => events.values.iter().find(|(meaning, _)| *meaning == other).map(|(_, name)| own(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_one_of_its_table() {
        for events in &EVENT_TABLES {
            let table = Table::named(events.table).unwrap();
            let fixed =
                [Some(events.record), events.concept, events.source_concept, Some(events.start), events.end];
            let names = fixed.into_iter().flatten().chain(events.values.iter().map(|(_, name)| *name));
            for name in names {
                assert!(table.column(name).is_some(), "{}.{name} is unknown", events.table);
            }
            assert!(table.person_column().is_some_and(|person| person.name() == "person_id"));
        }
    }
}
