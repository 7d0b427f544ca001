//! The vocabulary tables: what the declarations in [`concepts`](crate::concepts) say, plus source
//! concepts that map to them, retired concepts, and the closure of the hierarchy.

mod hierarchy;
mod sources;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::NaiveDate;
use strongroom_omop::ConceptId;

use crate::calendar::day;
use crate::concepts::{self, Term, WellKnown};

pub(crate) use sources::{LOCAL_CODES, source_concept};

/// One row of `concept`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Concept {
    /// `concept_id`
    pub id: ConceptId,
    /// `concept_name`
    pub name: String,
    /// `domain_id`
    pub domain: &'static str,
    /// `vocabulary_id`
    pub vocabulary: &'static str,
    /// `concept_class_id`
    pub class: &'static str,
    /// `standard_concept`: `S` standard, `C` classification, none for the others.
    pub standard: Option<&'static str>,
    /// `concept_code`
    pub code: String,
    /// `valid_end_date`: the last day on which the concept was valid.
    pub valid_end: NaiveDate,
    /// `invalid_reason`: `U` updated, `D` deleted, none while valid.
    pub invalid_reason: Option<&'static str>,
}

/// One row of `concept_relationship`: concept 1 stands in the relationship to concept 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct ConceptRelationship {
    /// `concept_id_1`
    pub concept_1: ConceptId,
    /// `concept_id_2`
    pub concept_2: ConceptId,
    /// `relationship_id`
    pub relationship: &'static str,
    /// `invalid_reason`: `D` deleted, none while valid.
    pub invalid_reason: Option<&'static str>,
}

/// One row of `concept_ancestor`; every concept of the hierarchy is its own ancestor at distance 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct ConceptAncestor {
    /// `ancestor_concept_id`
    pub ancestor: ConceptId,
    /// `descendant_concept_id`
    pub descendant: ConceptId,
    /// `min_levels_of_separation`: steps on the shortest path.
    pub min_levels: i64,
    /// `max_levels_of_separation`: steps on the longest path.
    pub max_levels: i64,
}

/// One row of `concept_synonym`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConceptSynonym {
    /// `concept_id`
    pub concept: ConceptId,
    /// `concept_synonym_name`
    pub name: &'static str,
}

/// One row of `relationship`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Relationship {
    /// `relationship_id`, which is also the name.
    pub id: &'static str,
    /// `reverse_relationship_id`
    pub reverse: &'static str,
    /// `is_hierarchical` and `defines_ancestry`, which agree here: both `1` or both `0`.
    pub hierarchical: bool,
}

/// The invented vocabulary of the synthetic data; it does not depend on the seed.
#[derive(Debug)]
pub struct Vocabulary {
    concepts: Vec<Concept>,
    relationships: Vec<ConceptRelationship>,
    ancestors: Vec<ConceptAncestor>,
}

/// The `vocabulary_id` of the invented concepts.
const SYNTHETIC: &str = "Synthetic";
pub(crate) const FIRST_DAY: NaiveDate = day(1970, 1, 1);
const LAST_DAY: NaiveDate = day(2099, 12, 31);
const RETIREMENT: NaiveDate = day(2015, 12, 31);

/// (retired concept, the one that took its place)
pub(crate) const REPLACEMENTS: [(ConceptId, ConceptId); 3] = [
    (concepts::ADULT_ONSET_DIABETES, concepts::TYPE_2_DIABETES),
    (concepts::BENIGN_HYPERTENSION, concepts::HYPERTENSION),
    (concepts::COMMON_COLD, concepts::UPPER_RESPIRATORY_INFECTION),
];

const RELATIONSHIPS: [Relationship; 6] = {
    const fn relationship(id: &'static str, reverse: &'static str, hierarchical: bool) -> Relationship {
        Relationship { id, reverse, hierarchical }
    }
    [
        relationship("Maps to", "Mapped from", false),
        relationship("Mapped from", "Maps to", false),
        relationship("Is a", "Subsumes", true),
        relationship("Subsumes", "Is a", true),
        relationship("Concept replaced by", "Concept replaces", false),
        relationship("Concept replaces", "Concept replaced by", false),
    ]
};

// The comma, the quotation marks and the line break are there for readers of CSV.
const SYNONYMS: [ConceptSynonym; 8] = {
    const fn synonym(concept: ConceptId, name: &'static str) -> ConceptSynonym {
        ConceptSynonym { concept, name }
    }
    [
        synonym(concepts::TYPE_2_DIABETES, "Diabetes mellitus, type 2"),
        synonym(concepts::TYPE_2_DIABETES, "\"Sugar\", adult onset"),
        synonym(concepts::DIABETES_MELLITUS, "Diabetes"),
        synonym(concepts::HYPERTENSION, "High blood pressure,\nof unknown cause"),
        synonym(concepts::MYOCARDIAL_INFARCTION, "Heart attack"),
        synonym(concepts::COPD, "Chronic obstructive lung disease"),
        synonym(concepts::HBA1C, "Glycated hæmoglobin"),
        synonym(concepts::PARACETAMOL, "paracetamol"),
    ]
};

impl Vocabulary {
    /// The vocabulary. It is built once per process, in well under a second.
    #[must_use]
    pub fn get() -> &'static Self {
        static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::build);
        &VOCABULARY
    }

    /// Every concept, by ascending id.
    #[must_use]
    pub fn concepts(&self) -> &[Concept] {
        &self.concepts
    }

    /// The concept with this id.
    #[must_use]
    pub fn concept(&self, id: ConceptId) -> Option<&Concept> {
        let position = self.concepts.binary_search_by_key(&id, |concept| concept.id).ok()?;
        self.concepts.get(position)
    }

    /// Every relationship between two concepts, invalid ones included.
    #[must_use]
    pub fn relationships(&self) -> &[ConceptRelationship] {
        &self.relationships
    }

    /// The reflexive and transitive closure of the valid `Is a` relationships.
    #[must_use]
    pub fn ancestors(&self) -> &[ConceptAncestor] {
        &self.ancestors
    }

    /// Other names of concepts.
    #[must_use]
    pub const fn synonyms(&self) -> &'static [ConceptSynonym] {
        &SYNONYMS
    }

    /// The kinds of relationship.
    #[must_use]
    pub const fn relationship_kinds(&self) -> &'static [Relationship] {
        &RELATIONSHIPS
    }

    /// The values of one of the columns `domain_id`, `vocabulary_id`, `concept_class_id`, each once.
    pub(crate) fn distinct(&self, column: fn(&Concept) -> &'static str) -> Vec<&'static str> {
        let names: BTreeSet<_> = self.concepts.iter().map(column).collect();
        names.into_iter().collect()
    }

    fn build() -> Self {
        let mut concepts: Vec<_> = std::iter::once(no_matching_concept())
            .chain(concepts::WELL_KNOWN.iter().map(well_known))
            .chain(invented())
            .chain(sources::concepts())
            .collect();
        concepts.sort_by_key(|concept| concept.id);

        let parents: Vec<(ConceptId, ConceptId)> = parents().collect();
        let mut relationships: Vec<_> = relationships(&concepts, &parents);
        relationships.sort_unstable();
        let members = concepts.iter().filter(|concept| concept.standard.is_some()).map(|concept| concept.id);
        let ancestors = hierarchy::closure(members, &parents);
        Self { concepts, relationships, ancestors }
    }
}

/// Tables of invented terms: domain, class, `standard_concept`, `invalid_reason`.
type Group = (&'static [Term], &'static str, &'static str, Option<&'static str>, Option<&'static str>);

const GROUPS: [Group; 13] = [
    (concepts::CONDITIONS, "Condition", "Clinical Finding", Some("S"), None),
    (concepts::UPDATED_CONDITIONS, "Condition", "Clinical Finding", None, Some("U")),
    (concepts::DELETED_CONDITIONS, "Condition", "Clinical Finding", None, Some("D")),
    (concepts::DRUG_CLASSES, "Drug", "Drug Class", Some("C"), None),
    (concepts::INGREDIENTS, "Drug", "Ingredient", Some("S"), None),
    (concepts::CLINICAL_DRUGS, "Drug", "Clinical Drug", Some("S"), None),
    (concepts::PROCEDURES, "Procedure", "Procedure", Some("S"), None),
    (concepts::MEASUREMENTS, "Measurement", "Observable Entity", Some("S"), None),
    (concepts::INVENTED_UNITS, "Unit", "Unit", Some("S"), None),
    (concepts::QUESTIONS, "Observation", "Question", Some("S"), None),
    (concepts::ANSWERS, "Meas Value", "Answer", Some("S"), None),
    (concepts::FINDINGS, "Observation", "Clinical Finding", Some("S"), None),
    (sources::UNMAPPED, "Condition", "Source Code", None, None),
];

fn invented() -> impl Iterator<Item = Concept> {
    GROUPS.iter().flat_map(|&(terms, domain, class, standard, invalid_reason)| {
        terms.iter().map(move |term| Concept {
            id: term.id,
            name: term.name.to_owned(),
            domain,
            vocabulary: SYNTHETIC,
            class,
            standard,
            code: format!("SYN{}", term.id.value() - 2_000_000_000),
            valid_end: if invalid_reason.is_some() { RETIREMENT } else { LAST_DAY },
            invalid_reason,
        })
    })
}

fn well_known(concept: &WellKnown) -> Concept {
    let vocabulary = match concept.domain {
        "Unit" => "UCUM",
        "Meas Value" | "Meas Value Operator" | "Route" | "Language" => "SNOMED",
        "Metadata" => "CDM",
        domain => domain,
    };
    Concept {
        id: concept.id,
        name: concept.name.to_owned(),
        domain: concept.domain,
        vocabulary,
        class: concept.domain,
        standard: Some("S"),
        code: concept.code.to_owned(),
        valid_end: LAST_DAY,
        invalid_reason: None,
    }
}

fn no_matching_concept() -> Concept {
    Concept {
        id: ConceptId::NO_MATCHING_CONCEPT,
        name: "No matching concept".to_owned(),
        domain: "Metadata",
        vocabulary: "None",
        class: "Undefined",
        standard: None,
        code: "No matching concept".to_owned(),
        valid_end: LAST_DAY,
        invalid_reason: None,
    }
}

/// (child, parent) of every valid `Is a`.
fn parents() -> impl Iterator<Item = (ConceptId, ConceptId)> {
    let invented = GROUPS.iter().flat_map(|&(terms, ..)| terms).map(|term| (term.id, term.parents));
    let well_known = concepts::WELL_KNOWN.iter().map(|concept| (concept.id, concept.parents));
    invented.chain(well_known).flat_map(|(id, parents)| parents.iter().map(move |&parent| (id, parent)))
}

fn relationships(concepts: &[Concept], parents: &[(ConceptId, ConceptId)]) -> Vec<ConceptRelationship> {
    let standard_to_itself = concepts
        .iter()
        .filter(|concept| concept.standard == Some("S"))
        .map(|concept| (concept.id, concept.id, "Maps to", None));
    let replaced = REPLACEMENTS
        .iter()
        .flat_map(|&(old, new)| [(old, new, "Maps to", None), (old, new, "Concept replaced by", None)]);
    let sources = sources::mappings().map(|(source, target)| (source, target, "Maps to", None));
    let is_a = parents.iter().map(|&(child, parent)| (child, parent, "Is a", None));
    // Readers must ignore these: a mapping and a parent that were withdrawn.
    let withdrawn = [
        (sources::LOCAL_CODE_WITH_WITHDRAWN_MAPPING, concepts::HYPOGLYCAEMIA, "Maps to", Some("D")),
        (concepts::MIGRAINE, concepts::MENTAL_DISORDER, "Is a", Some("D")),
    ];
    standard_to_itself
        .chain(replaced)
        .chain(sources)
        .chain(is_a)
        .chain(withdrawn)
        .flat_map(|(concept_1, concept_2, relationship, invalid_reason)| {
            let reverse =
                RELATIONSHIPS.iter().find(|kind| kind.id == relationship).map(|kind| ConceptRelationship {
                    concept_1: concept_2,
                    concept_2: concept_1,
                    relationship: kind.reverse,
                    invalid_reason,
                });
            let forward = ConceptRelationship { concept_1, concept_2, relationship, invalid_reason };
            std::iter::once(forward).chain(reverse)
        })
        .collect()
}

#[cfg(test)]
mod tests;
