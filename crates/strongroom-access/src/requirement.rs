use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Label, Paragraph, RequirementName, RowTier, Timestamp};

use crate::{CodeOfConduct, CountryRule, IdentityRule, SubjectKind, TrainingRule};

/// Something that has to be brought before a tier or a workspace opens: what it is, about whom, how
/// long it holds, and how to come by it. Which tier asks for it is the policy's affair.
///
/// The names are open, so that a programme may ask for what it likes; the kinds are closed, so
/// that nothing is asked for that nobody can judge. There is no switch to turn a requirement off: a
/// programme that does not ask for it leaves its name out of the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    name: RequirementName,
    title: Label,
    kind: RequirementKind,
    #[serde(default)]
    subject: SubjectKind,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    trusted_sources: BTreeSet<Label>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_for_days: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    renewable_for_days: Option<u32>,
    next_step: Paragraph,
    taken_by: Actor,
}

/// How evidence for a requirement is judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(clippy::exhaustive_enums, reason = "a kind that nobody judges would be met or refused by accident")]
pub enum RequirementKind {
    /// The account asks for a second factor when signing in.
    TwoStepVerification,
    /// Somebody proved who they are (NIST SP 800-63A).
    IdentityProofing(IdentityRule),
    /// Courses were passed.
    Training(TrainingRule),
    /// A code of conduct was signed, in a version that counts.
    CodeOfConduct(CodeOfConduct),
    /// The person stated or confirmed something about themselves.
    SelfAttestation,
    /// The person's institution has signed for this tier, which may be another than the one asked
    /// for. Agreements for the tier asked for and those below are needed in any case.
    InstitutionAgreement(RowTier),
    /// Access is asked for from an allowed country.
    Country(CountryRule),
    /// Somebody in this capacity approved, who is not the subject.
    Approval(Actor),
    /// A trusted source recorded it: a credential, a visa, an examination elsewhere.
    Record,
}

/// Who can take a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new actor must be handled by everyone who sends people to one"
)]
pub enum Actor {
    /// The person who asks.
    TheResearcher,
    /// Somebody who signs for the person's institution.
    InstitutionOfficial,
    /// The staff of the programme that holds the data.
    ProgrammeStaff,
    /// An owner of the workspace.
    WorkspaceOwner,
}

impl RequirementKind {
    /// Whether a requirement of this kind can be set aside for a time. Who somebody is and what
    /// they learned cannot, nor what an institution or the law decides.
    #[must_use]
    pub fn may_be_bypassed(&self) -> bool {
        match self {
            Self::IdentityProofing(_)
            | Self::Training(_)
            | Self::InstitutionAgreement(_)
            | Self::Country(_) => false,
            Self::TwoStepVerification
            | Self::CodeOfConduct(_)
            | Self::SelfAttestation
            | Self::Approval(_)
            | Self::Record => true,
        }
    }
}

impl Requirement {
    /// A requirement about the person who asks, from any source, whose evidence does not lapse by
    /// itself, to be met by the researcher.
    #[must_use]
    pub fn new(name: RequirementName, title: Label, kind: RequirementKind, next_step: Paragraph) -> Self {
        Self {
            name,
            title,
            kind,
            subject: SubjectKind::Person,
            trusted_sources: BTreeSet::new(),
            valid_for_days: None,
            renewable_for_days: None,
            next_step,
            taken_by: Actor::TheResearcher,
        }
    }

    /// The same requirement, about a subject of another kind.
    #[must_use]
    pub fn with_subject(mut self, subject: SubjectKind) -> Self {
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

    /// The same requirement, whose evidence counts for so many days of 24 hours after it was
    /// obtained, or for less where the evidence itself says so. 0 days: no evidence counts.
    #[must_use]
    pub fn with_valid_for_days(mut self, days: u32) -> Self {
        self.valid_for_days = Some(days);
        self
    }

    /// The same requirement, which can be met again in the last so many days of 24 hours before it
    /// lapses.
    #[must_use]
    pub fn with_renewable_for_days(mut self, days: u32) -> Self {
        self.renewable_for_days = Some(days);
        self
    }

    /// The same requirement, whose next step somebody else takes.
    #[must_use]
    pub fn with_taken_by(mut self, actor: Actor) -> Self {
        self.taken_by = actor;
        self
    }

    /// The name by which policies and evidence refer to it.
    #[must_use]
    pub fn name(&self) -> &RequirementName {
        &self.name
    }

    /// The name that people read.
    #[must_use]
    pub fn title(&self) -> &Label {
        &self.title
    }

    /// How evidence is judged.
    #[must_use]
    pub fn kind(&self) -> &RequirementKind {
        &self.kind
    }

    /// About whom or what it is.
    #[must_use]
    pub fn subject(&self) -> SubjectKind {
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

    /// For how many days of 24 hours before it lapses it can be met again; `None` at any time.
    #[must_use]
    pub fn renewable_for_days(&self) -> Option<u32> {
        self.renewable_for_days
    }

    /// From when on it can be met again, if it lapses at `until`; `None` if it does not lapse.
    #[must_use]
    pub fn renewable_from(&self, until: Timestamp) -> Option<Timestamp> {
        let days = self.renewable_for_days.unwrap_or(u32::MAX);
        (until < Timestamp::LAST).then(|| until.minus_days(days))
    }

    /// How to meet it.
    #[must_use]
    pub fn next_step(&self) -> &Paragraph {
        &self.next_step
    }

    /// Who can do so.
    #[must_use]
    pub fn taken_by(&self) -> Actor {
        self.taken_by
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::TheResearcher => "the researcher",
            Self::InstitutionOfficial => "an official of the institution",
            Self::ProgrammeStaff => "the programme's staff",
            Self::WorkspaceOwner => "an owner of the workspace",
        })
    }
}
