//! The order in which Circe does things: each case is one quirk of its SQL, written as the JSON that
//! ATLAS exports and run through the import.
#![expect(clippy::needless_pass_by_value, reason = "cases read best when JSON is written in place")]

use serde_json::{Value, json};
use strongroom_cohort::reference::evaluate;
use strongroom_cohort::{CohortName, Limits, circe, resolve};

use super::people::{person, shown, vocabulary};

fn set(id: u8, concept: i64) -> Value {
    json!({"id": id, "name": "s", "expression": {"items": [
        {"concept": {"CONCEPT_ID": concept}, "includeDescendants": true}
    ]}})
}

/// A definition with conditions 10 as primary events; `more` replaces or adds parts.
pub(crate) fn definition(more: Value) -> Value {
    let mut definition = json!({
        "ConceptSets": [set(1, 10), set(2, 20), set(3, 30)],
        "PrimaryCriteria": {
            "CriteriaList": [{"ConditionOccurrence": {"CodesetId": 1}}],
            "ObservationWindow": {"PriorDays": 0, "PostDays": 0},
            "PrimaryCriteriaLimit": {"Type": "All"}
        },
        "QualifiedLimit": {"Type": "All"},
        "ExpressionLimit": {"Type": "All"},
        "InclusionRules": [],
        "CensoringCriteria": [],
        "EndStrategy": {"DateOffset": {"DateField": "StartDate", "Offset": 0}},
        "CollapseSettings": {"CollapseType": "ERA", "EraPad": 0}
    });
    let Value::Object(more) = more else { panic!("an object") };
    definition.as_object_mut().unwrap().extend(more);
    definition
}

pub(crate) fn run(definition: &Value, who: &str) -> String {
    let name = CohortName::new("c").unwrap();
    let read = circe::import(&definition.to_string(), name, &Limits::default())
        .unwrap_or_else(|error| panic!("{definition}\n{error}"));
    let cohort = resolve(&read, &vocabulary(), &Limits::default()).unwrap_or_else(|error| panic!("{error}"));
    shown(&evaluate(&cohort, &person(who)))
}

#[track_caller]
pub(crate) fn check(more: Value, cases: &[(&str, &str)]) {
    let definition = definition(more);
    for (who, expected) in cases {
        assert_eq!(run(&definition, who), *expected, "{who}");
    }
}

fn primary(criteria: Value, limit: &str, prior: i64, post: i64) -> Value {
    json!({"PrimaryCriteria": {
        "CriteriaList": criteria,
        "ObservationWindow": {"PriorDays": prior, "PostDays": post},
        "PrimaryCriteriaLimit": {"Type": limit}
    }})
}

/// Together with `more`.
fn and(mut one: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("an object") };
    one.as_object_mut().unwrap().extend(more);
    one
}

/// A group with one rule: at least one drug 20 between two days of the index.
fn drug_between(from: (i64, i64), to: (i64, i64)) -> Value {
    json!({"Type": "ALL", "CriteriaList": [{
        "Criteria": {"DrugExposure": {"CodesetId": 2}},
        "StartWindow": {"Start": {"Days": from.0, "Coeff": from.1}, "End": {"Days": to.0, "Coeff": to.1},
                        "UseIndexEnd": false, "UseEventEnd": false},
        "Occurrence": {"Type": 2, "Count": 1}
    }], "DemographicCriteriaList": [], "Groups": []})
}

#[test]
fn first_comes_before_every_other_filter() {
    let dated = |first: bool| {
        let criterion = json!({"CodesetId": 1, "First": first,
            "OccurrenceStartDate": {"Value": "2020-01-05", "Op": "gte"}});
        primary(json!([{"ConditionOccurrence": criterion}]), "All", 0, 0)
    };
    check(dated(true), &[("obs 0..99; c10 1; c10 9", "-"), ("obs 0..99; c10 9; c10 19", "9..9")]);
    check(dated(false), &[("obs 0..99; c10 1; c10 9", "9..9")]);
    // But after the concept sets, and whether or not it is observed.
    check(dated(true), &[("obs 0..99; c20 1; c10 9", "9..9"), ("obs 5..99; c10 1; c10 9", "-")]);
    // By the record's day, then its number.
    let aged =
        json!({"CodesetId": 1, "First": true, "OccurrenceEndDate": {"Value": "2020-01-05", "Op": "lt"}});
    let aged = primary(json!([{"ConditionOccurrence": aged}]), "All", 0, 0);
    check(
        aged,
        &[("obs 0..99; c10 1..9 #2; c10 1..2 #3", "-"), ("obs 0..99; c10 1..9 #4; c10 1..2 #3", "1..1")],
    );
}

#[test]
fn primary_events_start_in_a_period_with_its_margins() {
    let plain = json!([{"ConditionOccurrence": {"CodesetId": 1}}]);
    check(
        primary(plain.clone(), "All", 10, 5),
        &[
            ("obs 0..99; c10 10", "10..10"),
            ("obs 0..99; c10 9", "-"),
            ("obs 0..99; c10 94", "94..94"),
            ("obs 0..99; c10 95", "-"),
            // Two periods that touch are not one.
            ("obs 0..19; obs 20..99; c10 25", "-"),
            // The end is not checked.
            ("obs 0..99; c10 50..500", "50..50"),
            ("c10 50", "-"),
        ],
    );
    // The limit counts only the events that passed.
    check(
        primary(plain.clone(), "First", 10, 0),
        &[("obs 0..99; c10 5; c10 30; c10 40", "30..30"), ("obs 0..99; c10 30; c10 20", "20..20")],
    );
    check(primary(plain, "Last", 10, 0), &[("obs 0..99; c10 5; c10 30; c10 40", "40..40")]);
    // A criterion without a codeset takes every record, of concept 0 as well.
    check(
        primary(json!([{"ConditionOccurrence": {}}]), "All", 0, 0),
        &[("obs 0..99; c0 3; c40 9", "3..3 9..9")],
    );
}

#[test]
fn an_event_in_two_overlapping_periods_enters_twice() {
    let more = json!({"EndStrategy": null});
    check(more, &[("obs 0..20; obs 10..40; c10 15", "15..40"), ("obs 0..20; obs 10..40; c10 5", "5..20")]);
    // Each entry looks into its own period.
    let rule = json!([{"name": "r", "expression": drug_between((9, 1), (99, 1))}]);
    let more = and(json!({"EndStrategy": null}), json!({"InclusionRules": rule}));
    check(
        more,
        &[
            ("obs 0..20; obs 10..40; c10 15; d20 30", "15..40"),
            ("obs 0..20; obs 10..28; c10 15; d20 30", "-"),
        ],
    );
}

#[test]
fn the_qualified_limit_needs_additional_criteria() {
    let additional = drug_between((0, -1), (5, 1));
    let who = "obs 0..99; c10 10; c10 20; c10 30; d20 21; d20 31";
    let with = |limit: &str, additional: Value| {
        let more = json!({"QualifiedLimit": {"Type": limit}});
        if additional.is_null() { more } else { and(more, json!({"AdditionalCriteria": additional})) }
    };
    check(with("First", additional.clone()), &[(who, "20..20")]);
    check(with("Last", additional.clone()), &[(who, "30..30")]);
    check(with("All", additional), &[(who, "20..20 30..30")]);
    check(with("First", Value::Null), &[(who, "10..10 20..20 30..30")]);
    // An empty group still makes the limit count.
    let empty = json!({"Type": "ALL", "CriteriaList": [], "DemographicCriteriaList": [], "Groups": []});
    check(with("First", empty), &[(who, "10..10")]);
}

#[test]
fn limits_come_in_the_order_of_the_pipeline() {
    let rule = json!([{"name": "r", "expression": drug_between((0, -1), (5, 1))}]);
    let who = "obs 0..99; c10 10; c10 20; c10 30; d20 21; d20 31";
    let more = |primary_limit: &str, limit: &str| {
        let list = json!([{"ConditionOccurrence": {"CodesetId": 1}}]);
        and(
            primary(list, primary_limit, 0, 0),
            json!({"InclusionRules": rule, "ExpressionLimit": {"Type": limit}}),
        )
    };
    // First of all events, which does not pass; first of those that pass.
    check(more("First", "All"), &[(who, "-")]);
    check(more("All", "First"), &[(who, "20..20")]);
    check(more("All", "Last"), &[(who, "30..30")]);
    check(more("Last", "First"), &[(who, "30..30")]);
    // Without a limit it is the first; names are read in any case.
    check(and(more("All", "All"), json!({"ExpressionLimit": {}})), &[(who, "20..20")]);
    check(more("All", "aLL"), &[(who, "20..20 30..30")]);
}

#[test]
fn the_days_of_a_date_offset_are_cut_and_may_vanish() {
    let offset =
        |field: &str, days: i64| json!({"EndStrategy": {"DateOffset": {"DateField": field, "Offset": days}}});
    check(offset("StartDate", 7), &[("obs 0..99; c10 5", "5..12"), ("obs 0..9; c10 5", "5..9")]);
    check(
        offset("EndDate", 0),
        &[("obs 0..99; c10 5", "5..6"), ("obs 0..99; c10 5..8", "5..8"), ("obs 0..6; c10 5..8", "5..6")],
    );
    // Before the start: the event vanishes, though its period goes on.
    check(offset("StartDate", -1), &[("obs 0..99; c10 5", "-")]);
    check(offset("EndDate", -2), &[("obs 0..99; c10 5..8; c10 20", "5..6")]);
    // A visit without an end has none to count from.
    let visits = primary(json!([{"VisitOccurrence": {"CodesetId": 1}}]), "All", 0, 0);
    check(and(visits, offset("EndDate", 5)), &[("obs 0..99; v10 5; v10 20..22", "20..27")]);
    // A censoring event gives it an end.
    let censored =
        and(offset("StartDate", -1), json!({"CensoringCriteria": [{"DrugExposure": {"CodesetId": 2}}]}));
    check(
        censored,
        &[
            ("obs 0..99; c10 5; d20 9", "5..9"),
            ("obs 0..99; c10 5; d20 3", "-"),
            ("obs 0..8; c10 5; d20 9", "-"),
        ],
    );
}

#[test]
fn without_a_strategy_entries_end_with_their_period() {
    check(
        json!({"EndStrategy": null}),
        &[("obs 0..20; obs 30..99; c10 5", "5..20"), ("obs 0..20; c10 5..50", "5..20")],
    );
    let censored = json!({"EndStrategy": null, "CensoringCriteria": [{"DrugExposure": {"CodesetId": 2}}]});
    check(
        censored,
        &[
            ("obs 0..20; c10 5; d20 5", "5..5"),
            ("obs 0..20; c10 5; d20 4; d20 12", "5..12"),
            ("obs 0..20; c10 5; d20 21", "5..20"),
        ],
    );
}

#[test]
fn custom_eras_join_across_gaps() {
    let era = |gap: i64, offset: i64| json!({"EndStrategy": {"CustomEra": {"DrugCodesetId": 2, "GapDays": gap, "Offset": offset}}});
    check(
        era(10, 0),
        &[
            ("obs 0..99; c10 5; d20 5..9; d20 19..25", "5..25"),
            ("obs 0..99; c10 5; d20 5..9; d20 20..25", "5..9"),
            // In no era: the period.
            ("obs 0..99; c10 5; d20 6..9", "5..99"),
            ("obs 0..20; c10 5; d20 5..9; d20 19..25", "5..20"),
            // Eras ignore periods.
            ("obs 4..99; c10 5; d20 0..3; d20 10..20", "5..20"),
            // A missing end is the supply's, else the next day.
            ("obs 0..99; c10 5; d20 5 days_supply=10; d20 25", "5..26"),
            // The source concept counts as well.
            ("obs 0..99; c10 5; d0/20 5..9", "5..9"),
        ],
    );
    check(
        era(0, 14),
        &[
            ("obs 0..99; c10 5; d20 5..9; d20 23..25", "5..39"),
            ("obs 0..99; c10 5; d20 5..9; d20 24..25", "5..23"),
        ],
    );
    let always = json!({"EndStrategy": {"CustomEra":
        {"DrugCodesetId": 2, "GapDays": 0, "Offset": 0, "DaysSupplyOverride": 7}}});
    check(always, &[("obs 0..99; c10 5; d20 5..50", "5..12")]);
}

#[test]
fn eras_collapse_at_their_edges() {
    let pad = |days: i64| {
        json!({"EndStrategy": {"DateOffset": {"DateField": "EndDate", "Offset": 0}},
               "CollapseSettings": {"CollapseType": "ERA", "EraPad": days}})
    };
    check(
        pad(0),
        &[
            ("obs 0..99; c10 0..5; c10 5..9", "0..9"),
            ("obs 0..99; c10 0..5; c10 6..9", "0..5 6..9"),
            ("obs 0..99; c10 0..5; c10 0..5", "0..5"),
            ("obs 0..99; c10 0..50; c10 10..20; c10 30..60", "0..60"),
        ],
    );
    check(
        pad(3),
        &[
            ("obs 0..99; c10 0..5; c10 8..9", "0..9"),
            ("obs 0..99; c10 0..5; c10 9..9", "0..5 9..9"),
            // Across periods.
            ("obs 0..5; obs 7..20; c10 0..5; c10 8..9", "0..9"),
        ],
    );
}

#[test]
fn the_censor_window_cuts_after_collapsing() {
    let window = |start: Value, end: Value| {
        json!({"EndStrategy": {"DateOffset": {"DateField": "EndDate", "Offset": 0}},
               "CollapseSettings": {"CollapseType": "ERA", "EraPad": 5},
               "CensorWindow": {"StartDate": start, "EndDate": end}})
    };
    let who = "obs 0..99; c10 0..5; c10 10..20; c10 50..60";
    check(window(Value::Null, Value::Null), &[(who, "0..20 50..60")]);
    check(window(json!("2020-01-09"), Value::Null), &[(who, "8..20 50..60")]);
    check(window(Value::Null, json!("2020-01-09")), &[(who, "0..8")]);
    check(window(json!("2020-02-01"), json!("2020-02-10")), &[(who, "-")]);
}

#[test]
fn ages_are_differences_of_years() {
    let aged = |op: &str, value: i64| {
        let criterion = json!({"CodesetId": 1, "Age": {"Value": value, "Op": op}});
        primary(json!([{"ConditionOccurrence": criterion}]), "All", 0, 0)
    };
    check(
        aged("eq", 40),
        &[("born 1980-12-31; obs 0..99; c10 0", "0..0"), ("born 1980; obs 0..99; c10 0", "0..0")],
    );
    check(aged("gte", 0), &[("obs 0..99; c10 0", "-")]);
    check(aged("lt", 99), &[("obs 0..99; c10 0", "-")]);
}

#[test]
fn adjusted_days_decide_everything_but_the_first() {
    let adjusted = |first: bool, start: i64, end: i64| {
        let criterion = json!({"CodesetId": 1, "First": first, "DateAdjustment":
            {"StartWith": "START_DATE", "StartOffset": start, "EndWith": "END_DATE", "EndOffset": end}});
        let ends = json!({"EndStrategy": {"DateOffset": {"DateField": "EndDate", "Offset": 0}}});
        and(primary(json!([{"ConditionOccurrence": criterion}]), "All", 0, 0), ends)
    };
    check(adjusted(false, 5, 10), &[("obs 0..99; c10 1..4", "6..14"), ("obs 5..99; c10 1..4", "6..14")]);
    // Records that would end before they start are dropped.
    check(adjusted(false, 5, 0), &[("obs 0..99; c10 1..4", "-"), ("obs 0..99; c10 1..6", "6..6")]);
    check(adjusted(true, 5, 0), &[("obs 0..99; c10 1..4; c10 20..40", "-")]);
}
