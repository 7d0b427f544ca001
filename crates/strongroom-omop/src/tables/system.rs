//! Health system, economics and metadata of the OMOP CDM 5.4, in the column order of the published data definition.

use crate::column::{date, float, integer, text, timestamp};
use crate::table::Table;

pub(super) const LOCATION: Table = Table::optional(
    "location",
    &[
        integer("location_id").required(),
        text("address_1"),
        text("address_2"),
        text("city"),
        text("state"),
        text("zip"),
        text("county"),
        text("location_source_value"),
        integer("country_concept_id"),
        text("country_source_value"),
        float("latitude"),
        float("longitude"),
    ],
);

pub(super) const CARE_SITE: Table = Table::optional(
    "care_site",
    &[
        integer("care_site_id").required(),
        text("care_site_name"),
        integer("place_of_service_concept_id"),
        integer("location_id"),
        text("care_site_source_value"),
        text("place_of_service_source_value"),
    ],
);

pub(super) const PROVIDER: Table = Table::optional(
    "provider",
    &[
        integer("provider_id").required(),
        text("provider_name"),
        text("npi"),
        text("dea"),
        integer("specialty_concept_id"),
        integer("care_site_id"),
        integer("year_of_birth"),
        integer("gender_concept_id"),
        text("provider_source_value"),
        text("specialty_source_value"),
        integer("specialty_source_concept_id"),
        text("gender_source_value"),
        integer("gender_source_concept_id"),
    ],
);

pub(super) const PAYER_PLAN_PERIOD: Table = Table::optional(
    "payer_plan_period",
    &[
        integer("payer_plan_period_id").required(),
        integer("person_id").required(),
        date("payer_plan_period_start_date").required(),
        date("payer_plan_period_end_date").required(),
        integer("payer_concept_id"),
        text("payer_source_value"),
        integer("payer_source_concept_id"),
        integer("plan_concept_id"),
        text("plan_source_value"),
        integer("plan_source_concept_id"),
        integer("sponsor_concept_id"),
        text("sponsor_source_value"),
        integer("sponsor_source_concept_id"),
        text("family_source_value"),
        integer("stop_reason_concept_id"),
        text("stop_reason_source_value"),
        integer("stop_reason_source_concept_id"),
    ],
);

pub(super) const COST: Table = Table::optional(
    "cost",
    &[
        integer("cost_id").required(),
        integer("cost_event_id").required(),
        text("cost_domain_id"),
        integer("cost_type_concept_id"),
        integer("currency_concept_id"),
        float("total_charge"),
        float("total_cost"),
        float("total_paid"),
        float("paid_by_payer"),
        float("paid_by_patient"),
        float("paid_patient_copay"),
        float("paid_patient_coinsurance"),
        float("paid_patient_deductible"),
        float("paid_by_primary"),
        float("paid_ingredient_cost"),
        float("paid_dispensing_fee"),
        integer("payer_plan_period_id"),
        float("amount_allowed"),
        integer("revenue_code_concept_id"),
        text("revenue_code_source_value"),
        integer("drg_concept_id"),
        text("drg_source_value"),
    ],
);

pub(super) const CDM_SOURCE: Table = Table::optional(
    "cdm_source",
    &[
        text("cdm_source_name").required(),
        text("cdm_source_abbreviation"),
        text("cdm_holder"),
        text("source_description"),
        text("source_documentation_reference"),
        text("cdm_etl_reference"),
        date("source_release_date"),
        date("cdm_release_date"),
        text("cdm_version"),
        integer("cdm_version_concept_id"),
        text("vocabulary_version"),
    ],
);

pub(super) const METADATA: Table = Table::optional(
    "metadata",
    &[
        integer("metadata_id"),
        integer("metadata_concept_id"),
        integer("metadata_type_concept_id"),
        text("name").required(),
        text("value_as_string"),
        integer("value_as_concept_id"),
        float("value_as_number"),
        date("metadata_date"),
        timestamp("metadata_datetime"),
    ],
);
