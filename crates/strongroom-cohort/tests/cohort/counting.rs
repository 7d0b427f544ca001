//! R8: what is counted, and what is the same.

use super::people::{AOU, CIRCE, NATIVE, entries, records, true_of};

#[test]
fn rows_dates_visits_concepts_and_distinct_columns() {
    // Four rows, three days, two known visits, two concepts, two values.
    let who = "c10 0 @1 value=5; c10 0 @1 value=5; c11 3 @2 value=7; c11 8";
    for (unit, n) in [
        ("rows", 4),
        ("dates", 3),
        ("visits", 2),
        ("concepts", 2),
        ("distinct value", 2),
        ("distinct start", 3),
        ("distinct visit", 2),
        ("distinct days_supply", 0),
        ("distinct duration", 1),
    ] {
        assert!(true_of(NATIVE, &format!("exactly {n} {unit} of conditions in a"), who), "{unit}");
        assert!(!true_of(NATIVE, &format!("not {n} {unit} of conditions in a"), who), "{unit}");
        assert!(true_of(NATIVE, &format!("count {unit} of conditions in a = {n}"), who), "{unit}");
    }
}

#[test]
fn each_test_of_a_count() {
    // Two rows.
    for (test, expected) in [
        ("at least 2", true),
        ("at least 3", false),
        ("at least 0", true),
        ("at most 2", true),
        ("at most 1", false),
        ("exactly 2", true),
        ("exactly 0", false),
        ("not 2", false),
        ("not 3", true),
        ("between 1 and 2", true),
        ("between 3 and 9", false),
        ("between 0 and 1", false),
    ] {
        assert_eq!(
            true_of(NATIVE, &format!("{test} rows of conditions in a"), "c10 0; c10 1"),
            expected,
            "{test}"
        );
    }
    for statement in
        ["no conditions in a", "at most 0 rows of conditions in a", "exactly 0 dates of conditions in a"]
    {
        assert!(true_of(NATIVE, statement, ""), "{statement}");
    }
    assert!(!true_of(NATIVE, "any conditions in a", ""));
}

#[test]
fn so_many_within_some_days() {
    for (who, within, expected) in [
        ("c10 0; c10 10; c10 20", "20d", true),
        ("c10 0; c10 10; c10 20", "19d", false),
        ("c10 0; c10 100; c10 110; c10 119", "19d", true),
        // Two of one day are one date.
        ("c10 0; c10 0; c10 1", "30d", false),
        // In any order of the rows.
        ("c10 20; c10 0; c10 10", "20d", true),
        ("c10 2020-01-31; c10 2020-02-10; c10 2020-03-01", "1mo", true),
        ("c10 2020-01-31; c10 2020-02-10; c10 2020-03-02", "1mo", false),
        ("c10 0; c10 5; c10 ?", "9d", false),
    ] {
        let statement = format!("at least 3 dates of conditions in a within {within}");
        assert_eq!(true_of(NATIVE, &statement, who), expected, "{who} within {within}");
    }
    assert!(true_of(NATIVE, "at most 0 rows of conditions in a within 5d", ""));
    // Two values close to each other, not just two rows.
    let values = "at least 2 distinct value of measurements in a within 5d";
    assert!(!true_of(NATIVE, values, "m10 0 value=1; m10 1 value=1; m10 9 value=2"));
    assert!(true_of(NATIVE, values, "m10 0 value=1; m10 1 value=1; m10 5 value=2"));
}

#[test]
fn each_concept_by_itself() {
    let statement = "at least 2 dates per concept of conditions in a";
    assert!(!true_of(NATIVE, statement, "c10 0; c11 1"));
    assert!(true_of(NATIVE, statement, "c10 0; c11 1; c11 2"));
    assert!(!true_of(NATIVE, statement, "c11 1; c11 1"));
    // Concept 0 is no concept, except to the profiles that take it as it is.
    let any = "at least 2 rows per concept of conditions";
    assert!(!true_of(NATIVE, any, "c0 0; c0 1"));
    assert!(true_of(CIRCE, any, "c0 0; c0 1"));
    assert!(true_of(AOU, any, "c0 0; c0 1"));
    assert!(true_of(NATIVE, "exactly 0 concepts of conditions", "c0 0; c 1"));
}

#[test]
fn an_event_is_its_record() {
    // Equal content is no equality; the same record found twice is one.
    assert!(true_of(NATIVE, "exactly 2 rows of conditions in a", "c10 0; c10 0"));
    let twice = "union { conditions in a  conditions in a where start >= 2020-01-01 }";
    assert_eq!(records(NATIVE, "unbounded", twice, "c10 0; c10 5"), "1 2");
    // One number in two tables is two records.
    let both = "union { conditions in a  drugs in a }";
    assert!(true_of(NATIVE, &format!("exactly 2 rows of {both}"), "c10 0 #7; d10 0 #7"));
    // Circe tells a record with other days from itself.
    let moved = "union { conditions in a  conditions in a as interval [start +1d, end +1d] }";
    assert!(true_of(NATIVE, &format!("exactly 1 rows of {moved}"), "c10 0"));
    assert!(true_of(CIRCE, &format!("exactly 2 rows of {moved}"), "c10 0"));
    assert!(true_of(CIRCE, &format!("exactly 1 rows of {twice}"), "c10 0"));
}

#[test]
fn kinds_of_events_stay_apart_except_in_the_cohort_builder() {
    assert!(!true_of(NATIVE, "any conditions in a", "d10 0"));
    assert!(!true_of(CIRCE, "any conditions in a", "d10 0"));
    assert!(true_of(AOU, "any conditions in a", "d10 0"));
    // Without concepts the kind is all there is.
    assert!(!true_of(AOU, "any conditions", "d10 0"));
    for (who, expected) in
        [("c10 0", true), ("m10 0", true), ("obs 0..9", false), ("death10 0", true), ("v 0", false)]
    {
        assert_eq!(true_of(NATIVE, "any events", who), expected, "{who}");
    }
    assert!(!true_of(AOU, "any events", "death10 0"));
}

#[test]
fn entries_of_cohorts_are_rows() {
    let items = "cohort ill { observed unbounded\nentry: conditions in a, all\nexit: end\nmerge gap 0d }
                 cohort c { observed unbounded\npeople where exactly 2 rows of cohort ill }";
    assert_eq!(super::people::entries_of(NATIVE, items, "c10 0..3; c10 2..5; c10 9"), "in");
    assert_eq!(entries(NATIVE, "entry: conditions in a, all", "c10 0; c10 0; c10 4"), "0..0 4..4");
}
