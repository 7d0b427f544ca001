//! R9 and R10: which of several events is taken, and the order of steps.

use super::people::{AOU, CIRCE, NATIVE, entries, records};

#[test]
fn picks_follow_one_order() {
    // Native: start, end, table, record. Circe: start, then record; the last is the smallest record
    // of the latest day. The cohort builder keeps every tie.
    for (pick, who, native, circe, aou) in [
        ("first", "c10 3 #1; c10 1 #2", "2", "2", "2"),
        ("last", "c10 3 #1; c10 1 #2", "1", "1", "1"),
        ("first", "c10 1..9 #1; c10 1..5 #2", "2", "1", "1 2"),
        ("last", "c10 1..9 #1; c10 1..5 #2", "1", "1", "1 2"),
        ("first", "c10 1..5 #2; c10 1..5 #1", "1", "1", "1 2"),
        ("last", "c10 1..5 #2; c10 1..5 #1", "2", "1", "1 2"),
        ("nth 2", "c10 5 #1; c10 1 #2; c10 3 #3", "3", "3", "3"),
        ("nth 4", "c10 5 #1; c10 1 #2; c10 3 #3", "", "", ""),
        ("nth 2", "c10 1 #1; c10 1 #2; c10 3 #3", "2", "2", "3"),
        // What has no day is never taken by position.
        ("first", "c10 ? #1; c10 5 #2", "2", "2", "2"),
        ("last", "c10 ? #1", "", "", ""),
    ] {
        let events = format!("conditions in a keep {pick}");
        for (profile, expected) in [(NATIVE, native), (CIRCE, circe), (AOU, aou)] {
            assert_eq!(
                records(profile, "unbounded", &events, who),
                expected,
                "{pick} of {who} under {profile}"
            );
        }
    }
}

#[test]
fn tables_have_a_rank() {
    let events = "union { drugs in a  conditions in a } keep first";
    // Conditions come before drugs on one day, whatever the number of the record.
    assert_eq!(records(NATIVE, "unbounded", events, "d10 0 #1; c10 0 #2"), "2");
    assert_eq!(records(CIRCE, "unbounded", events, "d10 0..1 #1; c10 0..1 #2"), "1");
}

#[test]
fn filters_work_in_the_order_written() {
    let who = "c10 0 value=1 #1; c10 5 value=9 #2";
    assert_eq!(records(NATIVE, "unbounded", "conditions in a keep first where value > 5", who), "");
    assert_eq!(records(NATIVE, "unbounded", "conditions in a where value > 5 keep first", who), "2");
}

#[test]
fn steps_work_in_the_order_written() {
    let who = "obs 0..999; c10 10; c10 400";
    let first_then_history = "observed by observation_period; entry: conditions in a, all
        keep first; require observed [-365d, 0d]";
    let history_then_first = "observed by observation_period; entry: conditions in a, all
        require observed [-365d, 0d]; keep first";
    assert_eq!(entries(NATIVE, first_then_history, who), "-");
    assert_eq!(entries(NATIVE, history_then_first, who), "400..999");
}

#[test]
fn entries_are_picked_and_kept() {
    let who = "c10 0; c10 5; c10 9";
    for (entry, steps, expected) in [
        ("all", "", "0..0 5..5 9..9"),
        ("first", "", "0..0"),
        ("last", "", "9..9"),
        ("nth 2", "", "5..5"),
        ("all", "keep last", "9..9"),
        ("all", "keep nth 2", "5..5"),
        ("all", "keep nth 4", "-"),
        ("all", "keep all", "0..0 5..5 9..9"),
        ("all", "exclude date of index < 2020-01-03; keep first", "5..5"),
        ("all", "keep first; exclude date of index < 2020-01-03", "-"),
    ] {
        let clauses = format!("entry: conditions in a, {entry}; {steps}");
        assert_eq!(entries(NATIVE, &clauses, who), expected, "{entry} {steps}");
    }
}

#[test]
fn new_days_for_events() {
    for (interval, who, native) in [
        ("[start -3d, end +5d]", "c10 10..12", "7..17"),
        ("[end, end +1d]", "c10 10..12", "12..13"),
        ("[start, start]", "c10 10..12", "10..10"),
        // What would end before it starts is no event.
        ("[end, start]", "c10 10..12", "-"),
        ("[2020-01-05, 2020-01-09]", "c10 10..12", "4..8"),
        ("[start, 2020-01-09]", "c10 10..12", "-"),
    ] {
        let clauses = format!("entry: conditions in a as interval {interval}, all; exit: end");
        assert_eq!(entries(NATIVE, &clauses, who), native, "{interval}");
    }
    // Filters after it see the new days.
    assert_eq!(
        records(
            NATIVE,
            "unbounded",
            "conditions in a as interval [end, end] where start = 2020-01-06",
            "c10 0..5"
        ),
        "1"
    );
}

#[test]
fn aggregates_take_one_value() {
    let who = "d20 0; m30 -9 value=3; m30 -1 value=1; m30 4 value=8; m30 20 value=5; m30 30";
    for (aggregate, expected) in [
        ("first", 3.0),
        ("last", 5.0),
        ("nearest", 1.0),
        ("min", 1.0),
        ("max", 8.0),
        ("mean", 4.25),
        ("sum", 17.0),
    ] {
        let clauses =
            format!("entry: drugs in b, all; require {aggregate}(measurements in x).value = {expected}");
        assert_eq!(entries(NATIVE, &clauses, who), "0..0", "{aggregate}");
    }
    // Equally near: the earlier one.
    let clauses = "entry: drugs in b, all; require nearest(measurements in x).value = 1";
    assert_eq!(entries(NATIVE, clauses, "d20 0; m30 2 value=2; m30 -2 value=1"), "0..0");
    // Of one day: the smallest record.
    let clauses = "entry: drugs in b, all; require first(measurements in x).value = 1";
    assert_eq!(entries(NATIVE, clauses, "d20 0; m30 2 value=2 #9; m30 2 value=1 #8"), "0..0");
}
