use strongroom_access::{
    Actor, CodeOfConduct, ConductVersion, CountryCode, CountryRule, IdentityAssurance, IdentityDocument,
    IdentityRule, NoticeDays, Percent, Requirement, RequirementCatalogue, RequirementKind, SubjectKind,
    TrainingRule,
};
use strongroom_primitives::{InvalidValue, RowTier};
use strongroom_tiers::{Declaration, EvidenceKind, Policy, Subject, TakenBy};

/// The requirements that a policy declares, as evidence is judged by them: one definition for those
/// who review the policy and for the decision.
///
/// # Errors
/// If a declaration has a parameter that cannot be judged by. Nothing is left out in silence.
pub fn declared_requirements(policy: &Policy) -> Result<RequirementCatalogue, InvalidValue> {
    let requirements = policy.all_declarations().map(requirement).collect::<Result<Vec<_>, _>>()?;
    RequirementCatalogue::new(requirements)
        .map_err(|_| InvalidValue::new("policy", "a requirement is declared twice; remove one declaration"))
}

/// On which days people are told that something they need is about to lapse, as the policy says.
#[must_use]
pub fn notice_days(policy: &Policy) -> NoticeDays {
    NoticeDays::new(policy.notices().warn_days_before().clone())
}

fn requirement(declaration: &Declaration) -> Result<Requirement, InvalidValue> {
    let mut requirement = Requirement::new(
        declaration.name().clone(),
        declaration.title().clone(),
        kind(declaration.evidence())?,
        declaration.next_step().clone(),
    )
    .with_subject(match declaration.subject() {
        Subject::Person => SubjectKind::Person,
        Subject::Institution => SubjectKind::Institution,
        Subject::Workspace => SubjectKind::Workspace,
        Subject::PersonInWorkspace => SubjectKind::PersonInWorkspace,
    })
    .with_trusted_sources(declaration.trusted_sources().clone())
    .with_taken_by(actor(declaration.taken_by()));
    if let Some(days) = declaration.valid_for_days() {
        requirement = requirement.with_valid_for_days(days);
    }
    if let Some(days) = declaration.renewable_for_days() {
        requirement = requirement.with_renewable_for_days(days);
    }
    Ok(requirement)
}

fn kind(evidence: &EvidenceKind) -> Result<RequirementKind, InvalidValue> {
    Ok(match evidence {
        EvidenceKind::TwoStepVerification => RequirementKind::TwoStepVerification,
        EvidenceKind::IdentityProofing { assurance_level, verifiers, documents } => {
            let assurance = match assurance_level {
                1 => IdentityAssurance::Ial1,
                2 => IdentityAssurance::Ial2,
                3 => IdentityAssurance::Ial3,
                _ => return Err(InvalidValue::new("identity assurance level", "expected 1, 2 or 3")),
            };
            let documents = documents.iter().map(document).collect::<Result<_, _>>()?;
            RequirementKind::IdentityProofing(
                IdentityRule::new(assurance, verifiers.clone()).with_documents(documents),
            )
        }
        EvidenceKind::Training { courses, minimum_score_percent } => {
            let score = u8::try_from(*minimum_score_percent)
                .map_err(|_| InvalidValue::new("score", "expected 0 to 100 percent"))?;
            RequirementKind::Training(TrainingRule::new(courses.clone(), Percent::new(score)?))
        }
        EvidenceKind::CodeOfConduct { versions } => {
            let version = |one: &strongroom_tiers::ConductVersion| {
                ConductVersion::of_fingerprint(
                    one.version.clone(),
                    one.text_sha256,
                    one.published,
                    one.grace_days,
                )
            };
            let first = CodeOfConduct::new(version(versions.first()));
            let code =
                versions.iter().skip(1).try_fold(first, |code, one| code.with_version(version(one)))?;
            RequirementKind::CodeOfConduct(code)
        }
        EvidenceKind::ProfileConfirmation
        | EvidenceKind::PublicationConfirmation
        | EvidenceKind::SelfAttestation => RequirementKind::SelfAttestation,
        EvidenceKind::InstitutionAgreement { tier } => RequirementKind::InstitutionAgreement(*tier),
        EvidenceKind::Country { only, all_but } => {
            let countries = |codes: &std::collections::BTreeSet<strongroom_tiers::CountryCode>| {
                codes.iter().map(|code| CountryCode::new(&code.to_string())).collect::<Result<_, _>>()
            };
            RequirementKind::Country(if all_but.is_empty() {
                // An empty list of the allowed allows none: that is the safe reading of no list.
                CountryRule::Only(countries(only)?)
            } else {
                CountryRule::AllBut(countries(all_but)?)
            })
        }
        EvidenceKind::Approval { by } => RequirementKind::Approval(actor(*by)),
        EvidenceKind::Record => RequirementKind::Record,
    })
}

fn document(document: &strongroom_tiers::IdentityDocument) -> Result<IdentityDocument, InvalidValue> {
    use strongroom_tiers::IdentityDocument as Declared;
    Ok(match document {
        Declared::Passport => IdentityDocument::Passport,
        Declared::DrivingLicence => IdentityDocument::DrivingLicence,
        Declared::IdentityCard => IdentityDocument::IdentityCard,
        Declared::ResidencePermit => IdentityDocument::ResidencePermit,
        Declared::MilitaryCard => IdentityDocument::MilitaryCard,
        Declared::TribalCard => IdentityDocument::TribalCard,
        _ => return Err(InvalidValue::new("identity document", "nobody can judge it; take it out")),
    })
}

fn actor(taken_by: TakenBy) -> Actor {
    match taken_by {
        TakenBy::TheResearcher => Actor::TheResearcher,
        TakenBy::InstitutionOfficial => Actor::InstitutionOfficial,
        TakenBy::ProgrammeStaff => Actor::ProgrammeStaff,
        TakenBy::WorkspaceOwner => Actor::WorkspaceOwner,
    }
}

/// A policy and what its requirements are: what decisions are made by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    policy: Policy,
    requirements: RequirementCatalogue,
}

impl Edition {
    /// The policy with the requirements that it declares.
    ///
    /// # Errors
    /// If a declaration has a parameter that cannot be judged by.
    pub fn new(policy: Policy) -> Result<Self, InvalidValue> {
        let requirements = declared_requirements(&policy)?;
        Ok(Self { policy, requirements })
    }

    /// The policy with requirements that are defined elsewhere.
    #[must_use]
    pub fn with_requirements(policy: Policy, requirements: RequirementCatalogue) -> Self {
        Self { policy, requirements }
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What its requirements are.
    #[must_use]
    pub fn requirements(&self) -> &[Requirement] {
        self.requirements.requirements()
    }

    /// Whether some tier that holds rows asks for something that is not defined. Nobody gets in there.
    #[must_use]
    pub fn has_undefined(&self) -> bool {
        let mut names = RowTier::ALL.into_iter().flat_map(|tier| self.policy.requirements(tier));
        names.any(|name| self.requirements.get(name).is_none())
    }
}
