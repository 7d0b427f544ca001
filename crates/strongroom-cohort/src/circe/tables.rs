//! What Circe knows of each kind of criterion: property, how it is read, what it tests.
//!
//! The order within a kind is that of Circe's own query.

use super::attributes::{Adjustment, Attribute, Criterion, Subject, Test};
use super::ranges::Scale;
use crate::ast::{Column, CountUnit, Endpoint, EventKind, PersonColumn};

const fn attribute(property: &'static str, test: Test) -> Attribute {
    Attribute { property, test }
}
const fn whole(property: &'static str, subject: Subject) -> Attribute {
    attribute(property, Test::Numeric(subject, Scale::Whole))
}
const fn decimal(property: &'static str, column: Column) -> Attribute {
    attribute(property, Test::Numeric(Subject::Column(column), Scale::Decimal))
}
const fn days(property: &'static str, column: Column) -> Attribute {
    attribute(property, Test::Days(Subject::Column(column)))
}
const fn text(property: &'static str, column: Column) -> Attribute {
    attribute(property, Test::Text(column))
}
const fn concepts(property: &'static str, column: Column) -> Attribute {
    attribute(property, Test::Concepts(Subject::Column(column), None))
}
const fn types(property: &'static str, exclude: &'static str) -> Attribute {
    attribute(property, Test::Concepts(Subject::Column(Column::Type), Some(exclude)))
}
const fn selection(property: &'static str, column: Column) -> Attribute {
    attribute(property, Test::Selection(Subject::Column(column)))
}
const fn set(property: &'static str, column: Column) -> Attribute {
    attribute(property, Test::Set(column))
}
const fn person(property: &'static str, column: PersonColumn) -> Attribute {
    attribute(property, Test::Concepts(Subject::Person(column), None))
}
const fn unsupported(property: &'static str, what: &'static str) -> Attribute {
    attribute(property, Test::Unsupported(what))
}

const START: Attribute = days("OccurrenceStartDate", Column::Start);
const END: Attribute = days("OccurrenceEndDate", Column::End);
const ERA_START: Attribute = days("EraStartDate", Column::Start);
const ERA_END: Attribute = days("EraEndDate", Column::End);
const PERIOD_START: Attribute = days("PeriodStartDate", Column::Start);
const PERIOD_END: Attribute = days("PeriodEndDate", Column::End);
const AGE: Attribute = whole("Age", Subject::Age(Endpoint::Start));
const AGE_AT_START: Attribute = whole("AgeAtStart", Subject::Age(Endpoint::Start));
const AGE_AT_END: Attribute = whole("AgeAtEnd", Subject::Age(Endpoint::End));
const GENDER: Attribute = person("Gender", PersonColumn::Gender);
const GENDER_CS: Attribute = attribute("GenderCS", Test::Selection(Subject::Person(PersonColumn::Gender)));
const PROVIDER: Attribute = concepts("ProviderSpecialty", Column::ProviderSpecialty);
const PROVIDER_CS: Attribute = selection("ProviderSpecialtyCS", Column::ProviderSpecialty);
const VISIT: Attribute = concepts("VisitType", Column::VisitKind);
const VISIT_CS: Attribute = selection("VisitTypeCS", Column::VisitKind);
const UNIT: Attribute = concepts("Unit", Column::Unit);
const UNIT_CS: Attribute = selection("UnitCS", Column::Unit);
const ERA_LENGTH: Attribute = whole("EraLength", Subject::Length);
const PERIOD_LENGTH: Attribute = whole("PeriodLength", Subject::Length);
const OCCURRENCES: Attribute = whole("OccurrenceCount", Subject::Column(Column::OccurrenceCount));
const VALUE: Attribute = decimal("ValueAsNumber", Column::Value);
const VALUE_CONCEPT: Attribute = concepts("ValueAsConcept", Column::ValueConcept);
const VALUE_CONCEPT_CS: Attribute = selection("ValueAsConceptCS", Column::ValueConcept);
const PLACE: Attribute =
    unsupported("PlaceOfServiceLocation", "the place of service by region needs `location_history`");

/// The words of `CountColumn` that every kind takes.
pub(super) const COUNTS: &[(&str, CountUnit)] =
    &[("START_DATE", CountUnit::Dates), ("END_DATE", CountUnit::Distinct(Column::End))];
const CONCEPT: (&str, CountUnit) = ("DOMAIN_CONCEPT", CountUnit::Concepts);
const VISITS: (&str, CountUnit) = ("VISIT_ID", CountUnit::Visits);
const DURATION: (&str, CountUnit) = ("DURATION", CountUnit::Distinct(Column::Duration));
const QUANTITY: (&str, CountUnit) = ("QUANTITY", CountUnit::Distinct(Column::Quantity));
const VALUES: (&str, CountUnit) = ("VALUE_AS_NUMBER", CountUnit::Distinct(Column::Value));
const ERAS: (&str, CountUnit) = ("ERA_OCCURRENCES", CountUnit::Distinct(Column::OccurrenceCount));

/// The default of the columns that differ between kinds.
const EVENT: Criterion = Criterion {
    name: "",
    kind: EventKind::Any,
    codeset: true,
    source: None,
    first: true,
    adjustment: Adjustment::Full,
    period: false,
    attributes: &[],
    counts: &[CONCEPT, VISITS, DURATION],
};

/// Every kind of criterion that can be imported.
pub(super) static CRITERIA: &[Criterion] = &[
    Criterion {
        name: "ConditionOccurrence",
        kind: EventKind::Condition,
        source: Some("ConditionSourceConcept"),
        attributes: &[
            START,
            END,
            types("ConditionType", "ConditionTypeExclude"),
            selection("ConditionTypeCS", Column::Type),
            text("StopReason", Column::StopReason),
            AGE,
            GENDER,
            GENDER_CS,
            PROVIDER,
            PROVIDER_CS,
            VISIT,
            VISIT_CS,
            concepts("ConditionStatus", Column::Status),
            selection("ConditionStatusCS", Column::Status),
        ],
        ..EVENT
    },
    Criterion {
        name: "DrugExposure",
        kind: EventKind::Drug,
        source: Some("DrugSourceConcept"),
        attributes: &[
            START,
            // The start, whatever its name says.
            days("OccurrenceEndDate", Column::Start),
            types("DrugType", "DrugTypeExclude"),
            selection("DrugTypeCS", Column::Type),
            text("StopReason", Column::StopReason),
            whole("Refills", Subject::Column(Column::Refills)),
            decimal("Quantity", Column::Quantity),
            whole("DaysSupply", Subject::Column(Column::DaysSupply)),
            concepts("RouteConcept", Column::Route),
            selection("RouteConceptCS", Column::Route),
            unsupported("EffectiveDrugDose", "`drug_exposure` has no effective dose from CDM 5.3 on"),
            unsupported("DoseUnit", "`drug_exposure` has no dose unit from CDM 5.3 on"),
            unsupported("DoseUnitCS", "`drug_exposure` has no dose unit from CDM 5.3 on"),
            text("LotNumber", Column::LotNumber),
            AGE,
            GENDER,
            GENDER_CS,
            PROVIDER,
            PROVIDER_CS,
            VISIT,
            VISIT_CS,
        ],
        counts: &[
            CONCEPT,
            VISITS,
            DURATION,
            QUANTITY,
            ("DAYS_SUPPLY", CountUnit::Distinct(Column::DaysSupply)),
            ("REFILLS", CountUnit::Distinct(Column::Refills)),
        ],
        ..EVENT
    },
    Criterion {
        name: "ProcedureOccurrence",
        kind: EventKind::Procedure,
        source: Some("ProcedureSourceConcept"),
        attributes: &[
            START,
            attribute("OccurrenceEndDate", Test::NoEffect),
            types("ProcedureType", "ProcedureTypeExclude"),
            selection("ProcedureTypeCS", Column::Type),
            concepts("Modifier", Column::Modifier),
            selection("ModifierCS", Column::Modifier),
            whole("Quantity", Subject::Column(Column::Quantity)),
            AGE,
            GENDER,
            GENDER_CS,
            PROVIDER,
            PROVIDER_CS,
            VISIT,
            VISIT_CS,
        ],
        counts: &[CONCEPT, VISITS, DURATION, QUANTITY],
        ..EVENT
    },
    Criterion {
        name: "Measurement",
        kind: EventKind::Measurement,
        source: Some("MeasurementSourceConcept"),
        attributes: &[
            START,
            types("MeasurementType", "MeasurementTypeExclude"),
            selection("MeasurementTypeCS", Column::Type),
            concepts("Operator", Column::Operator),
            selection("OperatorCS", Column::Operator),
            VALUE,
            VALUE_CONCEPT,
            VALUE_CONCEPT_CS,
            UNIT,
            UNIT_CS,
            decimal("RangeLow", Column::RangeLow),
            decimal("RangeHigh", Column::RangeHigh),
            attribute("RangeLowRatio", Test::Numeric(Subject::Ratio(Column::RangeLow), Scale::Decimal)),
            attribute("RangeHighRatio", Test::Numeric(Subject::Ratio(Column::RangeHigh), Scale::Decimal)),
            attribute("Abnormal", Test::Abnormal),
            AGE,
            GENDER,
            GENDER_CS,
            PROVIDER,
            PROVIDER_CS,
            VISIT,
            VISIT_CS,
        ],
        counts: &[
            CONCEPT,
            VISITS,
            DURATION,
            VALUES,
            ("RANGE_LOW", CountUnit::Distinct(Column::RangeLow)),
            ("RANGE_HIGH", CountUnit::Distinct(Column::RangeHigh)),
        ],
        ..EVENT
    },
    Criterion {
        name: "Observation",
        kind: EventKind::Observation,
        source: Some("ObservationSourceConcept"),
        attributes: &[
            START,
            types("ObservationType", "ObservationTypeExclude"),
            selection("ObservationTypeCS", Column::Type),
            VALUE,
            text("ValueAsString", Column::ValueText),
            VALUE_CONCEPT,
            VALUE_CONCEPT_CS,
            concepts("Qualifier", Column::Qualifier),
            selection("QualifierCS", Column::Qualifier),
            UNIT,
            UNIT_CS,
            AGE,
            GENDER,
            GENDER_CS,
            PROVIDER,
            PROVIDER_CS,
            VISIT,
            VISIT_CS,
        ],
        counts: &[CONCEPT, VISITS, DURATION, VALUES],
        ..EVENT
    },
    Criterion {
        name: "DeviceExposure",
        kind: EventKind::Device,
        source: Some("DeviceSourceConcept"),
        attributes: &[
            START,
            END,
            types("DeviceType", "DeviceTypeExclude"),
            selection("DeviceTypeCS", Column::Type),
            text("UniqueDeviceId", Column::UniqueDeviceId),
            whole("Quantity", Subject::Column(Column::Quantity)),
            AGE,
            GENDER,
            GENDER_CS,
            PROVIDER,
            PROVIDER_CS,
            VISIT,
            VISIT_CS,
        ],
        counts: &[CONCEPT, VISITS, DURATION, QUANTITY],
        ..EVENT
    },
    Criterion {
        name: "Specimen",
        kind: EventKind::Specimen,
        adjustment: Adjustment::None,
        attributes: &[
            START,
            types("SpecimenType", "SpecimenTypeExclude"),
            selection("SpecimenTypeCS", Column::Type),
            decimal("Quantity", Column::Quantity),
            UNIT,
            UNIT_CS,
            concepts("AnatomicSite", Column::AnatomicSite),
            selection("AnatomicSiteCS", Column::AnatomicSite),
            concepts("DiseaseStatus", Column::DiseaseStatus),
            selection("DiseaseStatusCS", Column::DiseaseStatus),
            text("SourceId", Column::SpecimenSourceId),
            attribute("SpecimenSourceConcept", Test::NoEffect),
            AGE,
            GENDER,
            GENDER_CS,
        ],
        ..EVENT
    },
    Criterion {
        name: "VisitOccurrence",
        kind: EventKind::Visit,
        source: Some("VisitSourceConcept"),
        attributes: &[
            START,
            END,
            types("VisitType", "VisitTypeExclude"),
            selection("VisitTypeCS", Column::Type),
            whole("VisitLength", Subject::Length),
            AGE,
            GENDER,
            GENDER_CS,
            PROVIDER,
            PROVIDER_CS,
            concepts("PlaceOfService", Column::VisitPlace),
            selection("PlaceOfServiceCS", Column::VisitPlace),
            PLACE,
        ],
        ..EVENT
    },
    Criterion {
        name: "VisitDetail",
        kind: EventKind::VisitDetail,
        source: Some("VisitDetailSourceConcept"),
        attributes: &[
            days("VisitDetailStartDate", Column::Start),
            days("VisitDetailEndDate", Column::End),
            selection("VisitDetailTypeCS", Column::Type),
            whole("VisitDetailLength", Subject::Length),
            // At the end, unlike everywhere else.
            whole("Age", Subject::Age(Endpoint::End)),
            GENDER_CS,
            PROVIDER_CS,
            selection("PlaceOfServiceCS", Column::VisitPlace),
            PLACE,
        ],
        counts: &[CONCEPT, DURATION],
        ..EVENT
    },
    Criterion {
        name: "Death",
        kind: EventKind::Death,
        source: Some("DeathSourceConcept"),
        first: false,
        adjustment: Adjustment::OffsetsOnly,
        attributes: &[
            START,
            types("DeathType", "DeathTypeExclude"),
            selection("DeathTypeCS", Column::Type),
            AGE,
            GENDER,
            GENDER_CS,
        ],
        ..EVENT
    },
    Criterion {
        name: "ConditionEra",
        kind: EventKind::ConditionEra,
        attributes: &[
            ERA_START,
            ERA_END,
            OCCURRENCES,
            ERA_LENGTH,
            AGE_AT_START,
            AGE_AT_END,
            GENDER,
            GENDER_CS,
        ],
        counts: &[CONCEPT, DURATION, ERAS],
        ..EVENT
    },
    Criterion {
        name: "DrugEra",
        kind: EventKind::DrugEra,
        attributes: &[
            ERA_START,
            ERA_END,
            OCCURRENCES,
            ERA_LENGTH,
            attribute("GapDays", Test::GapOfEraLength),
            AGE_AT_START,
            AGE_AT_END,
            GENDER,
            GENDER_CS,
        ],
        counts: &[CONCEPT, VISITS, DURATION, ERAS, ("GAP_DAYS", CountUnit::Distinct(Column::GapDays))],
        ..EVENT
    },
    Criterion {
        name: "DoseEra",
        kind: EventKind::DoseEra,
        attributes: &[
            ERA_START,
            ERA_END,
            UNIT,
            UNIT_CS,
            decimal("DoseValue", Column::Value),
            ERA_LENGTH,
            AGE_AT_START,
            AGE_AT_END,
            GENDER,
            GENDER_CS,
        ],
        counts: &[CONCEPT, VISITS, DURATION, VALUES, ("UNIT", CountUnit::Distinct(Column::Unit))],
        ..EVENT
    },
    Criterion {
        name: "ObservationPeriod",
        kind: EventKind::ObservationPeriod,
        codeset: false,
        period: true,
        attributes: &[
            PERIOD_START,
            PERIOD_END,
            concepts("PeriodType", Column::Type),
            selection("PeriodTypeCS", Column::Type),
            PERIOD_LENGTH,
            AGE_AT_START,
            AGE_AT_END,
        ],
        counts: &[("DOMAIN_CONCEPT", CountUnit::Distinct(Column::Type)), VISITS, DURATION],
        ..EVENT
    },
    Criterion {
        name: "PayerPlanPeriod",
        kind: EventKind::PayerPlanPeriod,
        codeset: false,
        period: true,
        attributes: &[
            PERIOD_START,
            PERIOD_END,
            PERIOD_LENGTH,
            AGE_AT_START,
            AGE_AT_END,
            GENDER,
            GENDER_CS,
            set("PayerConcept", Column::Payer),
            set("PlanConcept", Column::Plan),
            set("SponsorConcept", Column::Sponsor),
            set("StopReasonConcept", Column::StopReasonConcept),
            set("PayerSourceConcept", Column::PayerSource),
            set("PlanSourceConcept", Column::PlanSource),
            set("SponsorSourceConcept", Column::SponsorSource),
            set("StopReasonSourceConcept", Column::StopReasonSource),
        ],
        counts: &[("DOMAIN_CONCEPT", CountUnit::Distinct(Column::Payer)), VISITS],
        ..EVENT
    },
];

/// The kinds of criterion that Circe knows and the CDM from version 5.3 on cannot answer, or that
/// are not part of the profile.
pub(super) static UNSUPPORTED: &[(&str, &str)] = &[
    ("LocationRegion", "criteria by region need `location_history`, which the CDM has only in version 6"),
    ("Episode", "criteria by episode are not part of `circe/1`"),
];

/// The properties of a demographic criterion. Race and ethnicity by concept set test the gender,
/// whatever their names say.
pub(super) static DEMOGRAPHIC: &[Attribute] = &[
    AGE,
    GENDER,
    GENDER_CS,
    person("Race", PersonColumn::Race),
    attribute("RaceCS", Test::Selection(Subject::Person(PersonColumn::Gender))),
    person("Ethnicity", PersonColumn::Ethnicity),
    attribute("EthnicityCS", Test::Selection(Subject::Person(PersonColumn::Gender))),
    attribute("OccurrenceStartDate", Test::Days(Subject::Day(Endpoint::Start))),
    attribute("OccurrenceEndDate", Test::Days(Subject::Day(Endpoint::End))),
];
