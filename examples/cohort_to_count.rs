//! A definition in JSON, the errors that it had at first, and its released count.
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::error::Error;

use strongroom::cohort::reference::{Birth, EventRecord, PersonRecord, evaluate};
use strongroom::cohort::{Concept, Definition, Limits, ResolveError, StandardConcept, Vocabulary, resolve};
use strongroom::disclosure::{DisclosureRule, RawCount, release_count};
use strongroom::omop::{ConceptId, Domain, RecordId, SubjectId};
use strongroom::primitives::Label;

const FIRST_ATTEMPT: &str = r#"{
    "format": "cohort-ast/1", "profile": "native/1", "name": "asthma", "observed": "unbounded",
    "concept_sets": { "asthma": { "include": [ { "concept": 317009, "descendants": true } ] } },
    "entry": "everyone",
    "steps": [
        { "require": { "any": { "domain": "condition", "concepts": { "set": "astma" } } } },
        { "require": { "age_at_index": { "min": 18 } } }
    ]
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    // The vocabulary that an engine would read from a release.
    let asthma = ConceptId::new(317_009);
    let mut vocabulary = Vocabulary::new(Label::new("v5.0 27-FEB-25")?);
    vocabulary.add_concept(asthma, Concept::new(StandardConcept::Standard));
    vocabulary.add_descendants(asthma, [ConceptId::new(4_191_479)]);

    // Everything that is wrong, at once, with its place and what to do.
    let limits = Limits::default();
    let definition = Definition::from_json(FIRST_ATTEMPT, &limits)?;
    if let Err(ResolveError::Problems(problems)) = resolve(&definition, &vocabulary, &limits) {
        problems.iter().for_each(|problem| println!("{problem}"));
    }

    // Mended: the name is spelt as the set, and an entry gives the index day.
    let entry = r#"{ "first": { "domain": "condition", "concepts": { "set": "asthma" } } }"#;
    let mended = FIRST_ATTEMPT.replace("astma", "asthma").replace("\"everyone\"", entry);
    let definition = Definition::from_json(&mended, &limits)?;
    let cohort = resolve(&definition, &vocabulary, &limits)?;

    // 200 people, every fourth with a diagnosis, evaluated one by one by the reference evaluator.
    let people = (1..=200).map(|number| {
        let mut person = PersonRecord::new(SubjectId::new(number));
        person.birth = Birth::Year(1970);
        if number % 4 == 0 {
            let day = "2015-06-01".parse().unwrap_or_default();
            person.events.push(EventRecord::new(Domain::Condition, RecordId::new(number), asthma, day));
        }
        person
    });
    let members = people.filter(|person| evaluate(&cohort, person).is_included()).count();

    // What may be told of it.
    let [universe, members] = [200, u64::try_from(members)?].map(RawCount::of_persons);
    println!("people with asthma: {}", release_count(DisclosureRule::default(), universe, members));
    println!(
        "a cohort of 7 people: {}",
        release_count(DisclosureRule::default(), universe, RawCount::of_persons(7))
    );
    Ok(())
}
