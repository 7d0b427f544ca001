use strongroom_access::{AccountGap, AgreementStatus, Assessor, Candidate, Person, RequirementStatus};
use strongroom_primitives::{Id, ReleaseName, RowTier, Timestamp, kind};
use strongroom_tiers::{Catalogue, Policy, Way};

use crate::release::open;
use crate::standing::{Asked, AskedFor, LONGEST_LEASE_MINUTES, Provided, unmet};
use crate::{Case, Facts, Objection, Refusal, Rule};

/// What was found so far: everything that stands in the way, and until when the rest holds.
#[derive(Clone)]
pub(crate) struct Access {
    pub(crate) objections: Vec<Objection>,
    pub(crate) not_after: Timestamp,
}

impl Access {
    /// Access to which nothing was found to object.
    pub(crate) fn unopposed(not_after: Timestamp) -> Self {
        Self { objections: Vec::new(), not_after }
    }

    /// Access to the data of a tier, whatever is to be done with them.
    pub(crate) fn to_tier(
        policy: &Policy,
        facts: &Facts<'_>,
        workspace: Option<Id<kind::Workspace>>,
        tier: RowTier,
        now: Timestamp,
    ) -> Self {
        let minutes = policy.rules(tier).maximum_lease_minutes().min(LONGEST_LEASE_MINUTES);
        let mut access = Self::unopposed(now.plus_minutes(minutes));
        access.objections.extend(account_objection(facts.person(), now));
        let provided = Provided::of(policy, facts);
        let candidate = provided.candidate(facts, workspace);
        for tier in tier.and_below() {
            match candidate.agreement_status(tier, now) {
                AgreementStatus::InForce { until } => access.holds_until(until),
                AgreementStatus::NotInForce(gap) => {
                    access.objections.push(Objection::AgreementNotInForce { tier, gap });
                }
            }
        }
        access.judge(&Asked::of(policy, facts.requirements(), tier, workspace.is_some()), candidate, now);
        access
    }

    /// And what else the tier asks for. Each is judged as it comes: a page of all that was found is what
    /// [`standing`](strongroom_access::standing) makes of the same judgements.
    fn judge(&mut self, asked: &Asked<'_>, candidate: Candidate<'_>, now: Timestamp) {
        let assessor = Assessor::new(candidate);
        let mut undefined = Vec::new();
        asked.each(|asked_for| match asked_for {
            AskedFor::Defined(requirement) => {
                let standing = assessor.assess(requirement, now);
                match (standing.holds_until(), standing.status) {
                    (Some(until), _) | (None, RequirementStatus::Met { until }) => self.holds_until(until),
                    (None, RequirementStatus::NotMet(gap)) => {
                        if self.objections.capacity() == 0 {
                            // Where one is missing, others are.
                            self.objections.reserve(asked.len());
                        }
                        self.objections.push(unmet(requirement, gap));
                    }
                }
            }
            AskedFor::Undefined(name) => {
                undefined.push(Objection::RequirementUndefined { requirement: name.clone() });
            }
        });
        self.objections.append(&mut undefined);
    }

    fn holds_until(&mut self, until: Timestamp) {
        self.not_after = self.not_after.min(until);
    }

    /// And to this release of it, come by in this way.
    pub(crate) fn open(
        &mut self,
        policy: &Policy,
        facts: &Facts<'_>,
        releases: &Catalogue,
        name: &ReleaseName,
        way: Way<'_>,
        now: Timestamp,
    ) {
        match open(policy, facts, releases, name, way, now) {
            Ok(until) => self.holds_until(until),
            Err(objections) => self.objections.extend(objections),
        }
    }

    /// And what the rules have to say.
    pub(crate) fn hear(&mut self, rules: &[&dyn Rule], case: &Case<'_>) {
        for rule in rules {
            self.holds_until(rule.not_after(case));
            let objections = rule.objections(case).into_iter();
            self.objections
                .extend(objections.map(|objection| Objection::Rule { rule: rule.name().clone(), objection }));
        }
    }

    pub(crate) fn verdict(self) -> Result<Timestamp, Refusal> {
        // Nearly always there is none, for each of the actions that a session is asked about at once.
        if self.objections.is_empty() {
            return Ok(self.not_after);
        }
        Refusal::of(self.objections).map_or(Ok(self.not_after), Err)
    }
}

/// What the account has against everything.
pub(crate) fn account_objection(person: &Person, now: Timestamp) -> Option<Objection> {
    person.account().gap(now).map(|gap| match gap {
        AccountGap::Suspended { until } => Objection::AccountSuspended { until },
        AccountGap::Disabled { since } => Objection::AccountDisabled { since },
        AccountGap::Closed { since } => Objection::AccountClosed { since },
        // Also a gap that is not known here: nobody gets in by it.
        _ => Objection::AccountDisabled { since: now },
    })
}
