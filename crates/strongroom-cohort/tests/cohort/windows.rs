//! R4, R5, R6: windows, what they are counted from, and observed time.

use super::people::{AOU, CIRCE, NATIVE, entries, entries_of, holds, records, true_of};

/// Of conditions on each of the days -6 to 6 those in a window around drug 20 at day 0, as days.
fn days_in(profile: &str, filter: &str, periods: &str) -> String {
    let conditions: Vec<_> = (-6..=6).map(|day| format!("c10 {day} #{}", day + 7)).collect();
    let who = format!("{}; d20 0 #99; {periods}", conditions.join("; "));
    let observed = if periods.is_empty() { "unbounded" } else { "by observation_period" };
    let anchor = if filter.contains(" of ") { "" } else { " of (drugs in b)" };
    let (window, rest) = filter.split_once('|').unwrap_or((filter, ""));
    let found = records(profile, observed, &format!("conditions in a {window}{anchor} {rest}"), &who);
    let days: Vec<i64> = found.split_whitespace().map(|record| record.parse::<i64>().unwrap() - 7).collect();
    let mut shown: Vec<(i64, i64)> = Vec::new();
    for day in days {
        match shown.last_mut() {
            Some((_, last)) if *last + 1 == day => *last = day,
            _ => shown.push((day, day)),
        }
    }
    shown.iter().map(|(first, last)| format!("{first}..{last}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn edges_take_their_day_or_leave_it_out() {
    for (window, expected) in [
        ("[-3d, 2d]", "-3..2"),
        ("(-3d, 2d)", "-2..1"),
        ("[-3d, 0d)", "-3..-1"),
        ("(0d, 2d]", "1..2"),
        ("[0d, 0d]", "0..0"),
        ("(0d, 0d]", ""),
        ("(0d, 1d)", ""),
        ("[2d, -2d]", ""),
        ("[-inf, inf]", "-6..6"),
        ("[-inf, -1d]", "-6..-1"),
        ("(-inf, 0d)", "-6..-1"),
        ("[4d, inf)", "4..6"),
        ("[-inf, -inf]", ""),
        ("[inf, inf]", ""),
        ("[1wk, inf]", ""),
        ("[-2147483648d, 0d]", "-6..0"),
        ("[0d, 2147483647d]", "0..6"),
        ("[2147483647d, inf]", ""),
        ("[-inf, -2147483648d]", ""),
    ] {
        for profile in [NATIVE, AOU] {
            assert_eq!(days_in(profile, &format!("during {window}"), ""), expected, "{window} {profile}");
        }
    }
}

/// R6: the window is cut to the interval around the anchor.
#[test]
fn native_windows_are_cut_to_the_interval_of_their_anchor() {
    for (filter, periods, expected) in [
        ("during [-inf, inf]", "obs -2..3", "-2..3"),
        ("during [-4d, 1d]", "obs -2..3", "-2..1"),
        ("during [-inf, inf] ", "obs -6..-3; obs -1..6", "-1..6"),
        // What touches or overlaps is one interval.
        ("during [-inf, inf]", "obs -6..-3; obs -2..2; obs 1..4", "-6..4"),
        // An anchor outside of observed time keeps nothing.
        ("during [-inf, inf]", "obs 2..6", ""),
    ] {
        assert_eq!(days_in(NATIVE, filter, periods), expected, "{filter} {periods}");
    }
    // What lies beyond an edge of the interval is not counted, whatever the edge of the window.
    for (window, condition, expected) in [
        ("[-4d, 1d]", -2, true),
        ("[-4d, 1d]", -3, false),
        ("[-1d, 9d]", 3, true),
        ("[-1d, 9d]", 4, false),
        ("[-inf, inf]", 4, false),
        ("[-1mo, 1mo]", -3, false),
    ] {
        let clauses = format!(
            "observed by observation_period; entry: drugs in b, first
             require any conditions in a during {window} of index"
        );
        let who = format!("obs -2..3; d20 0; c10 {condition}");
        assert_eq!(entries(NATIVE, &clauses, &who) != "-", expected, "{window} {condition}");
    }
    // Lifted for one criterion: seen by a count, because entries must be observed all the same.
    for (window, expected) in [("", false), ("ignoring observation", true)] {
        let clauses = format!(
            "observed by observation_period; entry: drugs in b, first
             require any conditions in a during [-inf, 0d] of index {window}"
        );
        assert_eq!(entries(NATIVE, &clauses, "obs -2..3; d20 0; c10 -5") != "-", expected);
    }
}

/// Circe: the row must start in the anchor's own period; infinite edges are the period's.
#[test]
fn circe_windows_look_into_the_period_of_their_anchor() {
    for (filter, periods, expected) in [
        ("during [-inf, inf]", "obs -2..3", "-2..3"),
        ("during [-4d, 1d]", "obs -2..3", "-2..1"),
        // Periods that touch stay apart.
        ("during [-inf, inf]", "obs -6..-1; obs 0..6", "0..6"),
        // `All days after` as a first edge is the period's last day, and the other way round.
        ("during [inf, inf]", "obs -2..3", "3..3"),
        ("during [-inf, -inf]", "obs -2..3", "-2..-2"),
        ("during [-inf, inf]", "obs 2..6", ""),
    ] {
        assert_eq!(days_in(CIRCE, filter, periods), expected, "{filter} {periods}");
    }
}

#[test]
fn circe_infinite_edges_bound_nothing_where_observation_is_ignored() {
    for (window, condition, expected) in [
        ("[-inf, 0d]", -50, true),
        ("[-inf, 0d]", 1, false),
        // On either side an infinite edge is then no bound at all.
        ("[inf, 0d]", -50, true),
        ("[0d, -inf]", 50, true),
        ("[0d, -inf]", -1, false),
    ] {
        let clauses = format!(
            "observed by observation_period; entry: drugs in b, first
             require any conditions in a during {window} of index ignoring observation"
        );
        let who = format!("obs -9..9; d20 0; c10 {condition}");
        assert_eq!(entries(CIRCE, &clauses, &who) != "-", expected, "{window} {condition}");
    }
}

#[test]
fn start_end_or_any_day_is_tested() {
    // A condition from -4 to 1, counted from day 0.
    for (filter, expected) in [
        ("during [-4d, -4d]", true),
        ("during [-3d, 5d]", false),
        ("ending during [1d, 1d]", true),
        ("ending during [-9d, 0d]", false),
        ("overlapping [0d, 0d]", true),
        ("overlapping [1d, 9d]", true),
        ("overlapping [2d, 9d]", false),
        ("overlapping [-9d, -4d]", true),
        ("overlapping [-9d, -5d]", false),
        ("overlapping [-inf, inf]", true),
        ("overlapping (0d, 0d)", false),
    ] {
        let statement = format!("any conditions in a {filter} of index");
        assert_eq!(holds(NATIVE, &statement, "c10 -4..1"), expected, "{filter}");
    }
}

#[test]
fn an_anchor_has_two_ends() {
    for (filter, expected) in [
        ("during [1d, 1d] of index", "-"),
        ("during [1d, 1d] of index end", "0..0"),
        ("during [1d, 1d] of (drugs in b) end", "0..0"),
        ("during [6d, 6d] of entry", "0..0"),
    ] {
        let clauses = format!("entry: drugs in b, first; require any conditions in a {filter}");
        assert_eq!(entries(NATIVE, &clauses, "d20 0..5; c10 6"), expected, "{filter}");
    }
    // The index day may be the end; `index` then means it, not the start of the event.
    let clauses =
        "entry: drugs in b, first; index: end; require any conditions in a during [1d, 1d] of index";
    assert_eq!(entries(NATIVE, clauses, "d20 0..5; c10 6"), "5..5");
    assert_eq!(entries(NATIVE, clauses, "d20 0..5; c10 1"), "-");
}

#[test]
fn any_first_last_and_each_row_of_an_anchor() {
    // Drugs on days 0 and 10; conditions follow the second by 1 and 2 days.
    let who = "d20 0; d20 10; c10 11; c10 12";
    for (filter, expected) in [
        ("during [0d, 2d] of (drugs in b)", true),
        ("during [0d, 2d] of any (drugs in b)", true),
        ("during [0d, 2d] of first (drugs in b)", false),
        ("during [0d, 2d] of last (drugs in b)", true),
        ("during [0d, 2d] of first (drugs in x)", false),
    ] {
        assert_eq!(true_of(NATIVE, &format!("any conditions in a {filter}"), who), expected, "{filter}");
    }
    // `any`: the two conditions count together; `each`: by each drug alone.
    let apart = "d20 0; d20 10; c10 1; c10 11";
    assert!(true_of(NATIVE, "at least 2 rows of conditions in a during [0d, 2d] of (drugs in b)", apart));
    assert!(!true_of(
        NATIVE,
        "at least 2 rows of conditions in a during [0d, 2d] of each (drugs in b)",
        apart
    ));
    assert!(true_of(NATIVE, "at least 2 rows of conditions in a during [0d, 2d] of each (drugs in b)", who));
    // Some drug is followed by nothing.
    let each = "at most 0 rows of conditions in a during [0d, 2d] of each (drugs in b)";
    assert!(true_of(NATIVE, each, who));
    assert!(!true_of(NATIVE, each, apart));
    // Without any drug there is one group, which is empty.
    assert!(true_of(NATIVE, each, "c10 0"));
}

#[test]
fn an_anchor_without_a_day_keeps_nothing() {
    assert_eq!(
        records(NATIVE, "unbounded", "conditions in a during [-inf, inf] of (drugs in b)", "c10 0"),
        ""
    );
    assert_eq!(
        records(NATIVE, "unbounded", "conditions in a during [-inf, inf] of (drugs in b)", "c10 0; d20 ?"),
        ""
    );
    // Neither does a row without a day lie in any window.
    assert_eq!(
        records(NATIVE, "unbounded", "conditions in a during [-inf, inf] of (drugs in b)", "c10 ?; d20 0"),
        ""
    );
    assert!(true_of(NATIVE, "any conditions in a", "c10 ?"));
}

#[test]
fn windows_around_the_row_that_is_filtered() {
    let events = "conditions in a where any drugs in b during [1d, 3d] of this";
    assert_eq!(records(NATIVE, "unbounded", events, "c10 0; c10 5; d20 8"), "2");
    let events = "conditions in a where no drugs in b during [0d, 0d] of this end";
    assert_eq!(records(NATIVE, "unbounded", events, "c10 0..8; c10 5; d20 8"), "2");
}

#[test]
fn entries_start_in_observed_time() {
    let clauses = "observed by observation_period; entry: conditions in a, all";
    assert_eq!(entries(NATIVE, clauses, "obs 0..10; c10 -1; c10 0; c10 10; c10 11"), "0..10 10..10");
    assert_eq!(entries(NATIVE, clauses, "c10 0"), "-");
    let payer = "observed by payer_plan_period; entry: conditions in a, all";
    assert_eq!(entries(NATIVE, payer, "obs 0..10; payer 5..8; c10 1; c10 6"), "6..8");
    let span = "observed by event_span; entry: conditions in a, all";
    assert_eq!(entries(NATIVE, span, "obs 0..99; c10 1; v 3..9"), "1..9");
}

#[test]
fn a_window_is_observed_if_one_interval_has_all_of_it() {
    for (window, periods, expected) in [
        ("[-5d, 0d]", "obs -5..9", true),
        ("[-6d, 0d]", "obs -5..9", false),
        ("(-6d, 0d]", "obs -5..9", true),
        ("[0d, 10d]", "obs -5..9", false),
        ("[-5d, 0d]", "obs -5..-3; obs -2..9", true),
        ("[-5d, 0d]", "obs -5..-4; obs -2..9", false),
        ("[-inf, inf]", "obs 0..0", true),
        ("[-1mo, 0d]", "obs -31..0", true),
        ("[-1mo, 0d]", "obs -30..0", false),
    ] {
        let clauses =
            format!("observed by observation_period; entry: drugs in b, all; require observed {window}");
        assert_eq!(
            entries(NATIVE, &clauses, &format!("{periods}; d20 0")) != "-",
            expected,
            "{window} {periods}"
        );
    }
    // Circe's periods stay apart even where they touch.
    let clauses = "observed by observation_period; entry: drugs in b, all; require observed [-5d, 0d]";
    assert_eq!(entries(CIRCE, clauses, "obs -5..-3; obs -2..9; d20 0"), "-");
    assert_eq!(entries(NATIVE, "entry: drugs in b, all; require observed [-999d, 999d]", "d20 0"), "0..0");
}

#[test]
fn membership_tests_the_days_of_entries() {
    for (during, expected) in [
        ("", true),
        ("during [0d, 0d] of index", false),
        ("during [-1d, 0d] of index", true),
        ("during [-inf, -5d] of index", true),
        ("during [-inf, -6d] of index", false),
    ] {
        let items = format!(
            "cohort ill {{ observed unbounded\nentry: conditions in a, all\nexit: end }}
             cohort c {{ observed unbounded\nentry: drugs in b, all\nrequire member of ill {during} }}"
        );
        assert_eq!(entries_of(NATIVE, &items, "c10 -5..-1; d20 0") != "-", expected, "{during}");
    }
}
