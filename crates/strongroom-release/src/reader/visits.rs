use std::collections::HashMap;
use std::sync::Arc;

use strongroom_engine::UNKNOWN_ID;

/// No visit.
const NONE: u32 = u32::MAX;
/// Several visits, which stand apart.
const SEVERAL: u32 = u32::MAX - 1;

/// The visits of a shard, found by id and person. Of visits with the same id and person the one with
/// the least concept and care site counts.
#[derive(Debug, Default)]
pub(super) struct Visits {
    places: Places,
    /// The row of each place, or [`NONE`] or [`SEVERAL`].
    rows: Vec<u32>,
    several: HashMap<i64, Vec<u32>>,
    persons: Arc<[u32]>,
    concepts: Arc<[i64]>,
    sites: Vec<i64>,
}

/// Where ids have their place.
#[derive(Debug)]
enum Places {
    /// Ids that lie close together, in equal steps.
    Steps { first: i64, step: u64 },
    /// All others, in ascending order.
    Listed(Vec<i64>),
}

impl Visits {
    /// The visits with these ids, persons, concepts and care sites; the latter may be missing.
    pub(super) fn new(ids: &[i64], persons: Arc<[u32]>, concepts: Arc<[i64]>, sites: Vec<i64>) -> Self {
        let (places, count) = Places::of(ids);
        let mut visits =
            Self { places, rows: vec![NONE; count], several: HashMap::new(), persons, concepts, sites };
        for (row, id) in (0..SEVERAL).zip(ids).filter(|(_, id)| **id != UNKNOWN_ID) {
            let Some(slot) = visits.places.place(*id).and_then(|place| visits.rows.get_mut(place)) else {
                continue;
            };
            if *slot == NONE {
                *slot = row;
                continue;
            }
            let several = visits.several.entry(*id).or_default();
            if *slot != SEVERAL {
                several.push(*slot);
            }
            several.push(row);
            *slot = SEVERAL;
        }
        visits
    }

    /// The memory that they take, about, without what they share with columns.
    pub(super) fn memory(&self) -> usize {
        self.rows.len() * 4 + self.sites.len() * 8
    }

    /// The care site of a person's visit; [`UNKNOWN_ID`] where there is no such visit, or none is
    /// recorded.
    pub(super) fn site(&self, id: i64, person: u32) -> i64 {
        self.row(id, person).and_then(|row| self.sites.get(row)).copied().unwrap_or(UNKNOWN_ID)
    }

    fn row(&self, id: i64, person: u32) -> Option<usize> {
        let row = *self.rows.get(self.places.place(id)?)?;
        let is_of = |row: &usize| self.persons.get(*row) == Some(&person);
        if row != SEVERAL {
            return Some(row as usize).filter(is_of);
        }
        let several = self.several.get(&id)?.iter().map(|row| *row as usize).filter(is_of);
        several.min_by_key(|row| (self.concepts.get(*row), self.sites.get(*row)))
    }
}

impl Places {
    /// The places of some ids, and how many there are.
    fn of(ids: &[i64]) -> (Self, usize) {
        let mut known = ids.iter().copied().filter(|id| *id != UNKNOWN_ID);
        let Some(one) = known.next() else { return (Self::Listed(Vec::new()), 0) };
        let (mut first, mut last, mut step) = (one, one, 0);
        for id in known {
            (first, last) = (first.min(id), last.max(id));
            let distance = id.abs_diff(one);
            // Mostly it has been found after a few.
            if step != 1 && (step == 0 || !distance.is_multiple_of(step)) {
                step = divisor(step, distance);
            }
        }
        let step = step.max(1);
        let count = last.abs_diff(first) / step + 1;
        if count / 4 <= ids.len() as u64 {
            return (Self::Steps { first, step }, usize::try_from(count).unwrap_or(0));
        }
        let mut listed: Vec<i64> = ids.iter().copied().filter(|id| *id != UNKNOWN_ID).collect();
        listed.sort_unstable();
        listed.dedup();
        let count = listed.len();
        (Self::Listed(listed), count)
    }

    fn place(&self, id: i64) -> Option<usize> {
        match self {
            Self::Steps { first, step } => {
                let distance = if id >= *first { id.abs_diff(*first) } else { return None };
                // Most ids fit into 32 bits, whose division takes a fraction of the time.
                let (place, rest) = match (u32::try_from(distance), u32::try_from(*step)) {
                    (Ok(distance), Ok(step)) if step > 0 => {
                        (u64::from(distance / step), u64::from(distance % step))
                    }
                    _ => (distance.checked_div(*step)?, distance.checked_rem(*step)?),
                };
                usize::try_from(place).ok().filter(|_| rest == 0)
            }
            Self::Listed(ids) => ids.binary_search(&id).ok(),
        }
    }
}

impl Default for Places {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

/// The greatest common divisor.
const fn divisor(mut one: u64, mut other: u64) -> u64 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn visits_are_found_as_by_looking_at_all(
            rows in prop::collection::vec((0..60_i64, 0..4_u32, 0..3_i64, 0..3_i64), 0..60),
            step in prop_oneof![Just(1_i64), Just(16), Just(1 << 40)],
            strangers in prop::collection::vec(any::<i64>(), 0..3),
        ) {
            let mut ids: Vec<i64> = rows.iter().map(|(id, ..)| if *id == 0 { UNKNOWN_ID } else { id * step - 7 }).collect();
            for (id, stranger) in ids.iter_mut().zip(&strangers) {
                *id = *stranger;
            }
            let column = |of: fn(&(i64, u32, i64, i64)) -> i64| rows.iter().map(of).collect::<Vec<_>>();
            let persons: Vec<u32> = rows.iter().map(|(_, person, ..)| *person).collect();
            let (concepts, sites) = (column(|row| row.2), column(|row| row.3));
            let visits = Visits::new(&ids, persons.clone().into(), concepts.clone().into(), sites.clone());
            for id in ids.iter().copied().chain([0, UNKNOWN_ID, i64::MAX]) {
                for person in 0..5 {
                    let same = (0..ids.len()).filter(|row| ids[*row] == id && id != UNKNOWN_ID && persons[*row] == person);
                    let least = same.map(|row| (concepts[row], sites[row])).min();
                    let expected = least.map_or(UNKNOWN_ID, |(_, site)| site);
                    prop_assert_eq!(visits.site(id, person), expected);
                }
            }
        }
    }
}
