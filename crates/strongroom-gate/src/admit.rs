use strongroom_access::{
    AccountState, AgreementStatus, Person, Requirement, RequirementStatus, Standing, standing,
};
use strongroom_primitives::{ReleaseName, RequirementName, RowTier, Timestamp};
use strongroom_tiers::{Policy, Release, ReleaseState};
use strongroom_workspaces::{Action, Role, Workspace};

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
/// A pure function of its arguments. A yes needs all of: an active account; for the tier of the
/// workspace and those below, an agreement of the institution and every requirement; the release;
/// a role that is enough; and no rule that objects. A no lists everything that is missing.
///
/// To somebody who is no member, the answer is the same whether the workspace exists or not:
/// neither its tier nor any rule has a part in it.
pub fn admit(policy: &Policy, facts: &Facts<'_>, ask: &Ask, rules: &[&dyn Rule], now: Timestamp) -> Decision {
    let Some((workspace, role)) = membership(facts, ask) else {
        let unknown = Refusal::from(Objection::NotAMember { workspace: ask.workspace() });
        return Decision::Refused(unknown.and(account_objection(facts.person())));
    };
    let tier = workspace.tier();
    let mut access = Access::to_tier(policy, facts, tier, now);
    if known_release(facts, workspace.release()).is_none_or(|release| release.tier() != tier) {
        access.objections.push(Objection::ReleaseUnavailable { release: workspace.release().clone() });
    }
    let verdict = |action| {
        let mut access = access.clone();
        if !role.may(action) {
            access.objections.push(Objection::RoleTooLow { action, role, needed: action.lowest_role() });
        }
        let case = Case {
            facts,
            operation: Operation::InWorkspace(action),
            release: workspace.release(),
            tier,
            now,
        };
        access.hear(rules, &case).verdict()
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
            policy_version: policy.version(),
            suppress_up_to: policy.rules(tier).suppress_up_to(),
            hidden: policy.rules(tier).hidden().clone(),
            // Every action is judged now: a permit asked of the session later must not get round
            // a rule by having been preceded by a lesser request.
            verdicts: Action::ALL.map(|action| (action, verdict(action))).into(),
        }),
    }
}

/// Decides whether a person may create a workspace on a release.
///
/// A pure function of its arguments. It needs everything that [`admit`] needs but a role, and the
/// release has to be live.
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
    let Some(known) = known_release(facts, release) else {
        let unavailable = Refusal::from(Objection::ReleaseUnavailable { release: release.clone() });
        return Err(unavailable.and(account_objection(facts.person())));
    };
    let tier = known.tier();
    let mut access = Access::to_tier(policy, facts, tier, now);
    if known.state() == ReleaseState::Archived {
        access.objections.push(Objection::ReleaseArchived { release: release.clone() });
    }
    let case = Case { facts, operation: Operation::CreateWorkspace, release, tier, now };
    let not_after = access.hear(rules, &case).verdict()?;
    Ok(CreatePermit {
        person: facts.person().id(),
        release: release.clone(),
        tier,
        not_after,
        policy_version: policy.version(),
    })
}

/// Everything that stands between a person and a tier, before any workspace is spoken of; empty
/// if nothing does. For the page on which people see what they still have to do.
#[must_use]
pub fn tier_objections(policy: &Policy, facts: &Facts<'_>, tier: RowTier, now: Timestamp) -> Vec<Objection> {
    Access::to_tier(policy, facts, tier, now).objections
}

/// What was found so far: everything that stands in the way, and until when the rest holds.
#[derive(Clone)]
struct Access {
    objections: Vec<Objection>,
    not_after: Timestamp,
}

impl Access {
    fn to_tier(policy: &Policy, facts: &Facts<'_>, tier: RowTier, now: Timestamp) -> Self {
        let asked = policy.requirements(tier);
        // All definitions of a name count, so that a second one cannot make a requirement easier.
        let defined: Vec<&Requirement> = asked.iter().flat_map(|name| definitions(facts, name)).collect();
        let standing = standing(facts.person(), facts.institution(), &defined, facts.evidence(), tier, now);
        let undefined = asked
            .iter()
            .filter(|name| definitions(facts, name).next().is_none())
            .map(|name| Objection::RequirementUndefined { requirement: (*name).clone() });
        let objections = account_objection(facts.person())
            .into_iter()
            .chain(standing_objections(&standing))
            .chain(undefined)
            .collect();
        let lease = now.plus_minutes(policy.rules(tier).maximum_lease_minutes());
        Self {
            objections,
            // Without a good standing there are objections, and the instant is of no use.
            not_after: standing.not_after().unwrap_or(now).min(lease),
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
fn membership<'a>(facts: &Facts<'a>, ask: &Ask) -> Option<(&'a Workspace, Role)> {
    let workspace = facts.workspace().filter(|workspace| workspace.id() == ask.workspace())?;
    let role = workspace.members().role_of(facts.person().id())?;
    Some((workspace, role))
}

fn known_release<'a>(facts: &Facts<'a>, name: &ReleaseName) -> Option<&'a Release> {
    facts.release().filter(|release| release.name() == name)
}

fn definitions<'a>(facts: &Facts<'a>, name: &RequirementName) -> impl Iterator<Item = &'a Requirement> {
    facts.requirements().iter().filter(move |requirement| requirement.name() == name)
}

fn account_objection(person: &Person) -> Option<Objection> {
    match person.account() {
        AccountState::Active => None,
        AccountState::Disabled { since, .. } => Some(Objection::AccountDisabled { since: *since }),
    }
}

fn standing_objections(standing: &Standing<'_>) -> impl Iterator<Item = Objection> {
    let agreements = standing.agreements().iter().filter_map(|agreement| match agreement.status {
        AgreementStatus::InForce { .. } => None,
        AgreementStatus::NotInForce(gap) => {
            Some(Objection::AgreementNotInForce { tier: agreement.tier, gap })
        }
    });
    let requirements = standing.requirements().iter().filter_map(|standing| match standing.status {
        RequirementStatus::Met { .. } => None,
        RequirementStatus::NotMet(gap) => Some(Objection::RequirementNotMet {
            requirement: standing.requirement.name().clone(),
            title: standing.requirement.title().clone(),
            gap,
            next_step: standing.requirement.next_step().clone(),
            taken_by: standing.requirement.taken_by(),
        }),
    });
    agreements.chain(requirements)
}
