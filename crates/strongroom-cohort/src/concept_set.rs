use serde::Deserialize;
use strongroom_omop::ConceptId;

/// Which concepts a set means (R14): the union of what is included, minus the union of what is
/// excluded, resolved once against one vocabulary release.
///
/// The name and the shape are those of the OHDSI tools.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a concept set, such as {\"include\": [{\"concept\": 201826}]}")]
#[non_exhaustive]
pub struct ConceptSetExpression {
    /// What belongs to the set; at least one item.
    pub include: Vec<ConceptItem>,
    /// What is taken out again, whichever item included it.
    #[serde(default)]
    pub exclude: Vec<ConceptItem>,
}

/// One concept in a concept set, alone or with everything below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a concept, such as {\"concept\": 201826}")]
#[non_exhaustive]
pub struct ConceptItem {
    /// The concept.
    pub concept: ConceptId,
    /// Whether its descendants (`concept_ancestor`) are meant as well.
    #[serde(default)]
    pub descendants: bool,
}

impl ConceptSetExpression {
    /// A set of these items.
    #[must_use]
    pub fn including(items: impl IntoIterator<Item = ConceptItem>) -> Self {
        Self { include: items.into_iter().collect(), exclude: Vec::new() }
    }

    /// The same set without these items.
    #[must_use]
    pub fn excluding(mut self, items: impl IntoIterator<Item = ConceptItem>) -> Self {
        self.exclude.extend(items);
        self
    }

    /// Every item, included ones first.
    pub(crate) fn items(&self) -> impl Iterator<Item = &ConceptItem> {
        self.include.iter().chain(&self.exclude)
    }
}

impl ConceptItem {
    /// This concept alone.
    #[must_use]
    pub const fn only(concept: ConceptId) -> Self {
        Self { concept, descendants: false }
    }

    /// This concept and all its descendants.
    #[must_use]
    pub const fn with_descendants(concept: ConceptId) -> Self {
        Self { concept, descendants: true }
    }
}
