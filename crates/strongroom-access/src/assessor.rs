use strongroom_primitives::Timestamp;

use crate::{
    AgreementStatus, ByRequirement, Candidate, Evidence, Requirement, RequirementGap, RequirementKind,
    RequirementStanding, RequirementStatus, Subject,
};

/// Judges one candidate against many requirements: what they brought is put in order once.
#[derive(Debug)]
pub struct Assessor<'a> {
    candidate: Candidate<'a>,
    /// The evidence about the person; that about others is little.
    own: ByRequirement<'a, Evidence>,
    /// Whether anything was set aside for anybody; seldom.
    has_bypasses: bool,
}

impl<'a> Assessor<'a> {
    /// For this candidate.
    #[must_use]
    #[inline]
    pub fn new(candidate: Candidate<'a>) -> Self {
        let person = Subject::Person(candidate.person().id());
        let own = ByRequirement::new(candidate.evidence_about(person), Evidence::requirement);
        Self { candidate, own, has_bypasses: candidate.has_bypasses() }
    }

    /// Where the candidate stands with a requirement at one instant.
    #[must_use]
    #[inline]
    pub fn assess<'r>(&self, requirement: &'r Requirement, now: Timestamp) -> RequirementStanding<'r>
    where
        'a: 'r,
    {
        RequirementStanding {
            requirement,
            subject: self.candidate.subject(requirement.subject()),
            status: self.status(requirement, now),
            bypass: if self.has_bypasses { self.candidate.live_bypass(requirement, now) } else { None },
        }
    }

    /// How far evidence meets the requirement at this instant, whatever was set aside.
    #[must_use]
    #[inline]
    pub fn status(&self, requirement: &Requirement, now: Timestamp) -> RequirementStatus {
        if let RequirementKind::InstitutionAgreement(tier) = requirement.kind() {
            return match self.candidate.agreement_status(*tier, now) {
                AgreementStatus::InForce { until } => RequirementStatus::Met { until },
                AgreementStatus::NotInForce(gap) => RequirementStatus::NotMet(RequirementGap::Agreement(gap)),
            };
        }
        let person = Some(self.candidate.person().id());
        let name = requirement.name();
        match self.candidate.subject(requirement.subject()) {
            Some(Subject::Person(_)) => requirement.status_by(self.own.of(name), person, now),
            None => RequirementStatus::NotMet(RequirementGap::Missing),
            Some(subject) => {
                let about = self.candidate.evidence_about(subject);
                requirement.status_by(about.filter(|piece| piece.requirement() == name), person, now)
            }
        }
    }
}
