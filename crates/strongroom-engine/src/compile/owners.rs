//! Which set of events belongs to which cohort: one that nobody else asks for need hold nobody but
//! the people who can be in that cohort.

use super::nodes::{Plan, PlanId, SetId, SetNode};

/// Who asks for a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    ByNobody,
    By(PlanId),
    BySeveral,
}

/// For each set the one cohort that it belongs to, if there is one.
pub(super) fn of_sets(plans: &[Plan], sets: &[SetNode]) -> Vec<Option<PlanId>> {
    let mut asked = vec![Asked::ByNobody; sets.len()];
    for (position, plan) in plans.iter().enumerate() {
        let mut left: Vec<SetId> = plan.uses.clone();
        while let Some(id) = left.pop() {
            let (Some(known), Some(set)) = (asked.get_mut(id.0), sets.get(id.0)) else { continue };
            let now = match *known {
                Asked::ByNobody => Asked::By(PlanId(position)),
                Asked::By(plan) if plan == PlanId(position) => Asked::By(plan),
                Asked::By(_) | Asked::BySeveral => Asked::BySeveral,
            };
            if *known != now {
                *known = now;
                left.extend(&set.uses);
            }
        }
    }
    let owner = |asked| if let Asked::By(plan) = asked { Some(plan) } else { None };
    asked.into_iter().map(owner).collect()
}
