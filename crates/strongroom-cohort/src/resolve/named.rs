use std::collections::BTreeSet;

use strongroom_omop::ConceptId;

use crate::ast::{
    Code, ConceptItem, ConceptSet, Definition, EventSource, Literal, Predicate, VocabularyCode,
};
use crate::walk::{Part, walk};

impl Definition {
    /// The concepts that the definition names by id, in concept sets and elsewhere: what a
    /// [`Vocabulary`](crate::Vocabulary) must know for the definition to be resolved, besides
    /// [`named_codes`](Self::named_codes).
    #[must_use]
    pub fn named_concepts(&self) -> BTreeSet<ConceptId> {
        let ids = self.codes().filter_map(|code| match code {
            Code::Id(id) => Some(*id),
            Code::Code(_) => None,
        });
        ids.collect()
    }

    /// The concepts that the definition names by code.
    #[must_use]
    pub fn named_codes(&self) -> BTreeSet<VocabularyCode> {
        let codes = self.codes().filter_map(|code| match code {
            Code::Id(_) => None,
            Code::Code(code) => Some(code.clone()),
        });
        codes.collect()
    }

    /// Those of the named concepts whose descendants are meant as well, by id or by code.
    #[must_use]
    pub fn named_ancestors(&self) -> BTreeSet<Code> {
        self.items().filter(|item| item.descendants).map(|item| item.concept.clone()).collect()
    }

    /// Those to which other concepts are mapped that are meant as well. The concepts mapped to
    /// their descendants are meant too where [`named_ancestors`](Self::named_ancestors) lists them.
    #[must_use]
    pub fn named_mapped(&self) -> BTreeSet<Code> {
        self.items().filter(|item| item.mapped).map(|item| item.concept.clone()).collect()
    }

    fn items(&self) -> impl Iterator<Item = &ConceptItem> {
        self.concept_sets.values().flat_map(ConceptSet::items)
    }

    fn codes(&self) -> impl Iterator<Item = &Code> {
        let inline = walk(self).flat_map(|node| match node.part {
            Part::Events(events) => match &events.from {
                EventSource::Recorded { concepts: Some(concepts), .. } => concepts.codes(),
                _ => &[],
            },
            Part::Predicate(Predicate::In { concepts, .. }) => concepts.codes(),
            _ => &[],
        });
        let defaults = self.parameters.values().flat_map(|parameter| match &parameter.default {
            Some(Literal::Concepts(codes)) => codes.as_slice(),
            _ => &[],
        });
        self.items().map(|item| &item.concept).chain(inline).chain(defaults)
    }
}
