use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{InvalidValue, Label, NonEmpty, Paragraph, RequirementName, Timestamp};

use crate::{Evidence, RequirementGap, RequirementStatus};

/// Something a person has to bring before a tier opens: what it is, how long it holds, and how to
/// come by it. Which tier asks for it is the policy's affair.
///
/// The names are open, so that a programme may ask for what it likes; the kinds are closed, so
/// that nothing is asked for that nobody can judge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    name: RequirementName,
    title: Label,
    kind: RequirementKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_for_days: Option<u32>,
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
    IdentityProofing,
    /// A course was passed.
    Training,
    /// A code of conduct was signed, in a version that still counts.
    CodeOfConduct {
        /// The versions that count; any other one has to be signed again.
        accepted_versions: NonEmpty<Label>,
    },
    /// The person stated or confirmed something about themselves.
    SelfAttestation,
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

impl Requirement {
    /// A requirement whose evidence does not lapse by itself, to be met by the researcher.
    #[must_use]
    pub fn new(name: RequirementName, title: Label, kind: RequirementKind, next_step: Paragraph) -> Self {
        Self { name, title, kind, valid_for_days: None, next_step, taken_by: Actor::TheResearcher }
    }

    /// The same requirement, whose evidence counts for so many days of 24 hours after it was
    /// obtained, or for less where the evidence itself says so. 0 days: no evidence counts.
    #[must_use]
    pub fn with_valid_for_days(mut self, days: u32) -> Self {
        self.valid_for_days = Some(days);
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

    /// For how many days of 24 hours evidence counts; `None` if it does not lapse by itself.
    #[must_use]
    pub fn valid_for_days(&self) -> Option<u32> {
        self.valid_for_days
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

    /// How far these pieces of evidence meet the requirement at this instant. The best piece
    /// counts, so that a further one never makes matters worse.
    #[must_use]
    pub fn status(&self, evidence: &[Evidence], now: Timestamp) -> RequirementStatus {
        evidence
            .iter()
            .filter(|piece| piece.requirement() == &self.name)
            .map(|piece| self.judge(piece, now))
            .max()
            .unwrap_or(RequirementStatus::NotMet(RequirementGap::Missing))
    }

    fn judge(&self, piece: &Evidence, now: Timestamp) -> RequirementStatus {
        // Evidence from the future is a clock or an entry gone wrong; it counts when it is time.
        if now < piece.obtained() {
            return RequirementStatus::NotMet(RequirementGap::Missing);
        }
        if let RequirementKind::CodeOfConduct { accepted_versions } = &self.kind
            && !accepted_versions.iter().any(|accepted| Some(accepted) == piece.version())
        {
            return RequirementStatus::NotMet(RequirementGap::WrongVersion);
        }
        let by_requirement =
            self.valid_for_days.map_or(Timestamp::LAST, |days| piece.obtained().plus_days(days));
        let until = piece.valid_until().unwrap_or(Timestamp::LAST).min(by_requirement);
        if now < until {
            RequirementStatus::Met { until }
        } else {
            RequirementStatus::NotMet(RequirementGap::Lapsed { since: until })
        }
    }

    /// What All of Us asks of its researchers, with annual renewal of trainings, code of conduct
    /// and confirmations (governance of All of Us, data access modules).
    ///
    /// # Errors
    /// None that a caller could meet: the texts are fixed, and a test reads them.
    pub fn all_of_us() -> Result<Vec<Self>, InvalidValue> {
        const ANNUALLY: Option<u32> = Some(365);
        let code_of_conduct = RequirementKind::CodeOfConduct {
            accepted_versions: {
                let mut versions = NonEmpty::new(Label::new("6")?);
                versions.push(Label::new("7")?);
                versions
            },
        };
        [
            (
                "two-step-verification",
                "Two-step verification",
                RequirementKind::TwoStepVerification,
                None,
                "Turn on two-step verification for your account.",
            ),
            (
                "identity",
                "Identity verification",
                RequirementKind::IdentityProofing,
                None,
                "Verify your identity with Login.gov or ID.me.",
            ),
            (
                "registered-training",
                "Responsible conduct of research training",
                RequirementKind::Training,
                ANNUALLY,
                "Complete the training for the registered tier.",
            ),
            (
                "controlled-training",
                "Controlled tier training",
                RequirementKind::Training,
                ANNUALLY,
                "Complete the training for the controlled tier.",
            ),
            (
                "code-of-conduct",
                "Data User Code of Conduct",
                code_of_conduct,
                ANNUALLY,
                "Read and sign the current Data User Code of Conduct.",
            ),
            (
                "profile-confirmation",
                "Profile confirmation",
                RequirementKind::SelfAttestation,
                ANNUALLY,
                "Confirm that your profile is up to date.",
            ),
            (
                "publication-confirmation",
                "Publication confirmation",
                RequirementKind::SelfAttestation,
                ANNUALLY,
                "Report your publications, or confirm that there are none.",
            ),
        ]
        .into_iter()
        .map(|(name, title, kind, valid_for_days, next_step)| {
            Ok(Self {
                valid_for_days,
                ..Self::new(RequirementName::new(name)?, Label::new(title)?, kind, Paragraph::new(next_step)?)
            })
        })
        .collect()
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = 1_800_000_000_000_000;
    const DAY: i64 = 86_400_000_000;

    fn at_day(day: i64) -> Timestamp {
        Timestamp::from_unix_microseconds(NOW + day * DAY)
    }

    fn code_of_conduct() -> Requirement {
        let all = Requirement::all_of_us().unwrap();
        let found = all.into_iter().find(|one| one.name().as_str() == "code-of-conduct");
        found.unwrap()
    }

    /// Signed on that day relative to the present, in that version, valid until that day at most.
    fn signed(day: i64, version: &str, valid_until: Option<i64>) -> Evidence {
        let piece = Evidence::new(
            code_of_conduct().name().clone(),
            at_day(day),
            Label::new("signature service").unwrap(),
        )
        .with_version(Label::new(version).unwrap());
        match valid_until {
            Some(day) => piece.with_valid_until(at_day(day)),
            None => piece,
        }
    }

    #[test]
    fn the_best_piece_of_evidence_counts() {
        use RequirementGap::{Lapsed, Missing, WrongVersion};

        let met = |day| RequirementStatus::Met { until: at_day(day) };
        let lapsed = |day| RequirementStatus::NotMet(Lapsed { since: at_day(day) });
        for (evidence, expected) in [
            (vec![], RequirementStatus::NotMet(Missing)),
            (vec![signed(0, "7", None)], met(365)),
            (vec![signed(-364, "6", None)], met(1)),
            (vec![signed(-365, "7", None)], lapsed(0)),
            (vec![signed(-10, "7", Some(5))], met(5)),
            (vec![signed(-10, "7", Some(0))], lapsed(0)),
            (vec![signed(-10, "7", Some(900))], met(355)),
            (vec![signed(-10, "5", None)], RequirementStatus::NotMet(WrongVersion)),
            (vec![signed(1, "7", None)], RequirementStatus::NotMet(Missing)),
            (vec![signed(-400, "7", None), signed(-366, "7", None)], lapsed(-1)),
            (vec![signed(-400, "7", None), signed(-1, "5", None)], lapsed(-35)),
            (vec![signed(-1, "5", None), signed(-400, "7", None), signed(-2, "6", None)], met(363)),
        ] {
            assert_eq!(code_of_conduct().status(&evidence, at_day(0)), expected, "{evidence:?}");
        }
    }

    #[test]
    fn a_signature_without_a_version_is_of_no_accepted_version() {
        let unsigned =
            Evidence::new(code_of_conduct().name().clone(), at_day(0), Label::new("paper").unwrap());
        assert_eq!(
            code_of_conduct().status(&[unsigned], at_day(0)),
            RequirementStatus::NotMet(RequirementGap::WrongVersion)
        );
    }

    #[test]
    fn evidence_counts_only_for_the_requirement_it_names() {
        let other = Evidence::new(
            RequirementName::new("identity").unwrap(),
            at_day(0),
            Label::new("identity provider").unwrap(),
        )
        .with_version(Label::new("7").unwrap());
        assert_eq!(
            code_of_conduct().status(&[other], at_day(0)),
            RequirementStatus::NotMet(RequirementGap::Missing)
        );
    }

    #[test]
    fn the_shipped_requirements_round_trip_and_have_names_of_their_own() {
        let requirements = Requirement::all_of_us().unwrap();
        let json = serde_json::to_string(&requirements).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Requirement>>(&json).unwrap(), requirements);
        let names: std::collections::BTreeSet<_> = requirements.iter().map(Requirement::name).collect();
        assert_eq!(names.len(), requirements.len());
    }

    proptest! {
        #[test]
        fn more_evidence_never_makes_matters_worse(
            pieces in prop::collection::vec((-800i64..10, 5u8..9, prop::option::of(-400i64..400)), 1..6),
        ) {
            let pieces: Vec<Evidence> = pieces
                .into_iter()
                .map(|(day, version, until)| signed(day, &version.to_string(), until))
                .collect();
            let (_, fewer) = pieces.split_last().unwrap();
            let requirement = code_of_conduct();
            prop_assert!(requirement.status(&pieces, at_day(0)) >= requirement.status(fewer, at_day(0)));
        }
    }
}
