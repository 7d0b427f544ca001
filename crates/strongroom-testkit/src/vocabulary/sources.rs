use strongroom_omop::ConceptId;

use super::{Concept, LAST_DAY};
use crate::concepts::{self, Term};

/// The `vocabulary_id` of the source concepts.
const SYNTHETIC_SOURCE: &str = "Synthetic Source";

/// A code that nobody has mapped.
const LOCAL_CODE: ConceptId = ConceptId::new(2_000_009_000);
/// A code whose only mapping was withdrawn.
pub(super) const LOCAL_CODE_WITH_WITHDRAWN_MAPPING: ConceptId = ConceptId::new(2_000_009_001);
/// Source concepts without a standard one; records that use them have concept 0.
pub(crate) const LOCAL_CODES: [ConceptId; 2] = [LOCAL_CODE, LOCAL_CODE_WITH_WITHDRAWN_MAPPING];

pub(super) const UNMAPPED: &[Term] = &[
    Term { id: LOCAL_CODE, name: "Local code, not mapped", parents: &[] },
    Term { id: LOCAL_CODE_WITH_WITHDRAWN_MAPPING, name: "Local code, mapping withdrawn", parents: &[] },
];

/// Source concepts have the id of their standard concept plus the number of their variant.
const VARIANTS: [(i64, char); 2] = [(100_000, 'a'), (200_000, 'b')];

/// The source concepts of a condition or clinical drug: two where the id is odd, else one, so that
/// a set of source concepts and a set of standard ones are never just the same list.
fn variants(standard: ConceptId) -> impl Iterator<Item = (ConceptId, char)> {
    let count = if standard.value() % 2 == 1 { 2 } else { 1 };
    VARIANTS
        .into_iter()
        .take(count)
        .map(move |(offset, letter)| (ConceptId::new(standard.value() + offset), letter))
}

/// A source concept of a condition or clinical drug: the second variant if asked for and there.
pub(crate) fn source_concept(standard: ConceptId, second: bool) -> ConceptId {
    variants(standard)
        .take(1 + usize::from(second))
        .last()
        .map_or(ConceptId::NO_MATCHING_CONCEPT, |(source, _)| source)
}

/// The terms that sources have codes of their own for, with their domain.
fn coded_terms() -> impl Iterator<Item = (&'static Term, &'static str)> {
    let conditions = concepts::CONDITIONS.iter().map(|term| (term, "Condition"));
    let drugs = concepts::CLINICAL_DRUGS.iter().map(|term| (term, "Drug"));
    conditions.chain(drugs)
}

/// (source concept, standard concept) of every valid mapping.
pub(super) fn mappings() -> impl Iterator<Item = (ConceptId, ConceptId)> {
    coded_terms().flat_map(|(term, _)| variants(term.id).map(|(source, _)| (source, term.id)))
}

pub(super) fn concepts() -> impl Iterator<Item = Concept> {
    coded_terms().flat_map(|(term, domain)| {
        variants(term.id).map(move |(id, letter)| Concept {
            id,
            name: format!("{} (source, {letter})", term.name),
            domain,
            vocabulary: SYNTHETIC_SOURCE,
            class: "Source Code",
            standard: None,
            code: format!("{}.{letter}", term.id.value() - 2_000_000_000),
            valid_end: LAST_DAY,
            invalid_reason: None,
        })
    })
}
