use std::fmt;

use serde::Serialize;
use strongroom_access::{Actor, AgreementGap, RequirementGap};
use strongroom_primitives::{
    Id, Label, NonEmpty, Paragraph, ReleaseName, RequirementName, RowTier, Timestamp, kind,
};
use strongroom_tiers::ExportKind;
use strongroom_workspaces::{Action, Role};

/// One reason why a request is refused: what stands in the way, what to do about it, and who can.
///
/// The reason is its `Display`; [`next_step`](Self::next_step) and [`taken_by`](Self::taken_by)
/// say the rest. All of it may be shown to the person who asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Objection {
    /// Staff closed the account, until they open it again.
    AccountDisabled {
        /// Since when.
        since: Timestamp,
    },
    /// The account is suspended for a while.
    AccountSuspended {
        /// The first instant at which it may be used again.
        until: Timestamp,
    },
    /// The person left.
    AccountClosed {
        /// Since when.
        since: Timestamp,
    },
    /// There is no such workspace, or the person is no member of it. Which of the two is not
    /// said: to somebody outside, a workspace they were not invited to does not exist.
    NotAMember {
        /// The workspace that was asked for.
        workspace: Id<kind::Workspace>,
    },
    /// The workspace was deleted.
    WorkspaceDeleted {
        /// When.
        since: Timestamp,
    },
    /// Administrators have locked the workspace.
    WorkspaceLocked {
        /// When.
        since: Timestamp,
    },
    /// No owner of the workspace has access to its tier any more: it is read-only.
    WorkspaceOrphaned,
    /// The policy has work wait until the purpose of the workspace is approved.
    PurposeInReview,
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
    /// The release is used by nobody any more.
    ReleaseWithdrawn {
        /// Which one.
        release: ReleaseName,
        /// Since when.
        since: Timestamp,
    },
    /// The release is open only to those who replicate a publication and name it.
    ReleaseOnlyToReplicate {
        /// Which one.
        release: ReleaseName,
        /// The release on which new work begins, if there is one.
        newest: Option<ReleaseName>,
    },
    /// A workspace cannot be copied from one of these tiers to the other.
    CopyToOtherTier {
        /// The tier of the workspace.
        from: RowTier,
        /// The tier of the release.
        to: RowTier,
    },
    /// The person works in another tier at present.
    OtherTierOpen {
        /// The tier that is open.
        open: RowTier,
        /// The tier that was asked for.
        asked: RowTier,
    },
    /// The policy lets nobody export this from the tier.
    ExportClosed {
        /// What was to leave.
        #[serde(serialize_with = "export_kind")]
        kind: ExportKind,
        /// From where.
        tier: RowTier,
    },
    /// The policy asks for reviewers, and this door has none.
    ExportNeedsReview {
        /// What was to leave.
        #[serde(serialize_with = "export_kind")]
        kind: ExportKind,
        /// How many have to agree.
        reviewers: u32,
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
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

fn export_kind<S: serde::Serializer>(kind: &ExportKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(kind)
}

impl RuleObjection {
    /// An objection for this reason, and the next step that this actor can take.
    #[must_use]
    pub fn new(reason: Paragraph, next_step: Paragraph, taken_by: Actor) -> Self {
        Self { reason, next_step, taken_by, since: None, until: None }
    }

    /// The same objection, which there has been since this instant.
    #[must_use]
    pub fn with_since(mut self, since: Timestamp) -> Self {
        self.since = Some(since);
        self
    }

    /// The same objection, which goes away by itself at this instant.
    #[must_use]
    pub fn with_until(mut self, until: Timestamp) -> Self {
        self.until = Some(until);
        self
    }
}

impl Objection {
    /// A fixed word for the kind of objection, for the audit trail and for programs: it stays the
    /// same when messages change.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AccountDisabled { .. } => "account-disabled",
            Self::AccountSuspended { .. } => "account-suspended",
            Self::AccountClosed { .. } => "account-closed",
            Self::NotAMember { .. } => "not-a-member",
            Self::WorkspaceDeleted { .. } => "workspace-deleted",
            Self::WorkspaceLocked { .. } => "workspace-locked",
            Self::WorkspaceOrphaned => "workspace-orphaned",
            Self::PurposeInReview => "purpose-in-review",
            Self::RoleTooLow { .. } => "role-too-low",
            Self::AgreementNotInForce { .. } => "agreement-not-in-force",
            Self::RequirementNotMet { .. } => "requirement-not-met",
            Self::RequirementUndefined { .. } => "requirement-undefined",
            Self::ReleaseUnavailable { .. } => "release-unavailable",
            Self::ReleaseArchived { .. } => "release-archived",
            Self::ReleaseWithdrawn { .. } => "release-withdrawn",
            Self::ReleaseOnlyToReplicate { .. } => "release-only-to-replicate",
            Self::CopyToOtherTier { .. } => "copy-to-other-tier",
            Self::OtherTierOpen { .. } => "other-tier-open",
            Self::ExportClosed { .. } => "export-closed",
            Self::ExportNeedsReview { .. } => "export-needs-review",
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
            Self::AccountSuspended { until } => format!("Wait until the account opens again at {until}."),
            Self::AccountClosed { .. } => "Register again.".to_owned(),
            Self::NotAMember { .. } => "Share the workspace with the person.".to_owned(),
            Self::WorkspaceDeleted { .. } => "Work in another workspace.".to_owned(),
            Self::WorkspaceLocked { .. } => {
                "Review the workspace with its owners, and unlock it if all is well.".to_owned()
            }
            Self::WorkspaceOrphaned => {
                "Appoint an owner who has access to the tier, or wait until one has again.".to_owned()
            }
            Self::PurposeInReview => "Wait for the decision of the Resource Access Board.".to_owned(),
            Self::RoleTooLow { needed, .. } => format!("Make the person a {needed} of the workspace."),
            Self::AgreementNotInForce { tier, gap } => gap.next_step(*tier),
            Self::RequirementNotMet { next_step, .. } => next_step.to_string(),
            Self::RequirementUndefined { .. } => "Define the requirement, or correct the policy.".to_owned(),
            Self::ReleaseUnavailable { .. } => "Publish the release in the catalogue of its tier.".to_owned(),
            Self::ReleaseArchived { .. } | Self::ReleaseWithdrawn { .. } => {
                "Choose a live release.".to_owned()
            }
            Self::ReleaseOnlyToReplicate { newest, .. } => match newest {
                Some(newest) => format!("Name the publication that you replicate, or work on {newest}."),
                None => "Name the publication that you replicate, or wait for the next release.".to_owned(),
            },
            Self::CopyToOtherTier { from, .. } => format!("Choose a release of the {from} tier."),
            Self::OtherTierOpen { open, .. } => format!("Close your session in the {open} tier."),
            Self::ExportClosed { .. } => {
                "Work with it where it is, or ask the programme's staff what may leave.".to_owned()
            }
            Self::ExportNeedsReview { kind, reviewers } => {
                format!("Submit the {kind} to {}.", count(*reviewers, "reviewer"))
            }
            Self::DecisionExpired { .. } => "Ask again.".to_owned(),
            Self::Rule { objection, .. } => objection.next_step.to_string(),
        }
    }

    /// Who can take the next step.
    #[must_use]
    pub fn taken_by(&self) -> Actor {
        match self {
            Self::AccountDisabled { .. }
            | Self::WorkspaceLocked { .. }
            | Self::WorkspaceOrphaned
            | Self::RequirementUndefined { .. }
            | Self::ReleaseUnavailable { .. } => Actor::ProgrammeStaff,
            Self::NotAMember { .. } | Self::RoleTooLow { .. } => Actor::WorkspaceOwner,
            Self::AgreementNotInForce { gap, .. } => gap.taken_by(),
            Self::AccountSuspended { .. }
            | Self::AccountClosed { .. }
            | Self::WorkspaceDeleted { .. }
            | Self::PurposeInReview
            | Self::ReleaseArchived { .. }
            | Self::ReleaseWithdrawn { .. }
            | Self::ReleaseOnlyToReplicate { .. }
            | Self::CopyToOtherTier { .. }
            | Self::OtherTierOpen { .. }
            | Self::ExportClosed { .. }
            | Self::ExportNeedsReview { .. }
            | Self::DecisionExpired { .. } => Actor::TheResearcher,
            Self::RequirementNotMet { taken_by, .. } => *taken_by,
            Self::Rule { objection, .. } => objection.taken_by,
        }
    }

    /// Since when it has stood in the way, where that is known.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        match self {
            Self::AccountDisabled { since }
            | Self::AccountClosed { since }
            | Self::WorkspaceDeleted { since }
            | Self::WorkspaceLocked { since }
            | Self::ReleaseWithdrawn { since, .. }
            | Self::DecisionExpired { since } => Some(*since),
            Self::AgreementNotInForce { gap, .. }
            | Self::RequirementNotMet { gap: RequirementGap::Agreement(gap), .. } => match gap {
                AgreementGap::Ended { since } => Some(*since),
                _ => None,
            },
            Self::RequirementNotMet { gap, .. } => gap.since(),
            Self::Rule { objection, .. } => objection.since,
            _ => None,
        }
    }

    /// The first instant at which it goes away by itself, if it does.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Self::AccountSuspended { until } => Some(*until),
            Self::AgreementNotInForce { gap, .. }
            | Self::RequirementNotMet { gap: RequirementGap::Agreement(gap), .. } => match gap {
                AgreementGap::NotYet { starts } => Some(*starts),
                _ => None,
            },
            Self::Rule { objection, .. } => objection.until,
            _ => None,
        }
    }
}

/// A number of something, in words that agree.
fn count(number: u32, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccountDisabled { since } => write!(f, "the account is closed since {since}"),
            Self::AccountSuspended { until } => write!(f, "the account is suspended until {until}"),
            Self::AccountClosed { since } => write!(f, "the person left at {since}"),
            Self::NotAMember { workspace } => {
                write!(f, "{workspace} does not exist or is not shared with the person")
            }
            Self::WorkspaceDeleted { since } => write!(f, "the workspace was deleted at {since}"),
            Self::WorkspaceLocked { since } => {
                write!(f, "administrators locked the workspace at {since}")
            }
            Self::WorkspaceOrphaned => {
                f.write_str("no owner of the workspace has access to its tier any more")
            }
            Self::PurposeInReview => f.write_str("the purpose of the workspace is not approved yet"),
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
            Self::RequirementNotMet { title, gap, .. } => write!(f, "{title}: {gap}"),
            Self::RequirementUndefined { requirement } => {
                write!(f, "the policy asks for {requirement}, which is not defined")
            }
            Self::ReleaseUnavailable { release } => {
                write!(f, "release {release} is not in the catalogue of its tier")
            }
            Self::ReleaseArchived { release } => {
                write!(f, "release {release} is archived and takes no new workspaces")
            }
            Self::ReleaseWithdrawn { release, since } => {
                write!(f, "release {release} is withdrawn since {since}")
            }
            Self::ReleaseOnlyToReplicate { release, .. } => {
                write!(f, "release {release} is open only to replicate a publication")
            }
            Self::CopyToOtherTier { from, to } => {
                write!(f, "a workspace of the {from} tier cannot be copied to the {to} tier")
            }
            Self::OtherTierOpen { open, asked } => {
                write!(f, "a session of the {open} tier is open, and this one is of the {asked} tier")
            }
            Self::ExportClosed { kind, tier } => write!(f, "nobody exports {kind} from the {tier} tier"),
            Self::ExportNeedsReview { kind, reviewers } => {
                write!(f, "{} have to agree before {kind} leave", count(*reviewers, "reviewer"))
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
mod tests;
