use std::fmt;

use serde::{Deserialize, Serialize};

use super::Amount;

/// A part of the credits at whose use people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a new threshold needs its message")]
pub enum Threshold {
    /// Half of them.
    Half,
    /// Three quarters.
    ThreeQuarters,
    /// Nine tenths.
    NineTenths,
    /// All.
    All,
}

impl Threshold {
    /// All thresholds, lowest first.
    pub const ALL: [Self; 4] = [Self::Half, Self::ThreeQuarters, Self::NineTenths, Self::All];

    /// The percentage of the limit.
    #[must_use]
    pub const fn percent(self) -> u8 {
        match self {
            Self::Half => 50,
            Self::ThreeQuarters => 75,
            Self::NineTenths => 90,
            Self::All => 100,
        }
    }

    /// Whether so much of so much is at least this part.
    #[must_use]
    pub fn is_reached(self, used: Amount, limit: Amount) -> bool {
        u128::from(used.micros()) * 100 >= u128::from(limit.micros()) * u128::from(self.percent())
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.percent())
    }
}
