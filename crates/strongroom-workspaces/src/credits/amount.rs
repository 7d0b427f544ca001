use std::fmt;
use std::iter::Sum;

use serde::{Deserialize, Serialize};
use strongroom_primitives::InvalidValue;

/// An amount of money in millionths of a unit of the programme's currency, never negative.
///
/// Whole numbers add up to the same in any order; sums that would be larger than can be written stay
/// the largest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Amount(u64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount: every JSON reader takes it for the same number (RFC 8259, section 6).
    pub const LARGEST: Self = Self(9_007_199_254_740_991);

    /// So many millionths of a unit.
    ///
    /// # Errors
    /// If it is more than [`LARGEST`](Self::LARGEST).
    pub fn from_micros(micros: u64) -> Result<Self, InvalidValue> {
        if micros <= Self::LARGEST.0 {
            Ok(Self(micros))
        } else {
            Err(InvalidValue::new("amount", "it is more than 9007199254740991 millionths"))
        }
    }

    /// So many whole units.
    #[must_use]
    pub const fn from_units(units: u32) -> Self {
        Self(units as u64 * 1_000_000)
    }

    /// Millionths of a unit.
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// Both together, at most [`LARGEST`](Self::LARGEST).
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0)).min(Self::LARGEST)
    }

    /// What is left of it without the other, at least nothing.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::plus)
    }
}

impl TryFrom<u64> for Amount {
    type Error = InvalidValue;

    fn try_from(micros: u64) -> Result<Self, InvalidValue> {
        Self::from_micros(micros)
    }
}

impl From<Amount> for u64 {
    fn from(amount: Amount) -> Self {
        amount.0
    }
}

impl fmt::Display for Amount {
    /// Units with two digits behind the point, rounded down, or with six if it is less than that shows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (units, micros) = (self.0 / 1_000_000, self.0 % 1_000_000);
        if self.0 > 0 && self.0 < 10_000 {
            write!(f, "{units}.{micros:06}")
        } else {
            write!(f, "{units}.{:02}", micros / 10_000)
        }
    }
}
