//! The worked definitions: their JSON is that of their text, and they find whom they are meant to.

use strongroom_cohort::ast::VocabularyCode;
use strongroom_cohort::reference::evaluate;
use strongroom_cohort::{Concept, Definition, Limits, StandardConcept, Vocabulary, resolve};
use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

use super::people::{person, read, shown};

const EXAMPLES: [(&str, &str, &str); 4] = [
    (
        "include_and_exclude_groups",
        include_str!("../../cases/text/include_and_exclude_groups.cohort"),
        include_str!("../../cases/include_and_exclude_groups.json"),
    ),
    (
        "new_users_of_metformin",
        include_str!("../../cases/text/new_users_of_metformin.cohort"),
        include_str!("../../cases/new_users_of_metformin.json"),
    ),
    (
        "treated_after_embolism",
        "language 1
concepts pulmonary_embolism { include OMOP:440417 with descendants }
concepts anticoagulants { include OMOP:21600961 with descendants }
cohort treated_after_embolism \"First pulmonary embolism, then an anticoagulant within 30 days\" {
  observed unbounded
  people where any drugs in anticoagulants during [0d, 30d] of first (conditions in pulmonary_embolism)
}",
        include_str!("../../cases/treated_after_embolism.json"),
    ),
    (
        "type_2_diabetes",
        include_str!("../../cases/text/type_2_diabetes.cohort"),
        include_str!("../../cases/type_2_diabetes.json"),
    ),
];

#[test]
fn text_and_json_are_two_spellings_of_one_definition() {
    for (name, text, json) in EXAMPLES {
        let from_json =
            Definition::from_json(json, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(from_json, read(text), "{name}");
    }
}

/// What a definition names, numbered from 1000 in the order of its codes.
fn naming(definition: &Definition) -> (Vocabulary, Vec<VocabularyCode>) {
    let mut vocabulary = Vocabulary::new(Label::new("test").unwrap());
    let codes: Vec<_> = definition.named_codes().into_iter().collect();
    for (id, code) in (1000..).zip(&codes) {
        let concept = Concept::new(StandardConcept::Standard).coded(&code.vocabulary, &code.code);
        vocabulary.add_concept(ConceptId::new(id), concept);
    }
    for concept in definition.named_concepts() {
        vocabulary.add_concept(concept, Concept::new(StandardConcept::Standard));
    }
    (vocabulary, codes)
}

fn found(example: &str, who: &str) -> String {
    let (_, text, _) = EXAMPLES.iter().find(|(name, _, _)| *name == example).unwrap();
    let definition = read(text);
    let (vocabulary, codes) = naming(&definition);
    let cohort =
        resolve(&definition, &vocabulary, &Limits::default()).unwrap_or_else(|error| panic!("{error}"));
    let mut who = who.to_owned();
    for (id, code) in (1000..).zip(&codes) {
        who = who.replace(&format!("<{}:{}>", code.vocabulary, code.code), &id.to_string());
    }
    shown(&evaluate(&cohort, &person(&who)))
}

#[test]
fn new_users_of_metformin() {
    for (who, expected) in [
        // Two records 20 days apart are one run of 30 days each.
        ("obs -400..900; d<RxNorm:6809> 0; d<RxNorm:6809> 50", "0..79"),
        ("obs -400..900; d<RxNorm:6809> 0; d<RxNorm:6809> 60", "0..29"),
        ("obs -300..900; d<RxNorm:6809> 0", "-"),
        ("obs -400..900; d<RxNorm:6809> 0; d<ATC:A10> -100", "-"),
        ("obs -900..900; d<RxNorm:6809> 0; d<ATC:A10> -366", "0..29"),
        ("obs -400..900; d<RxNorm:6809> 0; death 12", "0..12"),
        ("obs -400..900; d<RxNorm:6809> 0; c<SNOMED:46177005> 0; c<SNOMED:46177005> 9", "0..9"),
    ] {
        assert_eq!(found("new_users_of_metformin", who), expected, "{who}");
    }
}

#[test]
fn treated_after_embolism() {
    for (who, expected) in [
        ("c440417 0; d21600961 30", "in"),
        ("c440417 0; d21600961 31", "-"),
        ("c440417 0; c440417 20; d21600961 40", "-"),
        ("c440417 0; d21600961 -1", "-"),
    ] {
        assert_eq!(found("treated_after_embolism", who), expected, "{who}");
    }
}

#[test]
fn include_and_exclude_groups() {
    let hba1c = "m<LOINC:4548-4>";
    for (who, expected) in [
        ("gender 8532; has ehr; born 1970; c0/<ICD10CM:E11.9> 0", "in"),
        ("gender 8532; has ehr; born 1990; c0/<ICD10CM:E11.9> 0", "-"),
        ("gender 8507; has ehr; born 1970; c0/<ICD10CM:E11.9> 0", "-"),
        ("gender 8532; born 1970; c0/<ICD10CM:E11.9> 0", "-"),
        ("gender 8532; has ehr; born 1970; c0/<ICD10CM:E11.9> 0; c<SNOMED:46635009> 5", "-"),
        ("gender 8532; has ehr; born 1970; c0/<ICD10CM:E11.9> 0; p<SNOMED:442338001> 5", "in"),
        (
            "gender 8532; has ehr; born 1970; c0/<ICD10CM:E11.9> 0; p<SNOMED:442338001> 5 visit.kind=<Visit:IP>",
            "-",
        ),
    ] {
        assert_eq!(found("include_and_exclude_groups", who), expected, "{who}");
    }
    // A value without a unit says nothing about a percentage.
    let unknown = format!("gender 8532; has ehr; {hba1c} 0 value=9; {hba1c} 5 value=9");
    assert_eq!(found("include_and_exclude_groups", &unknown), "-");
}
