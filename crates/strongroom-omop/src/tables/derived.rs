//! Derived tables of the OMOP CDM 5.4, in the column order of the published data definition.

use crate::column::{date, float, integer, text};
use crate::table::Table;

pub(super) const CONDITION_ERA: Table = Table::optional(
    "condition_era",
    &[
        integer("condition_era_id").required(),
        integer("person_id").required(),
        integer("condition_concept_id").required(),
        date("condition_era_start_date").required(),
        date("condition_era_end_date").required(),
        integer("condition_occurrence_count"),
    ],
);

pub(super) const DRUG_ERA: Table = Table::optional(
    "drug_era",
    &[
        integer("drug_era_id").required(),
        integer("person_id").required(),
        integer("drug_concept_id").required(),
        date("drug_era_start_date").required(),
        date("drug_era_end_date").required(),
        integer("drug_exposure_count"),
        integer("gap_days"),
    ],
);

pub(super) const DOSE_ERA: Table = Table::optional(
    "dose_era",
    &[
        integer("dose_era_id").required(),
        integer("person_id").required(),
        integer("drug_concept_id").required(),
        integer("unit_concept_id"),
        float("dose_value").required(),
        date("dose_era_start_date").required(),
        date("dose_era_end_date").required(),
    ],
);

pub(super) const COHORT: Table = Table::optional(
    "cohort",
    &[
        integer("cohort_definition_id").required(),
        integer("subject_id").required(),
        date("cohort_start_date").required(),
        date("cohort_end_date").required(),
    ],
);

pub(super) const COHORT_DEFINITION: Table = Table::optional(
    "cohort_definition",
    &[
        integer("cohort_definition_id").required(),
        text("cohort_definition_name"),
        text("cohort_definition_description"),
        integer("definition_type_concept_id"),
        text("cohort_definition_syntax"),
        integer("subject_concept_id"),
        date("cohort_initiation_date"),
    ],
);
