use sha2::{Digest, Sha256};
use strongroom_primitives::Sha256Digest;

/// Dense ordinals of people: person ids in ascending order count from 0.
#[derive(Debug, Default)]
pub(super) struct PersonIndex {
    ids: Vec<i64>,
    /// From the least id on, the ordinal of each; `u32::MAX` where nobody has the id. Empty where
    /// the ids lie too far apart.
    table: Vec<u32>,
}

impl PersonIndex {
    /// The people with these ids, in any order. At most as many as a `u32` can count.
    pub(super) fn new(ids: impl IntoIterator<Item = i64>) -> Self {
        let mut ids: Vec<i64> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        let mut table = Vec::new();
        if let (Some(first), Some(last)) = (ids.first(), ids.last()) {
            let span = last.abs_diff(*first);
            let room = (ids.len() as u64).saturating_mul(8).max(1024);
            if let Some(span) = usize::try_from(span).ok().filter(|_| span < room) {
                table = vec![u32::MAX; span + 1];
                for (ordinal, id) in (0..).zip(&ids) {
                    if let Some(place) = table.get_mut(place(*id, *first)) {
                        *place = ordinal;
                    }
                }
            }
        }
        Self { ids, table }
    }

    /// A digest of all ids.
    pub(super) fn digest(&self) -> Sha256Digest {
        let mut hash = Sha256::new();
        self.ids.iter().for_each(|id| hash.update(id.to_le_bytes()));
        Sha256Digest::from_bytes(hash.finalize().into())
    }

    /// The ids, by ordinal.
    pub(super) fn ids(&self) -> &[i64] {
        &self.ids
    }

    pub(super) const fn len(&self) -> usize {
        self.ids.len()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The ordinal of a person; nothing where there is no such person.
    pub(super) fn ordinal(&self, id: i64) -> Option<u32> {
        if self.table.is_empty() {
            return u32::try_from(self.ids.binary_search(&id).ok()?).ok();
        }
        let first = *self.ids.first()?;
        let ordinal = *self.table.get(place(id, first)).filter(|_| id >= first)?;
        (ordinal != u32::MAX).then_some(ordinal)
    }
}

fn place(id: i64, first: i64) -> usize {
    usize::try_from(id.abs_diff(first)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ordinals_are_positions_in_order(
            ids in prop::collection::btree_set(prop_oneof![-50..3000_i64, any::<i64>()], 0..200),
            close in prop::collection::btree_set(-50..900_i64, 1..200),
            probe in prop_oneof![-60..3000_i64, any::<i64>()],
        ) {
            for ids in [ids, close] {
                let index = PersonIndex::new(ids.iter().rev().copied());
                for (ordinal, id) in (0..).zip(&ids) {
                    prop_assert_eq!(index.ordinal(*id), Some(ordinal));
                }
                prop_assert_eq!(index.ordinal(probe).is_some(), ids.contains(&probe));
            }
        }
    }
}
