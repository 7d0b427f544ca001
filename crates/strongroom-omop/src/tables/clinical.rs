//! Clinical event tables of the OMOP CDM 5.4, in the column order of the published data definition.

use crate::column::{date, float, integer, text, timestamp};
use crate::table::Table;

pub(super) const PERSON: Table = Table::required(
    "person",
    &[
        integer("person_id").required(),
        integer("gender_concept_id").required(),
        integer("year_of_birth").required(),
        integer("month_of_birth"),
        integer("day_of_birth"),
        timestamp("birth_datetime"),
        integer("race_concept_id"),
        integer("ethnicity_concept_id"),
        integer("location_id"),
        integer("provider_id"),
        integer("care_site_id"),
        text("person_source_value"),
        text("gender_source_value"),
        integer("gender_source_concept_id"),
        text("race_source_value"),
        integer("race_source_concept_id"),
        text("ethnicity_source_value"),
        integer("ethnicity_source_concept_id"),
    ],
);

pub(super) const OBSERVATION_PERIOD: Table = Table::required(
    "observation_period",
    &[
        integer("observation_period_id").required(),
        integer("person_id").required(),
        date("observation_period_start_date").required(),
        date("observation_period_end_date").required(),
        integer("period_type_concept_id"),
    ],
);

pub(super) const VISIT_OCCURRENCE: Table = Table::optional(
    "visit_occurrence",
    &[
        integer("visit_occurrence_id").required(),
        integer("person_id").required(),
        integer("visit_concept_id").required(),
        date("visit_start_date").required(),
        timestamp("visit_start_datetime"),
        date("visit_end_date"),
        timestamp("visit_end_datetime"),
        integer("visit_type_concept_id"),
        integer("provider_id"),
        integer("care_site_id"),
        text("visit_source_value"),
        integer("visit_source_concept_id"),
        integer("admitted_from_concept_id").formerly("admitting_source_concept_id"),
        text("admitted_from_source_value").formerly("admitting_source_value"),
        integer("discharged_to_concept_id").formerly("discharge_to_concept_id"),
        text("discharged_to_source_value").formerly("discharge_to_source_value"),
        integer("preceding_visit_occurrence_id"),
    ],
);

pub(super) const VISIT_DETAIL: Table = Table::optional(
    "visit_detail",
    &[
        integer("visit_detail_id").required(),
        integer("person_id").required(),
        integer("visit_detail_concept_id").required(),
        date("visit_detail_start_date").required(),
        timestamp("visit_detail_start_datetime"),
        date("visit_detail_end_date"),
        timestamp("visit_detail_end_datetime"),
        integer("visit_detail_type_concept_id"),
        integer("provider_id"),
        integer("care_site_id"),
        text("visit_detail_source_value"),
        integer("visit_detail_source_concept_id"),
        integer("admitted_from_concept_id").formerly("admitting_source_concept_id"),
        text("admitted_from_source_value").formerly("admitting_source_value"),
        text("discharged_to_source_value").formerly("discharge_to_source_value"),
        integer("discharged_to_concept_id").formerly("discharge_to_concept_id"),
        integer("preceding_visit_detail_id"),
        integer("parent_visit_detail_id").formerly("visit_detail_parent_id"),
        integer("visit_occurrence_id").required(),
    ],
);

pub(super) const CONDITION_OCCURRENCE: Table = Table::optional(
    "condition_occurrence",
    &[
        integer("condition_occurrence_id").required(),
        integer("person_id").required(),
        integer("condition_concept_id").required(),
        date("condition_start_date").required(),
        timestamp("condition_start_datetime"),
        date("condition_end_date"),
        timestamp("condition_end_datetime"),
        integer("condition_type_concept_id"),
        integer("condition_status_concept_id"),
        text("stop_reason"),
        integer("provider_id"),
        integer("visit_occurrence_id"),
        integer("visit_detail_id"),
        text("condition_source_value"),
        integer("condition_source_concept_id"),
        text("condition_status_source_value"),
    ],
);

pub(super) const DRUG_EXPOSURE: Table = Table::optional(
    "drug_exposure",
    &[
        integer("drug_exposure_id").required(),
        integer("person_id").required(),
        integer("drug_concept_id").required(),
        date("drug_exposure_start_date").required(),
        timestamp("drug_exposure_start_datetime"),
        date("drug_exposure_end_date"),
        timestamp("drug_exposure_end_datetime"),
        date("verbatim_end_date"),
        integer("drug_type_concept_id"),
        text("stop_reason"),
        integer("refills"),
        float("quantity"),
        integer("days_supply"),
        text("sig"),
        integer("route_concept_id"),
        text("lot_number"),
        integer("provider_id"),
        integer("visit_occurrence_id"),
        integer("visit_detail_id"),
        text("drug_source_value"),
        integer("drug_source_concept_id"),
        text("route_source_value"),
        text("dose_unit_source_value"),
    ],
);

pub(super) const PROCEDURE_OCCURRENCE: Table = Table::optional(
    "procedure_occurrence",
    &[
        integer("procedure_occurrence_id").required(),
        integer("person_id").required(),
        integer("procedure_concept_id").required(),
        date("procedure_date").required(),
        timestamp("procedure_datetime"),
        date("procedure_end_date"),
        timestamp("procedure_end_datetime"),
        integer("procedure_type_concept_id"),
        integer("modifier_concept_id"),
        integer("quantity"),
        integer("provider_id"),
        integer("visit_occurrence_id"),
        integer("visit_detail_id"),
        text("procedure_source_value"),
        integer("procedure_source_concept_id"),
        text("modifier_source_value"),
    ],
);

pub(super) const DEVICE_EXPOSURE: Table = Table::optional(
    "device_exposure",
    &[
        integer("device_exposure_id").required(),
        integer("person_id").required(),
        integer("device_concept_id").required(),
        date("device_exposure_start_date").required(),
        timestamp("device_exposure_start_datetime"),
        date("device_exposure_end_date"),
        timestamp("device_exposure_end_datetime"),
        integer("device_type_concept_id"),
        text("unique_device_id"),
        text("production_id"),
        integer("quantity"),
        integer("provider_id"),
        integer("visit_occurrence_id"),
        integer("visit_detail_id"),
        text("device_source_value"),
        integer("device_source_concept_id"),
        integer("unit_concept_id"),
        text("unit_source_value"),
        integer("unit_source_concept_id"),
    ],
);

pub(super) const MEASUREMENT: Table = Table::optional(
    "measurement",
    &[
        integer("measurement_id").required(),
        integer("person_id").required(),
        integer("measurement_concept_id").required(),
        date("measurement_date").required(),
        timestamp("measurement_datetime"),
        text("measurement_time"),
        integer("measurement_type_concept_id"),
        integer("operator_concept_id"),
        float("value_as_number"),
        integer("value_as_concept_id"),
        integer("unit_concept_id"),
        float("range_low"),
        float("range_high"),
        integer("provider_id"),
        integer("visit_occurrence_id"),
        integer("visit_detail_id"),
        text("measurement_source_value"),
        integer("measurement_source_concept_id"),
        text("unit_source_value"),
        integer("unit_source_concept_id"),
        text("value_source_value"),
        integer("measurement_event_id"),
        integer("meas_event_field_concept_id"),
    ],
);

pub(super) const OBSERVATION: Table = Table::optional(
    "observation",
    &[
        integer("observation_id").required(),
        integer("person_id").required(),
        integer("observation_concept_id").required(),
        date("observation_date").required(),
        timestamp("observation_datetime"),
        integer("observation_type_concept_id"),
        float("value_as_number"),
        text("value_as_string"),
        integer("value_as_concept_id"),
        integer("qualifier_concept_id"),
        integer("unit_concept_id"),
        integer("provider_id"),
        integer("visit_occurrence_id"),
        integer("visit_detail_id"),
        text("observation_source_value"),
        integer("observation_source_concept_id"),
        text("unit_source_value"),
        text("qualifier_source_value"),
        text("value_source_value"),
        integer("observation_event_id"),
        integer("obs_event_field_concept_id"),
    ],
);

pub(super) const DEATH: Table = Table::optional(
    "death",
    &[
        integer("person_id").required(),
        date("death_date").required(),
        timestamp("death_datetime"),
        integer("death_type_concept_id"),
        integer("cause_concept_id"),
        text("cause_source_value"),
        integer("cause_source_concept_id"),
    ],
);

pub(super) const NOTE: Table = Table::optional(
    "note",
    &[
        integer("note_id").required(),
        integer("person_id").required(),
        date("note_date").required(),
        timestamp("note_datetime"),
        integer("note_type_concept_id"),
        integer("note_class_concept_id"),
        text("note_title"),
        text("note_text"),
        integer("encoding_concept_id"),
        integer("language_concept_id"),
        integer("provider_id"),
        integer("visit_occurrence_id"),
        integer("visit_detail_id"),
        text("note_source_value"),
        integer("note_event_id"),
        integer("note_event_field_concept_id"),
    ],
);

pub(super) const NOTE_NLP: Table = Table::optional(
    "note_nlp",
    &[
        integer("note_nlp_id").required(),
        integer("note_id").required(),
        integer("section_concept_id"),
        text("snippet"),
        text("offset"),
        text("lexical_variant"),
        integer("note_nlp_concept_id"),
        integer("note_nlp_source_concept_id"),
        text("nlp_system"),
        date("nlp_date"),
        timestamp("nlp_datetime"),
        text("term_exists"),
        text("term_temporal"),
        text("term_modifiers"),
    ],
);

pub(super) const SPECIMEN: Table = Table::optional(
    "specimen",
    &[
        integer("specimen_id").required(),
        integer("person_id").required(),
        integer("specimen_concept_id").required(),
        integer("specimen_type_concept_id"),
        date("specimen_date").required(),
        timestamp("specimen_datetime"),
        float("quantity"),
        integer("unit_concept_id"),
        integer("anatomic_site_concept_id"),
        integer("disease_status_concept_id"),
        text("specimen_source_id"),
        text("specimen_source_value"),
        text("unit_source_value"),
        text("anatomic_site_source_value"),
        text("disease_status_source_value"),
    ],
);

pub(super) const FACT_RELATIONSHIP: Table = Table::optional(
    "fact_relationship",
    &[
        integer("domain_concept_id_1").required(),
        integer("fact_id_1").required(),
        integer("domain_concept_id_2").required(),
        integer("fact_id_2").required(),
        integer("relationship_concept_id").required(),
    ],
);

pub(super) const EPISODE: Table = Table::optional(
    "episode",
    &[
        integer("episode_id").required(),
        integer("person_id").required(),
        integer("episode_concept_id").required(),
        date("episode_start_date").required(),
        timestamp("episode_start_datetime"),
        date("episode_end_date"),
        timestamp("episode_end_datetime"),
        integer("episode_parent_id"),
        integer("episode_number"),
        integer("episode_object_concept_id"),
        integer("episode_type_concept_id"),
        text("episode_source_value"),
        integer("episode_source_concept_id"),
    ],
);

pub(super) const EPISODE_EVENT: Table = Table::optional(
    "episode_event",
    &[
        integer("episode_id").required(),
        integer("event_id").required(),
        integer("episode_event_field_concept_id").required(),
    ],
);
