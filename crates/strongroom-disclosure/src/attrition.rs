use serde::Serialize;

use crate::suppression::suppress;
use crate::{DisclosureRule, InconsistentCounts, RawCount, ReleasedCount, release_count};

/// What is said about how a universe shrinks, step by step, to a cohort: its attrition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attrition<L> {
    universe: ReleasedCount,
    steps: Vec<(L, ReleasedCount)>,
}

impl<L> Attrition<L> {
    /// Everybody the first step begins with.
    #[must_use]
    pub fn universe(&self) -> ReleasedCount {
        self.universe
    }

    /// The persons left after each step, in order. The last one is the cohort, and says the same
    /// as [`release_count`] says.
    #[must_use]
    pub fn steps(&self) -> &[(L, ReleasedCount)] {
        &self.steps
    }

    /// The steps as an ordinary list.
    #[must_use]
    pub fn into_steps(self) -> Vec<(L, ReleasedCount)> {
        self.steps
    }
}

/// What may be said about the persons left after each step of an attrition.
///
/// Each step is a number a reader may subtract from every other. The universe and the last step
/// are settled first; then, from the first step on, a number is shown unless it is small, or its
/// distance to the last number shown or to the cohort is. So no two shown numbers differ by 1 up
/// to the limit.
///
/// A step that is not shown is [`Withheld`](ReleasedCount::Withheld), or
/// [`Suppressed`](ReleasedCount::Suppressed) if it is small itself and the last number shown is
/// more than twice the limit and one. Below that the two marks would divide a range that is too
/// narrow to be divided, so both read "withheld". The choice looks only at numbers that are shown.
///
/// # Errors
/// If a step has more persons than the one before it.
pub fn release_attrition<L>(
    rule: DisclosureRule,
    universe: RawCount,
    steps: Vec<(L, RawCount)>,
) -> Result<Attrition<L>, InconsistentCounts> {
    let mut before = universe.persons();
    for (step, (_, count)) in (1..).zip(&steps) {
        if count.persons() > before {
            return Err(InconsistentCounts::AttritionRises { step });
        }
        before = count.persons();
    }

    let last = steps.len();
    let cohort = release_count(rule, universe, RawCount::of_persons(before));
    let mut shown = universe.persons();
    let mut release = |persons: u64| {
        let near_shown = rule.is_small(shown - persons);
        let near_cohort = cohort.exact().is_some_and(|cohort| rule.is_small(persons - cohort));
        if rule.is_small(persons) && shown > 2 * rule.limit() + 1 {
            ReleasedCount::Suppressed { at_most: rule.suppress_up_to() }
        } else if rule.is_small(persons) || near_shown || near_cohort || rule.is_small(shown) {
            ReleasedCount::Withheld
        } else {
            shown = persons;
            ReleasedCount::Exact(persons)
        }
    };
    let steps = (1..)
        .zip(steps)
        .map(|(step, (label, count))| {
            let released = if step == last { cohort } else { release(count.persons()) };
            (label, released)
        })
        .collect();
    let universe = suppress(rule, universe.persons(), &[universe.persons()]);
    Ok(Attrition { universe: universe.first().copied().unwrap_or(ReleasedCount::Withheld), steps })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(universe: u64, steps: &[u64], expected: &str) {
        let steps = steps.iter().map(|&persons| ((), RawCount::of_persons(persons)));
        let attrition =
            release_attrition(DisclosureRule::default(), RawCount::of_persons(universe), steps.collect())
                .unwrap();
        let shown: Vec<String> = attrition.steps().iter().map(|(_, step)| step.to_string()).collect();
        assert_eq!(format!("{} > {}", attrition.universe(), shown.join(" > ")), expected);
    }

    #[test]
    fn large_steps_are_shown() {
        check(1000, &[800, 800, 500], "1000 > 800 > 800 > 500");
        check(1000, &[1000, 0], "1000 > 1000 > 0");
        check(1000, &[], "1000 > ");
    }

    #[test]
    fn a_step_that_leaves_few_out_is_withheld_until_more_have_left() {
        check(1000, &[995, 985, 970, 500], "1000 > withheld > withheld > 970 > 500");
        check(1000, &[800, 799, 500], "1000 > 800 > withheld > 500");
    }

    #[test]
    fn the_cohort_comes_before_the_steps_that_lead_to_it() {
        check(1000, &[510, 500], "1000 > withheld > 500");
        check(1000, &[500, 15, 0], "1000 > 500 > ≤ 20 > 0");
        check(1000, &[500, 15, 7], "1000 > 500 > ≤ 20 > ≤ 20");
        check(1000, &[1000, 995, 990], "1000 > 1000 > withheld > withheld");
    }

    #[test]
    fn marks_do_not_divide_what_is_narrow() {
        // After 22, "withheld, but not ≤ 20" would mean 21.
        check(1000, &[22, 21, 15, 0], "1000 > 22 > withheld > withheld > 0");
    }

    #[test]
    fn a_rising_attrition_is_refused() {
        let steps = [900, 901].map(|persons| ("", RawCount::of_persons(persons)));
        let outcome =
            release_attrition(DisclosureRule::default(), RawCount::of_persons(1000), steps.to_vec());
        assert_eq!(outcome.map(drop), Err(InconsistentCounts::AttritionRises { step: 2 }));
    }
}
