use std::fmt;

use chrono::{Datelike, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

/// A length of calendar time, backwards if negative (R3).
///
/// Days are exact; a week is seven of them. Months are calendar units; a year is twelve of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(expecting = "a duration, such as {\"d\": -30} or {\"mo\": 6}")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle both")]
pub enum Duration {
    /// Days. Written `d`.
    #[serde(rename = "d")]
    Days(i32),
    /// Calendar months. Written `mo`.
    #[serde(rename = "mo")]
    Months(i32),
}

impl Duration {
    /// The day this much after `day`; nothing beyond the calendar's end.
    ///
    /// Where the month has no such day, as 29 February and the 31st of a short month, it is the
    /// first day of the next (R3).
    #[must_use]
    pub fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => day.checked_add_signed(TimeDelta::days(days.into())),
            Self::Months(months) => {
                let month = i64::from(day.year()) * 12 + i64::from(day.month0()) + i64::from(months);
                let at = |month: i64, day: u32| {
                    let year = i32::try_from(month.div_euclid(12)).ok()?;
                    let month = u32::try_from(month.rem_euclid(12)).ok()? + 1;
                    NaiveDate::from_ymd_opt(year, month, day)
                };
                at(month, day.day()).or_else(|| at(month + 1, 1))
            }
        }
    }

    /// The same in the other direction.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Days(days) => Self::Days(days.saturating_neg()),
            Self::Months(months) => Self::Months(months.saturating_neg()),
        }
    }

    /// The number, without its unit.
    #[must_use]
    pub const fn count(self) -> i32 {
        match self {
            Self::Days(count) | Self::Months(count) => count,
        }
    }
}

/// As in the text form: `-30d`, `6mo`, `2y`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => write!(f, "{days}d"),
            Self::Months(months) if *months != 0 && months % 12 == 0 => write!(f, "{}y", months / 12),
            Self::Months(months) => write!(f, "{months}mo"),
        }
    }
}
