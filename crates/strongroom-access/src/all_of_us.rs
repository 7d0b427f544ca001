use strongroom_primitives::{InvalidValue, Label, NonEmpty, Paragraph, RequirementName, Timestamp};

use crate::{
    CodeOfConduct, ConductVersion, IdentityAssurance, IdentityDocument, IdentityRule, Percent, Requirement,
    RequirementKind, TrainingRule,
};

const YEAR: u32 = 365;
const VERSION_6: &str = include_str!("texts/data_user_code_of_conduct_6.txt");
const VERSION_7: &str = include_str!("texts/data_user_code_of_conduct_7.txt");

impl Requirement {
    /// What All of Us asks of its researchers: two-step verification, identity proofing at IAL2,
    /// courses passed with 80 per cent, a Data User Code of Conduct, and confirmations of profile and
    /// publications, all but the first two to be renewed every year (governance of All of Us, data
    /// access modules).
    ///
    /// The texts of the code of conduct and the days of their publication are examples; a programme
    /// puts its own in their place ([`ConductVersion::of_text`]).
    ///
    /// # Errors
    /// None that a caller could meet: the texts are fixed, and a test reads them.
    pub fn all_of_us() -> Result<Vec<Self>, InvalidValue> {
        let new = |name: &str, title: &str, kind, next_step: &str| {
            Ok::<_, InvalidValue>(Self::new(
                RequirementName::new(name)?,
                Label::new(title)?,
                kind,
                Paragraph::new(next_step)?,
            ))
        };
        let yearly = |requirement: Self, renewable_for_days| {
            requirement.with_valid_for_days(YEAR).with_renewable_for_days(renewable_for_days)
        };
        Ok(vec![
            new(
                "two-step-verification",
                "Two-step verification",
                RequirementKind::TwoStepVerification,
                "Turn on two-step verification for your account.",
            )?,
            new(
                "identity",
                "Identity verification",
                RequirementKind::IdentityProofing(identity()?),
                "Verify your identity with Login.gov or ID.me, or show a document to the programme's staff.",
            )?,
            yearly(
                new(
                    "registered-training",
                    "Responsible conduct of research training",
                    training(["Course I", "Course II", "Course III"])?,
                    "Complete the training for the registered tier.",
                )?,
                30,
            ),
            yearly(
                new(
                    "controlled-training",
                    "Controlled tier training",
                    training(["Controlled Tier Course"])?,
                    "Complete the training for the controlled tier.",
                )?,
                30,
            ),
            yearly(
                new(
                    "code-of-conduct",
                    "Data User Code of Conduct",
                    RequirementKind::CodeOfConduct(code_of_conduct()?),
                    "Read and sign the current Data User Code of Conduct.",
                )?,
                330,
            ),
            yearly(
                new(
                    "profile-confirmation",
                    "Profile confirmation",
                    RequirementKind::SelfAttestation,
                    "Confirm that your profile is up to date.",
                )?,
                330,
            ),
            yearly(
                new(
                    "publication-confirmation",
                    "Publication confirmation",
                    RequirementKind::SelfAttestation,
                    "Report your publications, or confirm that there are none.",
                )?,
                330,
            ),
        ])
    }
}

fn identity() -> Result<IdentityRule, InvalidValue> {
    use IdentityDocument::{
        DrivingLicence, IdentityCard, MilitaryCard, Passport, ResidencePermit, TribalCard,
    };

    let verifiers = [Label::new("Login.gov")?, Label::new("ID.me")?].into();
    Ok(IdentityRule::new(IdentityAssurance::Ial2, verifiers).with_documents(
        [Passport, DrivingLicence, IdentityCard, ResidencePermit, MilitaryCard, TribalCard].into(),
    ))
}

fn training<const N: usize>(courses: [&str; N]) -> Result<RequirementKind, InvalidValue> {
    let courses = courses.into_iter().map(Label::new).collect::<Result<Vec<_>, _>>()?;
    let courses = NonEmpty::from_vec(courses)
        .ok_or_else(|| InvalidValue::new("training", "it has no course; name at least one"))?;
    Ok(RequirementKind::Training(TrainingRule::new(courses, Percent::new(80)?)))
}

fn code_of_conduct() -> Result<CodeOfConduct, InvalidValue> {
    let version = |name, text, published| {
        Ok::<_, InvalidValue>(ConductVersion::of_text(
            Label::new(name)?,
            text,
            Timestamp::parse(published)?,
            YEAR,
        ))
    };
    CodeOfConduct::new(version("6", VERSION_6, "2023-07-01T00:00:00Z")?).with_version(version(
        "7",
        VERSION_7,
        "2025-07-01T00:00:00Z",
    )?)
}
