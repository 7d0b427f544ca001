//! R14 and Circe's concept sets.

use strongroom_cohort::{ConceptLock, Limits, concepts_diff, resolve};
use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

use super::people::{CIRCE, NATIVE, entries, problems, read, resolved, true_of, vocabulary};

fn text(profile: &str, set: &str) -> String {
    format!(
        "language 1\nprofile {profile}\nconcepts s {{ {set} }}
         cohort c {{ observed unbounded\nentry: conditions in s, all }}"
    )
}

fn expanded(profile: &str, set: &str) -> Vec<i64> {
    let cohort = resolved(&text(profile, set));
    cohort.concept_sets().values().next().unwrap().iter().map(|concept| concept.value()).collect()
}

#[test]
fn includes_minus_excludes() {
    let empty: &[i64] = &[];
    for (set, native, circe) in [
        ("include OMOP:10", &[10][..], &[10][..]),
        // An invalid descendant stays out of Circe's sets; a named invalid concept is in.
        ("include OMOP:10 with descendants", &[10, 11, 12, 13], &[10, 11, 12]),
        ("include OMOP:15", &[15], &[15]),
        ("include OMOP:10 with descendants exclude OMOP:11", &[10, 12, 13], &[10, 12]),
        ("include OMOP:10 with descendants exclude OMOP:10 with descendants", empty, empty),
        ("include OMOP:10 include OMOP:10", &[10], &[10]),
        ("include OMOP:20 exclude OMOP:10", &[20], &[20]),
        ("exclude OMOP:10", empty, empty),
        // Mapped: from the standard concept to those that are mapped to it.
        ("include OMOP:10 with mapped", &[10, 100], &[10, 100]),
        (
            "include OMOP:10 with descendants with mapped",
            &[10, 11, 12, 13, 100, 110],
            &[10, 11, 12, 100, 110],
        ),
        // What is excluded with its mapped ones takes them away.
        (
            "include OMOP:10 with descendants with mapped exclude OMOP:11 with mapped",
            &[10, 12, 13, 100],
            &[10, 12, 100],
        ),
        (
            "include OMOP:10 with descendants with mapped exclude OMOP:11",
            &[10, 12, 13, 100, 110],
            &[10, 12, 100, 110],
        ),
        ("include OMOP:50 with descendants", &[30, 50], &[30, 50]),
    ] {
        assert_eq!(expanded(NATIVE, set), native, "{set}");
        assert_eq!(expanded(CIRCE, set), circe, "{set}");
    }
    // Circe leaves out what the vocabulary does not have; elsewhere that is an error.
    assert_eq!(expanded(CIRCE, "include OMOP:10 include OMOP:999"), [10]);
    assert_eq!(
        problems(&text(NATIVE, "include OMOP:10 include OMOP:999")),
        ["E060 at $.concept_sets.s.include[1].concept"]
    );
    assert_eq!(problems(&text(NATIVE, "include OMOP:0")), ["E056 at $.concept_sets.s.include[0].concept"]);
    assert_eq!(
        problems(&text(NATIVE, "include OMOP:10 with children")),
        ["E074 at $.concept_sets.s.include[0].children"]
    );
}

#[test]
fn an_empty_set_matches_nothing() {
    let set = |profile, set: &str| {
        let cohort = resolved(&text(profile, set));
        super::people::shown(&strongroom_cohort::reference::evaluate(
            &cohort,
            &super::people::person("c10 0; c0 1; c 2"),
        ))
    };
    assert_eq!(set(CIRCE, "exclude OMOP:10"), "-");
    assert_eq!(set(NATIVE, "include OMOP:20 exclude OMOP:20"), "-");
    assert!(
        resolved(&text(NATIVE, "include OMOP:20 exclude OMOP:20"))
            .warnings()
            .iter()
            .any(|problem| problem.kind().code() == "W223")
    );
}

#[test]
fn concept_0_is_a_concept_to_circe_only() {
    for (statement, native, circe) in [
        ("any conditions in { OMOP:0 }", false, true),
        ("any conditions where concept in { OMOP:0 }", false, true),
        ("any conditions where concept is missing", true, false),
        ("any conditions", true, true),
        ("any conditions where visit.kind in { OMOP:0 }", false, true),
    ] {
        for (profile, expected) in [(NATIVE, native), (CIRCE, circe)] {
            assert_eq!(
                true_of(profile, statement, "c0 0 visit.kind=0"),
                expected,
                "{statement} under {profile}"
            );
        }
    }
}

#[test]
fn standard_source_and_either_column() {
    for (who, standard, source, either) in [
        ("c10/100 0", true, true, true),
        ("c10 0", true, false, true),
        ("c/100 0", false, true, true),
        ("c20/10 0", false, true, true),
        ("c100/10 0", true, true, true),
        ("c20/20 0", false, false, false),
    ] {
        for (word, expected) in [("in", standard), ("source in", source), ("either in", either)] {
            let statement = format!("any conditions {word} {{ OMOP:10, OMOP:100 }}");
            assert_eq!(true_of(NATIVE, &statement, who), expected, "{word} {who}");
        }
    }
}

#[test]
fn what_the_vocabulary_says_against_a_set_is_a_warning() {
    for (set, word, expected) in [
        ("include OMOP:100", "in", &["W221"][..]),
        ("include OMOP:100", "source in", &[]),
        ("include OMOP:100 with mapped", "in", &[]),
        ("include OMOP:50", "in", &["W221"]),
        ("include OMOP:50 with descendants", "in", &[]),
        ("include OMOP:15", "in", &["W222"]),
        ("include OMOP:10", "in", &[]),
    ] {
        let cohort = resolved(&text(NATIVE, set).replace("conditions in", &format!("conditions {word}")));
        let codes: Vec<_> = cohort.warnings().iter().map(|problem| problem.kind().code()).collect();
        assert_eq!(codes, expected, "{set} {word}");
    }
    let cohort = resolved(&text(CIRCE, "include OMOP:10 include OMOP:999"));
    assert_eq!(cohort.warnings()[0].kind().code(), "W226");
}

#[test]
fn a_vocabulary_that_is_not_loaded_is_said_so() {
    let nothing = strongroom_cohort::Vocabulary::new(Label::new("none").unwrap());
    let error = resolve(&read(&text(NATIVE, "include OMOP:10")), &nothing, &Limits::default()).unwrap_err();
    assert!(error.to_string().contains("E061"), "{error}");
}

#[test]
fn a_lock_tells_what_changed() {
    let definition = read(&text(NATIVE, "include OMOP:10 with descendants"));
    let (older, limits) = (vocabulary(), Limits::default());
    let mut newer = vocabulary();
    newer.add_concept(
        ConceptId::new(14),
        strongroom_cohort::Concept::new(strongroom_cohort::StandardConcept::Standard),
    );
    newer.add_descendants(ConceptId::new(10), [ConceptId::new(14)]);
    let lock = ConceptLock::of(&definition, &older, &limits).unwrap();
    let codes = |vocabulary| -> Vec<_> {
        let problems = lock.check(&definition, vocabulary, &limits).unwrap();
        problems.iter().map(|problem| problem.kind().code()).collect()
    };
    assert_eq!(codes(&older), Vec::<&str>::new());
    assert_eq!(codes(&newer), ["E070"]);
    let difference = concepts_diff(&definition, &older, &newer, &limits).unwrap();
    let (_, set) = difference.iter().next().unwrap();
    assert_eq!(set.added, [ConceptId::new(14)].into());
    assert!(set.removed.is_empty());
    let written = serde_json::to_string(&lock).unwrap();
    assert_eq!(serde_json::from_str::<ConceptLock>(&written).unwrap(), lock);
    assert!(entries(NATIVE, "entry: conditions in a, all", "c13 0") != "-");
}
