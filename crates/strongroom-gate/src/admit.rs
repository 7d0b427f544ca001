use strongroom_access::{AccountGap, Person};
use strongroom_primitives::{Id, ReleaseName, RowTier, Timestamp, kind};
use strongroom_tiers::{Catalogue, ExportKind, Exporter, Policy, Way};
use strongroom_workspaces::{Action, Obstacle, Role, Workspace};

use crate::lease::Lease;
use crate::release::{open, releases, tier_of};
use crate::standing::{Asked, LONGEST_LEASE_MINUTES, judge, objections};
use crate::{Ask, Case, CreatePermit, Facts, Objection, Operation, Refusal, Rule, TierSession};

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
/// what the policy says of exports; a workspace that is neither deleted nor, for this, locked; and no rule
/// that objects. A no lists everything that is missing.
/// Whatever forbids outweighs whatever permits, and nobody is exempt: there are no administrators
/// here.
///
/// To somebody who is no member, the answer is the same whether the workspace exists or not:
/// neither its tier nor any rule has a part in it.
pub fn admit(policy: &Policy, facts: &Facts<'_>, ask: &Ask, rules: &[&dyn Rule], now: Timestamp) -> Decision {
    let Some((workspace, role)) = membership(facts, ask.workspace()) else {
        let unknown = Refusal::from(Objection::NotAMember { workspace: ask.workspace() });
        return Decision::Refused(unknown.and(account_objection(facts.person(), now)));
    };
    let tier = workspace.tier();
    let mut access = Access::to_tier(policy, facts, Some(workspace.id()), tier, now);
    let releases = releases(facts);
    if tier_of(&releases, workspace.release(), now) == Some(tier) {
        access.open(policy, facts, &releases, workspace.release(), Way::ExistingWorkspace, now);
    } else {
        access.objections.push(Objection::ReleaseUnavailable { release: workspace.release().clone() });
    }
    let case = |action| Case {
        facts,
        operation: Operation::InWorkspace(action),
        release: workspace.release(),
        tier,
        now,
    };
    let verdict = |action| {
        let mut access = access.clone();
        match action {
            Action::Export => {
                access.objections.extend(export_objections(policy, tier, ExportKind::RowsToWorkspace, role));
            }
            _ if !role.may(action) => {
                let needed = action.lowest_role();
                access.objections.push(Objection::RoleTooLow { action, role, needed });
            }
            _ => {}
        }
        access.objections.extend(condition(workspace, action, now));
        access.hear(rules, &case(action)).verdict()
    };
    match verdict(ask.action()) {
        Err(refusal) => Decision::Refused(refusal),
        Ok(not_after) => Decision::Admitted(TierSession {
            person: facts.person().id(),
            workspace: workspace.id(),
            release: workspace.release().clone(),
            tier,
            role,
            not_after,
            lease: Lease::new(now, not_after),
            policy_version: policy.version(),
            rules: policy.shared_rules(tier),
            // Every action is judged now: a permit asked of the session later must not get round
            // a rule by having been preceded by a lesser request.
            verdicts: Action::ALL.map(|action| (action, verdict(action))).into(),
            exports: ExportKind::ALL
                .map(|kind| {
                    let mut access = access.clone();
                    // Reviewers are counted by whoever lets things leave, and not here.
                    let objections = export_objections(policy, tier, kind, role);
                    let reviewed = |one: &Objection| !matches!(one, Objection::ExportNeedsReview { .. });
                    access.objections.extend(objections.into_iter().filter(reviewed));
                    access.objections.extend(condition(workspace, Action::Export, now));
                    (kind, access.hear(rules, &case(Action::Export)).verdict())
                })
                .into(),
        }),
    }
}

/// Decides whether a person may create a workspace on a release.
///
/// A pure function of its arguments. It needs everything that [`admit`] needs but a role and what is
/// required of the workspace, which does not exist yet; and the policy has to open the release for
/// new work.
///
/// # Errors
/// The refusal, with everything that is missing.
pub fn admit_to_create(
    policy: &Policy,
    facts: &Facts<'_>,
    release: &ReleaseName,
    rules: &[&dyn Rule],
    now: Timestamp,
) -> Result<CreatePermit, Refusal> {
    create(policy, facts, release, Way::NewWorkspace, rules, now)
}

/// Decides whether a person may copy a workspace of which they are a member onto a release.
///
/// A pure function of its arguments. It needs everything that [`admit_to_create`] needs, and the
/// policy has to let workspaces be copied from the tier of the one to the tier of the other.
///
/// # Errors
/// The refusal, with everything that is missing.
pub fn admit_to_copy(
    policy: &Policy,
    facts: &Facts<'_>,
    workspace: Id<kind::Workspace>,
    release: &ReleaseName,
    rules: &[&dyn Rule],
    now: Timestamp,
) -> Result<CreatePermit, Refusal> {
    let Some((from, _)) = membership(facts, workspace) else {
        let unknown = Refusal::from(Objection::NotAMember { workspace });
        return Err(unknown.and(account_objection(facts.person(), now)));
    };
    if let Some(objection) = condition(from, Action::Duplicate, now) {
        return Err(Refusal::from(objection).and(account_objection(facts.person(), now)));
    }
    create(policy, facts, release, Way::Copy { from: from.release() }, rules, now)
}

fn create(
    policy: &Policy,
    facts: &Facts<'_>,
    release: &ReleaseName,
    way: Way<'_>,
    rules: &[&dyn Rule],
    now: Timestamp,
) -> Result<CreatePermit, Refusal> {
    let releases = releases(facts);
    let Some(tier) = tier_of(&releases, release, now) else {
        let unavailable = Refusal::from(Objection::ReleaseUnavailable { release: release.clone() });
        return Err(unavailable.and(account_objection(facts.person(), now)));
    };
    let mut access = Access::to_tier(policy, facts, None, tier, now);
    access.open(policy, facts, &releases, release, way, now);
    let case = Case { facts, operation: Operation::CreateWorkspace, release, tier, now };
    let not_after = access.hear(rules, &case).verdict()?;
    Ok(CreatePermit {
        person: facts.person().id(),
        release: release.clone(),
        tier,
        lease: Lease::new(now, not_after),
        policy_version: policy.version(),
    })
}

/// Everything that stands between a person and a tier, before any workspace is spoken of; empty
/// if nothing does. For the page on which people see what they still have to do.
#[must_use]
pub fn tier_objections(policy: &Policy, facts: &Facts<'_>, tier: RowTier, now: Timestamp) -> Vec<Objection> {
    Access::to_tier(policy, facts, None, tier, now).objections
}

/// Until when a person meets everything that the tier asks for, without the lease; `None` if they do
/// not. The same as [`tier_objections`], without the words.
pub(crate) fn tier_access(
    policy: &Policy,
    facts: &Facts<'_>,
    tier: RowTier,
    now: Timestamp,
) -> Option<Timestamp> {
    let asked = Asked::of(policy, facts, tier, false);
    if !asked.undefined.is_empty() {
        return None;
    }
    judge(policy, facts, None, tier, &asked.defined, now, |standing| standing.not_after())
}

/// What was found so far: everything that stands in the way, and until when the rest holds.
#[derive(Clone)]
struct Access {
    objections: Vec<Objection>,
    not_after: Timestamp,
}

impl Access {
    fn to_tier(
        policy: &Policy,
        facts: &Facts<'_>,
        workspace: Option<Id<kind::Workspace>>,
        tier: RowTier,
        now: Timestamp,
    ) -> Self {
        let asked = Asked::of(policy, facts, tier, workspace.is_some());
        let mut found: Vec<Objection> = account_objection(facts.person(), now).into_iter().collect();
        let holds_until = judge(policy, facts, workspace, tier, &asked.defined, now, |standing| {
            found.extend(objections(standing));
            standing.not_after()
        });
        let undefined = asked.undefined.into_iter();
        found.extend(undefined.map(|name| Objection::RequirementUndefined { requirement: name.clone() }));
        let minutes = policy.rules(tier).maximum_lease_minutes().min(LONGEST_LEASE_MINUTES);
        Self {
            objections: found,
            // Without a good standing there are objections, and the instant is of no use.
            not_after: holds_until.unwrap_or(now).min(now.plus_minutes(minutes)),
        }
    }

    fn open(
        &mut self,
        policy: &Policy,
        facts: &Facts<'_>,
        releases: &Catalogue,
        name: &ReleaseName,
        way: Way<'_>,
        now: Timestamp,
    ) {
        match open(policy, facts, releases, name, way, now) {
            Ok(until) => self.not_after = self.not_after.min(until),
            Err(objections) => self.objections.extend(objections),
        }
    }

    fn hear(mut self, rules: &[&dyn Rule], case: &Case<'_>) -> Self {
        for rule in rules {
            self.not_after = self.not_after.min(rule.not_after(case));
            let objections = rule.objections(case).into_iter();
            self.objections
                .extend(objections.map(|objection| Objection::Rule { rule: rule.name().clone(), objection }));
        }
        self
    }

    fn verdict(self) -> Result<Timestamp, Refusal> {
        Refusal::of(self.objections).map_or(Ok(self.not_after), Err)
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

/// What the condition of the workspace has against the action, whoever asks.
fn condition(workspace: &Workspace, action: Action, now: Timestamp) -> Option<Objection> {
    workspace.lasting_obstacle(action).map(|obstacle| match obstacle {
        Obstacle::Deleted { since } => Objection::WorkspaceDeleted { since },
        Obstacle::Locked { since } => Objection::WorkspaceLocked { since },
        // Also an obstacle that is not known here: nobody gets in by it.
        _ => Objection::WorkspaceLocked { since: now },
    })
}

/// What the policy has against letting somebody in this role export this. Rows go to nobody below a
/// writer, whatever it says.
fn export_objections(policy: &Policy, tier: RowTier, kind: ExportKind, role: Role) -> Vec<Objection> {
    let rule = policy.rules(tier).export().rule(kind);
    let lowest = match kind {
        ExportKind::RowsToWorkspace | ExportKind::RowsOutside => Action::Export.lowest_role(),
        ExportKind::Counts | ExportKind::Definitions => Role::Reader,
    };
    let needed = match rule.who() {
        Exporter::Nobody => return vec![Objection::ExportClosed { kind, tier }],
        Exporter::Owner => Role::Owner,
        Exporter::Writer => Role::Writer,
        Exporter::Reader => Role::Reader,
    }
    .max(lowest);
    let mut objections = Vec::new();
    if role < needed {
        objections.push(Objection::RoleTooLow { action: Action::Export, role, needed });
    }
    if rule.reviewers() > 0 {
        objections.push(Objection::ExportNeedsReview { kind, reviewers: rule.reviewers() });
    }
    objections
}

fn account_objection(person: &Person, now: Timestamp) -> Option<Objection> {
    person.account().gap(now).map(|gap| match gap {
        AccountGap::Suspended { until } => Objection::AccountSuspended { until },
        AccountGap::Disabled { since } => Objection::AccountDisabled { since },
        AccountGap::Closed { since } => Objection::AccountClosed { since },
        // Also a gap that is not known here: nobody gets in by it.
        _ => Objection::AccountDisabled { since: now },
    })
}
