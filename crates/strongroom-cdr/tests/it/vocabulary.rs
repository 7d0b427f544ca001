//! A small vocabulary, as the reference reads it and as a release stores it.

use std::fmt::Write as _;

use strongroom_cohort::{Concept, StandardConcept, Vocabulary};
use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

const VERSION: &str = "v5.0 27-FEB-25";

/// Concept, `standard_concept`, `invalid_reason`. 40 is a source concept, 41 groups others, 42 was
/// withdrawn.
const CONCEPTS: [(i64, &str, &str); 10] = [
    (10, "S", ""),
    (11, "S", ""),
    (12, "S", ""),
    (20, "S", ""),
    (21, "S", ""),
    (22, "S", ""),
    (30, "S", ""),
    (40, "", ""),
    (41, "C", ""),
    (42, "S", "D"),
];

/// Ancestor and descendant. 20 has no row that says it is its own descendant, and needs none.
const ANCESTORS: [(i64, i64); 11] = [
    (10, 10),
    (10, 11),
    (10, 12),
    (11, 11),
    (11, 12),
    (12, 12),
    (20, 21),
    (20, 22),
    (41, 41),
    (41, 11),
    (41, 30),
];

/// Source concept, the concept it is related to, the relationship, `invalid_reason`.
const RELATIONSHIPS: [(i64, i64, &str, &str); 5] = [
    (40, 11, "Maps to", ""),
    (40, 20, "Maps to", ""),
    (42, 22, "Maps to", ""),
    (30, 12, "Maps to", "D"),
    (40, 10, "Subsumes", ""),
];

/// Concepts that a concept set may name.
pub(crate) fn concepts() -> Vec<i64> {
    CONCEPTS.map(|(concept, ..)| concept).into()
}

pub(crate) fn vocabulary() -> Vocabulary {
    let mut vocabulary = Vocabulary::new(Label::new(VERSION).unwrap());
    for (concept, standard, invalid) in CONCEPTS {
        let known = Concept::new(match standard {
            "S" => StandardConcept::Standard,
            "C" => StandardConcept::Classification,
            _ => StandardConcept::NonStandard,
        });
        let known = if invalid.is_empty() { known } else { known.withdrawn() };
        vocabulary.add_concept(ConceptId::new(concept), known.coded("SNOMED", concept.to_string()));
    }
    for (ancestor, descendant) in ANCESTORS {
        vocabulary.add_descendants(ConceptId::new(ancestor), [ConceptId::new(descendant)]);
    }
    for (source, standard, ..) in RELATIONSHIPS.iter().filter(|row| row.2 == "Maps to" && row.3.is_empty()) {
        vocabulary.add_mapping(ConceptId::new(*source), ConceptId::new(*standard));
    }
    vocabulary
}

/// The vocabulary's tables: file names and contents. Every concept's name holds `secret`.
pub(crate) fn files(secret: &str) -> [(&'static str, String); 4] {
    let mut concept = "concept_id,concept_name,domain_id,vocabulary_id,standard_concept,concept_code,\
                       invalid_reason\n"
        .to_owned();
    for (id, standard, invalid) in CONCEPTS {
        writeln!(concept, "{id},{secret} {id},Condition,SNOMED,{standard},{id},{invalid}").unwrap();
    }
    let mut ancestor = "ancestor_concept_id,descendant_concept_id\n".to_owned();
    for (above, below) in ANCESTORS {
        writeln!(ancestor, "{above},{below}").unwrap();
    }
    let mut relationship = "concept_id_1,concept_id_2,relationship_id,invalid_reason\n".to_owned();
    for (source, related, relation, invalid) in RELATIONSHIPS {
        writeln!(relationship, "{source},{related},{relation},{invalid}").unwrap();
    }
    let vocabulary = format!("vocabulary_id,vocabulary_version\nSNOMED,other\nNone,{VERSION}\n");
    [
        ("concept.csv", concept),
        ("concept_ancestor.csv", ancestor),
        ("concept_relationship.csv", relationship),
        ("vocabulary.csv", vocabulary),
    ]
}
