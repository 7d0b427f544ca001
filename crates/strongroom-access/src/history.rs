use serde::{Deserialize, Serialize};
use strongroom_primitives::Timestamp;

/// What a value was, through time, and what was known of it when: an employer, an account, what an
/// institution signed. Stored as a `strongroom-history/1` document. Statements are added and never
/// changed.
///
/// A statement says what the value is from some instant on, until the next statement's. Of two
/// about the same instant, the one recorded later corrects the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History<T> {
    format: Format,
    statements: Vec<Statement<T>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-history/1")]
    V1,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement<T> {
    holds_from: Timestamp,
    recorded_at: Timestamp,
    value: T,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self { format: Format::V1, statements: Vec::new() }
    }
}

impl<T> History<T> {
    /// The history of something of which nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same history, and that the value is this from `holds_from` on, as known since
    /// `recorded_at`.
    #[must_use]
    pub fn with_statement(mut self, holds_from: Timestamp, recorded_at: Timestamp, value: T) -> Self {
        self.statements.push(Statement { holds_from, recorded_at, value });
        self
    }

    /// What the value was at `at`, as known at `known`; `None` if nothing was known about it.
    #[must_use]
    pub fn value(&self, at: Timestamp, known: Timestamp) -> Option<&T> {
        self.statements
            .iter()
            .filter(|statement| statement.recorded_at <= known && statement.holds_from <= at)
            // The last of several that are equal: it was added last.
            .max_by_key(|statement| (statement.holds_from, statement.recorded_at))
            .map(|statement| &statement.value)
    }

    /// What the value is at `now`, as far as anything is known.
    #[must_use]
    pub fn present(&self, now: Timestamp) -> Option<&T> {
        self.value(now, Timestamp::LAST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> Timestamp {
        Timestamp::parse("2026-01-01T00:00:00Z").unwrap().plus_days(day)
    }

    #[test]
    fn the_two_times_are_apart() {
        // Ada left university 1 for university 2 on day 10; this became known on day 30, and on
        // day 40 that she had left on day 5 already.
        let employer = History::new()
            .with_statement(day(0), day(0), 1)
            .with_statement(day(10), day(30), 2)
            .with_statement(day(5), day(40), 2)
            .with_statement(day(0), day(50), 3);
        for (at, known, expected) in [
            (7, 7, Some(1)),
            (12, 29, Some(1)),
            (12, 30, Some(2)),
            (7, 39, Some(1)),
            (7, 40, Some(2)),
            (3, 49, Some(1)),
            (3, 50, Some(3)),
        ] {
            let value = employer.value(day(at), day(known)).copied();
            assert_eq!(value, expected, "on day {at}, as known on day {known}");
        }
        assert_eq!(employer.value(Timestamp::parse("2025-12-31T00:00:00Z").unwrap(), day(99)), None);
        assert_eq!(employer.present(day(11)), Some(&2));
    }
}
