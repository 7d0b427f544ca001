use strongroom_primitives::{Id, ReleaseName, Timestamp, kind};
use strongroom_tiers::{Policy, Way};
use strongroom_workspaces::Action;

use crate::access::{Access, account_objection};
use crate::admit::{circumstances, condition, membership};
use crate::lease::Lease;
use crate::release::{releases, tier_of};
use crate::{Case, CreatePermit, Facts, Objection, Operation, Refusal, Rule};

/// Decides whether a person may create a workspace on a release.
///
/// A pure function of its arguments. It needs everything that [`admit`](crate::admit) needs but a role
/// and what is required of the workspace, which does not exist yet; and the policy has to open the
/// release for new work.
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
    let Some((from, role)) = membership(facts, workspace) else {
        let unknown = Refusal::from(Objection::NotAMember { workspace });
        return Err(unknown.and(account_objection(facts.person(), now)));
    };
    let around = circumstances(policy, facts, from, role, now);
    if let Some(objection) = condition(from, Action::Duplicate, &around) {
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
    access.hear(rules, &case);
    let not_after = access.verdict()?;
    Ok(CreatePermit {
        person: facts.person().id(),
        release: release.clone(),
        tier,
        lease: Lease::new(now, not_after),
        policy_version: policy.version(),
    })
}
