//! Standardized vocabularies of the OMOP CDM 5.4, in the column order of the published data definition.

use crate::column::{date, float, integer, text};
use crate::table::Table;

pub(super) const CONCEPT: Table = Table::required(
    "concept",
    &[
        integer("concept_id").required(),
        text("concept_name").required(),
        text("domain_id").required(),
        text("vocabulary_id").required(),
        text("concept_class_id"),
        text("standard_concept"),
        text("concept_code").required(),
        date("valid_start_date"),
        date("valid_end_date"),
        text("invalid_reason"),
    ],
);

pub(super) const VOCABULARY: Table = Table::optional(
    "vocabulary",
    &[
        text("vocabulary_id").required(),
        text("vocabulary_name"),
        text("vocabulary_reference"),
        text("vocabulary_version"),
        integer("vocabulary_concept_id"),
    ],
);

pub(super) const DOMAIN: Table = Table::optional(
    "domain",
    &[text("domain_id").required(), text("domain_name"), integer("domain_concept_id")],
);

pub(super) const CONCEPT_CLASS: Table = Table::optional(
    "concept_class",
    &[text("concept_class_id").required(), text("concept_class_name"), integer("concept_class_concept_id")],
);

pub(super) const CONCEPT_RELATIONSHIP: Table = Table::optional(
    "concept_relationship",
    &[
        integer("concept_id_1").required(),
        integer("concept_id_2").required(),
        text("relationship_id").required(),
        date("valid_start_date"),
        date("valid_end_date"),
        text("invalid_reason"),
    ],
);

pub(super) const RELATIONSHIP: Table = Table::optional(
    "relationship",
    &[
        text("relationship_id").required(),
        text("relationship_name"),
        text("is_hierarchical"),
        text("defines_ancestry"),
        text("reverse_relationship_id"),
        integer("relationship_concept_id"),
    ],
);

pub(super) const CONCEPT_SYNONYM: Table = Table::optional(
    "concept_synonym",
    &[
        integer("concept_id").required(),
        text("concept_synonym_name").required(),
        integer("language_concept_id"),
    ],
);

pub(super) const CONCEPT_ANCESTOR: Table = Table::optional(
    "concept_ancestor",
    &[
        integer("ancestor_concept_id").required(),
        integer("descendant_concept_id").required(),
        integer("min_levels_of_separation"),
        integer("max_levels_of_separation"),
    ],
);

pub(super) const SOURCE_TO_CONCEPT_MAP: Table = Table::optional(
    "source_to_concept_map",
    &[
        text("source_code").required(),
        integer("source_concept_id"),
        text("source_vocabulary_id").required(),
        text("source_code_description"),
        integer("target_concept_id").required(),
        text("target_vocabulary_id"),
        date("valid_start_date"),
        date("valid_end_date"),
        text("invalid_reason"),
    ],
);

pub(super) const DRUG_STRENGTH: Table = Table::optional(
    "drug_strength",
    &[
        integer("drug_concept_id").required(),
        integer("ingredient_concept_id").required(),
        float("amount_value"),
        integer("amount_unit_concept_id"),
        float("numerator_value"),
        integer("numerator_unit_concept_id"),
        float("denominator_value"),
        integer("denominator_unit_concept_id"),
        integer("box_size"),
        date("valid_start_date"),
        date("valid_end_date"),
        text("invalid_reason"),
    ],
);
