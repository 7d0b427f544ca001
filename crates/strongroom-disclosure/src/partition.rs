use serde::Serialize;

use crate::reader::is_left_in_doubt;
use crate::suppression::suppress;
use crate::{DisclosureRule, InconsistentCounts, RawCount, ReleasedCount, release_count};

/// What is said about a cohort that was divided into disjoint cells: its total, and one mark per
/// cell in the order given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breakdown<L> {
    total: ReleasedCount,
    cells: Vec<(L, ReleasedCount)>,
}

impl<L> Breakdown<L> {
    /// What is said about the whole cohort: the same as [`release_count`] says.
    #[must_use]
    pub fn total(&self) -> ReleasedCount {
        self.total
    }

    /// The cells in the order in which they were given.
    #[must_use]
    pub fn cells(&self) -> &[(L, ReleasedCount)] {
        &self.cells
    }

    /// The cells as an ordinary list.
    #[must_use]
    pub fn into_cells(self) -> Vec<(L, ReleasedCount)> {
        self.cells
    }
}

/// What may be said about the disjoint cells of a cohort, such as its age bands.
///
/// `total` is the number of persons in the cohort, `universe` that of everybody it was drawn from
/// (see [`release_count`]). Every person is in exactly one cell.
///
/// * A cell of 1 up to the limit is [`Suppressed`](ReleasedCount::Suppressed). So that neither
///   the total nor the persons outside the cohort betray it, larger cells next to it are
///   [`Withheld`](ReleasedCount::Withheld); empty cells are shown as 0.
/// * In a cohort with fewer persons per non-empty cell than the limit and one, only the empty
///   cells are shown; with fewer persons than cells and the limit together, or where the total
///   itself is suppressed, no cell is. Divide a small cohort into fewer cells.
///
/// Give the cells in an order that does **not** depend on the counts, such as by age: the nearest
/// large neighbours of a suppressed cell are withheld, so an order by size would say how large
/// they are.
///
/// A cross-table (age × sex) is given as one flat list of cells. Its rows and columns get no sums:
/// a margin released beside the table, as a breakdown of its own, would be one equation more than
/// this answer was protected against.
///
/// # Errors
/// If the cells do not add up to the total, or the total is greater than the universe.
pub fn release_partition<L>(
    rule: DisclosureRule,
    universe: RawCount,
    total: RawCount,
    cells: Vec<(L, RawCount)>,
) -> Result<Breakdown<L>, InconsistentCounts> {
    let outside =
        universe.persons().checked_sub(total.persons()).ok_or(InconsistentCounts::MoreThanUniverse)?;
    let (labels, persons): (Vec<L>, Vec<u64>) =
        cells.into_iter().map(|(label, count)| (label, count.persons())).unzip();
    let sum = persons.iter().try_fold(0_u64, |sum, &persons| sum.checked_add(persons));
    if sum != Some(total.persons()) {
        return Err(InconsistentCounts::CellsDoNotAddUp);
    }

    let released_total = release_count(rule, universe, total);
    let released = match released_total {
        ReleasedCount::Exact(total) => protected(rule, total, &persons),
        // The whole cohort is the one cell, or its cells share what must not be known.
        ReleasedCount::Suppressed { .. } if persons.len() == 1 => vec![released_total],
        ReleasedCount::Suppressed { .. } => vec![ReleasedCount::Withheld; persons.len()],
        // The persons outside are the small number: one more cell, of a sum that is public.
        ReleasedCount::Withheld => {
            let with_outside: Vec<u64> = persons.into_iter().chain([outside]).collect();
            protected(rule, universe.persons(), &with_outside)
        }
    };
    Ok(Breakdown {
        total: released_total,
        // `zip` ends with the labels and so leaves the persons outside aside.
        cells: labels.into_iter().zip(released).collect(),
    })
}

/// The cells as suppression marks them, if a second calculation finds that enough is hidden.
fn protected(rule: DisclosureRule, sum: u64, cells: &[u64]) -> Vec<ReleasedCount> {
    let released = suppress(rule, sum, cells);
    if is_left_in_doubt(rule, sum, &released) { released } else { vec![ReleasedCount::Withheld; cells.len()] }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Universe, cells, and the expected total and cells as text.
    fn check(universe: u64, cells: &[u64], expected: &str) {
        let cells = cells.iter().map(|&persons| ((), RawCount::of_persons(persons)));
        let total = cells.clone().map(|(_, count)| count.persons()).sum();
        let breakdown = release_partition(
            DisclosureRule::default(),
            RawCount::of_persons(universe),
            RawCount::of_persons(total),
            cells.collect(),
        )
        .unwrap();
        let shown: Vec<String> = breakdown.cells().iter().map(|(_, cell)| cell.to_string()).collect();
        assert_eq!(format!("{}: {}", breakdown.total(), shown.join(" | ")), expected);
    }

    #[test]
    fn a_total_that_is_shown_is_the_sum_the_cells_are_protected_against() {
        check(10_000, &[100, 200, 7], "307: 100 | withheld | ≤ 20");
        check(10_000, &[100, 200, 0], "300: 100 | 200 | 0");
        check(10_000, &[0, 0], "0: 0 | 0");
        check(10_000, &[], "0: ");
    }

    #[test]
    fn a_small_cohort_is_not_divided() {
        check(10_000, &[3, 4, 0], "≤ 20: withheld | withheld | withheld");
        check(10_000, &[7, 0], "≤ 20: withheld | withheld");
        check(10_000, &[7], "≤ 20: ≤ 20");
    }

    #[test]
    fn persons_outside_are_protected_like_a_cell() {
        check(1_000, &[500, 490, 0], "withheld: 500 | withheld | 0");
        check(1_000, &[985, 5], "withheld: withheld | ≤ 20");
        check(1_000, &[990], "withheld: withheld");
        check(30, &[25, 0], "withheld: withheld | 0");
    }

    #[test]
    fn numbers_that_cannot_belong_together_are_refused() {
        let release = |universe, total, cells: &[u64]| {
            let cells = cells.iter().map(|&persons| ("", RawCount::of_persons(persons)));
            release_partition(
                DisclosureRule::default(),
                RawCount::of_persons(universe),
                RawCount::of_persons(total),
                cells.collect(),
            )
            .map(drop)
        };
        assert_eq!(release(100, 60, &[30, 31]), Err(InconsistentCounts::CellsDoNotAddUp));
        assert_eq!(release(u64::MAX, 1, &[u64::MAX, 2]), Err(InconsistentCounts::CellsDoNotAddUp));
        assert_eq!(release(59, 60, &[60]), Err(InconsistentCounts::MoreThanUniverse));
    }

    #[test]
    fn who_may_see_rows_sees_every_cell() {
        let breakdown = release_partition(
            DisclosureRule::SHOW_EVERYTHING,
            RawCount::of_persons(9),
            RawCount::of_persons(3),
            vec![("F", RawCount::of_persons(1)), ("M", RawCount::of_persons(2))],
        )
        .unwrap();
        assert_eq!(breakdown.into_cells(), [("F", ReleasedCount::Exact(1)), ("M", ReleasedCount::Exact(2))]);
    }
}
