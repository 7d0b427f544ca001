//! A definition in the cohort language, the error that it had at first, and its released count.
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::error::Error;

use strongroom::cohort::ast::EventKind;
use strongroom::cohort::reference::{Birth, EventRecord, PersonRecord, evaluate};
use strongroom::cohort::text::parse;
use strongroom::cohort::{Concept, Limits, StandardConcept, Vocabulary, check, resolve};
use strongroom::disclosure::{DisclosureRule, RawCount, release_count};
use strongroom::omop::{ConceptId, RecordId, SubjectId};
use strongroom::primitives::Label;

const FIRST_ATTEMPT: &str = r#"language 1

concepts asthma { include OMOP:317009 "Asthma" with descendants }

cohort asthma {
  observed unbounded
  people where any conditions in astma
}
"#;

fn main() -> Result<(), Box<dyn Error>> {
    // Text is read, then checked; whatever is wrong has a place in the text and a way out.
    let limits = Limits::default();
    let read = parse(FIRST_ATTEMPT, &limits);
    let attempt = read.definition.ok_or("the text cannot be read")?;
    let problems = check(&attempt);
    let problem = problems.first().ok_or("nothing is wrong with it")?;
    let place = read.places.nearest(problem.path());
    let line = FIRST_ATTEMPT.get(..place.start).unwrap_or_default().lines().count();
    println!("line {line}, `{}`: {}", place.of(FIRST_ATTEMPT), problem.kind().message());
    problem.fixes().iter().for_each(|fix| println!("  {}", fix.explanation()));

    // Mended: the name is spelt as the set is.
    let mended = parse(&FIRST_ATTEMPT.replace("astma", "asthma"), &limits).definition;

    // The vocabulary that an engine would read from a release.
    let asthma = ConceptId::new(317_009);
    let mut vocabulary = Vocabulary::new(Label::new("v5.0 27-FEB-25")?);
    vocabulary.add_concept(asthma, Concept::new(StandardConcept::Standard));
    vocabulary.add_descendants(asthma, [ConceptId::new(4_191_479)]);
    let cohort = resolve(&mended.ok_or("the text cannot be read")?, &vocabulary, &limits)?;

    // 200 people, every fourth with a diagnosis, evaluated one by one by the reference evaluator.
    let people = (1..=200).map(|number| {
        let mut person = PersonRecord::new(SubjectId::new(number));
        person.birth = Birth::Year(1970);
        if number % 4 == 0 {
            let day = "2015-06-01".parse().unwrap_or_default();
            person.events.push(EventRecord::new(EventKind::Condition, RecordId::new(number), asthma, day));
        }
        person
    });
    let members = people.filter(|person| evaluate(&cohort, person).is_included()).count();

    // What may be told of it.
    let [universe, members, few] = [200, u64::try_from(members)?, 7].map(RawCount::of_persons);
    let rule = DisclosureRule::default();
    println!("people with asthma: {}", release_count(rule, universe, members));
    println!("a cohort of 7 people: {}", release_count(rule, universe, few));
    Ok(())
}
