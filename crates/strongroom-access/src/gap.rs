use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_primitives::Timestamp;

use crate::AgreementGap;

/// How far a requirement is met by evidence. Ordered from worst to best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a requirement is met now, or it is not")]
pub enum RequirementStatus {
    /// It is not met now.
    NotMet(RequirementGap),
    /// It is met now.
    Met {
        /// The first instant at which it no longer is; [`Timestamp::LAST`] if it does not lapse.
        until: Timestamp,
    },
}

/// Why a requirement is not met. Ordered from worst to best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RequirementGap {
    /// There is no evidence.
    Missing,
    /// There is evidence, but not of what is asked for: it shows something else, or nothing.
    WrongProof,
    /// There is evidence, from a source that is not trusted for this.
    UntrustedSource,
    /// Somebody approved or reviewed their own case.
    SelfApproved,
    /// The identity was not proved well enough.
    InsufficientAssurance,
    /// The score does not pass.
    ScoreTooLow,
    /// There is a signature, of a version that does not count.
    WrongVersion,
    /// There is a signature, of another text than that of its version.
    TextDiffers,
    /// A country on record is excluded.
    CountryExcluded,
    /// The institution's agreement does not cover the person.
    Agreement(AgreementGap),
    /// There was evidence, which was retracted.
    Withdrawn {
        /// The first instant at which it no longer counted.
        since: Timestamp,
    },
    /// There was evidence that counted.
    Lapsed {
        /// The first instant at which it no longer did.
        since: Timestamp,
    },
}

impl RequirementGap {
    /// Since when something that counted no longer does.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        match self {
            Self::Withdrawn { since } | Self::Lapsed { since } => Some(*since),
            _ => None,
        }
    }
}

impl fmt::Display for RequirementGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("missing"),
            Self::WrongProof => f.write_str("what was recorded does not show it"),
            Self::UntrustedSource => f.write_str("the source is not trusted for it"),
            Self::SelfApproved => f.write_str("nobody reviews or approves their own case"),
            Self::InsufficientAssurance => f.write_str("the identity was not proved well enough"),
            Self::ScoreTooLow => f.write_str("the score does not pass"),
            Self::WrongVersion => f.write_str("the version is no longer accepted"),
            Self::TextDiffers => f.write_str("another text was signed"),
            Self::CountryExcluded => f.write_str("a country on record is excluded"),
            Self::Agreement(gap) => gap.fmt(f),
            Self::Withdrawn { since } => write!(f, "withdrawn as of {since}"),
            Self::Lapsed { since } => write!(f, "lapsed at {since}"),
        }
    }
}
