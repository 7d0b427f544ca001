use std::collections::BTreeSet;
use std::sync::Arc;

use strongroom_omop::ConceptId;

use crate::ast::{Code, ConceptItem, ConceptSet, Profile};
use crate::hashing::HashSet;
use crate::path::JsonPath;
use crate::problem::{Problem, ProblemKind};
use crate::vocabulary::{StandardConcept, Vocabulary};

/// Reports what the vocabulary says against the items of a set. `standard` says whether the set is
/// compared with standard concept columns.
pub(super) fn look_up(
    set: &ConceptSet,
    profile: Profile,
    standard: bool,
    vocabulary: &Vocabulary,
    at: &JsonPath,
    problems: &mut Vec<Problem>,
) {
    for (field, items) in [("include", &set.include), ("exclude", &set.exclude)] {
        for (position, item) in items.iter().enumerate() {
            let at = || at.field(field).position(position);
            if item.children && profile != Profile::AouWorkbench1 {
                problems.push(Problem::new(ProblemKind::ChildrenWithoutTrees, at().field("children")));
            }
            if let Some(kind) = objection(item, profile, standard, vocabulary) {
                problems.push(Problem::new(kind, at().field("concept")));
            } else if profile == Profile::Native1
                && let Some(name) = other_name(item, vocabulary)
            {
                let problem = Problem::new(ProblemKind::LabelDisagrees, at());
                problems.push(problem.about(format!("“{name}”")));
            }
        }
    }
}

/// The concept's name, where a label says something else.
fn other_name<'v>(item: &ConceptItem, vocabulary: &'v Vocabulary) -> Option<&'v str> {
    let label = item.label.as_ref()?;
    let name = vocabulary.concept(vocabulary.find(&item.concept)?)?.name.as_deref()?;
    (!name.trim().eq_ignore_ascii_case(label.as_str().trim())).then_some(name)
}

fn objection(
    item: &ConceptItem,
    profile: Profile,
    standard: bool,
    vocabulary: &Vocabulary,
) -> Option<ProblemKind> {
    let Some(id) = vocabulary.find(&item.concept) else {
        return Some(ProblemKind::UnknownConcept);
    };
    match profile {
        // The cohort builder takes ids as they are.
        Profile::AouWorkbench1 => None,
        Profile::Circe1 => vocabulary.concept(id).is_none().then_some(ProblemKind::ConceptLeftOut),
        Profile::Native1 if id <= ConceptId::NO_MATCHING_CONCEPT => Some(ProblemKind::NotAConcept),
        Profile::Native1 => match vocabulary.concept(id) {
            None => Some(ProblemKind::UnknownConcept),
            Some(concept) if !concept.valid => Some(ProblemKind::InvalidConcept),
            Some(_) if !standard => None,
            Some(concept) => match concept.standard {
                StandardConcept::Standard => None,
                StandardConcept::Classification if item.descendants => None,
                StandardConcept::Classification | StandardConcept::NonStandard if item.mapped => None,
                StandardConcept::Classification | StandardConcept::NonStandard => {
                    Some(ProblemKind::NonStandardConcept)
                }
            },
        },
    }
}

/// The concepts of a set, sorted (R14): what is included minus what is excluded; nothing if either
/// is more than `most` concepts. `standard` says in which trees `children` are looked up.
pub(super) fn expand(
    set: &ConceptSet,
    profile: Profile,
    standard: bool,
    vocabulary: &Vocabulary,
    most: usize,
) -> Option<Arc<[ConceptId]>> {
    let union = |items: &[ConceptItem]| {
        let mut seen = HashSet::default();
        let mut concepts = Vec::new();
        for item in items {
            let Some(id) = vocabulary.find(&item.concept) else { continue };
            // The same item twice would only cost time.
            if !seen.insert((id, item.descendants, item.mapped, item.children)) {
                continue;
            }
            match profile {
                Profile::Native1 => native(id, item, vocabulary, &mut concepts),
                Profile::Circe1 => circe(id, item, vocabulary, &mut concepts),
                Profile::AouWorkbench1 => workbench(id, item, standard, vocabulary, &mut concepts),
            }
            // Many may be there again and again.
            if concepts.len() > most.saturating_mul(2) {
                sort(&mut concepts);
                if concepts.len() > most {
                    return None;
                }
            }
        }
        sort(&mut concepts);
        (concepts.len() <= most).then_some(concepts)
    };
    let mut included = union(&set.include)?;
    let excluded = union(&set.exclude)?;
    included.retain(|concept| {
        excluded.binary_search(concept).is_err()
            && (profile != Profile::Native1 || *concept != ConceptId::NO_MATCHING_CONCEPT)
    });
    Some(included.into())
}

/// Sorting them once is much cheaper than keeping them sorted.
fn sort(concepts: &mut Vec<ConceptId>) {
    concepts.sort_unstable();
    concepts.dedup();
}

fn native(id: ConceptId, item: &ConceptItem, vocabulary: &Vocabulary, concepts: &mut Vec<ConceptId>) {
    let mut own = vec![id];
    if item.descendants {
        own.extend(vocabulary.descendants(id));
    }
    if item.mapped {
        concepts.extend(own.iter().flat_map(|standard| vocabulary.mapped_from(*standard)));
    }
    concepts.extend(own);
}

/// Circe: the concept itself if the vocabulary has it, valid or not; descendants only if they are
/// valid; mapped concepts whether or not the vocabulary has them.
fn circe(id: ConceptId, item: &ConceptItem, vocabulary: &Vocabulary, concepts: &mut Vec<ConceptId>) {
    let mut own: Vec<_> = vocabulary.concept(id).map(|_| id).into_iter().collect();
    if item.descendants {
        let valid = |id: &ConceptId| vocabulary.concept(*id).is_some_and(|concept| concept.valid);
        own.extend(vocabulary.descendants(id).filter(valid));
    }
    if item.mapped {
        concepts.extend(own.iter().flat_map(|standard| vocabulary.mapped_from(*standard)));
    }
    concepts.extend(own);
}

/// The cohort builder: `children` replaces the concept by what is below it in the trees, and
/// descendants are what `cb_criteria_ancestor` has, the concept itself only if that has it.
fn workbench(
    id: ConceptId,
    item: &ConceptItem,
    standard: bool,
    vocabulary: &Vocabulary,
    concepts: &mut Vec<ConceptId>,
) {
    let own: Vec<_> = if item.children { vocabulary.children(id, standard).collect() } else { vec![id] };
    if item.descendants {
        concepts.extend(own.iter().flat_map(|id| vocabulary.descendants(*id)));
    } else {
        concepts.extend(own);
    }
}

/// The concepts of a written list, sorted and distinct; where a code is unknown, its position.
pub(super) fn codes(
    codes: &[Code],
    profile: Profile,
    vocabulary: &Vocabulary,
) -> Result<Arc<[ConceptId]>, Vec<usize>> {
    let mut unknown = Vec::new();
    let mut concepts = BTreeSet::new();
    for (position, code) in codes.iter().enumerate() {
        match vocabulary.find(code) {
            Some(ConceptId::NO_MATCHING_CONCEPT) if profile == Profile::Native1 => {}
            Some(id) => drop(concepts.insert(id)),
            None => unknown.push(position),
        }
    }
    if unknown.is_empty() { Ok(concepts.into_iter().collect()) } else { Err(unknown) }
}
