//! The order of rows in a shard: by concept, person, start and record, unknown ones first.

use super::error::BuildError;
use super::spill::Spilled;
use crate::events::EventTable;
use crate::index::integers::UNKNOWN;
use strongroom_omop::ColumnType;

/// What rows are sorted by, row by row as they came.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// The concept, where rows have concepts.
    pub(super) concepts: Option<Vec<i64>>,
    /// The ordinal in the shard.
    pub(super) persons: Vec<u32>,
    pub(super) starts: Option<Vec<i64>>,
    records: Option<Vec<i64>>,
}

impl Keys {
    pub(super) fn read(
        spilled: &Spilled,
        persons: Vec<u32>,
        events: Option<&EventTable>,
    ) -> Result<Self, BuildError> {
        let column = |name: Option<&str>| match name {
            Some(name) => spilled.integers_of(name),
            None => Ok(None),
        };
        let Some(events) = events else {
            return Ok(Self { persons, ..Self::default() });
        };
        Ok(Self {
            concepts: column(events.concept)?,
            persons,
            starts: column(Some(events.start))?,
            records: column(Some(events.record))?,
        })
    }

    /// The concept of a row, if it has one.
    pub(super) fn concept(&self, row: u32) -> Option<i64> {
        self.concepts.as_ref()?.get(row as usize).copied().filter(|concept| *concept != UNKNOWN)
    }

    fn of(&self, row: u32) -> (i64, u32, i64, i64) {
        let row = row as usize;
        let at = |column: &Option<Vec<i64>>| column.as_ref().and_then(|column| column.get(row)).copied();
        (
            at(&self.concepts).unwrap_or(0),
            self.persons.get(row).copied().unwrap_or(0),
            at(&self.starts).unwrap_or(0),
            at(&self.records).unwrap_or(0),
        )
    }

    /// The rows in order; equal rows in any order.
    pub(super) fn order(&self, spilled: &Spilled) -> Result<Vec<u32>, BuildError> {
        let count = u32::try_from(self.persons.len())
            .map_err(|_| BuildError::Encode { path: spilled.table().name().to_owned() })?;
        let mut order = match &self.concepts {
            Some(concepts) => by_concept(concepts),
            None => (0..count).collect(),
        };
        // Mostly in order already, as sources tend to be ordered by person: the sort sees that.
        let concept = |row: &u32| self.concepts.as_ref()?.get(*row as usize).copied();
        for run in order.chunk_by_mut(|one, next| concept(one) == concept(next)) {
            run.sort_by_key(|row| self.of(*row));
        }
        self.break_ties(&mut order, spilled)?;
        Ok(order)
    }

    /// Rows with the same key are put in the order of their other columns, so that the order does
    /// not depend on that of the source.
    fn break_ties(&self, order: &mut [u32], spilled: &Spilled) -> Result<(), BuildError> {
        let mut ties = Vec::new();
        let mut begin = 0;
        for run in order.chunk_by(|one, next| self.of(*one) == self.of(*next)) {
            if run.len() > 1 {
                ties.push(begin..begin + run.len());
            }
            begin += run.len();
        }
        for (position, column) in spilled.table().columns().iter().enumerate() {
            if ties.is_empty() {
                break;
            }
            if spilled.is_unknown(position) {
                continue;
            }
            let mut left = Vec::new();
            match column.column_type() {
                ColumnType::Integer | ColumnType::Date | ColumnType::Timestamp => {
                    let values = spilled.integers(position)?;
                    let value = |row: u32| values.get(row as usize).copied();
                    split(order, &ties, value, &mut left);
                }
                ColumnType::Float => {
                    let values = spilled.numbers(position)?;
                    let value = |row: u32| values.get(row as usize).map(|value| total(*value));
                    split(order, &ties, value, &mut left);
                }
                ColumnType::Text => {
                    let values = spilled.texts(position)?;
                    let value = |row: u32| {
                        let row = row as usize;
                        arrow::array::Array::is_valid(&values, row).then(|| values.value(row))
                    };
                    split(order, &ties, value, &mut left);
                }
            }
            ties = left;
        }
        Ok(())
    }
}

/// Sorts tied rows by one more value; those still tied are left.
fn split<T: Ord>(
    order: &mut [u32],
    ties: &[std::ops::Range<usize>],
    value: impl Fn(u32) -> T,
    left: &mut Vec<std::ops::Range<usize>>,
) {
    for tie in ties {
        let rows = order.get_mut(tie.clone()).unwrap_or_default();
        rows.sort_by_key(|row| value(*row));
        let mut begin = tie.start;
        for run in rows.chunk_by(|one, next| value(*one) == value(*next)) {
            if run.len() > 1 {
                left.push(begin..begin + run.len());
            }
            begin += run.len();
        }
    }
}

/// A number that is ordered as numbers are.
const fn total(value: f64) -> i64 {
    let bits = value.to_bits().cast_signed();
    bits ^ ((bits >> 63) & i64::MAX)
}

/// The rows by concept; those of one concept as they came.
fn by_concept(concepts: &[i64]) -> Vec<u32> {
    let mut distinct = concepts.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let mut last = (0, 0);
    let mut rank = |concept: i64| {
        if last.0 != concept || distinct.get(last.1) != Some(&concept) {
            last = (concept, distinct.partition_point(|other| *other < concept));
        }
        last.1
    };
    let mut next = vec![0_u32; distinct.len() + 1];
    let ranks: Vec<u32> = concepts
        .iter()
        .map(|concept| {
            let rank = rank(*concept);
            if let Some(count) = next.get_mut(rank + 1) {
                *count += 1;
            }
            u32::try_from(rank).unwrap_or(u32::MAX)
        })
        .collect();
    let mut sum = 0;
    for count in &mut next {
        sum += *count;
        *count = sum;
    }
    let mut order = vec![0; concepts.len()];
    for (row, rank) in (0..).zip(ranks) {
        if let Some(place) = next.get_mut(rank as usize) {
            if let Some(slot) = order.get_mut(*place as usize) {
                *slot = row;
            }
            *place += 1;
        }
    }
    order
}
