use std::fmt;

use serde::Serialize;
use strongroom_access::{AgreementStatus, RequirementStatus};
use strongroom_primitives::{Id, Label, ReleaseName, RequirementName, RowTier, Timestamp, kind};
use strongroom_workspaces::{Action, Role};

use crate::explain::{BypassTrace, EvidenceTrace, MembershipTrace, RequirementTrace};
use crate::{Explanation, ObjectionRecord};

/// What the person is told. It has nothing of other people and nothing of how the programme works:
/// not who set a requirement aside or why, not from where evidence came. To somebody who is no member,
/// it is the same to the byte whether the workspace exists or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubjectExplanation {
    format: &'static str,
    asked_at: Timestamp,
    workspace: Id<kind::Workspace>,
    action: Action,
    admitted_until: Option<Timestamp>,
    objections: Vec<ObjectionRecord>,
    requirements: Vec<SubjectLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct SubjectLine {
    title: Label,
    state: &'static str,
    until: Option<Timestamp>,
}

/// What somebody is told who answers for the programme: everything the decision was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfficerExplanation {
    format: &'static str,
    decided_at: Timestamp,
    policy_version: u64,
    person: Id<kind::Person>,
    workspace: Id<kind::Workspace>,
    workspace_exists: bool,
    action: Action,
    admitted_until: Option<Timestamp>,
    objections: Vec<ObjectionRecord>,
    member: Option<OfficerMember>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct OfficerMember {
    role: Role,
    tier: RowTier,
    release: ReleaseName,
    agreements: Vec<OfficerAgreement>,
    requirements: Vec<OfficerRequirement>,
    bypasses_left_aside: Vec<OfficerBypass>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct OfficerAgreement {
    tier: RowTier,
    status: AgreementStatus,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct OfficerRequirement {
    requirement: RequirementName,
    title: Label,
    status: RequirementStatus,
    holds_until: Option<Timestamp>,
    bypass: Option<OfficerBypass>,
    evidence: Vec<OfficerEvidence>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct OfficerBypass {
    requirement: RequirementName,
    reason: String,
    granted_by: Id<kind::Person>,
    confirmed_by: Id<kind::Person>,
    starts: Timestamp,
    until: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct OfficerEvidence {
    source: Label,
    obtained: Timestamp,
    recorded_at: Timestamp,
    retracted_since: Option<Timestamp>,
}

impl Explanation {
    /// Until when it is a yes; `None` if it is a no.
    #[must_use]
    pub fn admitted_until(&self) -> Option<Timestamp> {
        self.outcome.as_ref().ok().copied()
    }

    /// Everything that stands in the way; nothing if it is a yes.
    #[must_use]
    pub fn objections(&self) -> &[ObjectionRecord] {
        self.outcome.as_ref().err().map_or(&[], Vec::as_slice)
    }

    /// What the person is told.
    #[must_use]
    pub fn for_subject(&self) -> SubjectExplanation {
        let members = self.membership.iter();
        SubjectExplanation {
            format: "strongroom-explanation-for-subject/1",
            asked_at: self.decided_at,
            workspace: self.workspace,
            action: self.action,
            admitted_until: self.admitted_until(),
            objections: self.objections().to_vec(),
            requirements: members.flat_map(|member| member.requirements.iter().map(subject_line)).collect(),
        }
    }

    /// What somebody is told who answers for the programme.
    #[must_use]
    pub fn for_officer(&self) -> OfficerExplanation {
        OfficerExplanation {
            format: "strongroom-explanation-for-officer/1",
            decided_at: self.decided_at,
            policy_version: self.policy_version,
            person: self.person,
            workspace: self.workspace,
            workspace_exists: self.workspace_exists,
            action: self.action,
            admitted_until: self.admitted_until(),
            objections: self.objections().to_vec(),
            member: self.membership.as_ref().map(OfficerMember::from),
        }
    }
}

fn subject_line(trace: &RequirementTrace) -> SubjectLine {
    let state = match (trace.status, trace.holds_until) {
        (RequirementStatus::Met { .. }, _) => "met",
        (RequirementStatus::NotMet(_), Some(_)) => "set aside",
        (RequirementStatus::NotMet(_), None) => "not met",
    };
    SubjectLine { title: trace.title.clone(), state, until: trace.holds_until.filter(ends) }
}

/// Whether the end is one that comes.
fn ends(until: &Timestamp) -> bool {
    *until < Timestamp::LAST
}

impl From<&MembershipTrace> for OfficerMember {
    fn from(trace: &MembershipTrace) -> Self {
        let agreement = |&(tier, status): &_| OfficerAgreement { tier, status };
        Self {
            role: trace.role,
            tier: trace.tier,
            release: trace.release.clone(),
            agreements: trace.agreements.iter().map(agreement).collect(),
            requirements: trace.requirements.iter().map(OfficerRequirement::from).collect(),
            bypasses_left_aside: trace.left_aside.iter().map(OfficerBypass::from).collect(),
        }
    }
}

impl From<&RequirementTrace> for OfficerRequirement {
    fn from(trace: &RequirementTrace) -> Self {
        Self {
            requirement: trace.name.clone(),
            title: trace.title.clone(),
            status: trace.status,
            holds_until: trace.holds_until.filter(ends),
            bypass: trace.bypass.as_ref().map(OfficerBypass::from),
            evidence: trace.evidence.iter().map(OfficerEvidence::from).collect(),
        }
    }
}

impl From<&BypassTrace> for OfficerBypass {
    fn from(trace: &BypassTrace) -> Self {
        Self {
            requirement: trace.requirement.clone(),
            reason: trace.reason.clone(),
            granted_by: trace.granted_by,
            confirmed_by: trace.confirmed_by,
            starts: trace.starts,
            until: trace.until,
        }
    }
}

impl From<&EvidenceTrace> for OfficerEvidence {
    fn from(trace: &EvidenceTrace) -> Self {
        Self {
            source: trace.source.clone(),
            obtained: trace.obtained,
            recorded_at: trace.recorded_at,
            retracted_since: trace.retracted_since,
        }
    }
}

fn outcome(
    f: &mut fmt::Formatter<'_>,
    until: Option<Timestamp>,
    objections: &[ObjectionRecord],
) -> fmt::Result {
    match until {
        Some(until) => writeln!(f, "admitted until {until}")?,
        None => writeln!(f, "refused")?,
    }
    objections.iter().try_for_each(|objection| writeln!(f, "  ✗ {objection}"))
}

impl fmt::Display for SubjectExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.action)?;
        outcome(f, self.admitted_until, &self.objections)?;
        for line in self.requirements.iter().filter(|line| line.state != "not met") {
            write!(f, "  ✓ {}: {}", line.title, line.state)?;
            match line.until {
                Some(until) => writeln!(f, " until {until}")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for OfficerExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} asks to {} in {}, by policy {}: ",
            self.person, self.action, self.workspace, self.policy_version
        )?;
        outcome(f, self.admitted_until, &self.objections)?;
        let Some(member) = &self.member else {
            let existence = if self.workspace_exists { "exists" } else { "does not exist" };
            return writeln!(f, "  the workspace {existence}");
        };
        writeln!(f, "  {} on release {} of the {} tier", member.role, member.release, member.tier)?;
        for line in &member.requirements {
            let sign = if line.holds_until.is_some() || matches!(line.status, RequirementStatus::Met { .. }) {
                '✓'
            } else {
                '✗'
            };
            write!(f, "  {sign} {}", line.requirement)?;
            if let Some(until) = line.holds_until {
                write!(f, ", until {until}")?;
            }
            for piece in &line.evidence {
                write!(f, "; {} at {}", piece.source, piece.obtained)?;
                if let Some(since) = piece.retracted_since {
                    write!(f, ", retracted as of {since}")?;
                }
            }
            if let Some(bypass) = &line.bypass {
                write!(f, "; set aside until {}: {}", bypass.until, bypass.reason)?;
                write!(f, " ({}, {})", bypass.granted_by, bypass.confirmed_by)?;
            }
            writeln!(f)?;
        }
        member.bypasses_left_aside.iter().try_for_each(|bypass| {
            writeln!(f, "  ! bypass of {} until {} does not count", bypass.requirement, bypass.until)
        })
    }
}
