use serde::{Deserialize, Serialize};
use strongroom_omop::ConceptId;

use super::{Title, is_default};
use crate::{ParameterName, SetName};

/// Which concepts a set means (R14): the union of what is included, minus the union of what is
/// excluded, resolved once against one vocabulary release.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a concept set, such as {\"include\": [{\"concept\": {\"id\": 201826}}]}"
)]
#[non_exhaustive]
pub struct ConceptSet {
    /// A title for people.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Option<Title>,
    /// What belongs to the set.
    #[serde(default, skip_serializing_if = "is_default")]
    pub include: Vec<ConceptItem>,
    /// What is taken out again, whichever item included it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub exclude: Vec<ConceptItem>,
}

/// One concept in a concept set, alone or with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a concept, such as {\"concept\": {\"id\": 201826}}")]
#[non_exhaustive]
pub struct ConceptItem {
    /// The concept.
    pub concept: Code,
    /// Its name, for people; compared with the vocabulary by the checker.
    #[serde(default, skip_serializing_if = "is_default")]
    pub label: Option<Title>,
    /// Whether its descendants (`concept_ancestor`) are meant as well.
    #[serde(default, skip_serializing_if = "is_default")]
    pub descendants: bool,
    /// Whether the concepts that `Maps to` it are meant as well, and to its descendants where those
    /// are meant: the way from standard concepts back to source concepts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mapped: bool,
    /// Whether it is replaced by the selectable criteria below it in the cohort builder's trees.
    /// Only under `aou-workbench/1`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub children: bool,
}

/// A concept by its id or by its code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(
    rename_all = "snake_case",
    expecting = "{\"id\": 201826} or {\"code\": {\"vocabulary\": \"SNOMED\", \"code\": \"44054006\"}}"
)]
#[expect(clippy::exhaustive_enums, reason = "these are the two ways to name a concept")]
pub enum Code {
    /// `concept_id`. Written `OMOP:201826`.
    Id(ConceptId),
    /// `vocabulary_id` and `concept_code`. Written `SNOMED:44054006`.
    Code(VocabularyCode),
}

/// A code of a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a code, such as {\"vocabulary\": \"SNOMED\", \"code\": \"44054006\"}"
)]
#[expect(clippy::exhaustive_structs, reason = "a pair with names")]
pub struct VocabularyCode {
    /// `vocabulary_id`, such as `SNOMED`, compared exactly.
    pub vocabulary: String,
    /// `concept_code`, compared exactly.
    pub code: String,
}

/// The concepts that something is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "{\"set\": name} or {\"codes\": […]}")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum ConceptRef {
    /// A concept set of the definition.
    Set(SetName),
    /// These concepts and no others.
    Codes(Vec<Code>),
    /// The concepts given for a parameter.
    Parameter(ParameterName),
}

impl ConceptSet {
    /// A set of these items.
    #[must_use]
    pub fn including(items: impl IntoIterator<Item = ConceptItem>) -> Self {
        Self { include: items.into_iter().collect(), ..Self::default() }
    }

    /// The same set without these items.
    #[must_use]
    pub fn excluding(mut self, items: impl IntoIterator<Item = ConceptItem>) -> Self {
        self.exclude.extend(items);
        self
    }

    /// Every item, included ones first.
    pub fn items(&self) -> impl Iterator<Item = &ConceptItem> {
        self.include.iter().chain(&self.exclude)
    }
}

impl ConceptItem {
    /// This concept alone.
    #[must_use]
    pub const fn new(concept: Code) -> Self {
        Self { concept, label: None, descendants: false, mapped: false, children: false }
    }

    /// The concept of this id alone.
    #[must_use]
    pub const fn only(concept: ConceptId) -> Self {
        Self::new(Code::Id(concept))
    }

    /// The concept of this id and all its descendants.
    #[must_use]
    pub fn with_descendants(concept: ConceptId) -> Self {
        Self { descendants: true, ..Self::only(concept) }
    }
}

impl Code {
    /// This code of this vocabulary.
    #[must_use]
    pub fn of(vocabulary: impl Into<String>, code: impl Into<String>) -> Self {
        Self::Code(VocabularyCode { vocabulary: vocabulary.into(), code: code.into() })
    }
}

impl ConceptRef {
    /// The codes written in place; none where a name is.
    #[must_use]
    pub fn codes(&self) -> &[Code] {
        match self {
            Self::Codes(codes) => codes,
            Self::Set(_) | Self::Parameter(_) => &[],
        }
    }
}
