use strongroom_access::{
    AgreementStatus, ByRequirement, Bypass, Evidence, RequirementStanding, RequirementStatus, Subject,
    SubjectKind, standing,
};
use strongroom_primitives::{Id, Label, ReleaseName, RequirementName, RowTier, Timestamp, kind};
use strongroom_tiers::Policy;
use strongroom_workspaces::{Action, Role};

use crate::admit::{membership, verdict};
use crate::standing::{Asked, Provided};
use crate::{Ask, Facts, ObjectionRecord, Rule};

/// A decision with everything it was made from. It is shown in one of two ways:
/// [`for_subject`](Self::for_subject) to the person it is about, [`for_officer`](Self::for_officer)
/// to whoever answers for the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub(crate) decided_at: Timestamp,
    pub(crate) person: Id<kind::Person>,
    pub(crate) workspace: Id<kind::Workspace>,
    pub(crate) action: Action,
    pub(crate) policy_version: u64,
    pub(crate) workspace_exists: bool,
    pub(crate) membership: Option<MembershipTrace>,
    /// Until when it is a yes, or every reason why it is not.
    pub(crate) outcome: Result<Timestamp, Vec<ObjectionRecord>>,
}

/// What there is to say about a member, and to nobody else about a stranger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MembershipTrace {
    pub(crate) role: Role,
    pub(crate) tier: RowTier,
    pub(crate) release: ReleaseName,
    pub(crate) agreements: Vec<(RowTier, AgreementStatus)>,
    pub(crate) requirements: Vec<RequirementTrace>,
    /// Bypasses that would help now, if the policy provided for them.
    pub(crate) left_aside: Vec<BypassTrace>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequirementTrace {
    pub(crate) name: RequirementName,
    pub(crate) title: Label,
    pub(crate) status: RequirementStatus,
    pub(crate) holds_until: Option<Timestamp>,
    pub(crate) bypass: Option<BypassTrace>,
    pub(crate) evidence: Vec<EvidenceTrace>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BypassTrace {
    pub(crate) requirement: RequirementName,
    pub(crate) reason: String,
    pub(crate) granted_by: Id<kind::Person>,
    pub(crate) confirmed_by: Id<kind::Person>,
    pub(crate) starts: Timestamp,
    pub(crate) until: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EvidenceTrace {
    pub(crate) source: Label,
    pub(crate) obtained: Timestamp,
    pub(crate) recorded_at: Timestamp,
    pub(crate) retracted_since: Option<Timestamp>,
}

/// Decides as [`admit`](crate::admit) does, and keeps what the decision was made from.
#[must_use]
pub fn explain(
    policy: &Policy,
    facts: &Facts<'_>,
    ask: &Ask,
    rules: &[&dyn Rule],
    now: Timestamp,
) -> Explanation {
    let outcome = verdict(policy, facts, ask, rules, now).map_err(|refusal| refusal.records());
    Explanation {
        decided_at: now,
        person: facts.person().id(),
        workspace: ask.workspace(),
        action: ask.action(),
        policy_version: policy.version(),
        workspace_exists: facts.workspace().is_some_and(|one| one.id() == ask.workspace()),
        membership: membership_trace(policy, facts, ask, now),
        outcome,
    }
}

fn membership_trace(
    policy: &Policy,
    facts: &Facts<'_>,
    ask: &Ask,
    now: Timestamp,
) -> Option<MembershipTrace> {
    let (workspace, role) = membership(facts, ask.workspace())?;
    let tier = workspace.tier();
    let (asked, _) = Asked::of(policy, facts.requirements(), tier, true).split();
    let provided = Provided::of(policy, facts);
    let standing = standing(&provided.candidate(facts, Some(workspace.id())), &asked, tier, now);
    let person = Subject::Person(facts.person().id());
    let own = ByRequirement::new(evidence_about(facts, person), Evidence::requirement);
    let mut trace = MembershipTrace {
        role,
        tier,
        release: workspace.release().clone(),
        agreements: standing.agreements().iter().map(|one| (one.tier, one.status)).collect(),
        requirements: standing.requirements().iter().map(|one| trace(facts, &own, one)).collect(),
        left_aside: Vec::new(),
    };
    trace.left_aside = live_bypasses(facts, workspace.id(), now)
        .filter(|one| !trace.requirements.iter().any(|other| other.bypass.as_ref() == Some(one)))
        .collect();
    Some(trace)
}

fn trace(
    facts: &Facts<'_>,
    own: &ByRequirement<'_, Evidence>,
    standing: &RequirementStanding<'_>,
) -> RequirementTrace {
    let requirement = standing.requirement;
    let name = requirement.name();
    let evidence = match standing.subject {
        None => Vec::new(),
        Some(Subject::Person(_)) => own.of(name).map(EvidenceTrace::of).collect(),
        Some(subject) => {
            let about = evidence_about(facts, subject).filter(|piece| piece.requirement() == name);
            about.map(EvidenceTrace::of).collect()
        }
    };
    RequirementTrace {
        name: name.clone(),
        title: requirement.title().clone(),
        status: standing.status,
        holds_until: standing.holds_until(),
        bypass: standing.bypass.map(|live| bypass_trace(live.bypass, live.until)),
        evidence,
    }
}

impl EvidenceTrace {
    fn of(piece: &Evidence) -> Self {
        Self {
            source: piece.source().clone(),
            obtained: piece.obtained(),
            recorded_at: piece.recorded_at(),
            retracted_since: piece.retracted_since(),
        }
    }
}

fn evidence_about<'a>(facts: &Facts<'a>, subject: Subject) -> impl Iterator<Item = &'a Evidence> + use<'a> {
    let own: &[Evidence] = if subject.kind() == SubjectKind::Person { facts.evidence() } else { &[] };
    let filed = facts.dossiers().iter().filter(move |dossier| dossier.subject() == subject);
    own.iter().chain(filed.flat_map(strongroom_access::Dossier::evidence))
}

/// Whatever was set aside at this instant for the person, their institution or the workspace.
fn live_bypasses(
    facts: &Facts<'_>,
    workspace: Id<kind::Workspace>,
    now: Timestamp,
) -> impl Iterator<Item = BypassTrace> {
    let person = facts.person().id();
    let subjects = [
        Some(Subject::Person(person)),
        facts.person().institution().map(Subject::Institution),
        Some(Subject::Workspace(workspace)),
        Some(Subject::PersonInWorkspace { person, workspace }),
    ];
    let filed = facts.dossiers().iter().flat_map(strongroom_access::Dossier::bypasses);
    facts
        .bypasses()
        .iter()
        .chain(filed)
        .filter(move |bypass| subjects.contains(&Some(bypass.subject())))
        .filter_map(move |bypass| Some(bypass_trace(bypass, bypass.live_until(now)?)))
}

fn bypass_trace(bypass: &Bypass, until: Timestamp) -> BypassTrace {
    BypassTrace {
        requirement: bypass.requirement().clone(),
        reason: bypass.reason().to_string(),
        granted_by: bypass.granted_by(),
        confirmed_by: bypass.confirmed_by(),
        starts: bypass.starts(),
        until,
    }
}
