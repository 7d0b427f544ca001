//! Tests inside of documents.

use std::collections::BTreeMap;

use strongroom_cohort::{Limits, link, run_tests, run_tests_with, small_vocabulary};

use super::{definition, examples};

const PEOPLE: &str = "\
  person a female born 1960-05-01 observed 2010-01-01 .. 2020-12-31 {
    2015-03-01 .. 2015-03-09 visit Visit:IP visit stay
    2015-03-02 condition SNOMED:44054006 visit stay
    2015-06-01 measurement LOINC:4548-4 = 7.1 '%'
    2016-01-10 drug RxNorm:6809 = 90d
    2016-02-01 answer PPI:smoking = PPI:every_day
    2016-03-01 observation SNOMED:1 = \"none known\"
    2016-03-02 wearable_steps OMOP:0 = 9000
  }
  person b male born 1990-01-01 observed 2010-01-01 .. 2012-12-31, 2014-01-01 .. 2020-12-31 {
    2015-03-01 condition SNOMED:44054006
  }
";

/// The cohort's lines, the expectation, and what comes out.
const CASES: &[(&str, &str, bool, &str)] = &[
    ("people where any conditions in dx", "a in", true, "in"),
    ("people where any conditions in dx", "a out", false, "in"),
    ("people where any conditions source in dx where visit.kind in { Visit:IP }", "a in", true, "in"),
    (
        "people where any conditions in dx where visit.kind in { Visit:IP }",
        "b out",
        true,
        "out: never enters",
    ),
    ("people where any visits where kind in { Visit:IP } and duration = 8", "a in", true, "in"),
    ("people where any measurements where value > 7 '%'", "a in", true, "in"),
    ("people where any measurements where value > 7 'mmol/mol'", "a out", true, "out: never enters"),
    ("people where any drugs where days_supply = 90", "a in", true, "in"),
    ("people where any answers to PPI:smoking where answer in { PPI:every_day }", "a in", true, "in"),
    ("people where any observations where value_text like \"none%\"", "a in", true, "in"),
    ("people where any wearables steps where value >= 9000", "a in", true, "in"),
    ("people where person.sex_at_birth in { OMOP:8507 }", "b in", true, "in"),
    ("people where person.gender in { OMOP:8532 }", "a in", true, "in"),
    ("entry: conditions in dx, first", "a in 2015-03-02 .. 2020-12-31", true, "in 2015-03-02 .. 2020-12-31"),
    ("entry: conditions in dx, first", "a in 2015-03-02 .. 2015-03-02", false, "in 2015-03-02 .. 2020-12-31"),
    (
        "entry: drugs, first\n require age at index < 50 as \"young\"",
        "a out at \"young\"",
        true,
        "out at “young”",
    ),
    ("entry: drugs, first\n require age at index < 50", "a in", false, "out at step 1"),
    (
        "entry: conditions in dx, first\n require age at index < 50 as \"young\"\n require any deaths as \"dead\"",
        "b out at \"young\"",
        false,
        "out at “dead”",
    ),
    (
        "entry: conditions in dx, first\n require observed [-1y, 0d]",
        "b in",
        true,
        "in 2015-03-01 .. 2020-12-31",
    ),
    (
        "entry: conditions in dx, first\n require observed [-2y, 0d] as \"history\"",
        "b out at \"history\"",
        true,
        "out at “history”",
    ),
    ("entry: conditions in dx, first\n exit: start -1d", "b out", true, "out: it would end before it begins"),
    (
        "entry: conditions in dx, first\n clip .. 2010-01-01",
        "b out",
        true,
        "out: nothing is left of it after `clip`",
    ),
    ("people where any conditions in nothing_of_this_name", "a in", false, "error[E050]"),
];

#[test]
fn expectations_are_compared_with_what_comes_out() {
    for (lines, expectation, passed, found) in CASES {
        let text = format!(
            "language 1\nconcepts dx {{ include SNOMED:44054006 }}\ncohort c {{\n observed by \
             observation_period\n {lines}\n}}\ntest c {{\n{PEOPLE}  expect {expectation}\n}}\n"
        );
        let outcomes = run_tests(&definition(&text), &Limits::default());
        let [outcome] = outcomes.as_slice() else { panic!("{outcomes:#?}") };
        assert_eq!(outcome.passed, *passed, "{lines}: {outcome}");
        let exact = outcome.found == *found || (found.starts_with("error") && outcome.found.contains(found));
        assert!(exact, "{lines}: {outcome}");
        assert_eq!(outcome.path.to_string(), "$.tests[0].expect[0]");
        assert_eq!(format!("{} ", outcome.person).trim(), &expectation[..1]);
    }
}

#[test]
fn a_release_may_lend_its_vocabulary() {
    let text = "language 1\nconcepts dx { include SNOMED:1 with descendants }\ncohort c {\n observed unbounded\n \
                people where any conditions in dx\n}\ntest c {\n person a { 2015-01-01 condition SNOMED:2 }\n expect a in\n}\n";
    let definition = definition(text);
    let limits = Limits::default();
    assert!(!run_tests(&definition, &limits)[0].passed, "the document does not say what descends");
    let mut vocabulary = small_vocabulary(&definition);
    let id = |code| vocabulary.find(&strongroom_cohort::ast::Code::of("SNOMED", code)).unwrap();
    let (one, two) = (id("1"), id("2"));
    vocabulary.add_descendants(one, [two]);
    assert!(run_tests_with(&definition, &vocabulary, &limits)[0].passed);
}

#[test]
fn the_tests_of_the_examples_pass() {
    // What the first example imports; the comment makes its digest begin as the example pins it.
    let library = "language 1\n// 73332\nconcepts t1dm_dx { include SNOMED:46635009 with descendants }\n\
                   concepts t2dm_rx { include RxNorm:6809 with descendants }\n";
    let library = (library.to_owned(), definition(library));
    let imports = BTreeMap::from([("concepts/diabetes.concepts".to_owned(), library)]);
    let mut passed = 0;
    for (name, text) in examples() {
        let linked = link(&definition(&text), &imports).unwrap_or_else(|problems| panic!("{problems:?}"));
        for outcome in run_tests(&linked, &Limits::default()) {
            assert!(outcome.passed, "{name}: {outcome}");
            passed += 1;
        }
    }
    assert_eq!(passed, 2);
}
