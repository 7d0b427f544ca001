use std::collections::BTreeSet;

use crate::{DisclosureRule, ReleasedCount};

/// What may be said about each cell of a partition whose `sum` is public, where *t* is the rule's
/// limit.
///
/// 1. With fewer than *t* persons more than cells, every cell is withheld: even to say which ones
///    are empty would leave too little to choose from.
/// 2. With fewer than *t* + 1 persons per non-empty cell, most cells are small or nearly so: it
///    is said which cells are empty, and the others are withheld.
/// 3. Otherwise small cells are suppressed, and large ones withheld to protect them.
///
/// Suppression usually leaks through its own procedure: whoever knows it learns from each cell
/// that was *not* hidden that hiding more was not necessary. Here nothing is learnt. Which of the
/// three holds depends only on the sum, the number of cells and the number of empty ones, which
/// are public or shown. [`complement`] says how the third goes on.
pub(crate) fn suppress(rule: DisclosureRule, sum: u64, cells: &[u64]) -> Vec<ReleasedCount> {
    let suppressed = ReleasedCount::Suppressed { at_most: rule.suppress_up_to() };
    let occupied = cells.iter().filter(|&&persons| persons > 0);
    let per_cell = rule.limit() + 1;

    if sum == 0 || rule == DisclosureRule::SHOW_EVERYTHING {
        cells.iter().copied().map(ReleasedCount::Exact).collect()
    } else if sum < total_of(cells, 1).saturating_add(rule.limit()) {
        vec![ReleasedCount::Withheld; cells.len()]
    } else if sum < total_of(occupied, per_cell) {
        cells
            .iter()
            .map(|&persons| match persons {
                0 => ReleasedCount::Exact(0),
                _ => ReleasedCount::Withheld,
            })
            .collect()
    } else {
        let withheld = complement(rule, cells);
        (0..)
            .zip(cells)
            .map(|(position, &persons)| match persons {
                small if rule.is_small(small) => suppressed,
                _ if withheld.contains(&position) => ReleasedCount::Withheld,
                shown => ReleasedCount::Exact(shown),
            })
            .collect()
    }
}

/// The positions of the large cells to withhold, so that the suppressed ones cannot be calculated
/// from the sum.
///
/// They are taken one after the other, the nearest neighbours of a small cell first. This order
/// depends only on which cells are empty, small and large, which the marks say anyway. (The
/// customary "smallest cell that will do" tells that the hidden cell is smaller than all shown
/// ones, and so bounds the suppressed one from below.)
///
/// Let `least` be the smallest sum the hidden cells could have, 1 for each suppressed cell and
/// *t* + 1 for each withheld one, and `enough = least − 1 + t`, the smallest sum in which a
/// suppressed cell can still be *t*. Withholding stops when the hidden cells have **more** than
/// `enough`, so that both the cases that stop and those that go on have room for every value from
/// 1 to *t*: a sum of exactly `enough` goes on, and in it a suppressed cell can be *t* while the
/// rest is as small as can be. When the large cells are used up, the hidden sum is the public one,
/// and its *t* + 1 persons per non-empty cell are at least `enough`.
fn complement(rule: DisclosureRule, cells: &[u64]) -> BTreeSet<usize> {
    let small: Vec<(usize, u64)> =
        (0..).zip(cells.iter().copied()).filter(|&(_, persons)| rule.is_small(persons)).collect();
    let mut withheld = BTreeSet::new();
    if small.is_empty() {
        return withheld;
    }
    let mut hidden: u64 = small.iter().map(|&(_, persons)| persons).sum();
    let mut least = total_of(&small, 1);

    let mut large: Vec<(usize, u64)> =
        (0..).zip(cells.iter().copied()).filter(|&(_, persons)| persons > rule.limit()).collect();
    large.sort_by_key(|&(position, _)| small.iter().map(|&(other, _)| other.abs_diff(position)).min());

    for (position, persons) in large {
        withheld.insert(position);
        hidden = hidden.saturating_add(persons);
        least = least.saturating_add(rule.limit() + 1);
        let enough = least.saturating_add(rule.limit()) - 1;
        if hidden > enough {
            break;
        }
    }
    withheld
}

/// The persons there would be with so many in each cell.
fn total_of<T>(cells: impl IntoIterator<Item = T>, each: u64) -> u64 {
    cells.into_iter().fold(0, |total, _| total.saturating_add(each))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells as numbers, the outcome as one word per cell.
    fn check(cells: &[u64], expected: &str) {
        let shown: Vec<String> = suppress(DisclosureRule::default(), cells.iter().sum(), cells)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(shown.join(" | "), expected, "{cells:?}");
    }

    #[test]
    fn without_a_small_cell_everything_is_shown() {
        check(&[21, 0, 400], "21 | 0 | 400");
        check(&[21, 21], "21 | 21");
        check(&[0, 0], "0 | 0");
        check(&[], "");
    }

    #[test]
    fn a_small_cell_takes_its_nearest_large_neighbour_with_it() {
        check(&[300, 200, 7, 0, 100], "300 | withheld | ≤ 20 | 0 | 100");
        check(&[300, 200, 100, 7], "300 | 200 | withheld | ≤ 20");
        check(&[3, 200, 4, 100], "≤ 20 | withheld | ≤ 20 | 100");
    }

    #[test]
    fn a_neighbour_that_is_too_small_takes_a_further_one_with_it() {
        // 1 + 21 = 22 would say that the small cell is 1.
        check(&[1, 21, 300, 400], "≤ 20 | withheld | withheld | 400");
        // 20 + 21 = 41 goes on as well: it is what lets the case above be anything up to 20.
        check(&[20, 21, 300, 400], "≤ 20 | withheld | withheld | 400");
        check(&[20, 22, 300, 400], "≤ 20 | withheld | 300 | 400");
        check(&[20, 21, 22], "≤ 20 | withheld | withheld");
    }

    #[test]
    fn with_few_persons_per_cell_only_empty_cells_are_shown() {
        check(&[20, 21], "withheld | withheld");
        check(&[40, 0, 1], "withheld | 0 | withheld");
        check(&[41, 0, 1], "withheld | 0 | ≤ 20");
    }

    #[test]
    fn with_hardly_more_persons_than_cells_nothing_is_shown() {
        check(&[21, 0, 0], "withheld | withheld | withheld");
        check(&[22, 0, 0], "withheld | withheld | withheld");
        check(&[23, 0, 0], "23 | 0 | 0");
        check(&[12, 11, 0], "withheld | withheld | 0");
    }
}
