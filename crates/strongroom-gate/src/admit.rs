use strongroom_primitives::{Id, RowTier, Timestamp, kind};
use strongroom_tiers::{ExportKind, ExportRule, Exporter, Policy, Way};
use strongroom_workspaces::{Action, Circumstances, Obstacle, Ownership, Role, Workspace};

use crate::access::{Access, account_objection};
use crate::lease::Lease;
use crate::release::{releases, tier_of};
use crate::review::review_policy;
use crate::{Ask, Case, Facts, Objection, Operation, Refusal, Rule, TierSession};

/// The answer to a request.
#[derive(Debug)]
#[must_use = "a decision that is not looked at protects nothing"]
#[expect(clippy::exhaustive_enums, reason = "there is no third answer")]
pub enum Decision {
    /// Yes, with the right that follows.
    Admitted(TierSession),
    /// No, with every reason.
    Refused(Refusal),
}

impl Decision {
    /// The session, or the refusal as an error, for `?`.
    ///
    /// # Errors
    /// If it is a refusal.
    pub fn into_result(self) -> Result<TierSession, Refusal> {
        match self {
            Self::Admitted(session) => Ok(session),
            Self::Refused(refusal) => Err(refusal),
        }
    }

    /// Whether it is a yes.
    #[must_use]
    pub fn is_admitted(&self) -> bool {
        matches!(self, Self::Admitted(_))
    }
}

/// Decides whether a person may do in a workspace what they ask for.
///
/// A pure and total function of its arguments. A yes needs all of: an active account; for the tier of
/// the workspace and those below, an agreement of the institution and every requirement, met or set
/// aside as the policy provides for; a release that the policy opens for this; a role that is enough;
/// what the policy says of exports; a workspace that is not deleted nor, for this, locked, answered for by
/// nobody, or in review; and no rule that objects. A no lists everything that is missing.
/// Whatever forbids outweighs whatever permits, and nobody is exempt: there are no administrators
/// here.
///
/// To somebody who is no member, the answer is the same whether the workspace exists or not:
/// neither its tier nor any rule has a part in it.
pub fn admit(policy: &Policy, facts: &Facts<'_>, ask: &Ask, rules: &[&dyn Rule], now: Timestamp) -> Decision {
    let (door, access) = match Door::of(policy, facts, ask.workspace(), now) {
        Ok(found) => found,
        Err(refusal) => return Decision::Refused(refusal),
    };
    let open_until = access.not_after;
    match door.verdict(access, ask.action(), rules) {
        Err(refusal) => Decision::Refused(refusal),
        Ok(not_after) => Decision::Admitted(door.session(open_until, not_after, rules)),
    }
}

/// What [`admit`] decides, without what the session would allow besides.
pub(crate) fn verdict(
    policy: &Policy,
    facts: &Facts<'_>,
    ask: &Ask,
    rules: &[&dyn Rule],
    now: Timestamp,
) -> Result<Timestamp, Refusal> {
    let (door, access) = Door::of(policy, facts, ask.workspace(), now)?;
    door.verdict(access, ask.action(), rules)
}

/// What [`admit`] decides about every action.
pub(crate) fn verdicts(
    policy: &Policy,
    facts: &Facts<'_>,
    workspace: Id<kind::Workspace>,
    rules: &[&dyn Rule],
    now: Timestamp,
) -> Result<Vec<Verdict>, Refusal> {
    let (door, access) = Door::of(policy, facts, workspace, now)?;
    Ok(Action::ALL.map(|action| (action, door.verdict(access.clone(), action, rules))).into())
}

/// Everything that stands between a person and a tier, before any workspace is spoken of; empty
/// if nothing does. For the page on which people see what they still have to do.
#[must_use]
pub fn tier_objections(policy: &Policy, facts: &Facts<'_>, tier: RowTier, now: Timestamp) -> Vec<Objection> {
    Access::to_tier(policy, facts, None, tier, now).objections
}

/// What is said of an action: until when it may be done, or why not.
pub(crate) type Verdict = (Action, Result<Timestamp, Refusal>);

/// A workspace, before one of its members: what is the same whatever they ask to do in it.
struct Door<'a> {
    policy: &'a Policy,
    facts: &'a Facts<'a>,
    workspace: &'a Workspace,
    role: Role,
    around: Circumstances,
}

impl<'a> Door<'a> {
    /// The door, and what was found of the member's access to the data behind it.
    fn of(
        policy: &'a Policy,
        facts: &'a Facts<'a>,
        asked: Id<kind::Workspace>,
        now: Timestamp,
    ) -> Result<(Self, Access), Refusal> {
        let Some((workspace, role)) = membership(facts, asked) else {
            let unknown = Refusal::from(Objection::NotAMember { workspace: asked });
            return Err(unknown.and(account_objection(facts.person(), now)));
        };
        let (tier, release) = (workspace.tier(), workspace.release());
        let mut access = Access::to_tier(policy, facts, Some(workspace.id()), tier, now);
        let releases = releases(facts);
        if tier_of(&releases, release, now) == Some(tier) {
            access.open(policy, facts, &releases, release, Way::ExistingWorkspace, now);
        } else {
            access.objections.push(Objection::ReleaseUnavailable { release: release.clone() });
        }
        let around = circumstances(policy, facts, workspace, role, now);
        Ok((Self { policy, facts, workspace, role, around }, access))
    }

    /// Until when somebody with this access may do this, or everything that stands in the way.
    fn verdict(&self, mut access: Access, action: Action, rules: &[&dyn Rule]) -> Result<Timestamp, Refusal> {
        let role = self.role;
        if action == Action::Export {
            let rule = self.object_to_export(&mut access, ExportKind::RowsToWorkspace);
            // What is closed altogether nobody reviews.
            if rule.who() != Exporter::Nobody && rule.reviewers() > 0 {
                let reviewers = rule.reviewers();
                let kind = ExportKind::RowsToWorkspace;
                access.objections.push(Objection::ExportNeedsReview { kind, reviewers });
            }
        } else if !role.may(action) {
            access.objections.push(Objection::RoleTooLow { action, role, needed: action.lowest_role() });
        }
        self.conclude(access, action, rules)
    }

    /// The same for letting something leave, but for the reviewers: they are counted by whoever lets
    /// it leave, and not here.
    fn export_verdict(
        &self,
        mut access: Access,
        kind: ExportKind,
        rules: &[&dyn Rule],
    ) -> Result<Timestamp, Refusal> {
        self.object_to_export(&mut access, kind);
        self.conclude(access, Action::Export, rules)
    }

    /// What the policy has against letting somebody in this role export this, but for the reviewers, who
    /// are in the rule. Rows go to nobody below a writer, whatever it says.
    fn object_to_export(&self, access: &mut Access, kind: ExportKind) -> ExportRule {
        let (role, tier) = (self.role, self.workspace.tier());
        let rule = self.policy.rules(tier).export().rule(kind);
        let lowest = match kind {
            ExportKind::RowsToWorkspace | ExportKind::RowsOutside => Action::Export.lowest_role(),
            ExportKind::Counts | ExportKind::Definitions => Role::Reader,
        };
        let needed = match rule.who() {
            Exporter::Nobody => None,
            Exporter::Owner => Some(Role::Owner),
            Exporter::Writer => Some(Role::Writer),
            Exporter::Reader => Some(Role::Reader),
        };
        match needed.map(|needed| needed.max(lowest)) {
            None => access.objections.push(Objection::ExportClosed { kind, tier }),
            Some(needed) if role < needed => {
                access.objections.push(Objection::RoleTooLow { action: Action::Export, role, needed });
            }
            Some(_) => {}
        }
        rule
    }

    fn conclude(
        &self,
        mut access: Access,
        action: Action,
        rules: &[&dyn Rule],
    ) -> Result<Timestamp, Refusal> {
        if let Some(objection) = condition(self.workspace, action, &self.around) {
            access.objections.push(objection);
        }
        if !rules.is_empty() {
            access.hear(rules, &self.case(action));
        }
        access.verdict()
    }

    fn case(&self, action: Action) -> Case<'a> {
        Case {
            facts: self.facts,
            operation: Operation::InWorkspace(action),
            release: self.workspace.release(),
            tier: self.workspace.tier(),
            now: self.around.now(),
        }
    }

    /// The session of somebody against whom there is no objection, whose access ends at `open_until`
    /// and what they asked for at `not_after`.
    fn session(&self, open_until: Timestamp, not_after: Timestamp, rules: &[&dyn Rule]) -> TierSession {
        let access = || Access::unopposed(open_until);
        TierSession {
            person: self.facts.person().id(),
            workspace: self.workspace.id(),
            release: self.workspace.release().clone(),
            tier: self.workspace.tier(),
            role: self.role,
            not_after,
            lease: Lease::new(self.around.now(), not_after),
            policy_version: self.policy.version(),
            rules: self.policy.shared_rules(self.workspace.tier()),
            // Every action is judged now: a permit asked of the session later must not get round
            // a rule by having been preceded by a lesser request.
            verdicts: Action::ALL.map(|action| (action, self.verdict(access(), action, rules))).into(),
            exports: ExportKind::ALL.map(|kind| (kind, self.export_verdict(access(), kind, rules))).into(),
        }
    }
}

/// The workspace that was asked for and the person's role in it, or `None` without saying which
/// of the two there is not.
pub(crate) fn membership<'a>(facts: &Facts<'a>, asked: Id<kind::Workspace>) -> Option<(&'a Workspace, Role)> {
    let workspace = facts.workspace().filter(|workspace| workspace.id() == asked)?;
    // A published workspace has every researcher of its tier as a reader.
    let role = workspace.role_of(facts.person().id())?;
    Some((workspace, role))
}

/// In what circumstances the person asks. An owner who gets in at all is one who answers for the
/// workspace; of the others nothing is known that was not said.
pub(crate) fn circumstances(
    policy: &Policy,
    facts: &Facts<'_>,
    workspace: &Workspace,
    role: Role,
    now: Timestamp,
) -> Circumstances {
    let unsaid = if role == Role::Owner { Ownership::Held } else { Ownership::Orphaned };
    let review = facts.review_policy().or(review_policy(policy, workspace.purpose()));
    Circumstances::at(now).with_ownership(facts.ownership().unwrap_or(unsaid)).with_review_policy(review)
}

/// What the condition of the workspace has against the action, whoever asks.
pub(crate) fn condition(workspace: &Workspace, action: Action, around: &Circumstances) -> Option<Objection> {
    workspace.obstacle(action, around).map(|obstacle| match obstacle {
        Obstacle::Deleted { since } => Objection::WorkspaceDeleted { since },
        Obstacle::Locked { since } => Objection::WorkspaceLocked { since },
        Obstacle::Orphaned => Objection::WorkspaceOrphaned,
        Obstacle::AwaitingReview => Objection::PurposeInReview,
        // Also an obstacle that is not known here: nobody gets in by it.
        _ => Objection::WorkspaceLocked { since: around.now() },
    })
}
