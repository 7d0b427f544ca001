use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Label, Paragraph, RowTier, Timestamp, kind};

use crate::{Agreement, AgreementGap, AgreementStatus, EmailAddress, Membership};

/// An institution and what it agreed to. Stored as a `strongroom-institution/1` document.
///
/// A tier without an agreement is closed to all its people (governance of All of Us, Data Use and
/// Registration Agreement). Past agreements are kept beside the present one, so that it can be
/// said later who was covered when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    format: Format,
    id: Id<kind::Institution>,
    name: Label,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organization: Option<OrganizationType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    instructions: Option<Paragraph>,
    agreements: BTreeMap<RowTier, Vec<Agreement>>,
}

/// What kind of organisation an institution is (registration form of the All of Us Researcher
/// Workbench).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum OrganizationType {
    /// An academic research institution.
    AcademicResearch,
    /// A company.
    Industry,
    /// An educational institution.
    Educational,
    /// A health centre or another organisation that makes no profit.
    HealthCenterNonProfit,
    /// Something else, which has to be said.
    Other(Label),
}

/// How an institution vouches for people in a tier, without for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a new way to vouch must be explained to those who register")]
pub enum MembershipKind {
    /// By the domain of the address.
    Domains,
    /// One by one.
    Addresses,
}

/// What everybody may know of an institution, for the form on which people register: neither its
/// domains nor its people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicInstitution {
    format: PublicFormat,
    /// The institution's id.
    pub id: Id<kind::Institution>,
    /// The institution's name.
    pub name: Label,
    /// How it vouches at present, for each tier it has signed for.
    pub tiers: BTreeMap<RowTier, MembershipKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum PublicFormat {
    #[serde(rename = "strongroom-public-institution/1")]
    V1,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-institution/1")]
    V1,
}

impl Institution {
    /// An institution that has signed nothing yet.
    #[must_use]
    pub fn new(id: Id<kind::Institution>, name: Label) -> Self {
        Self {
            format: Format::V1,
            id,
            name,
            organization: None,
            instructions: None,
            agreements: BTreeMap::new(),
        }
    }

    /// The same institution, of this kind.
    #[must_use]
    pub fn with_organization(mut self, organization: OrganizationType) -> Self {
        self.organization = Some(organization);
        self
    }

    /// The same institution, with what it tells its people when they register.
    #[must_use]
    pub fn with_instructions(mut self, instructions: Paragraph) -> Self {
        self.instructions = Some(instructions);
        self
    }

    /// The same institution with this agreement for the tier, in place of all earlier ones.
    #[must_use]
    pub fn with_agreement(mut self, tier: RowTier, agreement: Agreement) -> Self {
        self.agreements.insert(tier, vec![agreement]);
        self
    }

    /// The same institution with this agreement for the tier beside the earlier ones: a renewal.
    #[must_use]
    pub fn with_further_agreement(mut self, tier: RowTier, agreement: Agreement) -> Self {
        self.agreements.entry(tier).or_default().push(agreement);
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

    /// What kind of organisation it is, if that is known.
    #[must_use]
    pub fn organization(&self) -> Option<&OrganizationType> {
        self.organization.as_ref()
    }

    /// What it tells its people when they register.
    #[must_use]
    pub fn instructions(&self) -> Option<&Paragraph> {
        self.instructions.as_ref()
    }

    /// What it signed for the tier, last; earlier agreements are among
    /// [`agreements`](Self::agreements).
    #[must_use]
    pub fn agreement(&self, tier: RowTier) -> Option<&Agreement> {
        self.agreements(tier).last()
    }

    /// Everything it signed for the tier, in the order in which it was added.
    #[must_use]
    pub fn agreements(&self, tier: RowTier) -> &[Agreement] {
        self.agreements.get(&tier).map_or(&[], Vec::as_slice)
    }

    /// Whether it vouches for this address in this tier at this instant, and until when: through
    /// as many agreements as follow on each other without a gap and cover the address.
    #[must_use]
    pub fn agreement_status(&self, tier: RowTier, email: &EmailAddress, now: Timestamp) -> AgreementStatus {
        let best = |at| self.agreements(tier).iter().map(|agreement| agreement.status(email, at)).max();
        let mut status = best(now).unwrap_or(AgreementStatus::NotInForce(AgreementGap::NoAgreement));
        while let AgreementStatus::InForce { until } = status
            && let Some(next @ AgreementStatus::InForce { .. }) = best(until)
        {
            status = next;
        }
        status
    }

    /// Whether it vouches for this address in this tier at this instant; for the form on which
    /// people register, which learns no more than yes or no.
    #[must_use]
    pub fn vouches_for(&self, tier: RowTier, email: &EmailAddress, now: Timestamp) -> bool {
        matches!(self.agreement_status(tier, email, now), AgreementStatus::InForce { .. })
    }

    /// What everybody may know of it at this instant.
    #[must_use]
    pub fn public(&self, now: Timestamp) -> PublicInstitution {
        let present = |(tier, agreements): (&RowTier, &Vec<Agreement>)| {
            let in_force = |one: &&Agreement| one.starts() <= now && now < one.ends();
            let kind = match agreements.iter().find(in_force)?.membership() {
                Membership::Domains(_) => MembershipKind::Domains,
                Membership::Addresses(_) => MembershipKind::Addresses,
            };
            Some((*tier, kind))
        };
        PublicInstitution {
            format: PublicFormat::V1,
            id: self.id,
            name: self.name.clone(),
            tiers: self.agreements.iter().filter_map(present).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::EmailDomain;

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

    #[test]
    fn a_renewal_carries_on_without_a_gap_for_those_it_covers() {
        let until = |status| match status {
            AgreementStatus::InForce { until } => Some(until.to_string()),
            AgreementStatus::NotInForce(_) => None,
        };
        let agreement = |starts: &str, ends: &str, who| Agreement::new(at(starts), at(ends), who).unwrap();
        let renewed = |starts, who| {
            institution(domains())
                .with_further_agreement(RowTier::Registered, agreement(starts, "2028-01-01T00:00:00Z", who))
        };
        for (institution, now, expected) in [
            (
                renewed("2027-01-01T00:00:00Z", domains()),
                "2026-06-01T00:00:00Z",
                Some("2028-01-01T00:00:00Z"),
            ),
            (
                renewed("2026-06-01T00:00:00Z", domains()),
                "2026-03-01T00:00:00Z",
                Some("2028-01-01T00:00:00Z"),
            ),
            (
                renewed("2027-01-01T00:00:00Z", addresses()),
                "2026-06-01T00:00:00Z",
                Some("2028-01-01T00:00:00Z"),
            ),
            (
                renewed("2027-01-01T00:00:00Z", Membership::Addresses(BTreeSet::new())),
                "2026-06-01T00:00:00Z",
                Some("2027-01-01T00:00:00Z"),
            ),
            (
                renewed("2027-01-02T00:00:00Z", domains()),
                "2026-06-01T00:00:00Z",
                Some("2027-01-01T00:00:00Z"),
            ),
            (renewed("2027-01-02T00:00:00Z", domains()), "2027-01-01T12:00:00Z", None),
            (
                renewed("2027-01-02T00:00:00Z", domains()),
                "2027-06-01T00:00:00Z",
                Some("2028-01-01T00:00:00Z"),
            ),
        ] {
            let email = EmailAddress::new("ada@uni.edu").unwrap();
            let status = institution.agreement_status(RowTier::Registered, &email, at(now));
            assert_eq!(until(status).as_deref(), expected, "at {now}");
        }
    }

    #[test]
    fn what_everybody_may_know_names_neither_domains_nor_people() {
        for (membership, kind) in
            [(domains(), MembershipKind::Domains), (addresses(), MembershipKind::Addresses)]
        {
            let public = institution(membership).public(at("2026-06-01T00:00:00Z"));
            assert_eq!(public.tiers, [(RowTier::Registered, kind)].into());
            let json = serde_json::to_string(&public).unwrap();
            assert!(!json.contains("uni.edu"), "{json}");
            assert_eq!(serde_json::from_str::<PublicInstitution>(&json).unwrap(), public);
        }
        assert!(institution(domains()).public(at("2028-06-01T00:00:00Z")).tiers.is_empty());
    }
}
