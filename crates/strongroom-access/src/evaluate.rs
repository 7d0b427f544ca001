use strongroom_primitives::{Id, Label, Timestamp, kind};

use crate::{AgreementGap, Evidence, Proof, Requirement, RequirementGap, RequirementKind, RequirementStatus};

impl Requirement {
    /// How far these pieces of evidence meet the requirement at this instant, as far as evidence
    /// alone can tell: an agreement of an institution cannot be told so, and is not met.
    ///
    /// The best piece counts, so that a further one never makes matters worse; where several things
    /// are asked for, the one that is furthest from being met. Countries are the exception
    /// ([`CountryRule`](crate::CountryRule)).
    #[must_use]
    pub fn status(&self, evidence: &[Evidence], now: Timestamp) -> RequirementStatus {
        self.status_by(evidence.iter().filter(|piece| piece.requirement() == self.name()), None, now)
    }

    /// The same by pieces that all carry the name of the requirement, for this person, who cannot have
    /// approved themselves.
    #[inline]
    pub(crate) fn status_by<'e>(
        &self,
        pieces: impl Iterator<Item = &'e Evidence> + Clone,
        person: Option<Id<kind::Person>>,
        now: Timestamp,
    ) -> RequirementStatus {
        let judge = |piece: &Evidence| self.judge(piece, person, now);
        match self.kind() {
            RequirementKind::InstitutionAgreement(_) => {
                RequirementStatus::NotMet(RequirementGap::Agreement(AgreementGap::NoInstitution))
            }
            RequirementKind::Country(rule) => {
                rule.status(pieces, |piece| self.check(piece, person).map(|end| (piece.obtained(), end)), now)
            }
            RequirementKind::Training(rule) => {
                let courses = rule.courses().iter();
                worst(
                    courses.map(|course| {
                        best(pieces.clone().filter(|piece| is_about(piece, course)).map(judge))
                    }),
                )
            }
            _ => best(pieces.map(judge)),
        }
    }

    fn judge(&self, piece: &Evidence, person: Option<Id<kind::Person>>, now: Timestamp) -> RequirementStatus {
        // Evidence from the future is a clock or an entry gone wrong; it counts when it is time.
        if now < piece.obtained() {
            return RequirementStatus::NotMet(RequirementGap::Missing);
        }
        match self.check(piece, person) {
            Err(gap) => RequirementStatus::NotMet(gap),
            Ok(until) if now < until => RequirementStatus::Met { until },
            Ok(until) => RequirementStatus::NotMet(match piece.retracted_since() {
                Some(since) if since <= until => RequirementGap::Withdrawn { since: until },
                _ => RequirementGap::Lapsed { since: until },
            }),
        }
    }

    /// The first instant at which the piece no longer counts, or why it never does.
    fn check(&self, piece: &Evidence, person: Option<Id<kind::Person>>) -> Result<Timestamp, RequirementGap> {
        if !self.trusted_sources().is_empty() && !self.trusted_sources().contains(piece.source()) {
            return Err(RequirementGap::UntrustedSource);
        }
        let by_kind = self.check_proof(piece, person)?;
        let by_requirement =
            self.valid_for_days().map_or(Timestamp::LAST, |days| piece.obtained().plus_days(days));
        let by_source = piece.valid_until().unwrap_or(Timestamp::LAST);
        let ends = by_kind.min(by_requirement).min(by_source);
        // What was retracted before it was obtained never counted; it ends where it would begin.
        Ok(piece.retracted_since().map_or(ends, |since| since.min(ends).max(piece.obtained())))
    }

    fn check_proof(
        &self,
        piece: &Evidence,
        person: Option<Id<kind::Person>>,
    ) -> Result<Timestamp, RequirementGap> {
        match (self.kind(), piece.proof()) {
            (
                RequirementKind::TwoStepVerification
                | RequirementKind::SelfAttestation
                | RequirementKind::Record,
                None,
            )
            | (RequirementKind::Country(_), Some(Proof::Country(_))) => Ok(Timestamp::LAST),
            (RequirementKind::IdentityProofing(rule), Some(Proof::Identity(proof))) => {
                rule.judge(proof, person).map(|()| Timestamp::LAST)
            }
            (RequirementKind::Training(rule), Some(Proof::Course(result))) => {
                if result.score() >= rule.pass_score() {
                    Ok(Timestamp::LAST)
                } else {
                    Err(RequirementGap::ScoreTooLow)
                }
            }
            (RequirementKind::CodeOfConduct(code), Some(Proof::Signature(signature))) => {
                code.judge(signature, piece.obtained())
            }
            (RequirementKind::Approval(actor), Some(Proof::Approval(approval))) => {
                if person == Some(approval.approver()) {
                    Err(RequirementGap::SelfApproved)
                } else if approval.acting_as() == *actor {
                    Ok(Timestamp::LAST)
                } else {
                    Err(RequirementGap::UntrustedSource)
                }
            }
            _ => Err(RequirementGap::WrongProof),
        }
    }
}

/// Whether the piece has to do with the course: pieces that show something else are judged as
/// well, so that the explanation says so.
fn is_about(piece: &Evidence, course: &Label) -> bool {
    match piece.proof() {
        Some(Proof::Course(result)) => result.course() == course,
        _ => true,
    }
}

fn best(statuses: impl Iterator<Item = RequirementStatus>) -> RequirementStatus {
    statuses.max().unwrap_or(RequirementStatus::NotMet(RequirementGap::Missing))
}

/// Of several things that are all needed, each at its best, the worst.
fn worst(statuses: impl Iterator<Item = RequirementStatus>) -> RequirementStatus {
    statuses.min().unwrap_or(RequirementStatus::NotMet(RequirementGap::Missing))
}
