//! The definitions in `cases/`: real questions, written as a researcher's tool would.

use strongroom_cohort::{Concept, Definition, Limits, StandardConcept, Vocabulary, check, resolve};
use strongroom_primitives::Label;

const CASES: &[(&str, &str, &str)] = &[
    (
        "include_and_exclude_groups",
        include_str!("../../cases/include_and_exclude_groups.json"),
        "ce5dc764b97ce7d891d195643e95439c7d52caa632c780365e2557d9cca58faf",
    ),
    (
        "new_users_of_metformin",
        include_str!("../../cases/new_users_of_metformin.json"),
        "28c6020e4dceef3a7f5fee86af4aba09a82fbd255e88c929840d206e10b44d0a",
    ),
    (
        "treated_after_embolism",
        include_str!("../../cases/treated_after_embolism.json"),
        "2d95eb11245ed461fc4123f9ab8e76543d4067a99a36e5981578129d98eff76c",
    ),
    (
        "type_2_diabetes",
        include_str!("../../cases/type_2_diabetes.json"),
        "e3f10cdaa718f139c0062022ca28532b141a860fd7302ea39a2dee3120052675",
    ),
];

#[test]
fn every_case_is_sound_and_round_trips() {
    let limits = Limits::default();
    for (name, text, _) in CASES {
        let definition =
            Definition::from_json(text, &limits).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(definition.name.as_str(), *name);
        assert_eq!(check(&definition), [], "{name}");

        let mut vocabulary = Vocabulary::new(Label::new("v1").unwrap());
        for concept in definition.named_concepts() {
            vocabulary.add_concept(concept, Concept::new(StandardConcept::Standard));
        }
        let cohort =
            resolve(&definition, &vocabulary, &limits).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(cohort.steps().len(), definition.steps.len());

        assert_eq!(Definition::from_json(&definition.to_json(), &limits).unwrap(), definition, "{name}");
    }
}

/// Audit trails name definitions by digest, so the canonical form may never change.
#[test]
fn digests_are_for_ever() {
    for (name, text, digest) in CASES {
        let definition = Definition::from_json(text, &Limits::default()).unwrap();
        assert_eq!(definition.digest().to_string(), *digest, "{name}");
    }
}
