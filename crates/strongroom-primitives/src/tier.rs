use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::InvalidValue;

/// The access tiers, from least to most sensitive.
///
/// The order is the order of data: what a tier holds, every higher tier holds as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "a new tier must be handled by everyone who decides by tier")]
pub enum Tier {
    /// Aggregates that were protected in advance; anybody, without an account.
    Public,
    /// Rows of people, with the more revealing facts removed or generalised.
    Registered,
    /// Rows of people with fewer generalisations.
    Controlled,
}

/// The tiers that hold rows of people, and therefore need a person, a workspace and a decision.
///
/// The public tier is not among them: it is another door, with a session type of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "a new tier must be handled by everyone who decides by tier")]
pub enum RowTier {
    /// See [`Tier::Registered`].
    Registered,
    /// See [`Tier::Controlled`].
    Controlled,
}

impl RowTier {
    /// Both tiers, lowest first.
    pub const ALL: [Self; 2] = [Self::Registered, Self::Controlled];

    /// This tier and every lower one that holds rows, lowest first. Whoever may enter a tier
    /// meets the requirements of all of these.
    pub fn and_below(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |tier| *tier <= self)
    }
}

impl From<RowTier> for Tier {
    fn from(tier: RowTier) -> Self {
        match tier {
            RowTier::Registered => Self::Registered,
            RowTier::Controlled => Self::Controlled,
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Public => "public",
            Self::Registered => "registered",
            Self::Controlled => "controlled",
        })
    }
}

impl fmt::Display for RowTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Tier::from(*self), f)
    }
}

impl FromStr for RowTier {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        match text {
            "registered" => Ok(Self::Registered),
            "controlled" => Ok(Self::Controlled),
            _ => Err(InvalidValue::new("tier", "expected `registered` or `controlled`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tiers_are_a_chain() {
        assert!(Tier::Public < Tier::Registered && Tier::Registered < Tier::Controlled);
        assert!(RowTier::ALL.into_iter().all(|tier| Tier::from(tier) > Tier::Public));
    }

    #[test]
    fn a_tier_includes_those_below() {
        assert_eq!(RowTier::Registered.and_below().collect::<Vec<_>>(), [RowTier::Registered]);
        assert_eq!(RowTier::Controlled.and_below().collect::<Vec<_>>(), RowTier::ALL);
    }
}
