use std::collections::BTreeMap;

use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

/// As much of one vocabulary release as some definitions need: facts about concepts, and which
/// concepts stand below which.
///
/// Plain data that an engine fills from `concept` and `concept_ancestor`, for the concepts that
/// [`named_concepts`](crate::Definition::named_concepts) and
/// [`named_ancestors`](crate::Definition::named_ancestors) ask for, or for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    version: Label,
    concepts: BTreeMap<ConceptId, Concept>,
    descendants: BTreeMap<ConceptId, Vec<ConceptId>>,
}

/// What the vocabulary says about one concept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Concept {
    /// `concept.standard_concept`.
    pub standard: StandardConcept,
    /// Whether `concept.invalid_reason` is empty.
    pub valid: bool,
}

/// `concept.standard_concept`: what a concept is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the CDM defines these three")]
pub enum StandardConcept {
    /// `S`: it stands in the standard concept columns.
    Standard,
    /// `C`: it groups standard concepts and stands in no event itself.
    Classification,
    /// Empty: a source concept.
    NonStandard,
}

impl Concept {
    /// A concept of this kind that has not been withdrawn.
    #[must_use]
    pub const fn new(standard: StandardConcept) -> Self {
        Self { standard, valid: true }
    }

    /// The same, withdrawn by the vocabulary (`invalid_reason` `D` or `U`).
    #[must_use]
    pub const fn withdrawn(self) -> Self {
        Self { valid: false, ..self }
    }
}

impl Vocabulary {
    /// A vocabulary of this version, such as `v5.0 27-FEB-25`, that knows nothing yet.
    #[must_use]
    pub const fn new(version: Label) -> Self {
        Self { version, concepts: BTreeMap::new(), descendants: BTreeMap::new() }
    }

    /// Adds a concept, in place of what was known of it.
    pub fn add_concept(&mut self, id: ConceptId, concept: Concept) {
        self.concepts.insert(id, concept);
    }

    /// Adds concepts below an ancestor, at whatever distance. Repeated and unknown ones do no harm.
    pub fn add_descendants(&mut self, ancestor: ConceptId, descendants: impl IntoIterator<Item = ConceptId>) {
        self.descendants.entry(ancestor).or_default().extend(descendants);
    }

    /// The version of the release.
    #[must_use]
    pub const fn version(&self) -> &Label {
        &self.version
    }

    /// Whether it knows no concept at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.concepts.is_empty()
    }

    /// What is known of a concept.
    #[must_use]
    pub fn concept(&self, id: ConceptId) -> Option<Concept> {
        self.concepts.get(&id).copied()
    }

    /// The concept itself and everything below it, some of it perhaps repeatedly.
    ///
    /// A concept is its own descendant, also where `concept_ancestor` has no row that says so: it
    /// has none for concepts outside of hierarchies.
    pub fn descendants(&self, ancestor: ConceptId) -> impl Iterator<Item = ConceptId> {
        let below = self.descendants.get(&ancestor);
        std::iter::once(ancestor).chain(below.into_iter().flatten().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concept_is_its_own_descendant() {
        let mut vocabulary = Vocabulary::new(Label::new("v1").unwrap());
        let [one, two, three] = [1, 2, 3].map(ConceptId::new);
        vocabulary.add_descendants(one, [two]);
        vocabulary.add_descendants(one, [three]);
        let below = |id| vocabulary.descendants(id).collect::<Vec<_>>();
        assert_eq!(below(one), [one, two, three]);
        assert_eq!(below(two), [two]);
    }
}
