use std::collections::BTreeMap;

use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

use crate::ast::{Code, VocabularyCode};
use crate::hashing::HashMap;
use crate::units::Units;

/// As much of one vocabulary release as some definitions need: facts about concepts, and how
/// concepts hang together.
///
/// Plain data that an engine fills from `concept`, `concept_ancestor` and `concept_relationship`,
/// for the concepts that definitions name, or for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    version: Label,
    concepts: BTreeMap<ConceptId, Concept>,
    codes: HashMap<VocabularyCode, ConceptId>,
    descendants: BTreeMap<ConceptId, Vec<ConceptId>>,
    mapped_from: BTreeMap<ConceptId, Vec<ConceptId>>,
    children: BTreeMap<(ConceptId, bool), Vec<ConceptId>>,
    units: Units,
    /// Whether there is more of it elsewhere, which is not needed.
    is_excerpt: bool,
}

/// What the vocabulary says about one concept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Concept {
    /// `concept.standard_concept`.
    pub standard: StandardConcept,
    /// Whether `concept.invalid_reason` is empty.
    pub valid: bool,
    /// `concept.concept_name`, where it was read.
    pub name: Option<String>,
    /// `concept.vocabulary_id` and `concept.concept_code`, where they were read.
    pub code: Option<VocabularyCode>,
    /// `concept.domain_id`, where it was read.
    pub domain: Option<String>,
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
        Self { standard, valid: true, name: None, code: None, domain: None }
    }

    /// The same, withdrawn by the vocabulary (`invalid_reason` `D` or `U`).
    #[must_use]
    pub fn withdrawn(self) -> Self {
        Self { valid: false, ..self }
    }

    /// The same with this name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The same with this code.
    #[must_use]
    pub fn coded(mut self, vocabulary: impl Into<String>, code: impl Into<String>) -> Self {
        self.code = Some(VocabularyCode { vocabulary: vocabulary.into(), code: code.into() });
        self
    }
}

impl Vocabulary {
    /// A vocabulary of this version, such as `v5.0 27-FEB-25`, that knows nothing yet.
    #[must_use]
    pub fn new(version: Label) -> Self {
        Self {
            version,
            concepts: BTreeMap::new(),
            codes: HashMap::default(),
            descendants: BTreeMap::new(),
            mapped_from: BTreeMap::new(),
            children: BTreeMap::new(),
            units: Units::default(),
            is_excerpt: false,
        }
    }

    /// The part of a larger vocabulary of this version that somebody needs. Nothing is in it yet; a
    /// concept that is not added is one that the larger one does not have.
    #[must_use]
    pub fn excerpt(version: Label) -> Self {
        Self { is_excerpt: true, ..Self::new(version) }
    }

    /// Adds a concept, in place of what was known of it.
    pub fn add_concept(&mut self, id: ConceptId, concept: Concept) {
        if let Some(code) = &concept.code {
            self.codes.insert(code.clone(), id);
        }
        self.concepts.insert(id, concept);
    }

    /// Adds concepts below an ancestor, at whatever distance (`concept_ancestor`). Repeated and
    /// unknown ones do no harm.
    pub fn add_descendants(&mut self, ancestor: ConceptId, descendants: impl IntoIterator<Item = ConceptId>) {
        self.descendants.entry(ancestor).or_default().extend(descendants);
    }

    /// Adds that `source` has a valid relationship `Maps to` to `standard`.
    pub fn add_mapping(&mut self, source: ConceptId, standard: ConceptId) {
        self.mapped_from.entry(standard).or_default().push(source);
    }

    /// Adds criteria below a concept in the cohort builder's trees of standard or source concepts.
    pub fn add_children(
        &mut self,
        concept: ConceptId,
        standard: bool,
        children: impl IntoIterator<Item = ConceptId>,
    ) {
        self.children.entry((concept, standard)).or_default().extend(children);
    }

    /// The version of the release.
    #[must_use]
    pub const fn version(&self) -> &Label {
        &self.version
    }

    /// Whether it knows no concept at all, and is no excerpt of one that does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.concepts.is_empty() && !self.is_excerpt
    }

    /// What is known of a concept.
    #[must_use]
    pub fn concept(&self, id: ConceptId) -> Option<&Concept> {
        self.concepts.get(&id)
    }

    /// Every concept, in the order of their ids.
    pub fn concepts(&self) -> impl Iterator<Item = (ConceptId, &Concept)> {
        self.concepts.iter().map(|(id, concept)| (*id, concept))
    }

    /// The concept that a code names; an id names itself, known or not.
    #[must_use]
    pub fn find(&self, code: &Code) -> Option<ConceptId> {
        match code {
            Code::Id(id) => Some(*id),
            Code::Code(code) => self.codes.get(code).copied(),
        }
    }

    /// The rows of `concept_ancestor` below a concept, some of them perhaps repeated. Whether the
    /// concept itself is among them is as recorded.
    pub fn descendants(&self, ancestor: ConceptId) -> impl Iterator<Item = ConceptId> {
        self.descendants.get(&ancestor).into_iter().flatten().copied()
    }

    /// The concepts with a valid relationship `Maps to` to this one.
    pub fn mapped_from(&self, standard: ConceptId) -> impl Iterator<Item = ConceptId> {
        self.mapped_from.get(&standard).into_iter().flatten().copied()
    }

    /// The criteria below a concept in the trees of standard or source concepts.
    pub fn children(&self, concept: ConceptId, standard: bool) -> impl Iterator<Item = ConceptId> {
        self.children.get(&(concept, standard)).into_iter().flatten().copied()
    }

    /// What is known about units.
    #[must_use]
    pub const fn units(&self) -> &Units {
        &self.units
    }

    /// What is known about units, to add to it.
    pub const fn units_mut(&mut self) -> &mut Units {
        &mut self.units
    }
}
