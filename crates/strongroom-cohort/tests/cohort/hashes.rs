//! R18: the meaning digest and the result key.

use std::collections::BTreeMap;

use strongroom_cohort::ast::Literal;
use strongroom_cohort::{CohortName, Limits, ParameterName, ResolvedCohort, resolve, resolve_cohort};

use super::people::{read, vocabulary};

const TEXT: &str = r#"language 1
param cut: int = 2
concepts a { include OMOP:10 with descendants  include OMOP:20 }
concepts b { include OMOP:20 "label" with descendants }
let dx = conditions in a where value > cut
let rx = drugs in b
cohort other { observed unbounded
entry: rx, all }
cohort c "title" {
observed by observation_period
entry: union { dx rx }, all
index: start
require all { any dx during [-5d, 0d] of index  no rx during (0d, 9d] of index }
require at least 1 of { person.has ehr  age at index >= 18 } as "label"
exclude member of other during [0d, 1d] of index
exclude person.gender in { OMOP:8507, OMOP:8532 }
keep first
exit: end of run of rx gap 30d supply 30d
censor: deaths, dx
merge gap 3d
}"#;

fn cohort(text: &str) -> ResolvedCohort {
    resolve(&read(text), &vocabulary(), &Limits::default()).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

/// What may change without changing who is in.
#[test]
fn labels_titles_names_and_orders_mean_nothing() {
    let meaning = cohort(TEXT).meaning_digest();
    for (from, to) in [
        (" as \"label\"", ""),
        (" as \"label\"", " as \"other\""),
        (" \"title\"", ""),
        (" \"label\" with", " with"),
        (
            "include OMOP:10 with descendants  include OMOP:20 }",
            "include OMOP:20 include OMOP:10 with descendants }",
        ),
        ("union { dx rx }", "union { rx dx }"),
        (
            "{ any dx during [-5d, 0d] of index  no rx during (0d, 9d] of index }",
            "{ no rx during (0d, 9d] of index  any dx during [-5d, 0d] of index }",
        ),
        ("{ person.has ehr  age at index >= 18 }", "{ age at index >= 18  person.has ehr }"),
        ("{ OMOP:8507, OMOP:8532 }", "{ OMOP:8532, OMOP:8507 }"),
        ("censor: deaths, dx", "censor: dx, deaths"),
        ("dx", "diagnoses"),
        ("concepts b", "concepts z"),
        ("cohort c ", "cohort d "),
        ("other", "another"),
        ("cut", "level"),
        ("language 1\n", "language 1\n// a comment\n"),
        ("concepts b", "concepts unused { include OMOP:30 }\nconcepts b"),
    ] {
        let mut text = TEXT.replace(from, to);
        assert_ne!(text, TEXT, "{from}");
        match from {
            "concepts b" if to == "concepts z" => text = text.replace("in b", "in z"),
            _ => {}
        }
        assert_eq!(cohort(&text).meaning_digest(), meaning, "{from} → {to}");
    }
}

/// Everything else may change who is in.
#[test]
fn everything_else_means_something() {
    let whole = cohort(TEXT);
    let changes = [
        ("OMOP:10 with descendants", "OMOP:10"),
        ("OMOP:20 }", "OMOP:21 }"),
        ("include OMOP:20 }", "exclude OMOP:20 }"),
        ("conditions in a", "conditions source in a"),
        ("conditions in a", "procedures in a"),
        ("value > cut", "value >= cut"),
        ("= 2", "= 3"),
        ("observed by observation_period", "observed unbounded"),
        ("observed by observation_period", "observed by payer_plan_period"),
        ("union { dx rx }, all", "union { dx rx }, first"),
        ("union { dx rx }", "union { dx }"),
        ("index: start", "index: end"),
        ("require all", "exclude all"),
        ("require all", "require any of"),
        ("[-5d, 0d]", "(-5d, 0d]"),
        ("[-5d, 0d]", "[-6d, 0d]"),
        ("[-5d, 0d]", "[-5mo, 0d]"),
        ("any dx during", "any dx ending during"),
        ("[-5d, 0d] of index", "[-5d, 0d] of index end"),
        ("[-5d, 0d] of index", "[-5d, 0d] of index ignoring observation"),
        ("at least 1 of", "at most 1 of"),
        ("person.has ehr", "person.has fitbit"),
        (">= 18", ">= 19"),
        ("member of other during [0d, 1d] of index", "member of other"),
        ("keep first", "keep last"),
        ("keep first\n", ""),
        ("gap 30d", "gap 31d"),
        ("supply 30d", "supply days_supply else 30d"),
        ("gap 30d", "gap 30d offset 1d"),
        ("censor: deaths, dx", "censor: deaths"),
        ("merge gap 3d", "merge gap 4d"),
        ("merge gap 3d", ""),
        ("merge gap 3d", "merge gap 3d\nclip 2020-01-01 .."),
        ("merge gap 3d", "merge gap 3d\nsample 5 seed 1"),
        ("language 1\n", "language 1\nprofile circe/1\n"),
        ("entry: rx, all", "entry: rx, first"),
    ];
    let mut seen = BTreeMap::new();
    for (from, to) in changes {
        let text = TEXT.replacen(from, to, 1);
        assert_ne!(text, TEXT, "{from}");
        // Anchors stand before `ignoring observation`.
        let text = text
            .replace("[-5d, 0d] of index ignoring observation", "[-5d, 0d] ignoring observation of index");
        let digest = cohort(&text).meaning_digest();
        assert_ne!(digest, whole.meaning_digest(), "{from} → {to}");
        if let Some(other) = seen.insert(digest, (from, to)) {
            panic!("{from} → {to} means the same as {other:?}");
        }
    }
    // The order of steps is no order of commuting operands.
    let steps = TEXT.replace("keep first\n", "").replace("require all", "keep first\nrequire all");
    assert_ne!(cohort(&steps).meaning_digest(), whole.meaning_digest());
}

#[test]
fn arguments_mean_something() {
    let definition = read(TEXT);
    let name = CohortName::new("c").unwrap();
    let with = |number: Option<i32>| {
        let arguments = number.map(|n| {
            (
                ParameterName::new("cut").unwrap(),
                Literal::Number(strongroom_cohort::ast::Number::new(n.into()).unwrap()),
            )
        });
        let arguments = arguments.into_iter().collect();
        resolve_cohort(&definition, &name, &vocabulary(), &Limits::default(), &arguments)
            .unwrap()
            .meaning_digest()
    };
    assert_eq!(with(None), with(Some(2)));
    assert_ne!(with(None), with(Some(3)));
    assert_eq!(with(Some(3)), cohort(&TEXT.replace("= 2", "= 3")).meaning_digest());
}

#[test]
fn a_result_key_is_made_of_all_that_decides() {
    let key = |text: &str, release| cohort(text).result_key(release);
    assert_eq!(key(TEXT, "v8"), key(&TEXT.replace("\"title\"", "\"other\""), "v8"));
    assert_ne!(key(TEXT, "v8"), key(TEXT, "v9"));
    assert_ne!(key(TEXT, "v8"), key(&TEXT.replace("keep first", "keep last"), "v8"));
    assert_ne!(key(TEXT, "v8"), key(&TEXT.replace("language 1", "language 1\nprofile circe/1"), "v8"));
    // The same words over another vocabulary.
    let mut newer = vocabulary();
    newer.add_descendants(strongroom_omop::ConceptId::new(20), [strongroom_omop::ConceptId::new(40)]);
    let other = resolve(&read(TEXT), &newer, &Limits::default()).unwrap();
    assert_eq!(other.meaning_digest(), cohort(TEXT).meaning_digest());
    assert_ne!(other.result_key("v8"), key(TEXT, "v8"));
    // The document's own digest sees everything but the layout.
    assert_ne!(
        cohort(TEXT).definition_digest(),
        cohort(&TEXT.replace("\"title\"", "\"other\"")).definition_digest()
    );
    assert_eq!(
        cohort(TEXT).definition_digest(),
        cohort(&TEXT.replace("keep first", "  keep first // one")).definition_digest()
    );
}
