use std::collections::BTreeSet;

use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

use crate::ast::{Code, Definition, Literal, Unit, Value, VocabularyCode};
use crate::vocabulary::{Concept, StandardConcept, Vocabulary};
use crate::walk::{Part, walk};

/// The first id of concepts that no vocabulary of OHDSI has (OMOP CDM 5.4, "custom concepts").
const FIRST_CUSTOM: i64 = 2_000_000_001;

/// A vocabulary of the codes that stand in a document, each a standard, valid concept: `OMOP:n` is
/// the concept `n`, every other code and every unit has an id of its own.
#[must_use]
pub fn small_vocabulary(definition: &Definition) -> Vocabulary {
    #[expect(clippy::expect_used, reason = "a constant that keeps the rule for labels")]
    let version = Label::new("codes of the document").expect("a valid label");
    let mut vocabulary = Vocabulary::new(version);
    let mut ids = definition.named_concepts();
    ids.extend([ConceptId::MALE, ConceptId::FEMALE]);
    let mut codes = definition.named_codes();
    for code in example_codes(definition) {
        match code {
            Code::Id(id) => drop(ids.insert(*id)),
            Code::Code(code) => drop(codes.insert(code.clone())),
        }
    }
    for id in &ids {
        vocabulary.add_concept(*id, Concept::new(StandardConcept::Standard));
    }
    let mut free = (FIRST_CUSTOM..).map(ConceptId::new).filter(|id| !ids.contains(id));
    for (VocabularyCode { vocabulary: of, code }, id) in codes.into_iter().zip(&mut free) {
        vocabulary.add_concept(id, Concept::new(StandardConcept::Standard).coded(of, code));
    }
    for (unit, id) in units(definition).into_iter().zip(&mut free) {
        // As in OHDSI's vocabulary of units, so that a text may name it as a concept, too.
        let code = Code::of("UCUM", unit.as_str());
        let id = vocabulary.find(&code).unwrap_or(id);
        vocabulary.add_concept(id, Concept::new(StandardConcept::Standard).coded("UCUM", unit.as_str()));
        vocabulary.units_mut().add_unit(id, unit);
    }
    vocabulary
}

/// The codes of the people in tests.
fn example_codes(definition: &Definition) -> impl Iterator<Item = &Code> {
    let people = definition.tests.iter().flat_map(|test| &test.people);
    people.flat_map(|person| {
        let rows = person.rows.iter().flat_map(|row| {
            let values: &[Code] = match &row.value {
                Some(Literal::Concepts(codes)) => codes,
                _ => &[],
            };
            values.iter().chain([&row.concept])
        });
        person.sex.iter().chain(rows)
    })
}

/// Every unit that stands in the document.
fn units(definition: &Definition) -> BTreeSet<Unit> {
    let expressions = walk(definition).filter_map(|node| match node.part {
        Part::Value(Value::Quantity(quantity)) => Some(&quantity.unit),
        Part::Value(Value::Aggregate { unit, .. }) => unit.as_ref(),
        _ => None,
    });
    let defaults = definition.parameters.values().filter_map(|parameter| parameter.default.as_ref());
    let rows = definition.tests.iter().flat_map(|test| &test.people).flat_map(|person| &person.rows);
    let literals =
        defaults.chain(rows.filter_map(|row| row.value.as_ref())).filter_map(|literal| match literal {
            Literal::Quantity(quantity) => Some(&quantity.unit),
            _ => None,
        });
    expressions.chain(literals).cloned().collect()
}
