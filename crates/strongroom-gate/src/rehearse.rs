use std::fmt;

use strongroom_primitives::{Id, RowTier, Timestamp, kind};
use strongroom_tiers::{PolicyDiff, diff};

use crate::comparison::{Comparison, TierAccess};
use crate::{Edition, Facts, Objection, tier_objections};

/// What a new policy would change for a population, before it is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal {
    changes: PolicyDiff,
    people: usize,
    tiers: Vec<TierRehearsal>,
}

/// What would change for one tier.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TierRehearsal {
    /// The tier.
    pub tier: RowTier,
    /// How many have access by both policies.
    pub keep: usize,
    /// How many of those lose it earlier by the new one.
    pub keep_for_less: usize,
    /// How many have it by neither.
    pub neither: usize,
    /// Who has it by the new policy only.
    pub gain: Vec<Id<kind::Person>>,
    /// Who has it by the old policy only.
    pub lose: Vec<Id<kind::Person>>,
    /// One who gains, with what the old policy has against them.
    pub example_of_gain: Option<Counterexample>,
    /// One who loses, with what the new policy has against them.
    pub example_of_loss: Option<Counterexample>,
}

/// Somebody about whom two policies differ.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counterexample {
    /// Who.
    pub person: Id<kind::Person>,
    /// What the policy that refuses has against them.
    pub objections: Vec<Objection>,
}

/// Judges every person of the population against every tier by both policies: who gains, who loses,
/// and one example of each with the reasons. One element of the population is one person; workspaces
/// are of no account, and neither are the requirements in the facts: each policy is judged by its own.
#[must_use]
pub fn rehearse<'a>(
    old: &'a Edition,
    new: &'a Edition,
    population: impl IntoIterator<Item = Facts<'a>>,
    now: Timestamp,
) -> Rehearsal {
    let mut tiers = RowTier::ALL.map(TierRehearsal::of);
    let mut comparison = Comparison::of(old, new);
    let mut people = 0;
    for facts in population {
        people += 1;
        let access = comparison.access(&facts, now);
        for (rehearsal, access) in tiers.iter_mut().zip(access) {
            rehearsal.add(access, &facts, now, old, new);
        }
    }
    Rehearsal { changes: diff(old.policy(), new.policy()), people, tiers: tiers.into() }
}

impl TierRehearsal {
    fn of(tier: RowTier) -> Self {
        Self {
            tier,
            keep: 0,
            keep_for_less: 0,
            neither: 0,
            gain: Vec::new(),
            lose: Vec::new(),
            example_of_gain: None,
            example_of_loss: None,
        }
    }

    fn add(&mut self, access: TierAccess, facts: &Facts<'_>, now: Timestamp, old: &Edition, new: &Edition) {
        let (person, tier) = (facts.person().id(), self.tier);
        let against = |edition: &Edition| {
            let facts = facts.with_requirements(edition.requirements());
            Counterexample { person, objections: tier_objections(edition.policy(), &facts, tier, now) }
        };
        match (access.before, access.after) {
            (Some(before), Some(after)) => {
                self.keep += 1;
                self.keep_for_less += usize::from(after < before);
            }
            (None, None) => self.neither += 1,
            (None, Some(_)) => {
                self.example_of_gain.get_or_insert_with(|| against(old));
                self.gain.push(person);
            }
            (Some(_), None) => {
                self.example_of_loss.get_or_insert_with(|| against(new));
                self.lose.push(person);
            }
        }
    }
}

impl Rehearsal {
    /// What the policies say differently.
    #[must_use]
    pub fn changes(&self) -> &PolicyDiff {
        &self.changes
    }

    /// How many people were judged.
    #[must_use]
    pub fn people(&self) -> usize {
        self.people
    }

    /// What would change, tier by tier.
    #[must_use]
    pub fn tiers(&self) -> &[TierRehearsal] {
        &self.tiers
    }

    /// Whether nobody gains or loses access. Access may still end earlier or later than it would.
    #[must_use]
    pub fn changes_nobody(&self) -> bool {
        self.tiers.iter().all(|tier| tier.gain.is_empty() && tier.lose.is_empty())
    }
}

impl fmt::Display for Rehearsal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for one in &self.tiers {
            let (gain, lose) = (one.gain.len(), one.lose.len());
            writeln!(
                f,
                "{} tier, {} people: {gain} gain, {lose} lose, {} keep ({} for less time), {} have it by neither",
                one.tier, self.people, one.keep, one.keep_for_less, one.neither
            )?;
            let examples = [("gains", "old", &one.example_of_gain), ("loses", "new", &one.example_of_loss)];
            for (verb, policy, example) in examples {
                let Some(example) = example else { continue };
                writeln!(f, "  for example, {} {verb}; by the {policy} policy:", example.person)?;
                example.objections.iter().try_for_each(|objection| writeln!(f, "    {objection}"))?;
            }
        }
        Ok(())
    }
}
