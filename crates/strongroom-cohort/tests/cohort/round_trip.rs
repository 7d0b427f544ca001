//! The public probes of Circe: out to Circe's JSON and back, a definition finds the same rows.

use std::fs;

use serde_json::Value;
use strongroom_cohort::reference::{PersonRecord, evaluate};
use strongroom_cohort::{
    CohortName, Concept, Definition, Limits, StandardConcept, Vocabulary, circe, resolve,
};
use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

use super::people::person;

fn probes() -> Option<Vec<Value>> {
    let text = fs::read_to_string("../../../shared/conformance/circe/probes.jsonl").ok()?;
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// The next number of a fixed sequence that looks random (a linear congruential generator, Knuth's
/// constants).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// Somebody with events of the concepts that a definition speaks of.
fn somebody(numbers: &mut Numbers, concepts: &[ConceptId]) -> PersonRecord {
    let kinds = ["c", "c", "d", "p", "m", "o", "v", "device", "drug_era", "ce"];
    let mut text = format!(
        "id {}; born {}; gender 8532; obs 0..{}; obs 1200..1900",
        1,
        1930 + numbers.below(80),
        600 + numbers.below(500)
    );
    for _ in 0..20 {
        let concept = concepts.get(numbers.below(concepts.len().max(1))).map_or(0, |concept| concept.value());
        let start = numbers.below(1800);
        let (kind, length) = (kinds[numbers.below(kinds.len())], numbers.below(60));
        text.push_str(&format!("; {kind}{concept}/{concept} {start}..{}", start + length));
        text.push_str(&format!(" @{} value={} days_supply={length}", numbers.below(3), numbers.below(200)));
    }
    person(&text)
}

fn vocabulary(concepts: &[ConceptId]) -> Vocabulary {
    let mut vocabulary = Vocabulary::new(Label::new("test").unwrap());
    for concept in concepts {
        vocabulary.add_concept(*concept, Concept::new(StandardConcept::Standard));
    }
    vocabulary
}

fn rows(definition: &Definition, vocabulary: &Vocabulary, people: &[PersonRecord]) -> Vec<String> {
    let cohort = resolve(definition, vocabulary, &Limits::default()).unwrap();
    people.iter().map(|person| super::people::shown(&evaluate(&cohort, person))).collect()
}

#[test]
fn what_goes_out_comes_back_with_the_same_rows() {
    let Some(probes) = probes() else { return };
    let name = || CohortName::new("c").unwrap();
    let (mut compared, mut found) = (0, 0);
    for probe in probes {
        let Ok(read) = circe::import(&probe["definition"].to_string(), name(), &Limits::default()) else {
            continue;
        };
        let Ok(written) = circe::export(&read) else { continue };
        let again = circe::import(&written, name(), &Limits::default()).unwrap();
        let concepts: Vec<_> = read.named_concepts().into_iter().collect();
        let mut numbers = Numbers(probe["id"].as_u64().unwrap());
        let people: Vec<_> = (0..6).map(|_| somebody(&mut numbers, &concepts)).collect();
        let vocabulary = vocabulary(&concepts);
        let before = rows(&read, &vocabulary, &people);
        assert_eq!(before, rows(&again, &vocabulary, &people), "{} {}", probe["id"], probe["name"]);
        compared += 1;
        found += before.iter().filter(|rows| *rows != "-").count();
    }
    assert!(compared > 250, "{compared} probes");
    // The people are such that definitions find some of them.
    assert!(found > compared, "{found} people in {compared} probes");
}
