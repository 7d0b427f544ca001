//! Correlated criteria of Circe: groups, windows around the index event, counts.
#![expect(clippy::needless_pass_by_value, reason = "cases read best when JSON is written in place")]

use serde_json::{Value, json};

use super::circe::check;

/// One criterion about drugs 20; `more` replaces or adds parts.
fn correlated(more: Value) -> Value {
    let mut criterion = json!({
        "Criteria": {"DrugExposure": {"CodesetId": 2}},
        "StartWindow": {"Start": {"Coeff": -1}, "End": {"Coeff": 1}, "UseEventEnd": false, "UseIndexEnd": false},
        "Occurrence": {"Type": 2, "Count": 1}
    });
    let Value::Object(more) = more else { panic!("an object") };
    criterion.as_object_mut().unwrap().extend(more);
    criterion
}

fn window(from: Value, to: Value) -> Value {
    json!({"StartWindow": {"Start": from, "End": to, "UseEventEnd": false, "UseIndexEnd": false}})
}

fn days(days: i64, coefficient: i64) -> Value {
    json!({"Days": days, "Coeff": coefficient})
}

fn all(coefficient: i64) -> Value {
    json!({"Coeff": coefficient})
}

/// Events that satisfy a group of these criteria.
fn rule(criteria: Value) -> Value {
    group(json!({"Type": "ALL", "CriteriaList": criteria, "DemographicCriteriaList": [], "Groups": []}))
}

fn group(group: Value) -> Value {
    json!({"InclusionRules": [{"name": "r", "expression": group}]})
}

#[test]
fn all_days_reach_to_the_edges_of_the_period() {
    check(
        rule(json!([correlated(json!({}))])),
        &[
            ("obs 0..20; c10 10; d20 0", "10..10"),
            ("obs 0..20; c10 10; d20 20", "10..10"),
            ("obs 0..20; c10 10; d20 21", "-"),
            // Only the index event's period, not another one.
            ("obs 0..20; obs 30..40; c10 10; d20 35", "-"),
            ("obs 0..20; obs 21..40; c10 10; d20 25", "-"),
        ],
    );
    let mut ignoring = correlated(window(all(-1), days(5, 1)));
    ignoring["IgnoreObservationPeriod"] = json!(true);
    check(
        rule(json!([ignoring])),
        &[
            ("obs 0..20; c10 10; d20 -99", "10..10"),
            ("obs 0..12; c10 10; d20 15", "10..10"),
            ("obs 0..20; c10 10; d20 16", "-"),
        ],
    );
    // `All days after` as the first edge is no bound then.
    let mut turned = correlated(window(all(1), days(5, 1)));
    turned["IgnoreObservationPeriod"] = json!(true);
    check(rule(json!([turned.clone()])), &[("obs 0..20; c10 10; d20 -99", "10..10")]);
    turned["IgnoreObservationPeriod"] = json!(false);
    check(
        rule(json!([turned])),
        &[("obs 0..20; c10 10; d20 12", "-"), ("obs 0..15; c10 10; d20 15", "10..10")],
    );
}

#[test]
fn windows_have_days_on_either_side() {
    check(
        rule(json!([correlated(window(days(3, -1), days(2, 1)))])),
        &[
            ("obs 0..99; c10 10; d20 7", "10..10"),
            ("obs 0..99; c10 10; d20 6", "-"),
            ("obs 0..99; c10 10; d20 12", "10..10"),
            ("obs 0..99; c10 10; d20 13", "-"),
            // Days are not cut to the period, but the row must start in it.
            ("obs 8..99; c10 10; d20 7", "-"),
        ],
    );
    let ends = json!({"StartWindow": {"Start": days(0, 1), "End": days(2, 1), "UseIndexEnd": true, "UseEventEnd": true}});
    check(
        rule(json!([correlated(ends)])),
        &[
            ("obs 0..99; c10 10..20; d20 5..21", "10..10"),
            ("obs 0..99; c10 10..20; d20 5..23", "-"),
            ("obs 9..99; c10 10..20; d20 5..21", "-"),
        ],
    );
    // A second window tests the end unless it says otherwise, from the start of the index.
    let second = |more: Value| {
        let mut end = json!({"Start": days(0, 1), "End": days(5, 1)});
        end.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let mut criterion = correlated(json!({}));
        criterion["EndWindow"] = end;
        rule(json!([criterion]))
    };
    check(
        second(json!({})),
        &[("obs 0..99; c10 10; d20 2..12", "10..10"), ("obs 0..99; c10 10; d20 12..20", "-")],
    );
    check(
        second(json!({"UseEventEnd": false})),
        &[("obs 0..99; c10 10; d20 2..12", "-"), ("obs 0..99; c10 10; d20 12..20", "10..10")],
    );
    check(second(json!({"UseIndexEnd": true})), &[("obs 0..99; c10 10..20; d20 2..22", "10..10")]);
    // `All days after` on the end also asks it to lie in the period.
    let mut open = correlated(json!({}));
    open["EndWindow"] = json!({"Start": days(0, 1), "End": all(1)});
    check(
        rule(json!([open])),
        &[("obs 0..30; c10 10; d20 12..20", "10..10"), ("obs 0..30; c10 10; d20 12..31", "-")],
    );
}

#[test]
fn the_index_event_counts_itself() {
    let same = |count: i64, window: Value| {
        let mut criterion = correlated(window);
        criterion["Criteria"] = json!({"ConditionOccurrence": {"CodesetId": 1}});
        criterion["Occurrence"] = json!({"Type": 2, "Count": count});
        rule(json!([criterion]))
    };
    check(same(1, window(days(0, 1), days(0, 1))), &[("obs 0..99; c10 10", "10..10")]);
    check(
        same(2, window(days(0, 1), days(9, 1))),
        &[("obs 0..99; c10 10", "-"), ("obs 0..99; c10 10; c10 12", "10..10")],
    );
    check(same(1, window(days(1, 1), days(9, 1))), &[("obs 0..99; c10 10", "-")]);
}

#[test]
fn counts_and_zero() {
    let occurrence = |kind: i64, count: i64| {
        rule(json!([correlated(json!({"Occurrence": {"Type": kind, "Count": count}}))]))
    };
    let (none, one, two) =
        ("obs 0..99; c10 10", "obs 0..99; c10 10; d20 5", "obs 0..99; c10 10; d20 5; d20 6");
    let (yes, no) = ("10..10", "-");
    for ((kind, count), expected) in [
        ((0, 0), [yes, no, no]),
        ((0, 1), [no, yes, no]),
        ((1, 0), [yes, no, no]),
        ((1, 1), [yes, yes, no]),
        ((2, 0), [yes, yes, yes]),
        ((2, 1), [no, yes, yes]),
        ((2, 2), [no, no, yes]),
    ] {
        check(occurrence(kind, count), &[(none, expected[0]), (one, expected[1]), (two, expected[2])]);
    }
}

#[test]
fn distinct_counts_take_known_values_of_a_column() {
    let distinct = |column: Value, is_distinct: bool| {
        let occurrence = json!({"Type": 2, "Count": 2, "IsDistinct": is_distinct, "CountColumn": column});
        rule(json!([correlated(json!({"Occurrence": occurrence}))]))
    };
    let (same_day, two_days, two_concepts) = (
        "obs 0..99; c10 10; d20 5; d20 5",
        "obs 0..99; c10 10; d20 5; d20 6",
        "obs 0..99; c10 10; d20 5; d21 5",
    );
    check(distinct(json!("START_DATE"), true), &[(same_day, "-"), (two_days, "10..10"), (two_concepts, "-")]);
    check(
        distinct(json!("DOMAIN_CONCEPT"), true),
        &[(same_day, "-"), (two_days, "-"), (two_concepts, "10..10")],
    );
    check(distinct(Value::Null, true), &[(two_days, "-"), (two_concepts, "10..10")]);
    // Without the flag the column has no effect.
    check(distinct(json!("START_DATE"), false), &[(same_day, "10..10")]);
    check(
        distinct(json!("VISIT_ID"), true),
        &[("obs 0..99; c10 10; d20 5 @1; d20 6", "-"), ("obs 0..99; c10 10; d20 5 @1; d20 6 @2", "10..10")],
    );
}

#[test]
fn a_restricted_visit_is_known_on_both_sides() {
    let mut criterion = correlated(json!({}));
    criterion["RestrictVisit"] = json!(true);
    check(
        rule(json!([criterion])),
        &[
            ("obs 0..99; c10 10 @1; d20 5 @1", "10..10"),
            ("obs 0..99; c10 10 @1; d20 5 @2", "-"),
            ("obs 0..99; c10 10; d20 5", "-"),
            ("obs 0..99; c10 10 @1; d20 5", "-"),
        ],
    );
}

#[test]
fn groups_count_their_true_members() {
    let drug = || correlated(json!({}));
    let procedure = || correlated(json!({"Criteria": {"ProcedureOccurrence": {"CodesetId": 3}}}));
    let of = |kind: &str, count: i64| {
        group(json!({"Type": kind, "Count": count, "CriteriaList": [drug(), procedure()],
                     "DemographicCriteriaList": [], "Groups": []}))
    };
    let (none, one, two) =
        ("obs 0..99; c10 10", "obs 0..99; c10 10; d20 5", "obs 0..99; c10 10; d20 5; p30 6");
    let (yes, no) = ("10..10", "-");
    for (kind, count, expected) in [
        ("ALL", 0, [no, no, yes]),
        ("ANY", 0, [no, yes, yes]),
        ("any", 0, [no, yes, yes]),
        ("AT_LEAST", 2, [no, no, yes]),
        ("AT_LEAST", 0, [yes, yes, yes]),
        ("AT_MOST", 0, [yes, no, no]),
        ("AT_MOST", 1, [yes, yes, no]),
    ] {
        check(of(kind, count), &[(none, expected[0]), (one, expected[1]), (two, expected[2])]);
    }
    // Groups in groups are members like any other; one without members is true.
    let empty = json!({"Type": "ANY", "CriteriaList": [], "DemographicCriteriaList": [], "Groups": []});
    check(group(empty), &[(none, yes)]);
    let inner = json!({"Type": "AT_MOST", "Count": 0, "CriteriaList": [drug()], "DemographicCriteriaList": [], "Groups": []});
    let outer = json!({"Type": "ALL", "CriteriaList": [procedure()], "DemographicCriteriaList": [], "Groups": [inner]});
    check(group(outer), &[(two, no), ("obs 0..99; c10 10; p30 5", yes), (none, no)]);
}

#[test]
fn demographics_are_asked_at_the_index_and_unknown_is_false() {
    let of = |kind: &str, demographic: Value| {
        group(json!({"Type": kind, "Count": 0, "CriteriaList": [], "Groups": [],
                     "DemographicCriteriaList": [demographic]}))
    };
    let age = json!({"Age": {"Value": 40, "Op": "gte"}});
    check(
        of("ALL", age.clone()),
        &[("born 1980-12-31; obs 0..99; c10 10", "10..10"), ("obs 0..99; c10 10", "-")],
    );
    // Nobody knows the age: not a true member.
    check(of("AT_MOST", age), &[("obs 0..99; c10 10", "10..10"), ("born 1980; obs 0..99; c10 10", "-")]);
    let gender = json!({"Gender": [{"CONCEPT_ID": 8532}]});
    check(
        of("ALL", gender),
        &[
            ("gender 8532; obs 0..99; c10 10", "10..10"),
            ("gender 8507; obs 0..99; c10 10", "-"),
            ("obs 0..99; c10 10", "-"),
        ],
    );
}

#[test]
fn a_nested_group_makes_its_record_the_index() {
    // Drugs that are followed by a procedure within 5 days.
    let nested = |kind: i64, count: i64, ignoring: bool| {
        let inner = json!({
            "Criteria": {"ProcedureOccurrence": {"CodesetId": 3}},
            "StartWindow": {"Start": days(0, 1), "End": days(5, 1), "UseEventEnd": false, "UseIndexEnd": false},
            "Occurrence": {"Type": kind, "Count": count},
            "IgnoreObservationPeriod": ignoring
        });
        let group =
            json!({"Type": "ALL", "CriteriaList": [inner], "DemographicCriteriaList": [], "Groups": []});
        let mut criterion =
            correlated(json!({"Criteria": {"DrugExposure": {"CodesetId": 2, "CorrelatedCriteria": group}}}));
        criterion["IgnoreObservationPeriod"] = json!(true);
        rule(json!([criterion]))
    };
    check(
        nested(2, 1, false),
        &[
            ("obs 0..99; c10 10; d20 50; p30 52", "10..10"),
            ("obs 0..99; c10 10; d20 50; p30 12", "-"),
            // Bounded by the period of the drug, not that of the condition.
            ("obs 0..20; obs 40..60; c10 10; d20 50; p30 52", "10..10"),
            ("obs 0..20; obs 40..51; c10 10; d20 50; p30 52", "-"),
            // A record outside of every period fails, although the outer criterion ignores periods.
            ("obs 0..20; c10 10; d20 50; p30 52", "-"),
        ],
    );
    // Even where nothing is asked for, and where the inner criterion ignores them.
    check(
        nested(0, 0, false),
        &[("obs 0..20; c10 10; d20 50", "-"), ("obs 0..99; c10 10; d20 50", "10..10")],
    );
    check(
        nested(0, 0, true),
        &[("obs 0..20; c10 10; d20 50", "-"), ("obs 0..60; c10 10; d20 50; p30 52", "-")],
    );
}

#[test]
fn drug_dates_that_filter_the_start() {
    let primary = json!({"PrimaryCriteria": {
        "CriteriaList": [{"DrugExposure": {"CodesetId": 2, "OccurrenceEndDate": {"Value": "2020-01-10", "Op": "lt"}}}],
        "ObservationWindow": {"PriorDays": 0, "PostDays": 0}, "PrimaryCriteriaLimit": {"Type": "All"}
    }});
    check(primary, &[("obs 0..99; d20 5..50", "5..5"), ("obs 0..99; d20 9..50", "-")]);
}
