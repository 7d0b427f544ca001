use std::collections::BTreeMap;

use super::*;

#[test]
fn ids_are_unique_and_invented_ones_lie_in_the_local_range() {
    let vocabulary = Vocabulary::get();
    assert!(vocabulary.concepts().windows(2).all(|pair| pair[0].id < pair[1].id));
    for concept in vocabulary.concepts() {
        let invented = concept.vocabulary.starts_with(SYNTHETIC);
        assert_eq!(invented, concept.id.value() >= 2_000_000_000, "{concept:?}");
    }
}

#[test]
fn constants_name_the_concept_that_their_row_describes() {
    let check = |id: ConceptId, name: &str, domain: &str, standard: Option<&str>| {
        let concept = Vocabulary::get().concept(id).unwrap();
        assert_eq!((concept.name.as_str(), concept.domain, concept.standard), (name, domain, standard));
    };
    check(concepts::TYPE_2_DIABETES, "Type 2 diabetes mellitus", "Condition", Some("S"));
    check(concepts::METFORMIN, "metformin", "Drug", Some("S"));
    check(concepts::BIGUANIDES, "Biguanides", "Drug", Some("C"));
    check(concepts::HBA1C, "Hemoglobin A1c in blood", "Measurement", Some("S"));
    check(concepts::ANSWER_SKIP, "Skip", "Meas Value", Some("S"));
    check(concepts::DROPSY, "Dropsy (retired)", "Condition", None);
    check(ConceptId::NO_MATCHING_CONCEPT, "No matching concept", "Metadata", None);
}

#[test]
fn every_relationship_speaks_of_existing_concepts_and_has_its_reverse() {
    let vocabulary = Vocabulary::get();
    for row in vocabulary.relationships() {
        for id in [row.concept_1, row.concept_2] {
            assert!(vocabulary.concept(id).is_some(), "{id} in {row:?}");
        }
        let kind = RELATIONSHIPS.iter().find(|kind| kind.id == row.relationship).unwrap();
        let reverse = ConceptRelationship {
            concept_1: row.concept_2,
            concept_2: row.concept_1,
            relationship: kind.reverse,
            ..*row
        };
        assert!(vocabulary.relationships().contains(&reverse), "{row:?}");
    }
}

#[test]
fn valid_mappings_lead_to_standard_concepts() {
    let vocabulary = Vocabulary::get();
    let mut sources: BTreeMap<ConceptId, usize> = BTreeMap::new();
    for row in vocabulary.relationships() {
        if row.relationship == "Maps to" && row.invalid_reason.is_none() {
            assert_eq!(vocabulary.concept(row.concept_2).unwrap().standard, Some("S"), "{row:?}");
            if row.concept_1 != row.concept_2 {
                *sources.entry(row.concept_2).or_default() += 1;
            }
        }
    }
    assert!(sources.values().any(|&count| count == 1));
    assert!(sources.values().any(|&count| count > 1));
}

/// The closure once more, by the slowest correct method.
#[test]
fn the_ancestor_table_is_the_closure_of_the_valid_is_a_relationships() {
    let vocabulary = Vocabulary::get();
    let is_a: BTreeSet<(ConceptId, ConceptId)> = vocabulary
        .relationships()
        .iter()
        .filter(|row| row.relationship == "Is a" && row.invalid_reason.is_none())
        .map(|row| (row.concept_2, row.concept_1))
        .collect();
    let mut expected: BTreeSet<(ConceptId, ConceptId)> = vocabulary
        .concepts()
        .iter()
        .filter(|concept| concept.standard.is_some())
        .map(|concept| (concept.id, concept.id))
        .chain(is_a.iter().flat_map(|&(parent, child)| [(parent, child), (child, child), (parent, parent)]))
        .collect();
    loop {
        let longer: Vec<_> = expected
            .iter()
            .flat_map(|&(ancestor, middle)| {
                is_a.range((middle, ConceptId::new(i64::MIN))..=(middle, ConceptId::new(i64::MAX)))
                    .map(move |&(_, child)| (ancestor, child))
            })
            .filter(|pair| !expected.contains(pair))
            .collect();
        if longer.is_empty() {
            break;
        }
        expected.extend(longer);
    }
    let written: Vec<_> = vocabulary.ancestors().iter().map(|row| (row.ancestor, row.descendant)).collect();
    assert_eq!(written, expected.into_iter().collect::<Vec<_>>());
}

#[test]
fn the_hierarchy_has_several_parents_several_distances_and_an_invalid_descendant() {
    let vocabulary = Vocabulary::get();
    let row = |ancestor, descendant| {
        vocabulary
            .ancestors()
            .iter()
            .find(|row| row.ancestor == ancestor && row.descendant == descendant)
            .map(|row| (row.min_levels, row.max_levels))
    };
    assert_eq!(row(concepts::DIABETES_MELLITUS, concepts::TYPE_2_DIABETES), Some((1, 1)));
    assert_eq!(row(concepts::METABOLIC_DISEASE, concepts::TYPE_2_DIABETES), Some((3, 3)));
    assert_eq!(row(concepts::DISORDER_OF_ENDOCRINE_SYSTEM, concepts::TYPE_2_DIABETES), Some((2, 2)));
    assert_eq!(row(concepts::DIABETES_MELLITUS, concepts::TYPE_2_DIABETES_WITH_NEPHROPATHY), Some((2, 3)));
    assert_eq!(row(concepts::DIABETES_MELLITUS, concepts::ADULT_ONSET_DIABETES), Some((1, 1)));
    assert_eq!(row(concepts::MENTAL_DISORDER, concepts::MIGRAINE), None);
}
