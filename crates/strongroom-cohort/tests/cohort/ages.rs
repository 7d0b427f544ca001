//! R13: age.

use strongroom_cohort::reference::Birth;

use super::people::{CIRCE, NATIVE, day, entries, true_of};

#[test]
fn completed_years() {
    for (birth, on, age) in [
        ("1980-06-15", "2020-06-14", Some(39)),
        ("1980-06-15", "2020-06-15", Some(40)),
        ("1980-06-15", "1980-06-14", Some(-1)),
        ("1980-06-15", "1980-06-15", Some(0)),
        ("1980-12-31", "2020-01-01", Some(39)),
        // Born on 29 February: reached on 1 March where the year lacks the day.
        ("1980-02-29", "2019-02-28", Some(38)),
        ("1980-02-29", "2019-03-01", Some(39)),
        ("1980-02-29", "2020-02-28", Some(39)),
        ("1980-02-29", "2020-02-29", Some(40)),
        // Only the year: the difference of the years.
        ("1980", "2020-01-01", Some(40)),
        ("1980", "2019-12-31", Some(39)),
        ("", "2020-01-01", None),
    ] {
        let known = match birth {
            "" => Birth::Unknown,
            _ => birth.parse().map_or_else(|_| Birth::Day(birth.parse().unwrap()), Birth::Year),
        };
        assert_eq!(known.age_on(day(on)), age, "{birth} on {on}");
        let born = if birth.is_empty() { String::new() } else { format!("born {birth}") };
        let asked = age.unwrap_or(0);
        assert_eq!(
            true_of(NATIVE, &format!("age at {on} = {asked}"), &born),
            age.is_some(),
            "{birth} on {on}"
        );
    }
}

#[test]
fn circe_subtracts_years() {
    for (birth, on, age) in [
        ("1980-06-15", "2020-06-14", 40),
        ("1980-12-31", "2020-01-01", 40),
        ("1980-02-29", "2019-02-28", 39),
        ("1980", "2020-01-01", 40),
    ] {
        assert!(true_of(CIRCE, &format!("age at {on} = {age}"), &format!("born {birth}")), "{birth} on {on}");
    }
}

#[test]
fn age_at_anchors_and_rows() {
    let who = "born 1980-01-10; c10 5; c10 15; d20 2021-01-09";
    for (clauses, expected) in [
        ("entry: conditions in a, all; require age at index >= 40", "14..14"),
        ("entry: conditions in a where age >= 40, all", "14..14"),
        ("entry: conditions in a, all; require age at (drugs in b) = 40", "4..4 14..14"),
        ("entry: conditions in a, all; require age at last (conditions in a) = 40", "4..4 14..14"),
        ("entry: conditions in a, all; require age at (drugs in x) >= 0", "-"),
    ] {
        let who = who.replace("c10 5", "c10 4").replace("c10 15", "c10 14");
        assert_eq!(entries(NATIVE, clauses, &who), expected, "{clauses}");
    }
}

#[test]
fn births_from_their_parts() {
    for (parts, birth) in [
        ((Some(1980), Some(2), Some(29)), Birth::Day(day("1980-02-29"))),
        ((Some(1981), Some(2), Some(29)), Birth::Year(1981)),
        ((Some(1981), None, Some(1)), Birth::Year(1981)),
        ((Some(1981), Some(1), None), Birth::Year(1981)),
        ((None, Some(1), Some(1)), Birth::Unknown),
    ] {
        assert_eq!(Birth::from_parts(parts.0, parts.1, parts.2), birth);
    }
}
