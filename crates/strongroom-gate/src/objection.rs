use std::fmt;

use serde::Serialize;
use strongroom_access::{Actor, AgreementGap, RequirementGap};
use strongroom_primitives::{
    Id, Label, NonEmpty, Paragraph, ReleaseName, RequirementName, RowTier, Timestamp, kind,
};
use strongroom_workspaces::{Action, Role};

/// One reason why a request is refused: what stands in the way, what to do about it, and who can.
///
/// The reason is its `Display`; [`next_step`](Self::next_step) and [`taken_by`](Self::taken_by)
/// say the rest. All of it may be shown to the person who asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Objection {
    /// The account is closed.
    AccountDisabled {
        /// Since when.
        since: Timestamp,
    },
    /// There is no such workspace, or the person is no member of it. Which of the two is not
    /// said: to somebody outside, a workspace they were not invited to does not exist.
    NotAMember {
        /// The workspace that was asked for.
        workspace: Id<kind::Workspace>,
    },
    /// The person's role in the workspace is not enough.
    RoleTooLow {
        /// What was asked for.
        action: Action,
        /// The role there is.
        role: Role,
        /// The lowest role that would do.
        needed: Role,
    },
    /// No agreement of the person's institution covers them.
    AgreementNotInForce {
        /// The tier that has to be signed for.
        tier: RowTier,
        /// What is wrong with it.
        gap: AgreementGap,
    },
    /// A requirement of the tier is not met.
    RequirementNotMet {
        /// Which one.
        requirement: RequirementName,
        /// Its name for people.
        title: Label,
        /// What is wrong with it.
        gap: RequirementGap,
        /// How to meet it.
        next_step: Paragraph,
        /// Who can.
        taken_by: Actor,
    },
    /// The policy asks for a requirement that nobody has defined. Nobody can meet it.
    RequirementUndefined {
        /// Which one.
        requirement: RequirementName,
    },
    /// The catalogue does not have the release, or has it in another tier.
    ReleaseUnavailable {
        /// Which one.
        release: ReleaseName,
    },
    /// The release takes no new workspaces.
    ReleaseArchived {
        /// Which one.
        release: ReleaseName,
    },
    /// The decision was good until this instant, which has passed.
    DecisionExpired {
        /// The first instant at which it no longer was.
        since: Timestamp,
    },
    /// A rule of the embedding system objects.
    Rule {
        /// The rule.
        rule: Label,
        /// What it says.
        objection: RuleObjection,
    },
}

/// What a [`Rule`](crate::Rule) has to say against a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleObjection {
    reason: Paragraph,
    next_step: Paragraph,
    taken_by: Actor,
}

impl RuleObjection {
    /// An objection for this reason, and the next step that this actor can take.
    #[must_use]
    pub fn new(reason: Paragraph, next_step: Paragraph, taken_by: Actor) -> Self {
        Self { reason, next_step, taken_by }
    }
}

impl Objection {
    /// A fixed word for the kind of objection, for the audit trail and for programs: it stays the
    /// same when messages change.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AccountDisabled { .. } => "account-disabled",
            Self::NotAMember { .. } => "not-a-member",
            Self::RoleTooLow { .. } => "role-too-low",
            Self::AgreementNotInForce { .. } => "agreement-not-in-force",
            Self::RequirementNotMet { .. } => "requirement-not-met",
            Self::RequirementUndefined { .. } => "requirement-undefined",
            Self::ReleaseUnavailable { .. } => "release-unavailable",
            Self::ReleaseArchived { .. } => "release-archived",
            Self::DecisionExpired { .. } => "decision-expired",
            Self::Rule { .. } => "rule",
        }
    }

    /// What to do next, as a sentence to whoever [can](Self::taken_by).
    #[must_use]
    pub fn next_step(&self) -> String {
        match self {
            Self::AccountDisabled { .. } => {
                "Review the account, and open it again if all is well.".to_owned()
            }
            Self::NotAMember { .. } => "Share the workspace with the person.".to_owned(),
            Self::RoleTooLow { needed, .. } => format!("Make the person a {needed} of the workspace."),
            Self::AgreementNotInForce { tier, gap } => match gap {
                AgreementGap::NoInstitution => "Add your institution to your profile.".to_owned(),
                AgreementGap::NotYet { starts } => format!("Wait until the agreement begins at {starts}."),
                AgreementGap::Ended { .. } => format!("Renew the agreement for the {tier} tier."),
                AgreementGap::AddressNotCovered => {
                    format!("Add the person to those whom the agreement for the {tier} tier covers.")
                }
                _ => format!("Sign an agreement for the {tier} tier."),
            },
            Self::RequirementNotMet { next_step, .. } => next_step.to_string(),
            Self::RequirementUndefined { .. } => "Define the requirement, or correct the policy.".to_owned(),
            Self::ReleaseUnavailable { .. } => "Publish the release in the catalogue of its tier.".to_owned(),
            Self::ReleaseArchived { .. } => "Choose a live release.".to_owned(),
            Self::DecisionExpired { .. } => "Ask again.".to_owned(),
            Self::Rule { objection, .. } => objection.next_step.to_string(),
        }
    }

    /// Who can take the next step.
    #[must_use]
    pub fn taken_by(&self) -> Actor {
        match self {
            Self::AccountDisabled { .. }
            | Self::RequirementUndefined { .. }
            | Self::ReleaseUnavailable { .. } => Actor::ProgrammeStaff,
            Self::NotAMember { .. } | Self::RoleTooLow { .. } => Actor::WorkspaceOwner,
            Self::AgreementNotInForce { gap, .. } => match gap {
                AgreementGap::NoInstitution | AgreementGap::NotYet { .. } => Actor::TheResearcher,
                _ => Actor::InstitutionOfficial,
            },
            Self::ReleaseArchived { .. } | Self::DecisionExpired { .. } => Actor::TheResearcher,
            Self::RequirementNotMet { taken_by, .. } => *taken_by,
            Self::Rule { objection, .. } => objection.taken_by,
        }
    }
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccountDisabled { since } => write!(f, "the account is closed since {since}"),
            Self::NotAMember { workspace } => {
                write!(f, "{workspace} does not exist or is not shared with the person")
            }
            Self::RoleTooLow { action, role, needed } => {
                write!(f, "the person is a {role}; to {action} needs a {needed}")
            }
            Self::AgreementNotInForce { tier, gap } => match gap {
                AgreementGap::NoInstitution => f.write_str("the person belongs to no known institution"),
                AgreementGap::NotYet { starts } => {
                    write!(f, "the institution's agreement for the {tier} tier begins at {starts}")
                }
                AgreementGap::Ended { since } => {
                    write!(f, "the institution's agreement for the {tier} tier ended at {since}")
                }
                AgreementGap::AddressNotCovered => write!(
                    f,
                    "the institution's agreement for the {tier} tier does not cover the person's e-mail address"
                ),
                _ => write!(f, "the institution has no agreement for the {tier} tier"),
            },
            Self::RequirementNotMet { title, gap, .. } => match gap {
                RequirementGap::Lapsed { since } => write!(f, "{title}: lapsed at {since}"),
                RequirementGap::WrongVersion => write!(f, "{title}: the version is no longer accepted"),
                _ => write!(f, "{title}: missing"),
            },
            Self::RequirementUndefined { requirement } => {
                write!(f, "the policy asks for {requirement}, which is not defined")
            }
            Self::ReleaseUnavailable { release } => {
                write!(f, "release {release} is not in the catalogue of its tier")
            }
            Self::ReleaseArchived { release } => {
                write!(f, "release {release} is archived and takes no new workspaces")
            }
            Self::DecisionExpired { since } => write!(f, "the decision expired at {since}"),
            Self::Rule { rule, objection } => write!(f, "{rule}: {}", objection.reason),
        }
    }
}

/// A request was refused, for all of these reasons at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Refusal {
    // Boxed to keep the results small in which a refusal is the rarer case.
    objections: Box<NonEmpty<Objection>>,
}

impl Refusal {
    /// A refusal if there is an objection.
    pub(crate) fn of(objections: Vec<Objection>) -> Option<Self> {
        NonEmpty::from_vec(objections).map(|objections| Self { objections: Box::new(objections) })
    }

    /// The same refusal, for this reason as well.
    pub(crate) fn and(mut self, objection: Option<Objection>) -> Self {
        if let Some(objection) = objection {
            self.objections.push(objection);
        }
        self
    }

    /// Everything that stands in the way.
    #[must_use]
    pub fn objections(&self) -> &NonEmpty<Objection> {
        &self.objections
    }
}

impl From<Objection> for Refusal {
    fn from(objection: Objection) -> Self {
        Self { objections: Box::new(NonEmpty::new(objection)) }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused: ")?;
        for (position, objection) in self.objections.iter().enumerate() {
            let separator = if position == 0 { "" } else { "; " };
            write!(f, "{separator}{objection}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn paragraph(text: &str) -> Paragraph {
        Paragraph::new(text).unwrap()
    }

    fn requirement(gap: RequirementGap) -> Objection {
        Objection::RequirementNotMet {
            requirement: RequirementName::new("code-of-conduct").unwrap(),
            title: Label::new("Code of Conduct").unwrap(),
            gap,
            next_step: paragraph("Sign it."),
            taken_by: Actor::TheResearcher,
        }
    }

    fn agreement(gap: AgreementGap) -> Objection {
        Objection::AgreementNotInForce { tier: RowTier::Controlled, gap }
    }

    /// Every objection as a person reads it: reason | next step | who.
    #[test]
    fn every_objection_says_what_to_do_and_who_can() {
        let day = at("2026-03-01T09:00:00Z");
        let release = || ReleaseName::new("R1").unwrap();
        for (objection, expected) in [
            (
                Objection::AccountDisabled { since: day },
                "the account is closed since 2026-03-01T09:00:00Z | Review the account, and open it again if \
                 all is well. | the programme's staff",
            ),
            (
                Objection::NotAMember { workspace: Id::from_u128(1) },
                "workspace-00000000-0000-0000-0000-000000000001 does not exist or is not shared with the \
                 person | Share the workspace with the person. | an owner of the workspace",
            ),
            (
                Objection::RoleTooLow { action: Action::Export, role: Role::Reader, needed: Role::Writer },
                "the person is a reader; to export needs a writer | Make the person a writer of the \
                 workspace. | an owner of the workspace",
            ),
            (
                agreement(AgreementGap::NoInstitution),
                "the person belongs to no known institution | Add your institution to your profile. | the \
                 researcher",
            ),
            (
                agreement(AgreementGap::NoAgreement),
                "the institution has no agreement for the controlled tier | Sign an agreement for the \
                 controlled tier. | an official of the institution",
            ),
            (
                agreement(AgreementGap::NotYet { starts: day }),
                "the institution's agreement for the controlled tier begins at 2026-03-01T09:00:00Z | Wait \
                 until the agreement begins at 2026-03-01T09:00:00Z. | the researcher",
            ),
            (
                agreement(AgreementGap::Ended { since: day }),
                "the institution's agreement for the controlled tier ended at 2026-03-01T09:00:00Z | Renew \
                 the agreement for the controlled tier. | an official of the institution",
            ),
            (
                agreement(AgreementGap::AddressNotCovered),
                "the institution's agreement for the controlled tier does not cover the person's e-mail \
                 address | Add the person to those whom the agreement for the controlled tier covers. | an \
                 official of the institution",
            ),
            (requirement(RequirementGap::Missing), "Code of Conduct: missing | Sign it. | the researcher"),
            (
                requirement(RequirementGap::Lapsed { since: day }),
                "Code of Conduct: lapsed at 2026-03-01T09:00:00Z | Sign it. | the researcher",
            ),
            (
                requirement(RequirementGap::WrongVersion),
                "Code of Conduct: the version is no longer accepted | Sign it. | the researcher",
            ),
            (
                Objection::RequirementUndefined { requirement: RequirementName::new("vetting").unwrap() },
                "the policy asks for vetting, which is not defined | Define the requirement, or correct the \
                 policy. | the programme's staff",
            ),
            (
                Objection::ReleaseUnavailable { release: release() },
                "release R1 is not in the catalogue of its tier | Publish the release in the catalogue of \
                 its tier. | the programme's staff",
            ),
            (
                Objection::ReleaseArchived { release: release() },
                "release R1 is archived and takes no new workspaces | Choose a live release. | the \
                 researcher",
            ),
            (
                Objection::DecisionExpired { since: day },
                "the decision expired at 2026-03-01T09:00:00Z | Ask again. | the researcher",
            ),
            (
                Objection::Rule {
                    rule: Label::new("Audit week").unwrap(),
                    objection: RuleObjection::new(
                        paragraph("no exports"),
                        paragraph("Come back."),
                        Actor::TheResearcher,
                    ),
                },
                "Audit week: no exports | Come back. | the researcher",
            ),
        ] {
            let shown = format!("{objection} | {} | {}", objection.next_step(), objection.taken_by());
            assert_eq!(shown, expected);
        }
    }

    #[test]
    fn a_refusal_lists_every_reason() {
        let refusal =
            Refusal::of(vec![agreement(AgreementGap::NoAgreement), requirement(RequirementGap::Missing)]);
        assert_eq!(
            refusal.unwrap().to_string(),
            "refused: the institution has no agreement for the controlled tier; Code of Conduct: missing"
        );
        assert_eq!(Refusal::of(vec![]), None);
    }
}
