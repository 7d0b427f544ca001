use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::sync::Arc;

use strongroom_omop::ConceptId;
use strongroom_primitives::NonEmpty;
use thiserror::Error;

use crate::check::{check, item_paths};
use crate::definition::{Definition, Entry, StepAction};
use crate::limits::{Limit, LimitError, Limits};
use crate::path::JsonPath;
use crate::problem::{Problem, ProblemKind, Severity};
use crate::resolved::{
    ResolvedAction, ResolvedAnchor, ResolvedCohort, ResolvedConcepts, ResolvedEntry, ResolvedEvents,
    ResolvedPredicate, ResolvedStep, ResolvedWindow,
};
use crate::{
    Anchor, ConceptItem, ConceptRef, ConceptSetExpression, Events, Predicate, SetName, StandardConcept,
    Vocabulary, Window,
};

/// A definition cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// It is larger than allowed.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// It has errors: all of them, warnings left out.
    #[error("the definition cannot be run, errors: {}, the first: {}", .0.len(), .0.first())]
    Problems(NonEmpty<Problem>),
}

/// Turns a definition into what engines run: checks its size and its sense, and looks its concepts
/// up once (R14).
///
/// The vocabulary has to know the concepts that
/// [`named_concepts`](Definition::named_concepts) lists, and what is below those that
/// [`named_ancestors`](Definition::named_ancestors) lists.
///
/// # Errors
/// If the definition passes a limit, or has errors; see [`ProblemKind`] for what may be wrong.
pub fn resolve(
    definition: &Definition,
    vocabulary: &Vocabulary,
    limits: &Limits,
) -> Result<ResolvedCohort, ResolveError> {
    // First of all, because everything after it recurses along the definition.
    limits.check(definition)?;
    let mut problems = check(definition);
    look_up(definition, vocabulary, &mut problems);
    let (errors, mut warnings): (Vec<_>, Vec<_>) =
        problems.into_iter().partition(|problem| problem.severity() == Severity::Error);
    if let Some(errors) = NonEmpty::from_vec(errors) {
        return Err(ResolveError::Problems(errors));
    }
    let concept_sets = expand_all(definition, vocabulary, limits, &mut warnings)?;
    let lowering = Lowering { concept_sets: &concept_sets };
    let entry = match &definition.entry {
        Entry::Everyone => ResolvedEntry::Everyone,
        Entry::First(events) => ResolvedEntry::First(lowering.events(events)),
    };
    let steps = definition.steps.iter().map(|step| ResolvedStep {
        action: match &step.action {
            StepAction::Require(predicate) => ResolvedAction::Require(lowering.predicate(predicate)),
            StepAction::Exclude(predicate) => ResolvedAction::Exclude(lowering.predicate(predicate)),
        },
        label: step.label.clone(),
    });
    Ok(ResolvedCohort {
        name: definition.name.clone(),
        profile: definition.profile,
        definition_digest: definition.digest(),
        vocabulary_version: vocabulary.version().clone(),
        entry,
        steps: steps.collect(),
        warnings,
        concept_sets,
    })
}

/// Reports what the vocabulary says against the concepts of the sets.
fn look_up(definition: &Definition, vocabulary: &Vocabulary, problems: &mut Vec<Problem>) {
    if vocabulary.is_empty() && !definition.concept_sets.is_empty() {
        let at = JsonPath::default().field("concept_sets");
        problems.push(Problem::new(ProblemKind::VocabularyNotLoaded, at));
        return;
    }
    for (name, set) in &definition.concept_sets {
        for (item, at) in set.items().zip(item_paths(set, &path_of(name)).map(|(_, at)| at)) {
            let kind = match vocabulary.concept(item.concept) {
                // Reported already as what it is.
                _ if item.concept <= ConceptId::NO_MATCHING_CONCEPT => continue,
                None => ProblemKind::UnknownConcept,
                Some(concept) if !concept.valid => ProblemKind::InvalidConcept,
                Some(concept) => match concept.standard {
                    StandardConcept::Standard => continue,
                    StandardConcept::Classification if item.descendants => continue,
                    StandardConcept::Classification | StandardConcept::NonStandard => {
                        ProblemKind::NonStandardConcept
                    }
                },
            };
            problems.push(Problem::new(kind, at));
        }
    }
}

fn path_of(set: &SetName) -> JsonPath {
    JsonPath::default().field("concept_sets").field(set.as_str())
}

fn expand_all(
    definition: &Definition,
    vocabulary: &Vocabulary,
    limits: &Limits,
    warnings: &mut Vec<Problem>,
) -> Result<BTreeMap<SetName, Arc<[ConceptId]>>, LimitError> {
    let mut left = limits.expanded_set;
    let mut sets = BTreeMap::new();
    for (name, set) in &definition.concept_sets {
        let concepts = expand(set, vocabulary, left)
            .ok_or_else(|| LimitError::new(Limit::ExpandedSet, limits.expanded_set, path_of(name)))?;
        left -= concepts.len();
        if concepts.is_empty() {
            warnings.push(Problem::new(ProblemKind::EmptyConceptSet, path_of(name)));
        }
        sets.insert(name.clone(), concepts);
    }
    Ok(sets)
}

/// What is included minus what is excluded, sorted; nothing if either is more than `most` concepts.
fn expand(set: &ConceptSetExpression, vocabulary: &Vocabulary, most: usize) -> Option<Arc<[ConceptId]>> {
    let union = |items: &[ConceptItem]| {
        let items: BTreeSet<_> = items.iter().map(|item| (item.concept, item.descendants)).collect();
        let mut concepts = BTreeSet::new();
        for (concept, descendants) in items {
            if descendants {
                concepts.extend(vocabulary.descendants(concept));
            } else {
                concepts.insert(concept);
            }
            if concepts.len() > most {
                return None;
            }
        }
        Some(concepts)
    };
    let included = union(&set.include)?;
    let excluded = union(&set.exclude)?;
    Some(included.difference(&excluded).copied().collect())
}

/// Translates what was checked.
//
// INVARIANT: `check` found no error, so names refer to concept sets and no count is 0.
struct Lowering<'a> {
    concept_sets: &'a BTreeMap<SetName, Arc<[ConceptId]>>,
}

impl Lowering<'_> {
    fn predicate(&self, predicate: &Predicate) -> ResolvedPredicate {
        let all = |members: &[Predicate]| members.iter().map(|member| self.predicate(member)).collect();
        match predicate {
            Predicate::Any(events) => ResolvedPredicate::Any(self.events(events)),
            Predicate::No(events) => {
                ResolvedPredicate::Not(Box::new(ResolvedPredicate::Any(self.events(events))))
            }
            Predicate::AtLeast(count) => ResolvedPredicate::AtLeast {
                n: NonZeroU32::new(count.n).unwrap_or(NonZeroU32::MIN),
                unit: count.unit,
                of: self.events(&count.of),
            },
            Predicate::AgeAtIndex(range) => ResolvedPredicate::AgeAtIndex(*range),
            Predicate::SexAtBirth(concepts) => {
                let concepts: BTreeSet<_> = concepts.iter().copied().collect();
                ResolvedPredicate::SexAtBirth(concepts.into_iter().collect())
            }
            Predicate::All(members) => ResolvedPredicate::All(all(members)),
            Predicate::AnyOf(members) => ResolvedPredicate::AnyOf(all(members)),
            Predicate::Not(inner) => ResolvedPredicate::Not(Box::new(self.predicate(inner))),
        }
    }

    fn events(&self, events: &Events) -> ResolvedEvents {
        ResolvedEvents {
            domain: events.domain,
            concepts: match &events.concepts {
                None => ResolvedConcepts::Every,
                Some(ConceptRef::Set(name)) => {
                    ResolvedConcepts::Only(self.concept_sets.get(name).map(Arc::clone).unwrap_or_default())
                }
            },
            filters: events.filters.clone(),
            during: events.during.as_ref().map(|window| self.window(window)),
        }
    }

    fn window(&self, window: &Window) -> ResolvedWindow {
        ResolvedWindow {
            from: window.from,
            to: window.to,
            of: match &window.of {
                Anchor::Index => ResolvedAnchor::Index,
                Anchor::First(events) => ResolvedAnchor::First(Box::new(self.events(events))),
            },
        }
    }
}
