use std::ops::RangeInclusive;

use crate::{DisclosureRule, ReleasedCount};

/// Whether a reader who adds and subtracts what is shown of a partition, and takes every mark at
/// its word, is left with enough doubt: about a suppressed cell with every value from 1 to the
/// limit, about a withheld one with at least as many values as the limit.
///
/// This is written without a look at how cells were chosen, so that a mistake there is found here.
pub(crate) fn is_left_in_doubt(rule: DisclosureRule, sum: u64, cells: &[ReleasedCount]) -> bool {
    let Some(possible) = possible_values(rule, sum, cells) else {
        return false;
    };
    cells.iter().zip(possible).all(|(cell, possible)| match cell {
        ReleasedCount::Exact(persons) => !rule.is_small(*persons),
        ReleasedCount::Suppressed { .. } => possible == (1..=rule.limit()),
        ReleasedCount::Withheld => {
            possible.end().saturating_sub(*possible.start()).saturating_add(1) >= rule.limit()
        }
    })
}

/// The values that each cell can have. With a single sum these are exactly the whole numbers
/// between two ends: a cell is smallest when all others are as large as they can be.
///
/// `None` if what is shown contradicts the sum.
fn possible_values(
    rule: DisclosureRule,
    sum: u64,
    cells: &[ReleasedCount],
) -> Option<Vec<RangeInclusive<u64>>> {
    let any = |wanted: fn(&ReleasedCount) -> bool| cells.iter().any(wanted);
    // Beside suppressed cells only large ones are withheld, beside zeros only non-empty ones, and
    // the reader knows that.
    let least_withheld = if any(|cell| matches!(cell, ReleasedCount::Suppressed { .. })) {
        rule.limit() + 1
    } else if any(|cell| matches!(cell, ReleasedCount::Exact(_))) {
        1
    } else {
        0
    };
    let claims: Vec<(u64, u64)> = cells
        .iter()
        .map(|cell| match *cell {
            ReleasedCount::Exact(persons) => (persons, persons),
            ReleasedCount::Suppressed { at_most } => (1, u64::from(at_most)),
            ReleasedCount::Withheld => (least_withheld, sum),
        })
        .collect();
    // In 128 bits, as every cell may claim to be as large as the sum.
    let least: u128 = claims.iter().map(|&(least, _)| u128::from(least)).sum();
    let greatest: u128 = claims.iter().map(|&(_, greatest)| u128::from(greatest)).sum();
    let sum = u128::from(sum);

    claims
        .into_iter()
        .map(|(own_least, own_greatest)| {
            let others_least = least - u128::from(own_least);
            let others_greatest = greatest - u128::from(own_greatest);
            let start = u64::try_from(sum.saturating_sub(others_greatest)).ok()?.max(own_least);
            let end = u64::try_from(sum.checked_sub(others_least)?).ok()?.min(own_greatest);
            (start <= end).then_some(start..=end)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::suppression::suppress;

    const SMALL: ReleasedCount = ReleasedCount::Suppressed { at_most: 20 };
    const HIDDEN: ReleasedCount = ReleasedCount::Withheld;

    fn shown(persons: u64) -> ReleasedCount {
        ReleasedCount::Exact(persons)
    }

    fn check(sum: u64, cells: &[ReleasedCount], expected: Option<&[RangeInclusive<u64>]>) {
        let possible = possible_values(DisclosureRule::default(), sum, cells);
        assert_eq!(possible.as_deref(), expected, "{cells:?} with sum {sum}");
    }

    #[test]
    fn a_reader_subtracts() {
        check(107, &[shown(100), SMALL], Some(&[100..=100, 7..=7]));
        check(105, &[shown(100), SMALL, SMALL], Some(&[100..=100, 1..=4, 1..=4]));
        check(139, &[shown(100), SMALL, SMALL], Some(&[100..=100, 19..=20, 19..=20]));
        check(300, &[SMALL, HIDDEN], Some(&[1..=20, 280..=299]));
        check(30, &[SMALL, HIDDEN], Some(&[1..=9, 21..=29]));
        check(30, &[HIDDEN, HIDDEN], Some(&[0..=30, 0..=30]));
        check(30, &[HIDDEN, shown(0), HIDDEN], Some(&[1..=29, 0..=0, 1..=29]));
    }

    #[test]
    fn a_contradiction_is_no_answer() {
        check(99, &[shown(100), HIDDEN], None);
        check(121, &[shown(100), SMALL, shown(0)], None);
    }

    proptest! {
        #[test]
        fn whatever_the_procedure_hides_leaves_doubt(
            limit in 2_u32..30,
            cells in prop::collection::vec(prop_oneof![0_u64..60, 0_u64..5_000, Just(0)], 0..40),
        ) {
            let rule = DisclosureRule::suppressing_up_to(limit).unwrap();
            let sum = cells.iter().sum::<u64>();
            prop_assume!(!rule.is_small(sum));
            prop_assert!(is_left_in_doubt(rule, sum, &suppress(rule, sum, &cells)));
        }

        #[test]
        fn showing_one_more_cell_is_found_out(
            small in 1_u64..=20,
            cells in prop::collection::vec(21_u64..5_000, 1..20),
        ) {
            let rule = DisclosureRule::default();
            let cells: Vec<u64> = std::iter::once(small).chain(cells).collect();
            let sum = cells.iter().sum();
            let mut betrayed = suppress(rule, sum, &cells);
            prop_assume!(betrayed.contains(&SMALL));
            for (cell, &persons) in betrayed.iter_mut().zip(&cells) {
                if *cell == HIDDEN {
                    *cell = shown(persons);
                }
            }
            prop_assert!(!is_left_in_doubt(rule, sum, &betrayed));
        }
    }
}
