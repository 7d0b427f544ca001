use strongroom_access::{AgreementStatus, Assessor, Candidate, Requirement, RequirementStatus};
use strongroom_primitives::{RowTier, Timestamp};
use strongroom_tiers::Policy;

use crate::standing::{Asked, Provided};
use crate::{Edition, Facts};

/// Two policies, to judge many people by both: what they and their tiers ask for alike is judged once
/// for a person.
pub(crate) struct Comparison<'a> {
    /// Every requirement that is asked for, each definition once.
    requirements: Vec<&'a Requirement>,
    /// Of the person at hand, until when evidence meets each of them, as far as that was needed.
    met_until: Vec<Option<Option<Timestamp>>>,
    old: Side<'a>,
    new: Side<'a>,
}

/// One of the two policies, and for each tier where among the requirements those are that it asks
/// for; `None` if it asks for one that is not defined, which nobody can meet.
struct Side<'a> {
    policy: &'a Policy,
    registered: Option<Vec<usize>>,
    controlled: Option<Vec<usize>>,
}

/// Until when somebody meets everything that a tier asks for, by each policy, without the lease;
/// `None` if they do not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TierAccess {
    pub(crate) before: Option<Timestamp>,
    pub(crate) after: Option<Timestamp>,
}

impl<'a> Comparison<'a> {
    pub(crate) fn of(old: &'a Edition, new: &'a Edition) -> Self {
        let mut requirements = Vec::new();
        let (old, new) = (Side::of(old, &mut requirements), Side::of(new, &mut requirements));
        Self { met_until: vec![None; requirements.len()], requirements, old, new }
    }

    /// The access of a person to each tier, in the order of [`RowTier::ALL`].
    pub(crate) fn access(&mut self, facts: &Facts<'_>, now: Timestamp) -> [TierAccess; RowTier::ALL.len()] {
        if facts.person().account().gap(now).is_some() {
            return RowTier::ALL.map(|_| TierAccess { before: None, after: None });
        }
        let Self { requirements, met_until, old, new } = self;
        met_until.fill(None);
        let (by_old, by_new) = (Provided::of(old.policy, facts), Provided::of(new.policy, facts));
        let (before, after) = (by_old.candidate(facts, None), by_new.candidate(facts, None));
        // What is set aside differs between the two; the evidence is the same.
        let assessor = Assessor::new(before);
        let mut holds_until = |position: usize, candidate: &Candidate<'_>| {
            let requirement = *requirements.get(position)?;
            let judge = || match assessor.status(requirement, now) {
                RequirementStatus::Met { until } => Some(until),
                RequirementStatus::NotMet(_) => None,
            };
            let met = *met_until.get_mut(position)?.get_or_insert_with(judge);
            met.max(candidate.live_bypass(requirement, now).map(|live| live.until))
        };
        let mut ends = |side: &Side<'_>, candidate: &Candidate<'_>, tier| {
            let mut asked = side.asked(tier)?.iter();
            let agreed = agreed_until(candidate, tier, now)?;
            asked
                .try_fold(agreed, |earliest, &position| Some(earliest.min(holds_until(position, candidate)?)))
        };
        RowTier::ALL
            .map(|tier| TierAccess { before: ends(old, &before, tier), after: ends(new, &after, tier) })
    }
}

impl<'a> Side<'a> {
    /// This policy, with its definitions put among the others.
    fn of(edition: &'a Edition, requirements: &mut Vec<&'a Requirement>) -> Self {
        let policy = edition.policy();
        let mut asked = |tier| {
            let (defined, undefined) = Asked::of(policy, edition.requirements(), tier, false).split();
            let positions = defined.into_iter().map(|one| position_of(one, requirements)).collect();
            undefined.is_empty().then_some(positions)
        };
        Self { policy, registered: asked(RowTier::Registered), controlled: asked(RowTier::Controlled) }
    }

    fn asked(&self, tier: RowTier) -> Option<&[usize]> {
        match tier {
            RowTier::Registered => self.registered.as_deref(),
            RowTier::Controlled => self.controlled.as_deref(),
        }
    }
}

fn position_of<'a>(requirement: &'a Requirement, requirements: &mut Vec<&'a Requirement>) -> usize {
    requirements.iter().position(|one| *one == requirement).unwrap_or_else(|| {
        requirements.push(requirement);
        requirements.len() - 1
    })
}

/// Until when agreements cover the candidate in the tier and those below.
fn agreed_until(candidate: &Candidate<'_>, tier: RowTier, now: Timestamp) -> Option<Timestamp> {
    tier.and_below().try_fold(Timestamp::LAST, |earliest, tier| match candidate.agreement_status(tier, now) {
        AgreementStatus::InForce { until } => Some(earliest.min(until)),
        AgreementStatus::NotInForce(_) => None,
    })
}
