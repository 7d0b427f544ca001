use std::borrow::Cow;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use chrono::NaiveDate;
use strongroom_omop::{ConceptId, Table};

use super::cells::Cell::{Concept as Id, Date, Integer, Text};
use super::cells::{Cells, batch};
use crate::calendar::{DATA_CUT_OFF, day};
use crate::concepts::{CDM_VERSION_5_4, ENGLISH_LANGUAGE};
use crate::vocabulary::{
    Concept, ConceptAncestor, ConceptRelationship, ConceptSynonym, FIRST_DAY, Relationship, Vocabulary,
};

/// A table that says nothing about people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReferenceTable {
    CdmSource,
    Concept,
    Vocabulary,
    Domain,
    ConceptClass,
    ConceptRelationship,
    Relationship,
    ConceptSynonym,
    ConceptAncestor,
}

impl ReferenceTable {
    pub(super) const ALL: [Self; 9] = [
        Self::CdmSource,
        Self::Concept,
        Self::Vocabulary,
        Self::Domain,
        Self::ConceptClass,
        Self::ConceptRelationship,
        Self::Relationship,
        Self::ConceptSynonym,
        Self::ConceptAncestor,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::CdmSource => "cdm_source",
            Self::Concept => "concept",
            Self::Vocabulary => "vocabulary",
            Self::Domain => "domain",
            Self::ConceptClass => "concept_class",
            Self::ConceptRelationship => "concept_relationship",
            Self::Relationship => "relationship",
            Self::ConceptSynonym => "concept_synonym",
            Self::ConceptAncestor => "concept_ancestor",
        }
    }

    /// All rows of the table.
    pub(super) fn batch(self, table: &'static Table) -> Result<RecordBatch, ArrowError> {
        fn all<Row>(
            table: &'static Table,
            cells: &Cells<Row>,
            rows: &[Row],
        ) -> Result<RecordBatch, ArrowError> {
            batch(table, cells, &rows.iter().collect::<Vec<_>>())
        }
        let vocabulary = Vocabulary::get();
        match self {
            Self::CdmSource => all(table, CDM_SOURCE, &[()]),
            Self::Concept => all(table, CONCEPT, vocabulary.concepts()),
            Self::Vocabulary => all(table, VOCABULARY, &vocabulary.distinct(|concept| concept.vocabulary)),
            Self::Domain => all(table, DOMAIN, &vocabulary.distinct(|concept| concept.domain)),
            Self::ConceptClass => all(table, CONCEPT_CLASS, &vocabulary.distinct(|concept| concept.class)),
            Self::ConceptRelationship => all(table, CONCEPT_RELATIONSHIP, vocabulary.relationships()),
            Self::Relationship => all(table, RELATIONSHIP, vocabulary.relationship_kinds()),
            Self::ConceptSynonym => all(table, CONCEPT_SYNONYM, vocabulary.synonyms()),
            Self::ConceptAncestor => all(table, CONCEPT_ANCESTOR, vocabulary.ancestors()),
        }
    }
}

const VOCABULARY_VERSION: &str = "Synthetic 1";
const ALWAYS: NaiveDate = day(2099, 12, 31);

fn text(text: &str) -> Option<Cow<'_, str>> {
    Some(Cow::Borrowed(text))
}

fn flag(flag: bool) -> Option<Cow<'static, str>> {
    Some(Cow::Borrowed(if flag { "1" } else { "0" }))
}

const CDM_SOURCE: &Cells<()> = &[
    ("cdm_source_name", Text(|()| text("Strongroom synthetic data"))),
    ("cdm_source_abbreviation", Text(|()| text("Synthetic"))),
    ("cdm_holder", Text(|()| text("nobody"))),
    ("source_description", Text(|()| text("Invented people; no row describes anybody who ever lived"))),
    ("source_release_date", Date(|()| Some(DATA_CUT_OFF))),
    ("cdm_release_date", Date(|()| Some(DATA_CUT_OFF))),
    ("cdm_version", Text(|()| text("5.4"))),
    ("cdm_version_concept_id", Id(|()| Some(CDM_VERSION_5_4))),
    ("vocabulary_version", Text(|()| text(VOCABULARY_VERSION))),
];

const CONCEPT: &Cells<Concept> = &[
    ("concept_id", Id(|row| Some(row.id))),
    ("concept_name", Text(|row| text(&row.name))),
    ("domain_id", Text(|row| text(row.domain))),
    ("vocabulary_id", Text(|row| text(row.vocabulary))),
    ("concept_class_id", Text(|row| text(row.class))),
    ("standard_concept", Text(|row| row.standard.map(Cow::Borrowed))),
    ("concept_code", Text(|row| text(&row.code))),
    ("valid_start_date", Date(|_| Some(FIRST_DAY))),
    ("valid_end_date", Date(|row| Some(row.valid_end))),
    ("invalid_reason", Text(|row| row.invalid_reason.map(Cow::Borrowed))),
];

const VOCABULARY: &Cells<&'static str> = &[
    ("vocabulary_id", Text(|name| text(name))),
    ("vocabulary_name", Text(|name| text(name))),
    ("vocabulary_version", Text(|_| text(VOCABULARY_VERSION))),
    ("vocabulary_concept_id", Id(|_| Some(ConceptId::NO_MATCHING_CONCEPT))),
];

const DOMAIN: &Cells<&'static str> = &[
    ("domain_id", Text(|name| text(name))),
    ("domain_name", Text(|name| text(name))),
    ("domain_concept_id", Id(|_| Some(ConceptId::NO_MATCHING_CONCEPT))),
];

const CONCEPT_CLASS: &Cells<&'static str> = &[
    ("concept_class_id", Text(|name| text(name))),
    ("concept_class_name", Text(|name| text(name))),
    ("concept_class_concept_id", Id(|_| Some(ConceptId::NO_MATCHING_CONCEPT))),
];

const CONCEPT_RELATIONSHIP: &Cells<ConceptRelationship> = &[
    ("concept_id_1", Id(|row| Some(row.concept_1))),
    ("concept_id_2", Id(|row| Some(row.concept_2))),
    ("relationship_id", Text(|row| text(row.relationship))),
    ("valid_start_date", Date(|_| Some(FIRST_DAY))),
    ("valid_end_date", Date(|row| Some(if row.invalid_reason.is_some() { DATA_CUT_OFF } else { ALWAYS }))),
    ("invalid_reason", Text(|row| row.invalid_reason.map(Cow::Borrowed))),
];

const RELATIONSHIP: &Cells<Relationship> = &[
    ("relationship_id", Text(|row| text(row.id))),
    ("relationship_name", Text(|row| text(row.id))),
    ("is_hierarchical", Text(|row| flag(row.hierarchical))),
    ("defines_ancestry", Text(|row| flag(row.hierarchical))),
    ("reverse_relationship_id", Text(|row| text(row.reverse))),
    ("relationship_concept_id", Id(|_| Some(ConceptId::NO_MATCHING_CONCEPT))),
];

const CONCEPT_SYNONYM: &Cells<ConceptSynonym> = &[
    ("concept_id", Id(|row| Some(row.concept))),
    ("concept_synonym_name", Text(|row| text(row.name))),
    ("language_concept_id", Id(|_| Some(ENGLISH_LANGUAGE))),
];

const CONCEPT_ANCESTOR: &Cells<ConceptAncestor> = &[
    ("ancestor_concept_id", Id(|row| Some(row.ancestor))),
    ("descendant_concept_id", Id(|row| Some(row.descendant))),
    ("min_levels_of_separation", Integer(|row| Some(row.min_levels))),
    ("max_levels_of_separation", Integer(|row| Some(row.max_levels))),
];
