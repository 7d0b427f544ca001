use std::borrow::Cow;

use strongroom_access::{
    ByRequirement, Bypass, Candidate, Dossier, Requirement, RequirementGap, SubjectKind,
};
use strongroom_primitives::{Id, RequirementName, RowTier, kind};
use strongroom_tiers::Policy;

use crate::{Facts, Objection};

/// The longest time in minutes for which a decision is good, whatever the policy says: a policy
/// shortens it and never lengthens it.
pub const LONGEST_LEASE_MINUTES: u32 = 15;

/// What a tier asks of a person, by the definitions that are known.
pub(crate) struct Asked<'a> {
    names: &'a [RequirementName],
    known: ByRequirement<'a, Requirement>,
    in_workspace: bool,
}

/// One thing that is asked for.
pub(crate) enum AskedFor<'a> {
    Defined(&'a Requirement),
    Undefined(&'a RequirementName),
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
        Self {
            // INVARIANT: what a tier asks for includes what those below ask for; the policy is checked.
            names: policy.rules(tier).requirements(),
            known: ByRequirement::new(requirements.iter(), Requirement::name),
            in_workspace,
        }
    }

    /// All of it, in the order of the policy.
    pub(crate) fn each(&self, mut see: impl FnMut(AskedFor<'a>)) {
        for name in self.names {
            let mut found = false;
            // All definitions of a name count, so that a second one cannot make it easier.
            for one in self.known.of(name) {
                found = true;
                let about_workspace =
                    matches!(one.subject(), SubjectKind::Workspace | SubjectKind::PersonInWorkspace);
                if self.in_workspace || !about_workspace {
                    see(AskedFor::Defined(one));
                }
            }
            if !found {
                see(AskedFor::Undefined(name));
            }
        }
    }

    /// How many names there are.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The definitions, and the names that have none.
    pub(crate) fn split(&self) -> (Vec<&'a Requirement>, Vec<&'a RequirementName>) {
        let (mut defined, mut undefined) = (Vec::with_capacity(self.len()), Vec::new());
        self.each(|asked| match asked {
            AskedFor::Defined(requirement) => defined.push(requirement),
            AskedFor::Undefined(name) => undefined.push(name),
        });
        (defined, undefined)
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

/// What a requirement that does not hold has against everything.
pub(crate) fn unmet(requirement: &Requirement, gap: RequirementGap) -> Objection {
    Objection::RequirementNotMet {
        requirement: requirement.name().clone(),
        title: requirement.title().clone(),
        gap,
        next_step: requirement.next_step().clone(),
        taken_by: requirement.taken_by(),
    }
}
