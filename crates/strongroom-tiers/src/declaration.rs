use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use strongroom_primitives::{
    InvalidValue, Label, NonEmpty, Paragraph, RequirementName, RowTier, Sha256Digest, Timestamp,
};

/// What a requirement is, as the policy declares it. Which tier asks for it is written with the
/// tier; whether somebody meets it is decided elsewhere, by the parameters given here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Declaration {
    /// Not a field of the written form: there it is the key.
    #[serde(skip)]
    pub(crate) name: RequirementName,
    pub(crate) title: Label,
    pub(crate) next_step: Paragraph,
    pub(crate) taken_by: TakenBy,
    pub(crate) subject: Subject,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) valid_for_days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) renewable_for_days: Option<u32>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) trusted_sources: BTreeSet<Label>,
    pub(crate) evidence: EvidenceKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bypass: Option<BypassRule>,
}

/// The kinds of evidence that can be asked for, each with the parameters by which it is judged.
///
/// Names of requirements are open; kinds are closed, so that nothing is asked for that nobody can
/// judge, and so that a misspelt kind is refused instead of being met by everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a kind that nobody judges would be met or refused by accident")]
pub enum EvidenceKind {
    /// The account asks for a second factor when signing in.
    TwoStepVerification,
    /// Somebody proved who they are.
    IdentityProofing {
        /// The least identity assurance level (NIST SP 800-63A): 1, 2 or 3.
        assurance_level: u32,
        /// Who may vouch for it.
        verifiers: BTreeSet<Label>,
        /// By which documents staff may verify somebody for whom no verifier vouches.
        #[serde(skip_serializing_if = "BTreeSet::is_empty")]
        documents: BTreeSet<IdentityDocument>,
    },
    /// Courses were passed.
    Training {
        /// All of these, as the learning management system calls them.
        courses: NonEmpty<Label>,
        /// The least score that passes each, in percent.
        minimum_score_percent: u32,
    },
    /// A code of conduct was signed.
    CodeOfConduct {
        /// Its versions, oldest first.
        versions: NonEmpty<ConductVersion>,
    },
    /// The person confirmed that the profile is right.
    ProfileConfirmation,
    /// The person reported publications, or that there are none.
    PublicationConfirmation,
    /// The person stated or confirmed something else about themselves.
    SelfAttestation,
    /// The person's institution has signed for this tier too. Agreements for the tier that is
    /// asked for and those below are needed in any case.
    InstitutionAgreement {
        /// The tier that the agreement has to cover.
        tier: RowTier,
    },
    /// Access is asked for from a country from which the data may be used: one of `only`, or any
    /// but `all_but`. Exactly one of the two is written.
    Country {
        /// From these and no others.
        #[serde(skip_serializing_if = "BTreeSet::is_empty")]
        only: BTreeSet<CountryCode>,
        /// From all but these.
        #[serde(skip_serializing_if = "BTreeSet::is_empty")]
        all_but: BTreeSet<CountryCode>,
    },
    /// Somebody in this capacity approved, who is not the subject.
    Approval {
        /// Who approves.
        by: TakenBy,
    },
    /// A trusted source recorded it: a credential, a visa, an examination elsewhere.
    Record,
}

/// A version of a code of conduct.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "it is what a document says, and written by hand in tests")]
pub struct ConductVersion {
    /// The version, as it is written on the document.
    pub version: Label,
    /// The SHA-256 digest of the text that is signed, so that a signature cannot be disputed.
    pub text_sha256: Sha256Digest,
    /// From when it is to be signed.
    pub published: Timestamp,
    /// For how many days of 24 hours after that signatures of the version before count on.
    pub grace_days: u32,
}

/// A document by which staff can verify who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum IdentityDocument {
    /// A passport.
    Passport,
    /// A driving licence with a photograph.
    DrivingLicence,
    /// A national identity card.
    IdentityCard,
    /// A residence permit.
    ResidencePermit,
    /// An identity card of armed forces.
    MilitaryCard,
    /// An identity card of a tribal nation.
    TribalCard,
}

/// Under which conditions two members of staff may excuse somebody from a requirement.
///
/// There is no excuse without an end, and none from identity, training, agreements or countries:
/// an excuse that never ends is a requirement that is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "it is what a document says, and written by hand in tests")]
pub struct BypassRule {
    /// For how many days of 24 hours at most; 1 to 30.
    pub longest_days: u32,
}

/// Who can take a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new actor must be handled by everyone who sends people to one"
)]
pub enum TakenBy {
    /// The person who asks.
    TheResearcher,
    /// Somebody who signs for the person's institution.
    InstitutionOfficial,
    /// The staff of the programme that holds the data.
    ProgrammeStaff,
    /// An owner of the workspace.
    WorkspaceOwner,
}

/// Of what kind the subject of a requirement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "evidence about a new subject must be found by whoever decides")]
pub enum Subject {
    /// The person who asks.
    Person,
    /// The institution of the person who asks.
    Institution,
    /// The workspace that is asked for.
    Workspace,
    /// The person who asks, in the workspace that is asked for.
    PersonInWorkspace,
}

/// A country as ISO 3166-1 writes it with two capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

impl Declaration {
    /// A requirement of this name and kind about the person who asks, who can meet it; evidence of
    /// any source counts and does not lapse by itself, and nobody is excused.
    #[must_use]
    pub fn new(name: RequirementName, title: Label, evidence: EvidenceKind, next_step: Paragraph) -> Self {
        Self {
            name,
            title,
            next_step,
            taken_by: TakenBy::TheResearcher,
            subject: Subject::Person,
            valid_for_days: None,
            renewable_for_days: None,
            trusted_sources: BTreeSet::new(),
            evidence,
            bypass: None,
        }
    }

    /// The same requirement, whose evidence counts for so many days of 24 hours.
    #[must_use]
    pub fn with_valid_for_days(mut self, days: u32) -> Self {
        self.valid_for_days = Some(days);
        self
    }

    /// The same requirement, which can be met anew in the last so many days before it lapses.
    #[must_use]
    pub fn with_renewable_for_days(mut self, days: u32) -> Self {
        self.renewable_for_days = Some(days);
        self
    }

    /// The same requirement, about a subject of another kind.
    #[must_use]
    pub fn with_subject(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    /// The same requirement, for which only evidence from these sources counts; with none at all,
    /// evidence from any source.
    #[must_use]
    pub fn with_trusted_sources(mut self, sources: BTreeSet<Label>) -> Self {
        self.trusted_sources = sources;
        self
    }

    /// The same requirement, whose next step somebody else takes.
    #[must_use]
    pub fn with_taken_by(mut self, taken_by: TakenBy) -> Self {
        self.taken_by = taken_by;
        self
    }

    /// The same requirement, from which somebody can be excused under these conditions.
    #[must_use]
    pub fn with_bypass(mut self, bypass: BypassRule) -> Self {
        self.bypass = Some(bypass);
        self
    }

    /// The name by which tiers and evidence refer to it.
    #[must_use]
    pub fn name(&self) -> &RequirementName {
        &self.name
    }

    /// The name that people read.
    #[must_use]
    pub fn title(&self) -> &Label {
        &self.title
    }

    /// How to meet it.
    #[must_use]
    pub fn next_step(&self) -> &Paragraph {
        &self.next_step
    }

    /// Who can do so.
    #[must_use]
    pub fn taken_by(&self) -> TakenBy {
        self.taken_by
    }

    /// About whom or what it is.
    #[must_use]
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// The sources whose evidence counts; every one if there are none here.
    #[must_use]
    pub fn trusted_sources(&self) -> &BTreeSet<Label> {
        &self.trusted_sources
    }

    /// For how many days of 24 hours evidence counts; `None` if it does not lapse by itself.
    #[must_use]
    pub fn valid_for_days(&self) -> Option<u32> {
        self.valid_for_days
    }

    /// In how many last days it can be met anew; `None` if at any time.
    #[must_use]
    pub fn renewable_for_days(&self) -> Option<u32> {
        self.renewable_for_days
    }

    /// What evidence is asked for, and how it is judged.
    #[must_use]
    pub fn evidence(&self) -> &EvidenceKind {
        &self.evidence
    }

    /// Under which conditions somebody can be excused; `None` if nobody can.
    #[must_use]
    pub fn bypass(&self) -> Option<BypassRule> {
        self.bypass
    }
}

impl EvidenceKind {
    /// The names of all kinds, as documents write them.
    pub const NAMES: [&str; 11] = [
        "two-step-verification",
        "identity-proofing",
        "training",
        "code-of-conduct",
        "profile-confirmation",
        "publication-confirmation",
        "self-attestation",
        "institution-agreement",
        "country",
        "approval",
        "record",
    ];

    /// The name of the kind, as documents write it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::TwoStepVerification => "two-step-verification",
            Self::IdentityProofing { .. } => "identity-proofing",
            Self::Training { .. } => "training",
            Self::CodeOfConduct { .. } => "code-of-conduct",
            Self::ProfileConfirmation => "profile-confirmation",
            Self::PublicationConfirmation => "publication-confirmation",
            Self::SelfAttestation => "self-attestation",
            Self::InstitutionAgreement { .. } => "institution-agreement",
            Self::Country { .. } => "country",
            Self::Approval { .. } => "approval",
            Self::Record => "record",
        }
    }

    /// Whether somebody may be excused from it at all. Who somebody is and what they learned
    /// cannot be excused, nor what an institution or the law decides.
    #[must_use]
    pub fn may_be_bypassed(&self) -> bool {
        match self {
            Self::IdentityProofing { .. }
            | Self::Training { .. }
            | Self::InstitutionAgreement { .. }
            | Self::Country { .. } => false,
            Self::TwoStepVerification
            | Self::CodeOfConduct { .. }
            | Self::ProfileConfirmation
            | Self::PublicationConfirmation
            | Self::SelfAttestation
            | Self::Approval { .. }
            | Self::Record => true,
        }
    }
}

impl CountryCode {
    /// The country with this code.
    ///
    /// # Errors
    /// If the text is not two letters from A to Z.
    pub fn new(text: &str) -> Result<Self, InvalidValue> {
        match text.as_bytes() {
            [first @ b'A'..=b'Z', second @ b'A'..=b'Z'] => Ok(Self([*first, *second])),
            _ => Err(InvalidValue::new("country code", "expected two capital letters, such as `NL`")),
        }
    }
}

impl FromStr for CountryCode {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::new(text)
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(std::str::from_utf8(&self.0).unwrap_or_default())
    }
}

impl Serialize for CountryCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
