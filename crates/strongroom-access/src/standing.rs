use serde::Serialize;
use strongroom_primitives::{RowTier, Timestamp};

use crate::{AccountState, AgreementGap, AgreementStatus, Evidence, Institution, Person, Requirement};

/// Where a person stands with one tier: everything that was asked, and how far it is met.
///
/// This is a finding, not a permission: only `strongroom-gate` turns facts into a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing<'a> {
    account: &'a AccountState,
    agreements: Vec<TierAgreement>,
    requirements: Vec<RequirementStanding<'a>>,
}

/// Where a person stands with the agreement for one tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TierAgreement {
    /// The tier that was signed for.
    pub tier: RowTier,
    /// Whether the agreement covers the person.
    pub status: AgreementStatus,
}

/// Where a person stands with one requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RequirementStanding<'a> {
    /// What is asked.
    pub requirement: &'a Requirement,
    /// How far it is met.
    pub status: RequirementStatus,
}

/// How far a requirement is met. Ordered from worst to best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RequirementGap {
    /// There is no evidence.
    Missing,
    /// There is evidence, for a version that does not count.
    WrongVersion,
    /// There was evidence that counted.
    Lapsed {
        /// The first instant at which it no longer did.
        since: Timestamp,
    },
}

/// Judges a person against a tier at one instant: the account, the institution's agreements for
/// this tier and every lower one, and these requirements.
///
/// `institution` counts only if it is the one the person belongs to. `requirements` are those in
/// force for the tier; which these are is the policy's affair. `evidence` is the person's own.
#[must_use]
pub fn standing<'a>(
    person: &'a Person,
    institution: Option<&Institution>,
    requirements: &[&'a Requirement],
    evidence: &[Evidence],
    tier: RowTier,
    now: Timestamp,
) -> Standing<'a> {
    let institution = institution.filter(|institution| person.institution() == Some(institution.id()));
    let agreements = tier.and_below().map(|tier| TierAgreement {
        tier,
        status: institution.map_or(AgreementStatus::NotInForce(AgreementGap::NoInstitution), |institution| {
            institution.agreement_status(tier, person.email(), now)
        }),
    });
    let requirements = requirements
        .iter()
        .map(|requirement| RequirementStanding { requirement, status: requirement.status(evidence, now) });
    Standing {
        account: person.account(),
        agreements: agreements.collect(),
        requirements: requirements.collect(),
    }
}

impl<'a> Standing<'a> {
    /// The state of the account.
    #[must_use]
    pub fn account(&self) -> &'a AccountState {
        self.account
    }

    /// The agreements that are needed, lowest tier first.
    #[must_use]
    pub fn agreements(&self) -> &[TierAgreement] {
        &self.agreements
    }

    /// The requirements, in the order given.
    #[must_use]
    pub fn requirements(&self) -> &[RequirementStanding<'a>] {
        &self.requirements
    }

    /// The first instant at which something needed is no longer met, by what is known now;
    /// [`Timestamp::LAST`] if nothing lapses, `None` if something is not met already.
    #[must_use]
    pub fn not_after(&self) -> Option<Timestamp> {
        if *self.account != AccountState::Active {
            return None;
        }
        let agreements = self.agreements.iter().map(|agreement| match agreement.status {
            AgreementStatus::InForce { until } => Some(until),
            AgreementStatus::NotInForce(_) => None,
        });
        let requirements = self.requirements.iter().map(|standing| match standing.status {
            RequirementStatus::Met { until } => Some(until),
            RequirementStatus::NotMet(_) => None,
        });
        // `None` anywhere is `None` for all; the earliest end otherwise.
        agreements.chain(requirements).try_fold(Timestamp::LAST, |earliest, until| Some(earliest.min(until?)))
    }
}

#[cfg(test)]
mod tests {
    use strongroom_primitives::{Id, Label, Paragraph};

    use super::*;
    use crate::{Agreement, EmailAddress, EmailDomain, Membership};

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn now() -> Timestamp {
        at("2026-03-01T09:00:00Z")
    }

    fn ada() -> Person {
        Person::new(Id::from_u128(1), Label::new("Ada").unwrap(), EmailAddress::new("ada@uni.edu").unwrap())
            .with_institution(Id::from_u128(7))
    }

    fn agreement(ends: &str) -> Agreement {
        let membership = Membership::Domains([EmailDomain::new("uni.edu").unwrap()].into());
        Agreement::new(at("2026-01-01T00:00:00Z"), at(ends), membership).unwrap()
    }

    fn university() -> Institution {
        Institution::new(Id::from_u128(7), Label::new("University").unwrap())
            .with_agreement(RowTier::Registered, agreement("2028-01-01T00:00:00Z"))
            .with_agreement(RowTier::Controlled, agreement("2029-01-01T00:00:00Z"))
    }

    fn evidence(obtained: Timestamp) -> Vec<Evidence> {
        let source = Label::new("test").unwrap();
        Requirement::all_of_us()
            .unwrap()
            .iter()
            .map(|requirement| {
                Evidence::new(requirement.name().clone(), obtained, source.clone())
                    .with_version(Label::new("7").unwrap())
            })
            .collect()
    }

    #[track_caller]
    fn check(
        person: &Person,
        institution: Option<&Institution>,
        evidence: &[Evidence],
        tier: RowTier,
        expected: Option<&str>,
    ) {
        let requirements = Requirement::all_of_us().unwrap();
        let requirements: Vec<&Requirement> = requirements.iter().collect();
        let standing = standing(person, institution, &requirements, evidence, tier, now());
        assert_eq!(standing.not_after(), expected.map(at), "{standing:#?}");
    }

    #[test]
    fn the_earliest_end_of_all_that_is_needed_counts() {
        use RowTier::{Controlled, Registered};

        let (ada, university) = (ada(), university());
        let fresh = evidence(now());
        check(&ada, Some(&university), &fresh, Registered, Some("2027-03-01T09:00:00Z"));

        let short = university.with_agreement(Registered, agreement("2026-04-01T00:00:00Z"));
        check(&ada, Some(&short), &fresh, Registered, Some("2026-04-01T00:00:00Z"));
        check(&ada, Some(&short), &fresh, Controlled, Some("2026-04-01T00:00:00Z"));
    }

    #[test]
    fn whatever_is_missing_spoils_the_standing() {
        use RowTier::{Controlled, Registered};

        let (ada, university) = (ada(), university());
        let fresh = evidence(now());
        check(&ada, None, &fresh, Registered, None);

        let elsewhere = ada.clone().with_institution(Id::from_u128(8));
        check(&elsewhere, Some(&university), &fresh, Registered, None);

        let disabled = ada.clone().with_account(AccountState::Disabled {
            since: now(),
            reason: Paragraph::new("inquiry").unwrap(),
        });
        check(&disabled, Some(&university), &fresh, Registered, None);

        let only_controlled = Institution::new(Id::from_u128(7), Label::new("University").unwrap())
            .with_agreement(Controlled, agreement("2029-01-01T00:00:00Z"));
        check(&ada, Some(&only_controlled), &fresh, Controlled, None);

        for missing in 0..fresh.len() {
            let mut fewer = fresh.clone();
            fewer.remove(missing);
            check(&ada, Some(&university), &fewer, Registered, None);
        }
    }
}
