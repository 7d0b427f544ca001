use strongroom_cohort::ast::{Column, EventKind};
use strongroom_omop::ConceptId;

use super::machine::Machine;
use crate::shard::Directory;

/// The rows of a kind by source concept, of which tables are not clustered: found by going over the
/// column once for all concepts that anybody asks for.
pub(super) struct BySource {
    directory: Directory,
    /// Those of each concept in ascending order.
    rows: Vec<u32>,
}

impl BySource {
    fn new(column: &[i64], asked: &[ConceptId]) -> Self {
        let few_bits = FewBits::of(asked);
        let mut found = Vec::new();
        // How many there are of each concept, one place ahead.
        let mut begins = vec![0_u32; asked.len() + 1];
        for (row, id) in (0_u32..).zip(column).filter(|(_, id)| few_bits.may_contain(**id)) {
            if let Ok(concept) = asked.binary_search(&ConceptId::new(*id)) {
                found.push((concept, row));
                if let Some(count) = begins.get_mut(concept + 1) {
                    *count += 1;
                }
            }
        }
        let mut sum = 0;
        for begin in &mut begins {
            sum += *begin;
            *begin = sum;
        }
        let mut places = begins.clone();
        let mut rows = vec![0; found.len()];
        for (concept, row) in found {
            let Some(place) = places.get_mut(concept) else { continue };
            if let Some(slot) = rows.get_mut(*place as usize) {
                *slot = row;
            }
            *place += 1;
        }
        let directory = Directory::new(asked.to_vec(), begins).unwrap_or_default();
        Self { directory, rows }
    }

    /// The rows that have one of these concepts, which are in ascending order.
    pub(super) fn of<'r>(&'r self, concepts: &[ConceptId]) -> impl Iterator<Item = u32> + use<'r> {
        let positions = self.directory.positions(concepts).into_iter();
        positions.flat_map(|at| self.rows.get(self.directory.run(at)).unwrap_or_default()).copied()
    }
}

impl Machine<'_> {
    /// The rows of a kind by source concept.
    pub(super) fn by_source(&self, kind: EventKind) -> Option<&BySource> {
        let found = self.by_source.get(kind as usize)?;
        let new =
            || BySource::new(self.tables.ids(kind, Column::SourceConcept), &self.program.source_concepts);
        Some(found.get_or_init(new))
    }
}

/// The low bits of some concepts, one bit for each: they tell most others apart.
struct FewBits {
    words: Vec<u64>,
}

impl FewBits {
    fn of(concepts: &[ConceptId]) -> Self {
        let count = (concepts.len() / 4).next_power_of_two().max(64);
        let mut bits = Self { words: vec![0; count] };
        for concept in concepts {
            let (word, bit) = bits.place(concept.value());
            if let Some(word) = bits.words.get_mut(word) {
                *word |= bit;
            }
        }
        bits
    }

    /// The word and the bit of a concept.
    #[inline]
    const fn place(&self, id: i64) -> (usize, u64) {
        let low = id.unsigned_abs();
        ((low >> 6) as usize & (self.words.len() - 1), 1 << (low & 63))
    }

    #[inline]
    fn may_contain(&self, id: i64) -> bool {
        let (word, bit) = self.place(id);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }
}
