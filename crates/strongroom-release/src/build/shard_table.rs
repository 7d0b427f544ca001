//! The rows of one table about the people of one shard: put in order and written, column by column,
//! as a Parquet file and, if they are events, as an index.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, Float64Array, Int64Array, TimestampMicrosecondArray, UInt32Array, new_null_array,
};
use arrow::buffer::NullBuffer;
use arrow::compute::take;
use strongroom_omop::{ColumnType, Table};

use super::column_by_column::ColumnByColumn;
use super::error::BuildError;
use super::event_index::EventIndex;
use super::order::Keys;
use super::person_index::PersonIndex;
use super::quality::{Around, ShardQuality};
use super::spill::Spilled;
use crate::events::EventTable;
use crate::index::integers::UNKNOWN;
use crate::release::{FilePath, ReleaseFile, TableName, TableQuality, data_type};

/// One shard of a build.
#[derive(Debug)]
pub(super) struct ShardJob<'b> {
    pub(super) shard: u32,
    /// The folder of the release.
    pub(super) release: &'b Path,
    pub(super) people: &'b PersonIndex,
    /// The ordinal of the shard's first person.
    pub(super) first: u32,
    /// How many people it has.
    pub(super) count: u32,
}

/// A column in memory, row by row.
#[derive(Debug)]
pub(super) enum Column {
    /// [`UNKNOWN`] where there is no value.
    Integers(Vec<i64>),
    /// Not a number where there is no value.
    Numbers(Vec<f64>),
    Texts(arrow::array::StringArray),
}

impl ShardJob<'_> {
    /// The ordinals in the shard of whom the rows are about.
    pub(super) fn persons(&self, spilled: &Spilled) -> Result<Vec<u32>, BuildError> {
        let person = spilled.table().person_column().map_or("", |column| column.name());
        let ids = spilled.integers_of(person)?.unwrap_or_default();
        let ordinals = ids.iter().map(|id| self.people.ordinal(*id)?.checked_sub(self.first));
        ordinals.collect::<Option<_>>().ok_or_else(|| encode(spilled.table()))
    }

    /// Writes the files of a table, and counts how good its rows are.
    pub(super) fn write(
        &self,
        spilled: &Spilled,
        around: Around<'_>,
    ) -> Result<(Vec<ReleaseFile>, ShardQuality), BuildError> {
        let table = spilled.table();
        let (shard, name) = (self.shard, TableName::new(table));
        let events = EventTable::in_table(table);
        let keys = Keys::read(spilled, self.persons(spilled)?, events)?;
        let order = keys.order(spilled)?;
        let mut quality = ShardQuality::of(table, spilled.rows());
        let mut index: Option<EventIndex> = None;
        if let Some(events) = events {
            quality.look(events, spilled, &keys, &order, around)?;
            let index = index.insert(EventIndex::new(events, &keys, &order, self.count));
            if let Some(ids) = spilled.integers_of("visit_occurrence_id")? {
                let found = around.visits.of(&ids, &keys.persons);
                quality.without_visit(found.missing);
                index.add_visit_kinds(&found.kinds, &order);
            }
        }
        drop(keys);

        let path = FilePath::ShardTable { shard, table: name };
        let each = |column: &str, values: &Column| {
            quality.column(column, values);
            index.iter_mut().for_each(|index| index.add(column, values));
        };
        let mut files = vec![write_rows(self.release, path, spilled, order, each)?];
        if let Some(index) = index {
            let path = FilePath::ShardIndex { shard, table: name };
            files.push(index.write(self.release, path)?);
        }
        Ok((files, quality))
    }
}

/// Writes the rows of a table that is not about people, in the order of their columns.
/// Counts how complete they are.
pub(super) fn write_table(
    spilled: &Spilled,
    release: &Path,
) -> Result<(ReleaseFile, TableQuality), BuildError> {
    let mut quality = ShardQuality::of(spilled.table(), spilled.rows());
    let order = Keys::read(spilled, vec![0; spilled.rows()], None)?.order(spilled)?;
    let path = FilePath::Table(TableName::new(spilled.table()));
    let file = write_rows(release, path, spilled, order, |name, values| quality.column(name, values))?;
    Ok((file, quality.table))
}

/// Writes rows in an order, and shows each column that has values.
fn write_rows(
    release: &Path,
    path: FilePath,
    spilled: &Spilled,
    order: Vec<u32>,
    mut each: impl FnMut(&str, &Column),
) -> Result<ReleaseFile, BuildError> {
    let table = spilled.table();
    let mut parquet = ColumnByColumn::create(release, path, table, order.len())?;
    let order = UInt32Array::from(order);
    for (position, column) in table.columns().iter().enumerate() {
        if spilled.is_unknown(position) {
            parquet.write(&new_null_array(&data_type(column.column_type()), order.len()))?;
            continue;
        }
        let values = read(spilled, position, column.column_type(), &order)?;
        each(column.name(), &values);
        parquet.write(&array(values, column.column_type()))?;
    }
    parquet.finish()
}

/// A column in the order given.
fn read(
    spilled: &Spilled,
    column: usize,
    column_type: ColumnType,
    order: &UInt32Array,
) -> Result<Column, BuildError> {
    Ok(match column_type {
        ColumnType::Integer | ColumnType::Date | ColumnType::Timestamp => {
            let values = spilled.integers(column)?;
            Column::Integers(permuted(&values, order, UNKNOWN))
        }
        ColumnType::Float => Column::Numbers(permuted(&spilled.numbers(column)?, order, f64::NAN)),
        ColumnType::Text => {
            let texts = take(&spilled.texts(column)?, order, None).map_err(|_| encode(spilled.table()))?;
            Column::Texts(arrow::array::AsArray::as_string::<i32>(&texts).clone())
        }
    })
}

fn permuted<T: Copy>(values: &[T], order: &UInt32Array, unknown: T) -> Vec<T> {
    order.values().iter().map(|row| values.get(*row as usize).copied().unwrap_or(unknown)).collect()
}

/// The column in the Arrow type of a release.
fn array(column: Column, column_type: ColumnType) -> ArrayRef {
    match column {
        Column::Texts(texts) => Arc::new(texts),
        Column::Numbers(values) => {
            let known = nulls(values.iter().map(|value| !value.is_nan()));
            Arc::new(Float64Array::new(values.into(), known))
        }
        Column::Integers(values) => {
            let known = nulls(values.iter().map(|value| *value != UNKNOWN));
            match column_type {
                ColumnType::Date => {
                    let days: Vec<i32> = values.iter().map(|day| i32::try_from(*day).unwrap_or(0)).collect();
                    Arc::new(Date32Array::new(days.into(), known))
                }
                ColumnType::Timestamp => Arc::new(TimestampMicrosecondArray::new(values.into(), known)),
                _ => Arc::new(Int64Array::new(values.into(), known)),
            }
        }
    }
}

fn nulls(known: impl Iterator<Item = bool>) -> Option<NullBuffer> {
    Some(known.collect::<NullBuffer>()).filter(|nulls| nulls.null_count() > 0)
}

fn encode(table: &Table) -> BuildError {
    BuildError::Encode { path: table.name().to_owned() }
}
