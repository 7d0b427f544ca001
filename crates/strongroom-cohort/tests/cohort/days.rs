//! R3: when events end, and what months are.

use super::people::{AOU, CIRCE, NATIVE, entries, records};

#[test]
fn a_missing_end_is_completed_by_the_profile() {
    for (who, native, circe) in [
        ("c10 0", "0..0", "0..1"),
        ("c10 0..9", "0..9", "0..9"),
        ("d10 0", "0..0", "0..1"),
        ("d10 0 days_supply=30", "0..0", "0..30"),
        ("d10 0 days_supply=0", "0..0", "0..0"),
        ("d10 0..3 days_supply=30", "0..3", "0..3"),
        // A procedure's own end is not used by Circe.
        ("p10 0..9", "0..9", "0..1"),
        ("m10 0", "0..0", "0..1"),
        ("death10 0", "0..0", "0..1"),
        ("device10 0..4", "0..4", "0..4"),
        ("v10 0..9", "0..9", "0..9"),
        // A visit without an end has none, so its entry vanishes.
        ("v10 0", "0..0", "-"),
        // Ends before it starts: repaired, or as recorded, so that the entry vanishes.
        ("c10 5..2", "5..5", "-"),
        ("d10 5 days_supply=-2", "5..5", "-"),
    ] {
        let clauses = "entry: events in a, all; exit: end";
        let kind = |who: &str| match who.split(|c: char| c.is_ascii_digit()).next().unwrap() {
            "c" => "conditions",
            "d" => "drugs",
            "p" => "procedures",
            "m" => "measurements",
            "v" => "visits",
            "device" => "devices",
            _ => "deaths",
        };
        let clauses = clauses.replace("events", kind(who));
        assert_eq!(entries(NATIVE, &clauses, who), native, "{who}");
        assert_eq!(entries(CIRCE, &clauses, who), circe, "{who}");
    }
    assert_eq!(entries(AOU, "entry: conditions in a, all; exit: end", "c10 5..2"), "-");
}

#[test]
fn months_that_lack_the_day_end_on_the_first_of_the_next() {
    for (window, anchor, first, last) in [
        ("[1mo, 1mo]", "2020-01-15", "2020-02-15", "2020-02-15"),
        ("[1mo, 1mo]", "2020-01-31", "2020-03-01", "2020-03-01"),
        ("[1mo, 1mo]", "2021-01-30", "2021-03-01", "2021-03-01"),
        ("[1y, 1y]", "2020-02-29", "2021-03-01", "2021-03-01"),
        ("[4y, 4y]", "2020-02-29", "2024-02-29", "2024-02-29"),
        ("[-1y, -1y]", "2020-02-29", "2019-03-01", "2019-03-01"),
        ("[-1mo, -1mo]", "2020-03-31", "2020-03-01", "2020-03-01"),
        ("[-1mo, 0d]", "2020-03-15", "2020-02-15", "2020-03-15"),
        // An open edge leaves out the day itself, wherever it lands.
        ("(-1mo, 0d]", "2020-03-15", "2020-02-16", "2020-03-15"),
        ("(0d, 1mo)", "2020-01-31", "2020-02-01", "2020-02-29"),
        ("[12mo, 13mo)", "2020-02-29", "2021-03-01", "2021-03-28"),
    ] {
        let around = |day: &str, step: i64| {
            let day = super::people::day(day) + chrono::TimeDelta::days(step);
            records(
                NATIVE,
                "unbounded",
                &format!("conditions in a during {window} of (drugs in b)"),
                &format!("c10 {day}; d20 {anchor}"),
            )
        };
        assert_eq!((around(first, 0), around(last, 0)), ("1".into(), "1".into()), "{window} of {anchor}");
        assert_eq!(
            (around(first, -1), around(last, 1)),
            (String::new(), String::new()),
            "{window} of {anchor}"
        );
    }
}
