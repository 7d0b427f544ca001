//! R11: when entries end, what ends them early, which are joined, and what is cut.

use super::people::{CIRCE, NATIVE, entries};

/// The entries under both profiles of a cohort by conditions, in observation periods.
fn both(clauses: &str, who: &str) -> (String, String) {
    let clauses = format!("observed by observation_period; entry: conditions in a, all; {clauses}");
    (entries(NATIVE, &clauses, who), entries(CIRCE, &clauses, who))
}

#[track_caller]
fn check(clauses: &str, who: &str, native: &str, circe: &str) {
    assert_eq!(both(clauses, who), (native.to_owned(), circe.to_owned()), "{clauses} of {who}");
}

#[test]
fn by_default_entries_end_with_observation() {
    check("", "obs 0..50; c10 5", "5..50", "5..50");
    // The interval of the entry, not the last one; periods that touch are joined, not by Circe.
    check("", "obs 0..20; obs 30..50; c10 5", "5..20", "5..20");
    check("", "obs 0..20; obs 21..50; c10 5", "5..50", "5..20");
    assert_eq!(entries(NATIVE, "entry: conditions in a, all", "c10 5..9"), "5..5");
}

#[test]
fn a_number_of_days_after_either_end() {
    check("exit: start +10d", "obs 0..50; c10 5..8", "5..15", "5..15");
    check("exit: end +10d", "obs 0..50; c10 5..8", "5..18", "5..18");
    check("exit: end", "obs 0..50; c10 5..8", "5..8", "5..8");
    // Cut to observation.
    check("exit: start +10d", "obs 0..9; c10 5", "5..9", "5..9");
    check("exit: end", "obs 0..9; c10 5..30", "5..9", "5..9");
    check("exit: start +2147483647d", "obs 0..9; c10 5", "5..9", "5..9");
    // An entry that would end before it begins is none.
    check("exit: start -1d", "obs 0..9; c10 5", "-", "-");
    check("exit: end -2d", "obs 0..9; c10 5..6", "-", "-");
    // Circe lets a censoring event save it.
    check("exit: start -1d; censor: drugs in b", "obs 0..9; c10 5; d20 7", "-", "5..7");
}

#[test]
fn censoring_takes_the_earliest_event_from_the_start_on() {
    check("censor: drugs in b", "obs 0..50; c10 5; d20 9; d20 20", "5..9", "5..9");
    check("censor: drugs in b", "obs 0..50; c10 5; d20 5", "5..5", "5..5");
    check("censor: drugs in b", "obs 0..50; c10 5; d20 4", "5..50", "5..50");
    check("censor: drugs in b", "obs 0..50; c10 5; d20 51", "5..50", "5..50");
    check("censor: drugs in b, deaths", "obs 0..50; c10 5; d20 30; death 20", "5..20", "5..20");
    check("exit: start +3d; censor: drugs in b", "obs 0..50; c10 5; d20 20", "5..8", "5..8");
    // Only the start of the event counts.
    check("censor: drugs in b", "obs 0..50; c10 5; d20 2..9", "5..50", "5..50");
    assert_eq!(
        entries(
            NATIVE,
            "entry: conditions in a, all; exit: start +99d; censor: drugs in b during (0d, inf) of index",
            "c10 5; d20 5; d20 8"
        ),
        "5..8"
    );
}

#[test]
fn runs_are_chains_without_long_gaps() {
    let run = "exit: end of run of drugs in b gap 10d";
    // Native: next.start <= end + gap.
    check(run, "obs 0..99; c10 5; d20 5..9; d20 19..25", "5..25", "5..25");
    check(run, "obs 0..99; c10 5; d20 5..9; d20 20..25", "5..9", "5..9");
    // An event inside another does not shorten the run.
    check(run, "obs 0..99; c10 5; d20 5..40; d20 6..7; d20 50..60", "5..60", "5..60");
    // The entry needs to lie in the run: the gap behind the last event does not belong to it.
    check(run, "obs 0..99; c10 5; d20 0..4", "5..99", "5..99");
    check(run, "obs 0..99; c10 5; d20 6..9", "5..99", "5..99");
    check(run, "obs 0..99; c10 5; d20 0..5", "5..5", "5..5");
    check(run, "obs 0..99; c10 12; d20 5..9; d20 19..25", "12..25", "12..25");
    check(run, "obs 0..20; c10 5; d20 5..9; d20 19..25", "5..20", "5..20");
    check(run, "obs 0..99; c10 5", "5..99", "5..99");
    // The offset moves every end, and so widens the gap.
    check(
        "exit: end of run of drugs in b gap 10d offset 3d",
        "obs 0..99; c10 5; d20 5..9; d20 22..25",
        "5..28",
        "5..28",
    );
    check("exit: end of run of drugs in b gap 0d offset 30d", "obs 0..99; c10 5; d20 5..9", "5..39", "5..39");
}

/// A supply of `n` days ends on the `n`th day; by Circe's count, `n` days after the first.
#[test]
fn how_long_a_supply_lasts() {
    for (supply, drug, native, circe) in [
        ("supply days_supply else 30d", "d20 5 days_supply=10", "5..14", "5..15"),
        ("supply days_supply else 30d", "d20 5", "5..34", "5..35"),
        ("supply days_supply else 30d", "d20 5..7 days_supply=10", "5..7", "5..7"),
        ("supply days_supply else 30d", "d20 5 days_supply=0", "5..5", "5..5"),
        ("supply 20d", "d20 5..7 days_supply=10", "5..24", "5..25"),
        ("", "d20 5 days_supply=10", "5..5", "5..15"),
        ("", "d20 5", "5..5", "5..6"),
    ] {
        let clauses = format!("exit: end of run of drugs in b gap 0d {supply}");
        check(&clauses, &format!("obs 0..99; c10 5; {drug}"), native, circe);
    }
}

#[test]
fn entries_are_joined() {
    let exit = "exit: end";
    for (merge, who, native, circe) in [
        ("", "c10 0..5; c10 3..9", "0..5 3..9", "0..5 3..9"),
        ("merge gap 0d", "c10 0..5; c10 3..9", "0..9", "0..9"),
        // Sharing a day joins; adjacent days do not.
        ("merge gap 0d", "c10 0..5; c10 5..9", "0..9", "0..9"),
        ("merge gap 0d", "c10 0..5; c10 6..9", "0..5 6..9", "0..5 6..9"),
        ("merge gap 3d", "c10 0..5; c10 8..9", "0..9", "0..9"),
        ("merge gap 3d", "c10 0..5; c10 9..9", "0..5 9..9", "0..5 9..9"),
        ("merge gap 0d", "c10 0..50; c10 3..9; c10 20..60", "0..60", "0..60"),
        ("merge gap 0d", "c10 0..5; c10 0..5", "0..5", "0..5"),
    ] {
        check(&format!("{exit}; {merge}"), &format!("obs 0..99; {who}"), native, circe);
    }
    // Not across intervals of observation; Circe joins across periods.
    check("exit: end; merge gap 10d", "obs 0..5; obs 7..20; c10 0..5; c10 7..9", "0..5 7..9", "0..9");
    check("exit: end; merge gap 10d", "obs 0..5; obs 6..20; c10 0..5; c10 6..9", "0..9", "0..9");
}

#[test]
fn entries_are_cut_to_calendar_days() {
    for (clip, expected) in [
        ("clip 2020-01-06 .. 2020-01-15", "5..14"),
        ("clip 2020-01-06 ..", "5..20 30..40"),
        ("clip .. 2020-01-15", "0..14"),
        ("clip .. 2020-01-01", "0..0"),
        ("clip 2021-01-01 ..", "-"),
    ] {
        check(&format!("exit: end; {clip}"), "obs 0..99; c10 0..20; c10 30..40", expected, expected);
    }
    // After joining.
    check(
        "exit: end; merge gap 5d; clip 2020-01-01 .. 2020-01-11",
        "obs 0..99; c10 0..5; c10 10..20",
        "0..10",
        "0..10",
    );
    // People without days keep none, and are kept.
    assert_eq!(entries(NATIVE, "people where any conditions in a", "c10 0"), "in");
}

#[test]
fn an_index_may_be_the_end() {
    let clauses = "observed by observation_period; entry: conditions in a, all; index: end; exit: start +20d";
    assert_eq!(entries(NATIVE, clauses, "obs 0..99; c10 5..8"), "8..25");
    let clauses = "observed by observation_period; entry: conditions in a, all; index: end";
    // The end lies behind the interval in which the event starts, which then ends before it begins.
    assert_eq!(entries(NATIVE, clauses, "obs 0..6; c10 5..8"), "-");
    assert_eq!(entries(NATIVE, clauses, "obs 0..9; c10 5..8"), "8..9");
}
