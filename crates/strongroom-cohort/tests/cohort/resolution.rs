//! Looking concepts up, and what comes of a definition that is not sound.

use strongroom_cohort::{
    Concept, Definition, Limit, Limits, ResolveError, ResolvedEntry, StandardConcept, Vocabulary, resolve,
};
use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

use crate::people::{definition_json, vocabulary};

const EVERYONE: &str = r#""everyone""#;
const ANY_VISIT: &str = r#"{ "require": { "any": { "domain": "visit" } } }"#;

fn with_set(set: &str) -> Definition {
    let text = format!(
        r#"{{ "format": "cohort-ast/1", "profile": "native/1", "name": "c", "observed": "unbounded",
             "concept_sets": {{ "s": {set} }},
             "entry": {{ "first": {{ "domain": "drug", "concepts": {{ "set": "s" }} }} }} }}"#
    );
    Definition::from_json(&text, &Limits::default()).unwrap()
}

/// The set as concepts followed by warnings, or the errors, each as code and path.
fn check(set: &str, vocabulary: &Vocabulary, expected: Result<(&[i64], &[&str]), &[&str]>) {
    let brief =
        |problem: &strongroom_cohort::Problem| format!("{} {}", problem.kind().code(), problem.path());
    match resolve(&with_set(set), vocabulary, &Limits::default()) {
        Ok(cohort) => {
            let concepts: Vec<_> =
                cohort.concept_sets().values().flat_map(|set| set.iter()).copied().collect();
            let warnings: Vec<_> = cohort.warnings().iter().map(brief).collect();
            let (expected_concepts, expected_warnings) = expected.unwrap();
            assert_eq!(concepts, expected_concepts.iter().copied().map(ConceptId::new).collect::<Vec<_>>());
            assert_eq!(warnings, expected_warnings);
        }
        Err(ResolveError::Problems(errors)) => {
            assert_eq!(errors.iter().map(brief).collect::<Vec<_>>(), expected.unwrap_err());
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_set_is_what_is_included_minus_what_is_excluded() {
    let vocabulary = vocabulary();
    let check = |set: &str, concepts: &[i64]| check(set, &vocabulary, Ok((concepts, &[])));
    check(r#"{ "include": [ { "concept": 10 } ] }"#, &[10]);
    check(r#"{ "include": [ { "concept": 10, "descendants": true } ] }"#, &[10, 11, 12]);
    check(
        r#"{ "include": [ { "concept": 30 }, { "concept": 10, "descendants": true }, { "concept": 12 } ] }"#,
        &[10, 11, 12, 30],
    );
    check(
        r#"{ "include": [ { "concept": 10, "descendants": true } ], "exclude": [ { "concept": 10 } ] }"#,
        &[11, 12],
    );
    // An exclusion wins over every inclusion, wherever it stands.
    check(
        r#"{ "include": [ { "concept": 30 }, { "concept": 11 } ],
             "exclude": [ { "concept": 10, "descendants": true } ] }"#,
        &[30],
    );
}

#[test]
fn an_empty_set_is_pointed_out_and_matches_nothing() {
    check(
        r#"{ "include": [ { "concept": 11 } ], "exclude": [ { "concept": 10, "descendants": true } ] }"#,
        &vocabulary(),
        Ok((&[], &["W223 $.concept_sets.s"])),
    );
}

#[test]
fn what_the_vocabulary_says_about_concepts_is_passed_on() {
    let mut vocabulary = vocabulary();
    let mut add = |id, concept| vocabulary.add_concept(ConceptId::new(id), concept);
    add(40, Concept::new(StandardConcept::NonStandard));
    add(41, Concept::new(StandardConcept::Classification));
    add(42, Concept::new(StandardConcept::Standard).withdrawn());
    check(
        r#"{ "include": [ { "concept": 40, "descendants": true }, { "concept": 41 },
                          { "concept": 41, "descendants": true }, { "concept": 10 } ],
             "exclude": [ { "concept": 42 } ] }"#,
        &vocabulary,
        Ok((
            &[10, 40, 41],
            &[
                "W221 $.concept_sets.s.include[0].concept",
                "W221 $.concept_sets.s.include[1].concept",
                "W222 $.concept_sets.s.exclude[0].concept",
            ],
        )),
    );
}

#[test]
fn an_unknown_concept_is_not_a_missing_vocabulary() {
    let set = r#"{ "include": [ { "concept": 10 }, { "concept": 98 } ], "exclude": [ { "concept": 99 } ] }"#;
    check(
        set,
        &vocabulary(),
        Err(&["E060 $.concept_sets.s.include[1].concept", "E060 $.concept_sets.s.exclude[0].concept"]),
    );
    let nothing_loaded = Vocabulary::new(Label::new("none").unwrap());
    check(set, &nothing_loaded, Err(&["E061 $.concept_sets"]));
}

#[test]
fn errors_of_sense_and_of_concepts_come_together() {
    check(
        r#"{ "include": [ { "concept": 0 }, { "concept": 99 } ] }"#,
        &vocabulary(),
        Err(&["E056 $.concept_sets.s.include[0].concept", "E060 $.concept_sets.s.include[1].concept"]),
    );
}

#[test]
fn the_message_counts_the_errors_and_shows_the_first() {
    let definition = with_set(r#"{ "include": [ { "concept": 98 }, { "concept": 99 } ] }"#);
    let error = resolve(&definition, &vocabulary(), &Limits::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the definition cannot be run, errors: 2, the first: error[E060] at \
         $.concept_sets.s.include[0].concept: the vocabulary does not have this concept; correct the id, or use a \
         release with a vocabulary that has it"
    );
}

#[test]
fn all_sets_together_expand_to_a_limited_number() {
    let text = definition_json(EVERYONE, ANY_VISIT);
    let definition = Definition::from_json(&text, &Limits::default()).unwrap();
    // The sets `a`, `b` and `c` have three, two and one concepts.
    let mut limits = Limits::default();
    limits.expanded_set = 6;
    assert!(resolve(&definition, &vocabulary(), &limits).is_ok());
    limits.expanded_set = 5;
    let Err(ResolveError::Limit(error)) = resolve(&definition, &vocabulary(), &limits) else {
        panic!("six concepts were within a limit of five");
    };
    assert_eq!(
        (error.limit(), error.path().to_string()),
        (Limit::ExpandedSet, "$.concept_sets.c".to_owned())
    );
}

#[test]
fn limits_come_before_everything_else() {
    let text = definition_json(EVERYONE, ANY_VISIT);
    let definition = Definition::from_json(&text, &Limits::default()).unwrap();
    let mut limits = Limits::default();
    limits.nodes = 1;
    assert!(matches!(resolve(&definition, &vocabulary(), &limits), Err(ResolveError::Limit(_))));
}

#[test]
fn the_resolved_cohort_says_where_it_comes_from() {
    let text = definition_json(EVERYONE, ANY_VISIT);
    let definition = Definition::from_json(&text, &Limits::default()).unwrap();
    let cohort = resolve(&definition, &vocabulary(), &Limits::default()).unwrap();
    assert_eq!(cohort.definition_digest(), definition.digest());
    assert_eq!(cohort.vocabulary_version().as_str(), "v1");
    assert_eq!(cohort.name(), &definition.name);
    assert_eq!(cohort.entry(), &ResolvedEntry::Everyone);
}

#[test]
fn a_definition_says_what_the_vocabulary_must_know() {
    let definition = with_set(
        r#"{ "include": [ { "concept": 10, "descendants": true }, { "concept": 30 } ],
             "exclude": [ { "concept": 11, "descendants": true } ] }"#,
    );
    let ids = |ids: std::collections::BTreeSet<ConceptId>| {
        ids.into_iter().map(ConceptId::value).collect::<Vec<_>>()
    };
    assert_eq!(ids(definition.named_concepts()), [10, 11, 30]);
    assert_eq!(ids(definition.named_ancestors()), [10, 11]);
}
