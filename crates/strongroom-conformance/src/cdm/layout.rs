use strongroom_cohort::ast::{Column, ColumnType, EventKind};
use strongroom_omop::Domain;

use super::table_data::Wanted;
use super::values::CellType;

/// Where the events of one kind stand.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) kind: EventKind,
    pub(super) table: &'static str,
    record: &'static str,
    concept: Option<&'static str>,
    source_concept: Option<&'static str>,
    start: &'static str,
    end: Option<&'static str>,
    /// `visit_occurrence_id`, where the table has it; of visits it is the key.
    has_visit: bool,
    has_provider: bool,
    /// Whether the record names a care site itself, because it is a visit or a part of one.
    has_care_site: bool,
    values: &'static [(Column, &'static str)],
}

/// The columns of a layout, and where to find which of them.
#[derive(Debug)]
pub(super) struct Slots {
    pub(super) wanted: Vec<Wanted>,
    pub(super) person: usize,
    pub(super) record: usize,
    pub(super) start: usize,
    pub(super) end: Option<usize>,
    pub(super) concept: Option<usize>,
    pub(super) source_concept: Option<usize>,
    pub(super) visit: Option<usize>,
    pub(super) provider: Option<usize>,
    pub(super) care_site: Option<usize>,
    pub(super) values: Vec<(Column, usize)>,
}

/// The kinds of event that the CDM records.
pub(super) const KINDS: [EventKind; 15] = [
    EventKind::Condition,
    EventKind::Drug,
    EventKind::Procedure,
    EventKind::Measurement,
    EventKind::Observation,
    EventKind::Device,
    EventKind::Visit,
    EventKind::VisitDetail,
    EventKind::Specimen,
    EventKind::Death,
    EventKind::ConditionEra,
    EventKind::DrugEra,
    EventKind::DoseEra,
    EventKind::ObservationPeriod,
    EventKind::PayerPlanPeriod,
];

impl Layout {
    /// Where the CDM records this kind; nothing for kinds that it does not have.
    pub(super) fn of(kind: EventKind) -> Option<Self> {
        use Column::{
            AdmittedFrom, AnatomicSite, DaysSupply, DischargedTo, DiseaseStatus, GapDays, LotNumber,
            Modifier, OccurrenceCount, Operator, Payer, PayerSource, Plan, PlanSource, Qualifier, Quantity,
            RangeHigh, RangeLow, Refills, Route, SpecimenSourceId, Sponsor, SponsorSource, Status,
            StopReason, StopReasonConcept, StopReasonSource, Type, UniqueDeviceId, Unit, Value, ValueConcept,
            ValueSourceConcept, ValueText,
        };
        let layout = match kind {
            EventKind::Condition => Self::clinical(
                kind,
                Domain::Condition,
                &[
                    (Type, "condition_type_concept_id"),
                    (Status, "condition_status_concept_id"),
                    (StopReason, "stop_reason"),
                ],
            ),
            EventKind::Drug => Self::clinical(
                kind,
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
            EventKind::Procedure => Self::clinical(
                kind,
                Domain::Procedure,
                &[
                    (Type, "procedure_type_concept_id"),
                    (Modifier, "modifier_concept_id"),
                    (Quantity, "quantity"),
                ],
            ),
            EventKind::Measurement => Self::clinical(
                kind,
                Domain::Measurement,
                &[
                    (Type, "measurement_type_concept_id"),
                    (Operator, "operator_concept_id"),
                    (Value, "value_as_number"),
                    (ValueConcept, "value_as_concept_id"),
                    (ValueSourceConcept, "value_source_concept_id"),
                    (Unit, "unit_concept_id"),
                    (RangeLow, "range_low"),
                    (RangeHigh, "range_high"),
                ],
            ),
            EventKind::Observation => Self::clinical(
                kind,
                Domain::Observation,
                &[
                    (Type, "observation_type_concept_id"),
                    (Value, "value_as_number"),
                    (ValueText, "value_as_string"),
                    (ValueConcept, "value_as_concept_id"),
                    (ValueSourceConcept, "value_source_concept_id"),
                    (Qualifier, "qualifier_concept_id"),
                    (Unit, "unit_concept_id"),
                ],
            ),
            EventKind::Device => Self::clinical(
                kind,
                Domain::Device,
                &[
                    (Type, "device_type_concept_id"),
                    (UniqueDeviceId, "unique_device_id"),
                    (Quantity, "quantity"),
                    (Unit, "unit_concept_id"),
                ],
            ),
            EventKind::Visit => Self {
                has_care_site: true,
                ..Self::clinical(
                    kind,
                    Domain::Visit,
                    &[
                        (Type, "visit_type_concept_id"),
                        (AdmittedFrom, "admitted_from_concept_id"),
                        (DischargedTo, "discharged_to_concept_id"),
                    ],
                )
            },
            EventKind::VisitDetail => Self {
                has_care_site: true,
                ..Self::clinical(
                    kind,
                    Domain::VisitDetail,
                    &[
                        (Type, "visit_detail_type_concept_id"),
                        (AdmittedFrom, "admitted_from_concept_id"),
                        (DischargedTo, "discharged_to_concept_id"),
                    ],
                )
            },
            EventKind::Specimen => Self::derived(
                kind,
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
            EventKind::Death => Self::derived(kind, Domain::Death, &[(Type, "death_type_concept_id")]),
            EventKind::ConditionEra => {
                Self::derived(kind, Domain::ConditionEra, &[(OccurrenceCount, "condition_occurrence_count")])
            }
            EventKind::DrugEra => Self::derived(
                kind,
                Domain::DrugEra,
                &[(OccurrenceCount, "drug_exposure_count"), (GapDays, "gap_days")],
            ),
            EventKind::DoseEra => Self {
                concept: Some("drug_concept_id"),
                ..Self::period(
                    kind,
                    "dose_era",
                    ["dose_era_id", "dose_era_start_date", "dose_era_end_date"],
                    &[(Unit, "unit_concept_id"), (Value, "dose_value")],
                )
            },
            EventKind::ObservationPeriod => Self::period(
                kind,
                "observation_period",
                ["observation_period_id", "observation_period_start_date", "observation_period_end_date"],
                &[(Type, "period_type_concept_id")],
            ),
            EventKind::PayerPlanPeriod => Self::period(
                kind,
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
            EventKind::Answer
            | EventKind::Variant
            | EventKind::WearableSteps
            | EventKind::WearableHeartRate
            | EventKind::WearableSleep
            | EventKind::WearableActivity
            | EventKind::Any => return None,
        };
        Some(layout)
    }

    /// A table with visits and providers.
    fn clinical(kind: EventKind, domain: Domain, values: &'static [(Column, &'static str)]) -> Self {
        Self { has_visit: true, has_provider: true, ..Self::derived(kind, domain, values) }
    }

    /// A table without.
    fn derived(kind: EventKind, domain: Domain, values: &'static [(Column, &'static str)]) -> Self {
        let columns = domain.columns();
        Self {
            kind,
            table: columns.table,
            record: columns.record_id,
            concept: Some(columns.concept),
            source_concept: columns.source_concept,
            start: columns.start,
            end: columns.end,
            has_visit: false,
            has_provider: false,
            has_care_site: false,
            values,
        }
    }

    /// A table without concepts of its own: key, first day, last day.
    const fn period(
        kind: EventKind,
        table: &'static str,
        [record, start, end]: [&'static str; 3],
        values: &'static [(Column, &'static str)],
    ) -> Self {
        Self {
            kind,
            table,
            record,
            concept: None,
            source_concept: None,
            start,
            end: Some(end),
            has_visit: false,
            has_provider: false,
            has_care_site: false,
            values,
        }
    }

    /// The columns to read.
    pub(super) fn slots(&self) -> Slots {
        let mut wanted = Vec::new();
        let mut want = |column: Wanted| {
            wanted.push(column);
            wanted.len() - 1
        };
        let when = |condition: bool, name: &'static str| condition.then_some(name);
        Slots {
            person: want(Wanted::integer("person_id")),
            record: want(Wanted::integer(self.record)),
            start: want(Wanted::date(self.start)),
            end: self.end.map(|name| want(Wanted::date(name))),
            concept: self.concept.map(|name| want(Wanted::integer(name))),
            source_concept: self.source_concept.map(|name| want(Wanted::integer(name))),
            visit: when(self.has_visit, "visit_occurrence_id").map(|name| want(Wanted::integer(name))),
            provider: when(self.has_provider, "provider_id").map(|name| want(Wanted::integer(name))),
            care_site: when(self.has_care_site, "care_site_id").map(|name| want(Wanted::integer(name))),
            values: self
                .values
                .iter()
                .map(|(column, name)| (*column, want(Wanted { name, cell_type: cell_type(*column) })))
                .collect(),
            wanted,
        }
    }
}

const fn cell_type(column: Column) -> CellType {
    match column.holds() {
        ColumnType::Number => CellType::Float,
        ColumnType::Concept | ColumnType::Id => CellType::Integer,
        ColumnType::Text => CellType::Text,
        ColumnType::Date => CellType::Date,
    }
}

#[cfg(test)]
mod tests {
    use strongroom_omop::Table;

    use super::*;

    /// Columns that some releases add to the CDM.
    const EXTENSIONS: &[&str] = &["value_source_concept_id"];

    #[test]
    fn every_column_is_one_of_the_cdm() {
        for kind in EventKind::ALL {
            let Some(layout) = Layout::of(*kind) else {
                assert!(!KINDS.contains(kind), "{} has no layout", kind.name());
                continue;
            };
            assert!(KINDS.contains(kind), "{} is not read", kind.name());
            let table = Table::named(layout.table).unwrap();
            for wanted in layout.slots().wanted {
                let known = table.column(wanted.name).is_some() || EXTENSIONS.contains(&wanted.name);
                assert!(known, "{}.{} is unknown", layout.table, wanted.name);
            }
        }
    }

    #[test]
    fn columns_of_the_same_meaning_are_read_everywhere() {
        let meant: &[(&str, Column)] = &[
            ("unit_concept_id", Column::Unit),
            ("quantity", Column::Quantity),
            ("value_as_number", Column::Value),
        ];
        for layout in KINDS.iter().filter_map(|kind| Layout::of(*kind)) {
            let table = Table::named(layout.table).unwrap();
            for (name, column) in meant {
                let read = layout.values.iter().any(|(read, _)| read == column);
                assert!(read || table.column(name).is_none(), "{}.{name} is not read", layout.table);
            }
            let has = |name: &str| table.column(name).is_some();
            assert_eq!(layout.has_visit, has("visit_occurrence_id"), "{}", layout.table);
            assert_eq!(layout.has_provider, has("provider_id"), "{}", layout.table);
            assert_eq!(layout.has_care_site, has("care_site_id"), "{}", layout.table);
        }
    }
}
