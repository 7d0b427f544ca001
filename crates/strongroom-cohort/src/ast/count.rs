use serde::{Deserialize, Serialize};

use super::Column;

/// What is asked of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "what is asked of a count, such as {\"at_least\": 2}")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum CountTest {
    /// This many or more.
    AtLeast(u32),
    /// This many or fewer.
    AtMost(u32),
    /// This many.
    Exactly(u32),
    /// Any number but this.
    Not(u32),
    /// From the first to the second, both included.
    Between(u32, u32),
}

/// What a count counts (R8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "what to count, such as \"dates\"")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every unit")]
pub enum CountUnit {
    /// Records.
    Rows,
    /// Distinct start days: three records of one day are one date.
    Dates,
    /// Distinct known visit ids.
    Visits,
    /// Distinct concepts.
    Concepts,
    /// Distinct known values of a column.
    Distinct(Column),
}

impl CountTest {
    /// Whether the number passes.
    #[must_use]
    #[inline]
    pub const fn holds(self, n: u64) -> bool {
        match self {
            Self::AtLeast(least) => n >= least as u64,
            Self::AtMost(most) => n <= most as u64,
            Self::Exactly(wanted) => n == wanted as u64,
            Self::Not(other) => n != other as u64,
            Self::Between(least, most) => n >= least as u64 && n <= most as u64,
        }
    }
}
