use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::InvalidValue;

const WHAT: &str = "instant";
const MICROSECONDS_PER_DAY: i64 = 86_400_000_000;
/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z, the span that RFC 3339 can write.
const FIRST: i64 = -62_135_596_800_000_000;
const LAST: i64 = 253_402_300_799_999_999;

/// An instant in UTC with microsecond precision, from year 1 to year 9999.
///
/// Written in RFC 3339 with the letter `Z`. Arithmetic saturates at both ends of the span, so an
/// expiry can never wrap round to the past.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    microseconds: i64,
}

impl Timestamp {
    /// The last instant that can be written: later than every other.
    pub const LAST: Self = Self { microseconds: LAST };

    /// The instant so many microseconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn from_unix_microseconds(microseconds: i64) -> Self {
        Self { microseconds: microseconds.clamp(FIRST, LAST) }
    }

    /// Microseconds since 1970-01-01T00:00:00Z; negative before it.
    #[must_use]
    pub fn unix_microseconds(self) -> i64 {
        self.microseconds
    }

    /// Reads an RFC 3339 date and time with any offset.
    ///
    /// # Errors
    /// If the text is no RFC 3339 instant, or lies outside the years 1 to 9999.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let invalid = || InvalidValue::new(WHAT, "expected RFC 3339, such as 2026-03-01T09:00:00Z");
        let microseconds = DateTime::parse_from_rfc3339(text).map_err(|_| invalid())?.timestamp_micros();
        if (FIRST..=LAST).contains(&microseconds) { Ok(Self { microseconds }) } else { Err(invalid()) }
    }

    /// This instant and so many days of 24 hours more.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        self.plus_microseconds(i64::from(days).saturating_mul(MICROSECONDS_PER_DAY))
    }

    /// This instant, so many days of 24 hours earlier.
    #[must_use]
    pub fn minus_days(self, days: u32) -> Self {
        self.plus_microseconds(i64::from(days).saturating_mul(-MICROSECONDS_PER_DAY))
    }

    /// Whole days of 24 hours from this instant to a later one; 0 if it is not later.
    #[must_use]
    pub fn whole_days_until(self, later: Self) -> u32 {
        let days = later.microseconds.saturating_sub(self.microseconds) / MICROSECONDS_PER_DAY;
        u32::try_from(days).unwrap_or(0)
    }

    /// This instant and so many minutes more.
    #[must_use]
    pub fn plus_minutes(self, minutes: u32) -> Self {
        self.plus_microseconds(i64::from(minutes) * 60_000_000)
    }

    fn plus_microseconds(self, microseconds: i64) -> Self {
        Self::from_unix_microseconds(self.microseconds.saturating_add(microseconds))
    }

    /// The calendar day in UTC on which the instant falls.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        self.to_chrono().date_naive()
    }

    fn to_chrono(self) -> DateTime<Utc> {
        // The clamp in every constructor keeps the value inside chrono's span.
        DateTime::from_timestamp_micros(self.microseconds).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_chrono().to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::parse(text)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_ends_of_the_span_are_written_and_never_passed() {
        assert_eq!(Timestamp::LAST.to_string(), "9999-12-31T23:59:59.999999Z");
        assert_eq!(Timestamp::LAST.plus_days(u32::MAX), Timestamp::LAST);
        assert_eq!(Timestamp::from_unix_microseconds(i64::MIN).to_string(), "0001-01-01T00:00:00Z");
    }

    #[test]
    fn an_offset_is_brought_to_utc() {
        let there = Timestamp::parse("2026-03-01T10:30:00+01:30").unwrap();
        assert_eq!(there.to_string(), "2026-03-01T09:00:00Z");
    }

    #[test]
    fn odd_text_is_refused() {
        for odd in
            ["", "now", "2026-03-01", "2026-13-01T00:00:00Z", "2026-03-01T09:00:00", "+12026-03-01T09:00:00Z"]
        {
            assert!(Timestamp::parse(odd).is_err(), "{odd:?} was read as an instant");
        }
    }

    proptest! {
        #[test]
        fn text_round_trips(microseconds in FIRST..=LAST) {
            let instant = Timestamp::from_unix_microseconds(microseconds);
            prop_assert_eq!(Timestamp::parse(&instant.to_string()).unwrap(), instant);
        }

        #[test]
        fn later_is_greater(microseconds in FIRST..=LAST, days: u32) {
            let instant = Timestamp::from_unix_microseconds(microseconds);
            prop_assert!(instant.plus_days(days) >= instant);
            prop_assert!(instant.minus_days(days) <= instant);
        }

        #[test]
        fn days_are_counted_whole(microseconds in 0i64..MICROSECONDS_PER_DAY, days in 0u32..1_000_000) {
            let instant = Timestamp::from_unix_microseconds(0);
            let later = instant.plus_days(days).plus_microseconds(microseconds);
            prop_assert_eq!(instant.whole_days_until(later), days);
            prop_assert_eq!(later.plus_microseconds(1).whole_days_until(instant), 0);
            prop_assert_eq!(instant.plus_days(days).minus_days(days), instant);
        }
    }
}
