//! R12: the same visit.

use super::people::{AOU, CIRCE, NATIVE, entries, records};

#[test]
fn equal_known_visits_are_the_same() {
    // A condition of one visit and day, a drug of another.
    for (condition, drug, form, native, circe, aou) in [
        ("c10 0 @1", "d20 5 @1", "same visit", true, true, true),
        ("c10 0 @1", "d20 0 @2", "same visit", false, false, false),
        ("c10 0 @1", "d20 0", "same visit", false, false, false),
        // Two missing ones are one to the cohort builder.
        ("c10 0", "d20 5", "same visit", false, false, true),
        ("c10 0", "d20 0", "same visit or day", true, true, true),
        ("c10 0 @1", "d20 0 @2", "same visit or day", true, true, true),
        ("c10 0 @1", "d20 5 @1", "same visit or day", true, true, true),
        ("c10 0 @1", "d20 5 @2", "same visit or day", false, false, false),
        ("c10 0 @1", "d20 0 @1", "same visit and day", true, true, true),
        ("c10 0 @1", "d20 5 @1", "same visit and day", false, false, false),
        ("c10 0", "d20 0", "same visit and day", false, false, true),
        ("c10 0", "d20 5", "same visit and day", false, false, false),
        ("c10 ? @1", "d20 ? @2", "same visit or day", false, false, false),
    ] {
        let events = format!("conditions in a {form} as (drugs in b)");
        for (profile, expected) in [(NATIVE, native), (CIRCE, circe), (AOU, aou)] {
            let cohort = format!("people where any {events}");
            let found = entries(profile, &cohort, &format!("{condition}; {drug}")) == "in";
            assert_eq!(found, expected, "{condition} {form} {drug} under {profile}");
        }
    }
}

#[test]
fn a_visit_is_its_own_visit() {
    let events = "visits in x same visit as (conditions in a)";
    assert_eq!(records(NATIVE, "unbounded", events, "v30 0 #4 @4; v30 9 #5 @5; c10 2 @4"), "4");
    // `each`: the rows of one visit are counted by themselves.
    let statement = "at least 2 rows of conditions in a same visit as each (visits in x)";
    let clauses = format!("people where {statement}");
    assert_eq!(entries(NATIVE, &clauses, "v30 0 @4; v30 9 @5; c10 2 @4; c10 9 @5"), "-");
    assert_eq!(entries(NATIVE, &clauses, "v30 0 @4; v30 9 @5; c10 2 @4; c10 3 @4"), "in");
}

#[test]
fn the_kind_of_a_visit_is_a_column() {
    let events = "conditions in a where visit.kind in { OMOP:9201 }";
    assert_eq!(
        records(NATIVE, "unbounded", events, "c10 0 visit.kind=9201; c10 1 visit.kind=9202; c10 2"),
        "1"
    );
    let events = "conditions in a where visit.kind not in { OMOP:9201 }";
    assert_eq!(
        records(NATIVE, "unbounded", events, "c10 0 visit.kind=9201; c10 1 visit.kind=9202; c10 2"),
        "2"
    );
}
