use strongroom_access::{AccountGap, Person, standing};
use strongroom_primitives::{Id, ReleaseName, RowTier, Timestamp, kind};
use strongroom_tiers::{Catalogue, Policy, Way};

use crate::release::open;
use crate::standing::{Asked, LONGEST_LEASE_MINUTES, Provided, objections};
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
        let asked = Asked::of(policy, facts.requirements(), tier, workspace.is_some());
        let provided = Provided::of(policy, facts);
        let standing = standing(&provided.candidate(facts, workspace), &asked.defined, tier, now);
        let mut found: Vec<Objection> = account_objection(facts.person(), now).into_iter().collect();
        found.extend(objections(&standing));
        let undefined = asked.undefined.into_iter();
        found.extend(undefined.map(|name| Objection::RequirementUndefined { requirement: name.clone() }));
        let minutes = policy.rules(tier).maximum_lease_minutes().min(LONGEST_LEASE_MINUTES);
        Self {
            objections: found,
            // Without a good standing there are objections, and the instant is of no use.
            not_after: standing.not_after().unwrap_or(now).min(now.plus_minutes(minutes)),
        }
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
            Ok(until) => self.not_after = self.not_after.min(until),
            Err(objections) => self.objections.extend(objections),
        }
    }

    /// And what the rules have to say.
    pub(crate) fn hear(mut self, rules: &[&dyn Rule], case: &Case<'_>) -> Self {
        for rule in rules {
            self.not_after = self.not_after.min(rule.not_after(case));
            let objections = rule.objections(case).into_iter();
            self.objections
                .extend(objections.map(|objection| Objection::Rule { rule: rule.name().clone(), objection }));
        }
        self
    }

    pub(crate) fn verdict(self) -> Result<Timestamp, Refusal> {
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
