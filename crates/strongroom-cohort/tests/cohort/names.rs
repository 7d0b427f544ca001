//! R19 and the second phase: names, parameters, cohorts of cohorts, circles, limits.

use strongroom_cohort::ast::{Duration, Literal, Number};
use strongroom_cohort::reference::evaluate;
use strongroom_cohort::{
    Arguments, CohortName, Limit, Limits, ParameterName, ResolveError, resolve, resolve_cohort, resolve_match,
};

use super::people::{NATIVE, entries_of, person, problems, read, resolved, shown, vocabulary, with_sets};

fn document(items: &str, clauses: &str) -> String {
    with_sets(NATIVE, &format!("{items}\ncohort c {{ observed unbounded\n{clauses} }}"))
}

#[test]
fn names_that_mean_nothing_are_found_with_their_place() {
    for (items, clauses, expected) in [
        (
            "",
            "entry: conditions in gone, all",
            "E050 at $.cohorts[0].entry.events.of.from.recorded.concepts.set",
        ),
        ("", "people where member of gone", "E058 at $.cohorts[0].entry.people.member_of.cohort"),
        ("", "entry: cohort gone, all", "E058 at $.cohorts[0].entry.events.of.from.cohort"),
        ("", "people where member of c", "E063 at $.cohorts[0].name"),
        (
            "",
            "people where any events in param p",
            "E059 at $.cohorts[0].entry.people.any.from.recorded.concepts.parameter",
        ),
    ] {
        let found = problems(&document(items, clauses));
        assert!(found.iter().any(|problem| problem == expected), "{clauses}: {found:?}");
    }
}

#[test]
fn circles_of_cohorts_and_events_are_refused() {
    let cohorts = "cohort d { observed unbounded\nentry: cohort c, all }";
    let found = problems(&document(cohorts, "people where member of d"));
    assert!(found.iter().any(|problem| problem.starts_with("E063")), "{found:?}");
    let events = "let one = conditions in a during [0d, 1d] of two\nlet two = union { one drugs in b }";
    let found = problems(&document(events, "entry: one, all"));
    assert!(found.iter().any(|problem| problem.starts_with("E063")), "{found:?}");
}

#[test]
fn names_are_replaced_by_what_they_mean() {
    let named = "let dx = conditions in a where value > 3\nlet early = dx where start < 2020-01-05";
    for (events, expected) in
        [("dx", "1..1 9..9"), ("early", "1..1"), ("early keep last", "1..1"), ("dx keep last", "9..9")]
    {
        let cohort = resolved(&document(named, &format!("entry: {events}, all")));
        let who = person("c10 0 value=1; c10 1 value=5; c10 9 value=5");
        assert_eq!(shown(&evaluate(&cohort, &who)), expected, "{events}");
    }
}

#[test]
fn cohorts_of_cohorts() {
    let who = "c10 0..5; c10 20..25; d20 3; d20 30";
    let ill = "cohort ill { observed unbounded\nentry: conditions in a, all\nexit: end }";
    for (main, expected) in [
        ("entry: cohort ill, all\nexit: end", "0..5 20..25"),
        ("entry: cohort ill, last\nexit: end +2d", "20..27"),
        ("entry: drugs in b during [0d, 5d] of cohort ill, all", "3..3"),
        ("entry: drugs in b during [0d, 5d] of cohort ill end, all", "30..30"),
        ("entry: drugs in b, all\nrequire member of ill during [0d, 0d] of index", "3..3"),
        ("people where member of ill", "in"),
        ("people where not member of ill", "-"),
        ("entry: cohort ill where duration >= 5, first", "0..0"),
        ("entry: cohort ill where value > 0, first", "-"),
    ] {
        let main = main.replace("end of cohort ill end", "end");
        let main = match main.as_str() {
            "entry: drugs in b during [0d, 5d] of cohort ill end, all" => {
                assert_eq!(
                    entries_of(NATIVE, &format!("{ill}\ncohort c {{ observed unbounded\n{main} }}"), who),
                    "30..30"
                );
                continue;
            }
            other => other.to_owned(),
        };
        assert_eq!(
            entries_of(NATIVE, &format!("{ill}\ncohort c {{ observed unbounded\n{main} }}"), who),
            expected,
            "{main}"
        );
    }
    // People without days are members, and have no days to be counted from.
    let people = "cohort ill { observed unbounded\npeople where any conditions in a }";
    for (main, expected) in [
        ("people where member of ill", "in"),
        ("people where any cohort ill", "in"),
        ("entry: cohort ill, all", "-"),
        ("entry: drugs in b, all\nrequire member of ill during [-inf, inf] of index", "-"),
    ] {
        let items = format!("{people}\ncohort c {{ observed unbounded\n{main} }}");
        assert_eq!(entries_of(NATIVE, &items, who), expected, "{main}");
    }
}

const PARAMETERS: &str = "param cut_off: int
param back: duration = 5d
param cut: quantity = 6.5 '%'
param today: date
param these: concepts = { OMOP:10 }";

fn with_arguments(clauses: &str, arguments: &[(&str, Literal)]) -> Result<String, Vec<String>> {
    let definition = read(&document(PARAMETERS, clauses));
    let arguments: Arguments =
        arguments.iter().map(|(name, value)| (ParameterName::new(*name).unwrap(), value.clone())).collect();
    let name = CohortName::new("c").unwrap();
    match resolve_cohort(&definition, &name, &vocabulary(), &Limits::default(), &arguments) {
        Ok(cohort) => Ok(shown(&evaluate(&cohort, &person("born 1980; c10 0 value=4; d20 5")))),
        Err(ResolveError::Problems(problems)) => {
            Err(problems.iter().map(|one| format!("{} at {}", one.kind().code(), one.path())).collect())
        }
        Err(other) => Err(vec![other.to_string()]),
    }
}

#[test]
fn parameters_are_bound_once() {
    let number = |n: i32| Literal::Number(Number::new(n.into()).unwrap());
    let ok = |text: &str| Ok(text.to_owned());
    let error = |text: &str| Err(vec![text.to_owned()]);
    for (clauses, arguments, expected) in [
        ("people where any conditions where value > cut_off", vec![("cut_off", number(3))], ok("in")),
        ("people where any conditions where value > cut_off", vec![("cut_off", number(4))], ok("-")),
        (
            "people where any conditions where value > cut_off",
            vec![],
            error("E071 at $.cohorts[0].entry.people.any.filters[0].where.compare.right.parameter"),
        ),
        ("entry: drugs in b, all\nrequire any conditions during [-back, 0d] of index", vec![], ok("5..5")),
        (
            "entry: drugs in b, all\nrequire any conditions during [-back, 0d] of index",
            vec![("back", Literal::Duration(Duration::Days(4)))],
            ok("-"),
        ),
        ("entry: drugs in b, all\nrequire any conditions during (-back, back) of index", vec![], ok("-")),
        ("entry: conditions in param these, all", vec![], ok("0..0")),
        ("entry: conditions in param these, all", vec![("these", Literal::Concepts(Vec::new()))], ok("-")),
        (
            "people where age at param today = 40",
            vec![("today", Literal::Date(super::people::day("2020-06-01")))],
            ok("in"),
        ),
        (
            "people where age at param today = 40",
            vec![("today", number(1))],
            error("E062 at $.parameters.today"),
        ),
        ("people where person.has ehr", vec![("gone", number(1))], error("E059 at $.parameters.gone")),
    ] {
        let found = with_arguments(clauses, &arguments);
        match (&found, &expected) {
            (Err(found), Err(expected)) => {
                assert!(found.contains(&expected[0]), "{clauses} {arguments:?}: {found:?}");
            }
            _ => assert_eq!(found, expected, "{clauses} {arguments:?}"),
        }
    }
}

#[test]
fn a_fraction_is_no_whole_number() {
    let half = Literal::Number(Number::new(0.5).unwrap());
    let found = with_arguments("people where person.birth_year > cut_off", &[("cut_off", half)]);
    assert!(found.unwrap_err().contains(&"E062 at $.parameters.cut_off".to_owned()));
}

#[test]
fn the_main_cohort_is_the_last_and_others_are_found_by_name() {
    let text = with_sets(
        NATIVE,
        "cohort one { observed unbounded\npeople where any conditions in a }
         cohort two { observed unbounded\npeople where any drugs in b }",
    );
    assert_eq!(resolved(&text).name().as_str(), "two");
    let definition = read(&text);
    let by_name = |name: &str| {
        let name = CohortName::new(name).unwrap();
        resolve_cohort(&definition, &name, &vocabulary(), &Limits::default(), &Arguments::new())
    };
    assert_eq!(shown(&evaluate(&by_name("one").unwrap(), &person("c10 0"))), "in");
    assert!(by_name("three").unwrap_err().to_string().contains("E058"));
    let none = CohortName::new("none").unwrap();
    let error = resolve_match(&definition, &none, &vocabulary(), &Limits::default(), &Arguments::new());
    assert!(error.unwrap_err().to_string().contains("E073"));
    let error = resolve(&read("language 1"), &vocabulary(), &Limits::default()).unwrap_err();
    assert!(error.to_string().contains("E067"), "{error}");
}

/// Names make a short text long: what it comes to is limited, not what is written.
#[test]
fn what_names_come_to_is_limited() {
    let mut items = "let e0 = conditions in a\n".to_owned();
    for n in 1..=20 {
        let before = n - 1;
        items.push_str(&format!("let e{n} = union {{ e{before} e{before} }}\n"));
    }
    let limit_of = |text: &str, limits: &Limits| match resolve(&read(text), &vocabulary(), limits) {
        Err(ResolveError::Limit(error)) => Some(error.limit()),
        _ => None,
    };
    let text = document(&items, "entry: e20, all");
    assert_eq!(limit_of(&text, &Limits::default()), Some(Limit::Nodes));
    // A chain of cohorts is as deep as they are together.
    let mut cohorts = "cohort c0 { observed unbounded\nentry: conditions in a, all }\n".to_owned();
    for n in 1..=40 {
        cohorts
            .push_str(&format!("cohort c{n} {{ observed unbounded\npeople where member of c{} }}\n", n - 1));
    }
    let text = with_sets(NATIVE, &cohorts);
    assert_eq!(limit_of(&text, &Limits::default()), Some(Limit::Nesting));
    let mut deeper = Limits::default();
    deeper.nesting = 200;
    assert_eq!(limit_of(&text, &deeper), None);
    let mut few = Limits::default();
    few.expanded_set = 3;
    assert_eq!(limit_of(&document("", "entry: conditions in a, all"), &few), Some(Limit::ExpandedSet));
}
