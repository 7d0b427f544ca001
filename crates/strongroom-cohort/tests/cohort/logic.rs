//! R7: Kleene's logic, and what profiles make of the unknown.

use strongroom_cohort::reference::Truth::{self, False, True, Unknown};
use strongroom_cohort::reference::evaluate;

use super::people::{AOU, CIRCE, NATIVE, document, person, resolved};

/// Statements that are true, false and unknown of somebody of whom no race is known.
const T: &str = "person.birth_year = 1980";
const F: &str = "person.birth_year = 1981";
const U: &str = "person.race in { OMOP:40 }";

/// The truth of a statement in a step, about an entry.
fn truth(profile: &str, statement: &str) -> Truth {
    let cohort = resolved(&document(profile, &format!("entry: drugs in b, first\nrequire {statement}")));
    evaluate(&cohort, &person("born 1980; d20 0 value=1; m30 0 value=4")).trails()[0].steps[0]
}

fn statement(template: &str) -> String {
    template.replace('T', T).replace('F', F).replace('U', U)
}

#[test]
fn the_unknown_decides_nothing_and_is_decided_by_nothing() {
    for (template, native, circe, aou) in [
        ("U", Unknown, False, False),
        ("not U", Unknown, False, True),
        ("not not U", Unknown, True, False),
        ("T and U", Unknown, False, False),
        ("F and U", False, False, False),
        ("T or U", True, True, True),
        ("F or U", Unknown, False, False),
        ("all { }", True, True, True),
        ("all { T U T }", Unknown, False, False),
        ("all { U F }", False, False, False),
        ("any of { F U }", Unknown, False, False),
        ("any of { U T }", True, True, True),
        ("none of { F F }", True, True, True),
        ("none of { F U }", Unknown, True, True),
        ("none of { T U }", False, False, False),
        ("at least 1 of { T U F }", True, True, True),
        ("at least 2 of { T U F }", Unknown, False, False),
        ("at least 3 of { T U F }", False, False, False),
        ("at most 1 of { T U F }", Unknown, True, True),
        ("at most 2 of { T U F }", True, True, True),
        ("at most 0 of { T U F }", False, False, False),
        ("exactly 1 of { T U F }", Unknown, True, True),
        ("exactly 2 of { T U F }", Unknown, False, False),
        ("exactly 3 of { T U F }", False, False, False),
        ("not 3 of { T U F }", True, True, True),
        ("between 1 and 2 of { T U F }", True, True, True),
        ("between 2 and 3 of { T U F }", Unknown, False, False),
        ("exactly 0 of { F F }", True, True, True),
    ] {
        let text = statement(template);
        // An empty group is an error of the checker.
        if template == "all { }" {
            continue;
        }
        for (profile, expected) in [(NATIVE, native), (CIRCE, circe), (AOU, aou)] {
            assert_eq!(truth(profile, &text), expected, "{template} under {profile}");
        }
    }
}

#[test]
fn what_is_missing_is_unknown_but_that_it_is_missing_is_known() {
    for (statement, expected) in [
        ("person.race in { OMOP:40 }", Unknown),
        ("person.race not in { OMOP:40 }", Unknown),
        ("person.race is missing", True),
        ("person.race is not missing", False),
        ("person.birth_year is missing", False),
        ("person.birth_year between 1970 and 1990", True),
        ("person.birth_year not between 1970 and 1990", False),
        ("person.age_at_consent between 1 and 2", Unknown),
        ("person.has ehr", False),
        // Of no known value every aggregate but a count is unknown.
        ("max(measurements in y).value > 0", Unknown),
        ("first(measurements in y).value > 0", Unknown),
        ("sum(measurements in y).value = 0", Unknown),
        ("count rows of measurements in y = 0", True),
        ("max(measurements in x).value = 4", True),
        ("max(measurements in x).range_low = 4", Unknown),
        ("last(measurements in x).value / 0 > 1", Unknown),
        ("last(measurements in x).value * 2 - 1 = 7", True),
        ("date of (measurements in y) > 2020-01-01", Unknown),
        ("date of (measurements in x) >= 2020-01-01", True),
        ("date of (measurements in x) + 1 = 2020-01-02", True),
        ("date of (measurements in x) - date of index = 0", True),
        ("band(person.birth_year, 25) = 1975", True),
        ("person.birth_date < 2020-01-01", Unknown),
        ("any conditions in a", False),
        ("no conditions in a", True),
        ("any measurements in x where range_low > 1", False),
        ("any measurements in x where not range_low > 1", False),
        ("any measurements in x where range_low is missing", True),
    ] {
        assert_eq!(truth(NATIVE, statement), expected, "{statement}");
    }
}

#[test]
fn a_row_filter_keeps_only_what_is_true_in_every_profile() {
    for profile in [NATIVE, CIRCE, AOU] {
        for (filter, expected) in [
            ("value > 3", True),
            ("value > 5", False),
            ("range_low > 1", False),
            ("not range_low > 1", False),
            ("range_low > 1 or value > 3", True),
            ("not (range_low > 1 and value > 5)", True),
        ] {
            let statement = format!("any measurements in x where {filter}");
            assert_eq!(truth(profile, &statement), expected, "{filter} under {profile}");
        }
    }
}

/// `require` keeps the true, `exclude` drops the true; both count the unknown.
#[test]
fn require_and_exclude_treat_the_unknown_differently() {
    for (step, stays, unknown) in [
        ("require U", false, 1),
        ("exclude U", true, 1),
        ("require not U", false, 1),
        ("exclude not U", true, 1),
        ("require T", true, 0),
        ("exclude T", false, 0),
        ("require F", false, 0),
        ("exclude F", true, 0),
    ] {
        let (word, rest) = step.split_once(' ').unwrap();
        let cohort =
            resolved(&document(NATIVE, &format!("entry: drugs in b, all\n{word} {}", statement(rest))));
        let evaluation = evaluate(&cohort, &person("born 1980; d20 0"));
        let mut attrition = strongroom_cohort::reference::Attrition::of(&cohort);
        attrition.add(&evaluation);
        assert_eq!(evaluation.is_included(), stays, "{step}");
        assert_eq!(attrition.steps[0].unknown.people, unknown, "{step}");
    }
}

#[test]
fn texts_are_compared_with_patterns() {
    for (pattern, expected) in [
        ("E11%", True),
        ("%.9", True),
        ("E__.9", True),
        ("e11%", False),
        ("%1%1%", True),
        ("", False),
        ("%", True),
        ("E11.9_", False),
        ("%9%.%", False),
    ] {
        let cohort = resolved(&document(
            NATIVE,
            &format!("entry: drugs in b, all\nrequire any drugs in b where lot_number like \"{pattern}\""),
        ));
        let evaluation = evaluate(&cohort, &person("d20 0 lot_number=E11.9"));
        assert_eq!(evaluation.trails()[0].steps[0], expected, "{pattern}");
    }
}
