use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{InvalidValue, RowTier, Timestamp};

use crate::{Actor, EmailAddress, EmailDomain};

/// What an institution signed for one tier: from when, until when, and for which of its people.
///
/// The time is half-open: in force at `starts`, no longer at `ends`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "AgreementFields", into = "AgreementFields")]
pub struct Agreement {
    starts: Timestamp,
    ends: Timestamp,
    membership: Membership,
}

/// For whom an institution vouches. An empty set vouches for nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new way to vouch must be handled by everyone who decides by it"
)]
pub enum Membership {
    /// Everybody whose address is at exactly one of these domains; sub-domains are others.
    Domains(BTreeSet<EmailDomain>),
    /// Exactly these addresses, for institutions that vouch for people one by one.
    Addresses(BTreeSet<EmailAddress>),
}

/// Where a person stands with one agreement. Ordered from worst to best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "an agreement covers somebody now, or it does not")]
pub enum AgreementStatus {
    /// It does not cover the person now.
    NotInForce(AgreementGap),
    /// It covers the person now.
    InForce {
        /// The first instant at which it no longer does.
        until: Timestamp,
    },
}

/// Why no agreement covers a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AgreementGap {
    /// The person belongs to no institution.
    NoInstitution,
    /// The institution has signed nothing for the tier.
    NoAgreement,
    /// The agreement has ended.
    Ended {
        /// The first instant without it.
        since: Timestamp,
    },
    /// The agreement begins later.
    NotYet {
        /// When it begins.
        starts: Timestamp,
    },
    /// The agreement is in force, but the person's e-mail address is not among those for which
    /// the institution vouches.
    AddressNotCovered,
}

impl Agreement {
    /// An agreement in force from `starts` until just before `ends`.
    ///
    /// # Errors
    /// If it would end before or when it begins.
    pub fn new(starts: Timestamp, ends: Timestamp, membership: Membership) -> Result<Self, InvalidValue> {
        if starts < ends {
            Ok(Self { starts, ends, membership })
        } else {
            Err(InvalidValue::new("agreement", "it must end after it begins"))
        }
    }

    /// The first instant at which it is in force.
    #[must_use]
    pub fn starts(&self) -> Timestamp {
        self.starts
    }

    /// The first instant at which it no longer is.
    #[must_use]
    pub fn ends(&self) -> Timestamp {
        self.ends
    }

    /// Where a person with this address stands with it at this instant.
    #[must_use]
    pub fn status(&self, email: &EmailAddress, now: Timestamp) -> AgreementStatus {
        if now < self.starts {
            AgreementStatus::NotInForce(AgreementGap::NotYet { starts: self.starts })
        } else if now >= self.ends {
            AgreementStatus::NotInForce(AgreementGap::Ended { since: self.ends })
        } else if !self.membership.covers(email) {
            AgreementStatus::NotInForce(AgreementGap::AddressNotCovered)
        } else {
            AgreementStatus::InForce { until: self.ends }
        }
    }

    /// For whom the institution vouches.
    #[must_use]
    pub fn membership(&self) -> &Membership {
        &self.membership
    }
}

impl AgreementGap {
    /// What to do about it, as a sentence to whoever [can](Self::taken_by).
    #[must_use]
    pub fn next_step(&self, tier: RowTier) -> String {
        match self {
            Self::NoInstitution => "Add your institution to your profile.".to_owned(),
            Self::NotYet { starts } => format!("Wait until the agreement begins at {starts}."),
            Self::Ended { .. } => format!("Renew the agreement for the {tier} tier."),
            Self::AddressNotCovered => {
                format!("Add the person to those whom the agreement for the {tier} tier covers.")
            }
            Self::NoAgreement => format!("Sign an agreement for the {tier} tier."),
        }
    }

    /// Who can do so.
    #[must_use]
    pub fn taken_by(&self) -> Actor {
        match self {
            Self::NoInstitution | Self::NotYet { .. } => Actor::TheResearcher,
            Self::NoAgreement | Self::Ended { .. } | Self::AddressNotCovered => Actor::InstitutionOfficial,
        }
    }
}

impl fmt::Display for AgreementGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoInstitution => f.write_str("no known institution"),
            Self::NoAgreement => f.write_str("no agreement"),
            Self::Ended { since } => write!(f, "ended at {since}"),
            Self::NotYet { starts } => write!(f, "begins at {starts}"),
            Self::AddressNotCovered => f.write_str("the e-mail address is not covered"),
        }
    }
}

impl Membership {
    /// Whether the institution vouches for this address.
    #[must_use]
    pub fn covers(&self, email: &EmailAddress) -> bool {
        match self {
            Self::Domains(domains) => domains.contains(email.domain()),
            Self::Addresses(addresses) => addresses.contains(email),
        }
    }
}

/// The stored form of an [`Agreement`], before its times were compared.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AgreementFields {
    starts: Timestamp,
    ends: Timestamp,
    membership: Membership,
}

impl TryFrom<AgreementFields> for Agreement {
    type Error = InvalidValue;

    fn try_from(fields: AgreementFields) -> Result<Self, InvalidValue> {
        Self::new(fields.starts, fields.ends, fields.membership)
    }
}

impl From<Agreement> for AgreementFields {
    fn from(agreement: Agreement) -> Self {
        Self { starts: agreement.starts, ends: agreement.ends, membership: agreement.membership }
    }
}
