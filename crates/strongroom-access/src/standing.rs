use serde::Serialize;
use strongroom_primitives::{Id, RowTier, Timestamp, kind};

use crate::{
    AccountGap, AccountState, AgreementStatus, Assessor, Bypass, Candidate, Requirement, RequirementStatus,
    Subject,
};

/// Where a person stands with one tier, or with one workspace in it: everything that was asked, and
/// how far it is met.
///
/// This is a finding, not a permission: only `strongroom-gate` turns facts into a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing<'a> {
    person: Id<kind::Person>,
    tier: RowTier,
    workspace: Option<Id<kind::Workspace>>,
    account: &'a AccountState,
    account_gap: Option<AccountGap>,
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
    /// About whom; `None` if there is nobody of that kind, such as no institution.
    pub subject: Option<Subject>,
    /// How far it is met by evidence, whatever was set aside.
    pub status: RequirementStatus,
    /// The bypass by which it is set aside at this instant, if it is: also where evidence meets
    /// it, so that no explanation leaves it out.
    pub bypass: Option<LiveBypass<'a>>,
}

/// A bypass that helps at the instant of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LiveBypass<'a> {
    /// Which one.
    pub bypass: &'a Bypass,
    /// The first instant at which it no longer helps.
    pub until: Timestamp,
}

impl RequirementStanding<'_> {
    /// The first instant at which the requirement no longer is met or set aside; `None` if it is
    /// neither now. This, and not the status alone, says whether it stands in the way.
    #[must_use]
    #[inline]
    pub fn holds_until(&self) -> Option<Timestamp> {
        let met = match self.status {
            RequirementStatus::Met { until } => Some(until),
            RequirementStatus::NotMet(_) => None,
        };
        met.max(self.bypass.map(|bypass| bypass.until))
    }
}

/// Judges a candidate against a tier at one instant: the account, the institution's agreements for
/// this tier and every lower one, and these requirements.
///
/// `requirements` are those in force for the tier, and for the workspace if the candidate asks for
/// one; which these are is the policy's affair. A pure function: what is asked at another instant,
/// or of facts [as they were known](crate::Dossier::as_known_at) on another day, is answered the
/// same way.
#[must_use]
pub fn standing<'a>(
    candidate: &Candidate<'a>,
    requirements: &[&'a Requirement],
    tier: RowTier,
    now: Timestamp,
) -> Standing<'a> {
    let account = candidate.person().account();
    let assessor = Assessor::new(*candidate);
    Standing {
        person: candidate.person().id(),
        tier,
        workspace: candidate.workspace(),
        account,
        account_gap: account.gap(now),
        agreements: tier
            .and_below()
            .map(|tier| TierAgreement { tier, status: candidate.agreement_status(tier, now) })
            .collect(),
        requirements: requirements.iter().map(|&requirement| assessor.assess(requirement, now)).collect(),
    }
}

/// Where a candidate stands with one requirement at one instant.
#[must_use]
pub fn assess<'a>(
    candidate: &Candidate<'a>,
    requirement: &'a Requirement,
    now: Timestamp,
) -> RequirementStanding<'a> {
    Assessor::new(*candidate).assess(requirement, now)
}

impl<'a> Standing<'a> {
    /// Whose it is.
    #[must_use]
    pub fn person(&self) -> Id<kind::Person> {
        self.person
    }

    /// The tier it is about.
    #[must_use]
    pub fn tier(&self) -> RowTier {
        self.tier
    }

    /// The workspace it is about, if it is about one.
    #[must_use]
    pub fn workspace(&self) -> Option<Id<kind::Workspace>> {
        self.workspace
    }

    /// The state of the account.
    #[must_use]
    pub fn account(&self) -> &'a AccountState {
        self.account
    }

    /// Why the account may not be used; `None` if it may.
    #[must_use]
    pub fn account_gap(&self) -> Option<AccountGap> {
        self.account_gap
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

    /// Everything that is set aside at this instant.
    pub fn bypasses(&self) -> impl Iterator<Item = &LiveBypass<'a>> {
        self.requirements.iter().filter_map(|standing| standing.bypass.as_ref())
    }

    /// The first instant at which something needed is no longer met or set aside, by what is known
    /// now; [`Timestamp::LAST`] if nothing lapses, `None` if something is missing already.
    #[must_use]
    pub fn not_after(&self) -> Option<Timestamp> {
        if self.account_gap.is_some() {
            return None;
        }
        let agreements = self.agreements.iter().map(|agreement| match agreement.status {
            AgreementStatus::InForce { until } => Some(until),
            AgreementStatus::NotInForce(_) => None,
        });
        let requirements = self.requirements.iter().map(RequirementStanding::holds_until);
        // `None` anywhere is `None` for all; the earliest end otherwise.
        agreements.chain(requirements).try_fold(Timestamp::LAST, |earliest, until| Some(earliest.min(until?)))
    }
}

#[cfg(test)]
mod tests {
    use strongroom_primitives::{Id, Label, Paragraph};

    use super::*;
    use crate::{Agreement, EmailAddress, EmailDomain, Evidence, Institution, Membership, Person};

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
        let requirements = Requirement::all_of_us().unwrap();
        requirements.iter().flat_map(|one| one.sufficient_evidence(obtained, &source).unwrap()).collect()
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
        let candidate = Candidate::new(person).with_institution(institution).with_evidence(evidence);
        let standing = standing(&candidate, &requirements, tier, now());
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
