use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use strongroom_omop::ConceptId;
use strongroom_primitives::{Label, Sha256Digest};

use super::concepts::expand;
use crate::SetName;
use crate::ast::Definition;
use crate::limits::{Limit, LimitError, Limits};
use crate::path::JsonPath;
use crate::problem::{Problem, ProblemKind};
use crate::vocabulary::Vocabulary;

/// What the concept sets of a definition came to when somebody looked at them: the lock file of R14.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ConceptLock {
    format: Format,
    /// The vocabulary release.
    pub vocabulary: Label,
    /// What each set came to.
    pub sets: BTreeMap<SetName, LockedSet>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "concept-lock/1")]
    ConceptLock1,
}

/// What one concept set came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "a count and a digest")]
pub struct LockedSet {
    /// How many concepts.
    pub count: usize,
    /// Which; see [`concepts_digest`].
    pub digest: Sha256Digest,
}

/// How one concept set differs between two vocabulary releases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_structs, reason = "what is new and what is gone")]
pub struct ConceptsDifference {
    /// Concepts that only the newer release puts in the set.
    pub added: BTreeSet<ConceptId>,
    /// Concepts that only the older release puts in the set.
    pub removed: BTreeSet<ConceptId>,
}

/// The SHA-256 of the ids in ascending order, in decimal, each followed by a line feed.
#[must_use]
pub fn concepts_digest(concepts: &[ConceptId]) -> Sha256Digest {
    if !concepts.is_sorted_by(|one, next| one < next) {
        let distinct: BTreeSet<_> = concepts.iter().copied().collect();
        return concepts_digest(&Vec::from_iter(distinct));
    }
    let mut lines = String::new();
    for concept in concepts {
        // Writing to a text cannot fail.
        writeln!(lines, "{concept}").unwrap_or_default();
    }
    Sha256Digest::from_bytes(Sha256::digest(lines).into())
}

impl ConceptLock {
    /// What the concept sets of a definition come to now.
    ///
    /// # Errors
    /// If they expand to more concepts than the limits allow.
    pub fn of(definition: &Definition, vocabulary: &Vocabulary, limits: &Limits) -> Result<Self, LimitError> {
        let sets = expand_sets(definition, vocabulary, limits)?;
        let locked = |concepts: BTreeSet<ConceptId>| {
            let concepts: Vec<_> = concepts.into_iter().collect();
            LockedSet { count: concepts.len(), digest: concepts_digest(&concepts) }
        };
        Ok(Self {
            format: Format::ConceptLock1,
            vocabulary: vocabulary.version().clone(),
            sets: sets.into_iter().map(|(name, concepts)| (name, locked(concepts))).collect(),
        })
    }

    /// What changed since: nothing, or [`ConceptSetChanged`](ProblemKind::ConceptSetChanged) and
    /// [`ConceptSetNotLocked`](ProblemKind::ConceptSetNotLocked) at the sets of the definition.
    ///
    /// # Errors
    /// If the sets expand to more concepts than the limits allow.
    pub fn check(
        &self,
        definition: &Definition,
        vocabulary: &Vocabulary,
        limits: &Limits,
    ) -> Result<Vec<Problem>, LimitError> {
        let now = Self::of(definition, vocabulary, limits)?;
        let mut problems = Vec::new();
        for (name, set) in &now.sets {
            let kind = match self.sets.get(name) {
                Some(locked) if locked == set => continue,
                Some(_) => ProblemKind::ConceptSetChanged,
                None => ProblemKind::ConceptSetNotLocked,
            };
            problems.push(Problem::new(kind, path_of(name)));
        }
        Ok(problems)
    }
}

/// The concept sets of a definition that two vocabulary releases resolve differently.
///
/// # Errors
/// If the sets expand to more concepts than the limits allow.
pub fn concepts_diff(
    definition: &Definition,
    older: &Vocabulary,
    newer: &Vocabulary,
    limits: &Limits,
) -> Result<BTreeMap<SetName, ConceptsDifference>, LimitError> {
    let mut before = expand_sets(definition, older, limits)?;
    let mut differences = BTreeMap::new();
    for (name, now) in expand_sets(definition, newer, limits)? {
        let before = before.remove(&name).unwrap_or_default();
        let difference = ConceptsDifference {
            added: now.difference(&before).copied().collect(),
            removed: before.difference(&now).copied().collect(),
        };
        if difference != ConceptsDifference::default() {
            differences.insert(name, difference);
        }
    }
    Ok(differences)
}

/// The concepts that the concept sets of a definition come to (R14), in whichever column they are
/// looked for. The vocabulary has to know what [`resolve`](crate::resolve()) asks of it; concepts that it
/// does not know are passed over.
///
/// # Errors
/// If the sets expand to more concepts than the limits allow.
pub fn expand_sets(
    definition: &Definition,
    vocabulary: &Vocabulary,
    limits: &Limits,
) -> Result<BTreeMap<SetName, BTreeSet<ConceptId>>, LimitError> {
    let mut left = limits.expanded_set;
    let mut sets = BTreeMap::new();
    for (name, set) in &definition.concept_sets {
        // Both kinds of trees, so that a lock does not depend on where a set is used.
        let mut concepts = BTreeSet::new();
        for standard in [true, false] {
            let Some(found) = expand(set, definition.profile, standard, vocabulary, left) else {
                return Err(LimitError::new(Limit::ExpandedSet, limits.expanded_set, path_of(name)));
            };
            concepts.extend(found.iter().copied());
        }
        left = left.saturating_sub(concepts.len());
        sets.insert(name.clone(), concepts);
    }
    Ok(sets)
}

fn path_of(set: &SetName) -> JsonPath {
    JsonPath::default().field("concept_sets").named(set.as_str())
}
