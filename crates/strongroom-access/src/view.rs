use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Label, Paragraph, RequirementName, RowTier, Timestamp, kind};

use crate::{
    AccountGap, Actor, AgreementGap, AgreementStatus, LiveBypass, RequirementGap, RequirementStanding,
    RequirementStatus, Standing, SubjectKind,
};

/// The page of data access requirements: what a person has, what they lack, when it lapses, what to
/// do next and who can. For a tier, or for a workspace in it. Written as a
/// `strongroom-access-view/1` document; its `Display` is a table for a terminal.
///
/// It is what the person themselves may read: it names no reason for which an account was closed,
/// and no domain or colleague of an institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessView {
    format: Format,
    person: Id<kind::Person>,
    tier: RowTier,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    workspace: Option<Id<kind::Workspace>>,
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    met_until: Option<Timestamp>,
    lines: Vec<AccessLine>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-access-view/1")]
    V1,
}

/// One thing that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AccessLine {
    /// What it is.
    pub asked: Asked,
    /// How far it is met.
    pub state: AccessLineState,
    /// The first instant at which it no longer is met or set aside; absent if that never comes, or
    /// if it is neither now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds_until: Option<Timestamp>,
    /// From when on it can be met again; absent if it does not lapse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewable_from: Option<Timestamp>,
    /// What to do; absent if nothing has to be done now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<NextStep>,
    /// That it is set aside: also where it is met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bypass: Option<BypassNote>,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Asked {
    /// An account that may be used.
    Account,
    /// An agreement of the institution for this tier.
    Agreement {
        /// The tier.
        tier: RowTier,
    },
    /// A requirement.
    Requirement {
        /// Which one.
        name: RequirementName,
        /// Its name for people.
        title: Label,
        /// About whom it is.
        subject: SubjectKind,
    },
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account => f.write_str("Account"),
            Self::Agreement { tier } => write!(f, "Institution's agreement, {tier} tier"),
            Self::Requirement { title, .. } => f.write_str(title.as_str()),
        }
    }
}

/// How far something is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AccessLineState {
    /// It is met.
    Met,
    /// It is not met, and set aside for a time.
    SetAside(RequirementGap),
    /// The requirement is not met.
    NotMet(RequirementGap),
    /// The agreement is not in force.
    NotInForce(AgreementGap),
    /// The account may not be used.
    NotUsable(AccountGap),
}

/// What to do, and who can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct NextStep {
    /// What to do, as a sentence to whoever can.
    pub sentence: String,
    /// Who can.
    pub taken_by: Actor,
}

/// That a requirement is set aside, as everybody may read it who reads the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct BypassNote {
    /// Why.
    pub reason: Paragraph,
    /// Who did it.
    pub granted_by: Id<kind::Person>,
    /// The second person, who agreed.
    pub confirmed_by: Id<kind::Person>,
    /// The first instant at which it no longer helps.
    pub until: Timestamp,
}

impl AccessView {
    /// The page for this standing, which is that of `now`.
    #[must_use]
    pub fn of(standing: &Standing<'_>, now: Timestamp) -> Self {
        let account = standing.account_gap().map(account_line);
        let agreements = standing.agreements().iter().map(|one| agreement_line(one.tier, one.status));
        let requirements = standing.requirements().iter().map(|one| requirement_line(one, now));
        Self {
            format: Format::V1,
            person: standing.person(),
            tier: standing.tier(),
            workspace: standing.workspace(),
            at: now,
            met_until: standing.not_after(),
            lines: account.into_iter().chain(agreements).chain(requirements).collect(),
        }
    }

    /// Whose page it is.
    #[must_use]
    pub fn person(&self) -> Id<kind::Person> {
        self.person
    }

    /// The tier it is about.
    #[must_use]
    pub fn tier(&self) -> RowTier {
        self.tier
    }

    /// The workspace it is about, if it is about one.
    #[must_use]
    pub fn workspace(&self) -> Option<Id<kind::Workspace>> {
        self.workspace
    }

    /// The instant at which it was true.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Until when nothing is missing; `None` if something is missing now.
    #[must_use]
    pub fn met_until(&self) -> Option<Timestamp> {
        self.met_until
    }

    /// Everything that is asked for, account first.
    #[must_use]
    pub fn lines(&self) -> &[AccessLine] {
        &self.lines
    }

    /// What is missing.
    pub fn missing(&self) -> impl Iterator<Item = &AccessLine> {
        self.lines
            .iter()
            .filter(|line| !matches!(line.state, AccessLineState::Met | AccessLineState::SetAside(_)))
    }
}

fn account_line(gap: AccountGap) -> AccessLine {
    let next_step = match gap {
        AccountGap::Suspended { until } => NextStep {
            sentence: format!("Wait until {until}, or ask the help desk."),
            taken_by: Actor::TheResearcher,
        },
        AccountGap::Disabled { .. } => NextStep {
            sentence: "Review the account, and open it again if all is well.".to_owned(),
            taken_by: Actor::ProgrammeStaff,
        },
        AccountGap::Closed { .. } => {
            NextStep { sentence: "Register again.".to_owned(), taken_by: Actor::TheResearcher }
        }
    };
    AccessLine {
        asked: Asked::Account,
        state: AccessLineState::NotUsable(gap),
        holds_until: None,
        renewable_from: None,
        next_step: Some(next_step),
        bypass: None,
    }
}

fn agreement_line(tier: RowTier, status: AgreementStatus) -> AccessLine {
    let (state, holds_until, next_step) = match status {
        AgreementStatus::InForce { until } => (AccessLineState::Met, lapsing(until), None),
        AgreementStatus::NotInForce(gap) => {
            let step = NextStep { sentence: gap.next_step(tier), taken_by: gap.taken_by() };
            (AccessLineState::NotInForce(gap), None, Some(step))
        }
    };
    let asked = Asked::Agreement { tier };
    AccessLine { asked, state, holds_until, renewable_from: None, next_step, bypass: None }
}

fn requirement_line(standing: &RequirementStanding<'_>, now: Timestamp) -> AccessLine {
    let requirement = standing.requirement;
    let (state, renewable_from) = match (standing.status, standing.bypass) {
        (RequirementStatus::Met { until }, _) => (AccessLineState::Met, requirement.renewable_from(until)),
        (RequirementStatus::NotMet(gap), Some(_)) => (AccessLineState::SetAside(gap), None),
        (RequirementStatus::NotMet(gap), None) => (AccessLineState::NotMet(gap), None),
    };
    // Something that is met asks for nothing before it can be renewed.
    let is_due = match state {
        AccessLineState::Met => renewable_from.is_some_and(|from| from <= now),
        _ => true,
    };
    AccessLine {
        asked: Asked::Requirement {
            name: requirement.name().clone(),
            title: requirement.title().clone(),
            subject: requirement.subject(),
        },
        state,
        holds_until: standing.holds_until().and_then(lapsing),
        renewable_from,
        next_step: is_due.then(|| NextStep {
            sentence: requirement.next_step().to_string(),
            taken_by: requirement.taken_by(),
        }),
        bypass: standing.bypass.map(BypassNote::of),
    }
}

impl BypassNote {
    fn of(live: LiveBypass<'_>) -> Self {
        Self {
            reason: live.bypass.reason().clone(),
            granted_by: live.bypass.granted_by(),
            confirmed_by: live.bypass.confirmed_by(),
            until: live.until,
        }
    }
}

fn lapsing(until: Timestamp) -> Option<Timestamp> {
    (until < Timestamp::LAST).then_some(until)
}
