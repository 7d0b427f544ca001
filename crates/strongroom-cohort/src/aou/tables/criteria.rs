use std::collections::{BTreeMap, BTreeSet};

use strongroom_omop::ConceptId;

use super::rows::{Ancestor, Criterion, rows};
use super::{TableError, Tables};
use crate::{Concept, StandardConcept, Vocabulary};

/// Marks the row of `cb_criteria` that stands for its concept.
const RANK: &str = "_rank1]";

/// The trees and what lies below drugs.
pub(super) fn read(tables: &Tables<'_>, vocabulary: &mut Vocabulary) -> Result<(), TableError> {
    let criteria: Vec<Criterion> = rows("cb_criteria", tables.criteria)?;
    for row in &criteria {
        if let Some(id) = row.concept_id {
            add_concept(vocabulary, ConceptId::new(id), concept(row));
        }
    }
    add_children(&criteria, vocabulary);
    for row in rows::<Ancestor>("cb_criteria_ancestor", tables.criteria_ancestor)? {
        let (ancestor, descendant) = (ConceptId::new(row.ancestor_id), ConceptId::new(row.descendant_id));
        vocabulary.add_descendants(ancestor, [descendant]);
        for concept in [ancestor, descendant] {
            add_concept(vocabulary, concept, Concept::new(StandardConcept::Standard));
        }
    }
    Ok(())
}

/// Adds a concept of which nothing is known yet.
pub(super) fn add_concept(vocabulary: &mut Vocabulary, id: ConceptId, concept: Concept) {
    if vocabulary.concept(id).is_none() {
        vocabulary.add_concept(id, concept);
    }
}

fn concept(row: &Criterion) -> Concept {
    let standard =
        if row.is_standard == 1 { StandardConcept::Standard } else { StandardConcept::NonStandard };
    let mut concept = Concept::new(standard);
    if let Some(name) = &row.name {
        concept = concept.named(name);
    }
    if let (Some(kind), Some(code)) = (&row.kind, &row.code) {
        concept = concept.coded(kind, code);
    }
    concept
}

/// For each concept: the rows marked as standing for it, whatever tree they are in; then every
/// selectable row whose path leads through one of those, its own row included.
fn add_children(criteria: &[Criterion], vocabulary: &mut Vocabulary) {
    let mut below: BTreeMap<i64, BTreeSet<(bool, i64)>> = BTreeMap::new();
    for row in criteria.iter().filter(|row| row.is_selectable == 1) {
        let (Some(path), Some(concept)) = (&row.path, row.concept_id) else { continue };
        for id in path.split('.').filter_map(|segment| segment.parse().ok()) {
            below.entry(id).or_default().insert((row.is_standard == 1, concept));
        }
    }
    let mut children: BTreeMap<(i64, bool), BTreeSet<i64>> = BTreeMap::new();
    for row in criteria {
        let marked = row.full_text.as_deref().is_some_and(|text| text.contains(RANK));
        let Some(concept) = row.concept_id.filter(|_| marked) else { continue };
        for (standard, child) in below.get(&row.id).into_iter().flatten() {
            children.entry((concept, *standard)).or_default().insert(*child);
        }
    }
    for ((concept, standard), children) in children {
        let children = children.into_iter().map(ConceptId::new);
        vocabulary.add_children(ConceptId::new(concept), standard, children);
    }
}
