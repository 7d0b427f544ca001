use strongroom_primitives::{Id, InvalidValue, Label, Timestamp};

use crate::{
    Approval, CountryRule, CourseResult, Evidence, IdentityProof, Initials, Proof, Requirement,
    RequirementKind,
};

impl Requirement {
    /// Invented evidence that meets the requirement at this instant, for demonstrations, benchmarks
    /// and tests. In earnest, evidence comes from whoever examined, signed or vouched.
    ///
    /// It is empty where evidence cannot do it: for an agreement of the institution, for a code of
    /// conduct that is not yet published, for a country where none is named.
    ///
    /// # Errors
    /// None that a caller could meet: the texts are fixed.
    pub fn sufficient_evidence(&self, now: Timestamp, source: &Label) -> Result<Vec<Evidence>, InvalidValue> {
        let source = self.trusted_sources().first().unwrap_or(source);
        let piece = || Evidence::new(self.name().clone(), now, source.clone());
        let proofs: Vec<Proof> = match self.kind() {
            RequirementKind::TwoStepVerification
            | RequirementKind::SelfAttestation
            | RequirementKind::Record => return Ok(vec![piece()]),
            RequirementKind::InstitutionAgreement(_) => Vec::new(),
            RequirementKind::IdentityProofing(rule) => {
                let reviewer = Id::from_u128(u128::MAX);
                let verified = rule.verifiers().first().map(|verifier| IdentityProof::Verified {
                    verifier: verifier.clone(),
                    assurance: rule.assurance(),
                });
                let reviewed = || {
                    let document = rule.documents().first()?;
                    Some(IdentityProof::DocumentReviewed { document: *document, reviewer })
                };
                verified.or_else(reviewed).map(Proof::Identity).into_iter().collect()
            }
            RequirementKind::Training(rule) => {
                let passed = |course: &Label| CourseResult::new(course.clone(), rule.pass_score());
                rule.courses().iter().map(passed).map(Proof::Course).collect()
            }
            RequirementKind::CodeOfConduct(code) => {
                let name = Label::new("Invented Signatory")?;
                let initials = Initials::new("IS")?;
                code.current(now)
                    .map(|version| Proof::Signature(version.sign(initials, name)))
                    .into_iter()
                    .collect()
            }
            RequirementKind::Country(rule) => match rule {
                CountryRule::Only(allowed) => {
                    allowed.first().copied().map(Proof::Country).into_iter().collect()
                }
                CountryRule::AllBut(_) => Vec::new(),
            },
            RequirementKind::Approval(actor) => {
                vec![Proof::Approval(Approval::new(Id::from_u128(u128::MAX), *actor))]
            }
        };
        Ok(proofs.into_iter().map(|proof| piece().with_proof(proof)).collect())
    }
}
