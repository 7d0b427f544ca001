use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, InvalidValue, Label, RowTier, Timestamp, kind};

use crate::{EmailAddress, EmailDomain};

/// An institution and what it agreed to. Stored as a `strongroom-institution/1` document.
///
/// There is at most one agreement per tier, and a tier without one is closed to all its people
/// (governance of All of Us, Data Use and Registration Agreement).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    format: Format,
    id: Id<kind::Institution>,
    name: Label,
    agreements: BTreeMap<RowTier, Agreement>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-institution/1")]
    V1,
}

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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

impl Institution {
    /// An institution that has signed nothing yet.
    #[must_use]
    pub fn new(id: Id<kind::Institution>, name: Label) -> Self {
        Self { format: Format::V1, id, name, agreements: BTreeMap::new() }
    }

    /// The same institution with this agreement for the tier, in place of any earlier one.
    #[must_use]
    pub fn with_agreement(mut self, tier: RowTier, agreement: Agreement) -> Self {
        self.agreements.insert(tier, agreement);
        self
    }

    /// The institution's id.
    #[must_use]
    pub fn id(&self) -> Id<kind::Institution> {
        self.id
    }

    /// The institution's name.
    #[must_use]
    pub fn name(&self) -> &Label {
        &self.name
    }

    /// What it signed for the tier.
    #[must_use]
    pub fn agreement(&self, tier: RowTier) -> Option<&Agreement> {
        self.agreements.get(&tier)
    }

    /// Whether it vouches for this address in this tier at this instant.
    #[must_use]
    pub fn agreement_status(&self, tier: RowTier, email: &EmailAddress, now: Timestamp) -> AgreementStatus {
        let Some(agreement) = self.agreement(tier) else {
            return AgreementStatus::NotInForce(AgreementGap::NoAgreement);
        };
        if now < agreement.starts {
            AgreementStatus::NotInForce(AgreementGap::NotYet { starts: agreement.starts })
        } else if now >= agreement.ends {
            AgreementStatus::NotInForce(AgreementGap::Ended { since: agreement.ends })
        } else if !agreement.membership.covers(email) {
            AgreementStatus::NotInForce(AgreementGap::AddressNotCovered)
        } else {
            AgreementStatus::InForce { until: agreement.ends }
        }
    }
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

    /// For whom the institution vouches.
    #[must_use]
    pub fn membership(&self) -> &Membership {
        &self.membership
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn institution(membership: Membership) -> Institution {
        let agreement = Agreement::new(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"), membership);
        Institution::new(Id::from_u128(1), Label::new("University").unwrap())
            .with_agreement(RowTier::Registered, agreement.unwrap())
    }

    fn domains() -> Membership {
        Membership::Domains([EmailDomain::new("uni.edu").unwrap()].into())
    }

    fn addresses() -> Membership {
        Membership::Addresses([EmailAddress::new("ada@uni.edu").unwrap()].into())
    }

    #[test]
    fn an_agreement_counts_in_its_time_for_its_people_and_its_tier() {
        use AgreementGap::{AddressNotCovered, Ended, NoAgreement, NotYet};
        use RowTier::{Controlled, Registered};

        let (starts, until) = (at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
        let gap = AgreementStatus::NotInForce;
        let in_force = AgreementStatus::InForce { until };
        let nobody = || Membership::Domains(BTreeSet::new());
        for (membership, tier, email, now, expected) in [
            (domains(), Registered, "ada@uni.edu", "2026-01-01T00:00:00Z", in_force),
            (domains(), Registered, "eve@UNI.EDU", "2026-12-31T23:59:59Z", in_force),
            (domains(), Registered, "ada@uni.edu", "2025-12-31T23:59:59Z", gap(NotYet { starts })),
            (domains(), Registered, "ada@uni.edu", "2027-01-01T00:00:00Z", gap(Ended { since: until })),
            (domains(), Registered, "ada@lab.uni.edu", "2026-06-01T00:00:00Z", gap(AddressNotCovered)),
            (domains(), Controlled, "ada@uni.edu", "2026-06-01T00:00:00Z", gap(NoAgreement)),
            (addresses(), Registered, "ada@uni.edu", "2026-06-01T00:00:00Z", in_force),
            (addresses(), Registered, "Ada@uni.edu", "2026-06-01T00:00:00Z", gap(AddressNotCovered)),
            (addresses(), Registered, "eve@uni.edu", "2026-06-01T00:00:00Z", gap(AddressNotCovered)),
            (nobody(), Registered, "ada@uni.edu", "2026-06-01T00:00:00Z", gap(AddressNotCovered)),
        ] {
            let email = EmailAddress::new(email).unwrap();
            let status = institution(membership).agreement_status(tier, &email, at(now));
            assert_eq!(status, expected, "{email} in {tier} at {now}");
        }
    }

    #[test]
    fn the_document_round_trips_and_its_times_are_checked() {
        for membership in [domains(), addresses()] {
            let institution = institution(membership);
            let json = serde_json::to_string(&institution).unwrap();
            assert_eq!(serde_json::from_str::<Institution>(&json).unwrap(), institution);
            let backwards = json.replace("2027", "2025");
            assert!(serde_json::from_str::<Institution>(&backwards).is_err());
        }
    }
}
