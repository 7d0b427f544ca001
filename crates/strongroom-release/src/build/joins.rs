use std::path::Path;

use super::error::BuildError;
use super::spill::Spilled;
use super::vocabulary_index::for_each_batch;
use crate::index::integers::UNKNOWN;
use crate::table_rows::{integer, integers};

/// The visits of one shard. Of rows with the same id and person the least concept counts.
#[derive(Debug, Default)]
pub(super) struct Visits {
    /// In order: id, person, concept.
    rows: Vec<(i64, u32, i64)>,
}

/// What records say by reference to visits.
#[derive(Debug)]
pub(super) struct OfVisits {
    /// The concept of each record's visit; [`UNKNOWN`] where there is none.
    pub(super) kinds: Vec<i64>,
    /// How many records name a visit that is none of the same person's.
    pub(super) missing: u64,
}

/// Reads some columns of integers of a table of the release that is not about people.
pub(super) fn for_each_row<const N: usize>(
    release: &Path,
    table: &str,
    columns: [&str; N],
    mut row: impl FnMut([i64; N]),
) -> Result<(), BuildError> {
    for_each_batch(release, table, &columns, |batch| {
        let columns = columns.map(|column| integers(batch, column));
        (0..batch.num_rows())
            .for_each(|at| row(columns.map(|column| integer(column, at).unwrap_or(UNKNOWN))));
    })
}

impl Visits {
    /// The visits of a shard, whose people's ordinals are given row by row.
    pub(super) fn read(spilled: &Spilled, persons: &[u32]) -> Result<Self, BuildError> {
        let column = |name| Ok(spilled.integers_of(name)?.unwrap_or_else(|| vec![UNKNOWN; spilled.rows()]));
        let (ids, concepts) = (column("visit_occurrence_id")?, column("visit_concept_id")?);
        let rows = ids.into_iter().zip(persons).zip(concepts);
        let mut rows: Vec<_> = rows.map(|((id, person), concept)| (id, *person, concept)).collect();
        rows.sort_unstable();
        Ok(Self { rows })
    }

    /// What records about these people say of the visits that they name. Records of one visit mostly
    /// follow each other.
    pub(super) fn of(&self, ids: &[i64], persons: &[u32]) -> OfVisits {
        let (mut place, mut missing) = (0, 0);
        let key_at = |place: usize| self.rows.get(place).map(|(id, person, _)| (*id, *person));
        let kinds = ids.iter().zip(persons).map(|(id, person)| {
            if *id == UNKNOWN {
                return UNKNOWN;
            }
            let key = (*id, *person);
            if key_at(place) != Some(key) {
                place = match key_at(place + 1) {
                    Some(next) if next == key && key_at(place).is_none_or(|this| this < key) => place + 1,
                    _ => self.rows.partition_point(|(id, person, _)| (*id, *person) < key),
                };
            }
            let visit = self.rows.get(place).filter(|(id, person, _)| (*id, *person) == key);
            missing += u64::from(visit.is_none());
            visit.map_or(UNKNOWN, |(.., concept)| *concept)
        });
        OfVisits { kinds: kinds.collect(), missing }
    }
}
