use std::collections::BTreeSet;
use std::sync::Arc;

use strongroom_omop::ConceptId;

use super::super::concepts::{codes, expand};
use super::{Lowered, Lowering, path_of};
use crate::SetName;
use crate::ast::{ConceptRef, ConceptSet, Literal, Match, Profile};
use crate::limits::{Limit, LimitError};
use crate::path::JsonPath;
use crate::problem::ProblemKind;

impl<'a> Lowering<'a> {
    pub(super) fn concepts(
        &mut self,
        concepts: &'a ConceptRef,
        matching: Match,
        at: &JsonPath,
    ) -> Lowered<Arc<[ConceptId]>> {
        let (written, at) = match concepts {
            ConceptRef::Set(name) => return self.set(name, matching, &at.field("set")),
            ConceptRef::Codes(written) => (written.as_slice(), at.field("codes")),
            ConceptRef::Parameter(name) => {
                let at = at.field("parameter");
                let written = self.parameter(name, &at, |value| match value {
                    Literal::Concepts(codes) => Some(codes.as_slice()),
                    _ => None,
                });
                let Some(written) = written else { return Ok(None) };
                (written, at)
            }
        };
        // Names bring a list to many places: it is looked up once, and what it lacks is said once.
        let place = written.as_ptr_range();
        if let Some(concepts) = self.lists.get(&(place.start, place.end)) {
            let concepts = concepts.clone();
            return self.mention(concepts, &at);
        }
        let concepts = match codes(written, self.definition.profile, self.vocabulary) {
            Ok(concepts) => {
                self.used.insert(Arc::clone(&concepts));
                Some(concepts)
            }
            Err(unknown) => {
                for position in unknown {
                    self.report(ProblemKind::UnknownConcept, at.position(position));
                }
                None
            }
        };
        self.lists.insert((place.start, place.end), concepts.clone());
        self.mention(concepts, &at)
    }

    pub(super) fn set(
        &mut self,
        name: &'a SetName,
        matching: Match,
        at: &JsonPath,
    ) -> Lowered<Arc<[ConceptId]>> {
        if !self.definition.concept_sets.contains_key(name) {
            let imported = self.definition.imports.iter().any(|import| import.names.contains(name));
            let kind = if imported { ProblemKind::ImportNotLoaded } else { ProblemKind::UnknownConceptSet };
            self.report(kind, at.clone());
            return Ok(None);
        }
        if matching != Match::Source {
            self.compared_with_standard.insert(name);
        }
        if let Some(concepts) = self.compared.get(&(name, matching)) {
            let concepts = concepts.clone();
            return self.mention(concepts, at);
        }
        // Only the trees of the cohort builder tell standard and source concepts apart.
        let in_trees = self.definition.profile == Profile::AouWorkbench1;
        let concepts = match matching {
            Match::Source if in_trees => self.expanded(name, false)?,
            Match::Either if in_trees => {
                let (standard, source) = (self.expanded(name, true)?, self.expanded(name, false)?);
                standard.zip(source).map(|(standard, source)| {
                    let both: BTreeSet<_> = standard.iter().chain(source.iter()).copied().collect();
                    both.into_iter().collect()
                })
            }
            _ => self.expanded(name, true)?,
        };
        self.used.extend(concepts.clone());
        self.compared.insert((name, matching), concepts.clone());
        self.mention(concepts, at)
    }

    /// Concepts where they are used. Engines look through them in every place, so what they come to
    /// in all places together is limited, too.
    fn mention(&mut self, concepts: Option<Arc<[ConceptId]>>, at: &JsonPath) -> Lowered<Arc<[ConceptId]>> {
        let count = concepts.as_ref().map_or(0, |concepts| concepts.len());
        match self.mentionable.checked_sub(count) {
            Some(left) => self.mentionable = left,
            None => return Err(LimitError::new(Limit::ExpandedSet, self.limits.expanded_set, at.clone())),
        }
        Ok(concepts)
    }

    pub(super) fn expanded(&mut self, name: &'a SetName, standard: bool) -> Lowered<Arc<[ConceptId]>> {
        if let Some(concepts) = self.sets.get(&(name, standard)) {
            return Ok(Some(Arc::clone(concepts)));
        }
        let definition = self.definition;
        let Some(set): Option<&ConceptSet> = definition.concept_sets.get(name) else {
            return Ok(None);
        };
        let (profile, most) = (definition.profile, self.expandable);
        let Some(concepts) =
            expand(set, profile, standard, self.vocabulary, most).filter(|concepts| concepts.len() <= most)
        else {
            return Err(LimitError::new(Limit::ExpandedSet, self.limits.expanded_set, path_of(name)));
        };
        self.expandable -= concepts.len();
        self.sets.insert((name, standard), Arc::clone(&concepts));
        Ok(Some(concepts))
    }
}
