//! The rules of `native/1`, by example.

use strongroom_cohort::ResolvedCohort;
use strongroom_cohort::reference::{Verdict, attrition, evaluate};

use crate::people::{person, resolved};

/// What becomes of a person: `not entered`, `dropped at 0`, `in`, or `in from 2020-01-01`.
fn check(cohort: &ResolvedCohort, facts: &str, expected: &str) {
    let found = match evaluate(cohort, &person(facts)).verdict() {
        Verdict::NotEntered => "not entered".to_owned(),
        Verdict::DroppedAt(step) => format!("dropped at {step}"),
        Verdict::Included { index: None } => "in".to_owned(),
        Verdict::Included { index: Some(index) } => format!("in from {index}"),
    };
    assert_eq!(found, expected, "for {facts:?}");
}

const FIRST_A: &str = r#"{ "first": { "domain": "condition", "concepts": { "set": "a" } } }"#;
const EVERYONE: &str = r#""everyone""#;

/// Requires `predicate` of everyone.
fn requiring(predicate: &str) -> ResolvedCohort {
    resolved(EVERYONE, &format!(r#"{{ "require": {predicate} }}"#))
}

#[test]
fn everyone_is_the_universe_of_excludes() {
    let cohort =
        resolved(EVERYONE, r#"{ "exclude": { "any": { "domain": "drug", "concepts": { "set": "b" } } } }"#);
    check(&cohort, "", "in");
    check(&cohort, "condition 10 on 2020-01-01", "in");
    check(&cohort, "drug 21 on 2020-01-01", "dropped at 0");
}

#[test]
fn r14_descendants_belong_to_a_set_only_where_that_is_said() {
    let cohort = resolved(FIRST_A, "");
    for concept in [10, 11, 12] {
        check(&cohort, &format!("condition {concept} on 2020-01-01"), "in from 2020-01-01");
    }
    check(&cohort, "condition 20 on 2020-01-01", "not entered");
    check(&cohort, "condition 0 on 2020-01-01", "not entered");
}

#[test]
fn events_are_of_one_domain_with_or_without_concepts() {
    check(&resolved(FIRST_A, ""), "drug 10 on 2020-01-01", "not entered");
    let any_drug = requiring(r#"{ "any": { "domain": "drug" } }"#);
    check(&any_drug, "drug 0 on 2020-01-01", "in");
    check(&any_drug, "condition 10 on 2020-01-01", "dropped at 0");
}

#[test]
fn r9_the_first_event_is_the_first_by_start_then_end_then_record() {
    let cohort = resolved(FIRST_A, "");
    let check = |facts: &str, index: &str, record: i64| {
        let entry = evaluate(&cohort, &person(facts)).entry().unwrap();
        assert_eq!((entry.index.to_string().as_str(), entry.record.value()), (index, record), "{facts}");
    };
    check("condition 10 on 2020-02-01, condition 11 on 2020-01-01", "2020-01-01", 2);
    check(
        "condition 10 on 2020-01-01 to 2020-01-03, condition 10 on 2020-01-01 to 2020-01-02",
        "2020-01-01",
        2,
    );
    // R3: a missing end, and one before the start, is the start.
    check("condition 10 on 2020-01-01 to 2020-01-02, condition 10 on 2020-01-01", "2020-01-01", 2);
    check("condition 10 on 2020-01-01, condition 10 on 2020-01-01 to 2019-01-01", "2020-01-01", 1);
}

#[test]
fn start_dates_are_closed_ranges() {
    let cohort = requiring(
        r#"{ "any": { "domain": "drug", "where": [ { "start": { "from": "2020-01-10", "to": "2020-01-20" } } ] } }"#,
    );
    for (day, expected) in [("09", "dropped at 0"), ("10", "in"), ("20", "in"), ("21", "dropped at 0")] {
        check(&cohort, &format!("drug 20 on 2020-01-{day}"), expected);
    }
    // It is the start that counts, whenever the event ends.
    check(&cohort, "drug 20 on 2020-01-01 to 2020-01-15", "dropped at 0");
}

#[test]
fn r13_age_at_event_is_in_completed_years() {
    let cohort =
        requiring(r#"{ "any": { "domain": "drug", "where": [ { "age": { "min": 40, "max": 41 } } ] } }"#);
    let born = |birth: &str, day: &str| format!("born {birth}, drug 20 on {day}");
    check(&cohort, &born("1980-06-15", "2020-06-14"), "dropped at 0");
    check(&cohort, &born("1980-06-15", "2020-06-15"), "in");
    check(&cohort, &born("1980-06-15", "2022-06-14"), "in");
    check(&cohort, &born("1980-06-15", "2022-06-15"), "dropped at 0");
    check(&cohort, &born("1980", "2020-01-01"), "in");
    // R7: the filter is unknown, so the event is not kept.
    check(&cohort, "drug 20 on 2020-01-01", "dropped at 0");
}

#[test]
fn every_filter_must_hold_of_the_same_event() {
    let cohort = requiring(
        r#"{ "any": { "domain": "drug", "where": [ { "age": { "min": 40 } }, { "start": { "to": "2020-01-01" } } ] } }"#,
    );
    check(&cohort, "born 1980, drug 20 on 2020-01-01", "in");
    check(&cohort, "born 1980, drug 20 on 2019-01-01, drug 20 on 2021-01-01", "dropped at 0");
}

#[test]
fn r4_a_window_is_closed_and_reads_starts() {
    let cohort = resolved(
        FIRST_A,
        r#"{ "require": { "any": { "domain": "drug",
             "during": { "from": { "d": -2 }, "to": { "d": 1 }, "of": "index" } } } }"#,
    );
    let with_drug = |day: &str| format!("condition 10 on 2020-03-01, drug 20 on {day}");
    for (day, expected) in [
        ("2020-02-27", "dropped at 0"),
        ("2020-02-28", "in from 2020-03-01"),
        ("2020-03-02", "in from 2020-03-01"),
        ("2020-03-03", "dropped at 0"),
        ("2020-02-01 to 2020-03-01", "dropped at 0"),
    ] {
        check(&cohort, &with_drug(day), expected);
    }
}

#[test]
fn r4_an_unbounded_edge_has_no_limit() {
    let before = resolved(
        FIRST_A,
        r#"{ "exclude": { "any": { "domain": "drug",
             "during": { "from": "unbounded", "to": { "d": -1 }, "of": "index" } } } }"#,
    );
    check(&before, "condition 10 on 2020-03-01, drug 20 on 1900-01-01", "dropped at 0");
    check(&before, "condition 10 on 2020-03-01, drug 20 on 2020-03-01", "in from 2020-03-01");
}

#[test]
fn the_largest_windows_do_not_overflow() {
    let cohort = resolved(
        FIRST_A,
        r#"{ "require": { "any": { "domain": "drug",
             "during": { "from": { "d": -2147483648 }, "to": { "d": 2147483647 }, "of": "index" } } } }"#,
    );
    check(&cohort, "condition 10 on 9999-12-31, drug 20 on 0001-01-01", "in from 9999-12-31");
}

#[test]
fn r5_first_a_then_b_counts_from_the_first_a_alone() {
    let then = |from: i32| {
        requiring(&format!(
            r#"{{ "any": {{ "domain": "drug", "concepts": {{ "set": "b" }},
                 "during": {{ "from": {{ "d": {from} }}, "to": {{ "d": 30 }},
                     "of": {{ "first": {{ "domain": "condition", "concepts": {{ "set": "a" }} }} }} }} }} }}"#
        ))
    };
    let cohort = then(0);
    check(&cohort, "condition 10 on 2020-01-01, drug 20 on 2020-01-31", "in");
    check(&cohort, "condition 10 on 2020-01-01, drug 20 on 2020-02-01", "dropped at 0");
    check(&cohort, "condition 10 on 2020-01-01, drug 20 on 2019-12-31", "dropped at 0");
    // A later A does not help.
    check(
        &cohort,
        "condition 10 on 2020-01-01, condition 10 on 2020-06-01, drug 20 on 2020-06-02",
        "dropped at 0",
    );
    // Without A there is no anchor, and without an anchor nothing is in the window.
    check(&cohort, "drug 20 on 2020-01-01", "dropped at 0");
    // Whether the same day counts is written.
    check(&cohort, "condition 10 on 2020-01-01, drug 20 on 2020-01-01", "in");
    check(&then(1), "condition 10 on 2020-01-01, drug 20 on 2020-01-01", "dropped at 0");
}

#[test]
fn r8_dates_are_distinct_start_days_of_any_concept() {
    let cohort = requiring(
        r#"{ "at_least": { "n": 2, "unit": "dates", "of": { "domain": "condition", "concepts": { "set": "a" } } } }"#,
    );
    check(&cohort, "condition 10 on 2020-01-01, condition 10 on 2020-01-01", "dropped at 0");
    check(&cohort, "condition 10 on 2020-01-01, condition 11 on 2020-01-01", "dropped at 0");
    check(&cohort, "condition 10 on 2020-01-01, condition 11 on 2020-01-02", "in");
    check(&cohort, "condition 10 on 2020-01-01, condition 20 on 2020-01-02", "dropped at 0");
}

#[test]
fn r7_the_unknown_are_dropped_by_require_and_kept_by_exclude() {
    let female = r#"{ "sex_at_birth": [ 8532 ] }"#;
    let require = requiring(female);
    let require_not = requiring(&format!(r#"{{ "not": {female} }}"#));
    let exclude = resolved(EVERYONE, &format!(r#"{{ "exclude": {female} }}"#));
    for (facts, required, required_not, excluded) in [
        ("sex 8532", "in", "dropped at 0", "dropped at 0"),
        ("sex 8507", "dropped at 0", "in", "in"),
        ("sex 0", "dropped at 0", "dropped at 0", "in"),
        ("", "dropped at 0", "dropped at 0", "in"),
    ] {
        check(&require, facts, required);
        check(&require_not, facts, required_not);
        check(&exclude, facts, excluded);
    }
}

#[test]
fn r7_groups_decide_as_soon_as_what_is_known_decides() {
    let sex_and_drug = r#"[ { "sex_at_birth": [ 8532 ] }, { "any": { "domain": "drug" } } ]"#;
    let not_all = requiring(&format!(r#"{{ "not": {{ "all": {sex_and_drug} }} }}"#));
    check(&not_all, "", "in");
    check(&not_all, "drug 20 on 2020-01-01", "dropped at 0");
    let any = requiring(&format!(r#"{{ "any_of": {sex_and_drug} }}"#));
    check(&any, "drug 20 on 2020-01-01", "in");
    check(&any, "", "dropped at 0");
}

#[test]
fn statements_about_events_are_never_unknown() {
    let none = requiring(r#"{ "none": { "domain": "drug", "where": [ { "age": { "min": 40 } } ] } }"#);
    check(&none, "", "in");
    // The age is unknown, so the event is not kept, so there is none.
    check(&none, "drug 20 on 2020-01-01", "in");
    check(&none, "born 1970, drug 20 on 2020-01-01", "dropped at 0");
}

#[test]
fn age_at_index_is_the_age_on_the_day_of_entry() {
    let cohort = resolved(FIRST_A, r#"{ "require": { "age_at_index": { "min": 18 } } }"#);
    check(&cohort, "born 2000-03-01, condition 10 on 2018-02-28, condition 10 on 2018-03-01", "dropped at 0");
    check(&cohort, "born 2000-03-01, condition 10 on 2018-03-01", "in from 2018-03-01");
    check(&cohort, "condition 10 on 2018-03-01", "dropped at 0");
}

#[test]
fn r10_steps_run_in_order_and_are_counted_one_by_one() {
    let cohort = resolved(
        FIRST_A,
        r#"{ "label": "adult", "require": { "age_at_index": { "min": 18 } } },
           { "label": "female", "exclude": { "sex_at_birth": [ 8532 ] } }"#,
    );
    let people = [
        "",
        "condition 10 on 2020-01-01",
        "born 2010, condition 10 on 2020-01-01",
        "born 1990, condition 10 on 2020-01-01",
        "born 1990, sex 8507, condition 10 on 2020-01-01",
        "born 1990, sex 8532, condition 10 on 2020-01-01",
    ]
    .map(person);
    let attrition = attrition(&cohort, &people);
    assert_eq!((attrition.universe, attrition.entered, attrition.included), (6, 5, 2));
    let steps: Vec<_> = attrition
        .steps
        .iter()
        .map(|step| (step.label.as_ref().unwrap().as_str(), step.before, step.dropped, step.unknown))
        .collect();
    assert_eq!(steps, [("adult", 5, 2, 1), ("female", 3, 1, 1)]);
}
