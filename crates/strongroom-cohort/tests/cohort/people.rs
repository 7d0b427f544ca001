//! People and definitions in few words.

use strongroom_cohort::reference::{Birth, EventRecord, PersonRecord};
use strongroom_cohort::{Concept, Definition, Limits, ResolvedCohort, StandardConcept, Vocabulary, resolve};
use strongroom_omop::{ConceptId, Domain, RecordId, SubjectId};
use strongroom_primitives::Label;

/// A vocabulary in which 11 and 12 stand below 10, 21 below 20, and 30 alone.
pub(crate) fn vocabulary() -> Vocabulary {
    let mut vocabulary = Vocabulary::new(Label::new("v1").unwrap());
    for id in [10, 11, 12, 20, 21, 30] {
        vocabulary.add_concept(ConceptId::new(id), Concept::new(StandardConcept::Standard));
    }
    vocabulary.add_descendants(ConceptId::new(10), [11, 12].map(ConceptId::new));
    vocabulary.add_descendants(ConceptId::new(20), [21].map(ConceptId::new));
    vocabulary
}

/// The JSON of a definition with the concept sets `a` (10 to 12), `b` (20 and 21) and `c` (30).
pub(crate) fn definition_json(entry: &str, steps: &str) -> String {
    format!(
        r#"{{ "format": "cohort-ast/1", "profile": "native/1", "name": "c", "observed": "unbounded",
             "concept_sets": {{ "a": {{ "include": [ {{ "concept": 10, "descendants": true }} ] }},
                                "b": {{ "include": [ {{ "concept": 20, "descendants": true }} ] }},
                                "c": {{ "include": [ {{ "concept": 30 }} ] }} }},
             "entry": {entry}, "steps": [ {steps} ] }}"#
    )
}

pub(crate) fn resolved(entry: &str, steps: &str) -> ResolvedCohort {
    let limits = Limits::default();
    let definition = Definition::from_json(&definition_json(entry, steps), &limits).unwrap();
    resolve(&definition, &vocabulary(), &limits).unwrap()
}

/// A person from a text such as `born 1980-06-15, sex 8532, condition 10 on 2020-01-01, …`; a birth
/// may also be a year, an event may end (`… to 2020-02-01`). Records are numbered from 1.
pub(crate) fn person(text: &str) -> PersonRecord {
    let mut person = PersonRecord::new(SubjectId::new(1));
    for fact in text.split(',').map(str::trim).filter(|fact| !fact.is_empty()) {
        let words: Vec<_> = fact.split_whitespace().collect();
        match words[..] {
            ["born", birth] => {
                person.birth = birth.parse().map_or_else(|_| Birth::Day(birth.parse().unwrap()), Birth::Year);
            }
            ["sex", concept] => person.sex_at_birth = Some(ConceptId::new(concept.parse().unwrap())),
            [domain, concept, "on", start, ref rest @ ..] => {
                let domain = Domain::ALL.into_iter().find(|known| known.to_string() == domain);
                let record = RecordId::new(person.events.len() as i64 + 1);
                let concept = ConceptId::new(concept.parse().unwrap());
                let mut event = EventRecord::new(domain.unwrap(), record, concept, start.parse().unwrap());
                if let ["to", end] = *rest {
                    event.end = Some(end.parse().unwrap());
                }
                person.events.push(event);
            }
            _ => panic!("{fact:?} says nothing about a person"),
        }
    }
    person
}
