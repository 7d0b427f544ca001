use std::borrow::Cow;

use strongroom_access::{
    AgreementStatus, ByRequirement, Bypass, Candidate, Dossier, Requirement, RequirementStatus, Standing,
    SubjectKind,
};
use strongroom_primitives::{Id, RequirementName, RowTier, kind};
use strongroom_tiers::Policy;

use crate::{Facts, Objection};

/// The longest time in minutes for which a decision is good, whatever the policy says: a policy
/// shortens it and never lengthens it.
pub const LONGEST_LEASE_MINUTES: u32 = 15;

/// What a tier asks of a person, with the definitions that are known.
pub(crate) struct Asked<'a> {
    pub(crate) defined: Vec<&'a Requirement>,
    pub(crate) undefined: Vec<&'a RequirementName>,
}

impl<'a> Asked<'a> {
    /// What the policy asks for in the tier, by these definitions; before there is a workspace, without
    /// what is about one.
    pub(crate) fn of(
        policy: &'a Policy,
        requirements: &'a [Requirement],
        tier: RowTier,
        in_workspace: bool,
    ) -> Self {
        let known = ByRequirement::new(requirements.iter(), Requirement::name);
        // INVARIANT: what a tier asks for includes what those below ask for; the policy is checked.
        let names = policy.rules(tier).requirements();
        let mut asked = Self { defined: Vec::with_capacity(names.len()), undefined: Vec::new() };
        for name in names {
            let mut found = false;
            // All definitions of a name count, so that a second one cannot make it easier.
            for one in known.of(name) {
                found = true;
                let about_workspace =
                    matches!(one.subject(), SubjectKind::Workspace | SubjectKind::PersonInWorkspace);
                if in_workspace || !about_workspace {
                    asked.defined.push(one);
                }
            }
            if !found {
                asked.undefined.push(name);
            }
        }
        asked
    }
}

/// What was set aside, as far as the policy provides for it.
pub(crate) struct Provided<'f> {
    bypasses: Cow<'f, [Bypass]>,
    dossiers: Cow<'f, [Dossier]>,
}

impl<'f> Provided<'f> {
    pub(crate) fn of(policy: &Policy, facts: &Facts<'f>) -> Self {
        Self {
            bypasses: provided_for(policy, facts.bypasses()),
            dossiers: with_bypasses_provided_for(policy, facts.dossiers()),
        }
    }

    /// The person of the facts, to be judged.
    pub(crate) fn candidate<'c>(
        &'c self,
        facts: &Facts<'c>,
        workspace: Option<Id<kind::Workspace>>,
    ) -> Candidate<'c> {
        let candidate = Candidate::new(facts.person())
            .with_institution(facts.institution())
            .with_evidence(facts.evidence())
            .with_bypasses(&self.bypasses)
            .with_dossiers(&self.dossiers);
        workspace.map_or(candidate, |workspace| candidate.with_workspace(workspace))
    }
}

/// Whether the policy lets somebody be excused from the requirement for as long as this.
fn is_provided_for(policy: &Policy, bypass: &Bypass) -> bool {
    let rule = policy.declaration(bypass.requirement()).and_then(|declared| declared.bypass());
    rule.is_some_and(|rule| bypass.ends() <= bypass.starts().plus_days(rule.longest_days))
}

fn provided_for<'b>(policy: &Policy, bypasses: &'b [Bypass]) -> Cow<'b, [Bypass]> {
    if bypasses.iter().all(|bypass| is_provided_for(policy, bypass)) {
        return Cow::Borrowed(bypasses);
    }
    bypasses.iter().filter(|bypass| is_provided_for(policy, bypass)).cloned().collect()
}

fn with_bypasses_provided_for<'b>(policy: &Policy, dossiers: &'b [Dossier]) -> Cow<'b, [Dossier]> {
    let all = |dossier: &Dossier| dossier.bypasses().iter().all(|bypass| is_provided_for(policy, bypass));
    if dossiers.iter().all(all) {
        return Cow::Borrowed(dossiers);
    }
    let filtered = dossiers.iter().map(|dossier| {
        let start = Dossier::new(dossier.subject());
        let filed = dossier.evidence().iter().cloned().fold(start, Dossier::with_evidence);
        provided_for(policy, dossier.bypasses()).iter().cloned().fold(filed, Dossier::with_bypass)
    });
    filtered.collect()
}

/// Everything in the standing that stands in the way, but for the account.
pub(crate) fn objections<'s>(standing: &'s Standing<'_>) -> impl Iterator<Item = Objection> + use<'s> {
    let agreements = standing.agreements().iter().filter_map(|agreement| match agreement.status {
        AgreementStatus::InForce { .. } => None,
        AgreementStatus::NotInForce(gap) => {
            Some(Objection::AgreementNotInForce { tier: agreement.tier, gap })
        }
    });
    let requirements = standing.requirements().iter().filter_map(|standing| match standing.status {
        RequirementStatus::Met { .. } => None,
        RequirementStatus::NotMet(_) if standing.holds_until().is_some() => None,
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
