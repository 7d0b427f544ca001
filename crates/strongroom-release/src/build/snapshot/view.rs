use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use chrono::NaiveDate;
use strongroom_omop::{Column, Table};
use strongroom_primitives::RowTier;
use strongroom_tiers::{ColumnClass, Generalisation, TierRules};

use super::SnapshotRequest;
use super::coarser::coarser;
use super::moved::moved;
use crate::build::chunk::Chunk;
use crate::build::column_builder::ReadColumn;
use crate::build::person_index::PersonIndex;

/// How rows become what a tier sees. Without a policy they stay as they are.
#[derive(Debug, Default)]
pub(in crate::build) struct View<'v> {
    rules: Option<&'v TierRules>,
    /// By how many days the dates of each person are moved, by ordinal; empty where they are not.
    days: Vec<i32>,
    cut_off: NaiveDate,
}

impl<'v> View<'v> {
    /// The view of a tier on these people, whose ages are those on the cut-off day.
    pub(in crate::build) fn new(
        request: Option<&'v SnapshotRequest>,
        tier: RowTier,
        people: &PersonIndex,
        cut_off: NaiveDate,
    ) -> Self {
        let Some(request) = request else { return Self::default() };
        let rules = request.rules(tier);
        let days = match rules.date_shift().zip(request.key.as_ref()) {
            Some((shift, key)) => people.ids().iter().map(|id| shift.offset_days(key, *id)).collect(),
            None => Vec::new(),
        };
        Self { rules: Some(rules), days, cut_off }
    }

    /// Whether the view of a tier asks how old people are on the cut-off day.
    pub(in crate::build) fn asks_for_ages(request: &SnapshotRequest, tier: RowTier) -> bool {
        let mut forms = request.rules(tier).generalised().columns();
        forms.any(|(_, _, form)| matches!(form, Generalisation::AgeAtMost { .. }))
    }

    /// The columns of a table that do not exist in the tier.
    pub(in crate::build) fn hidden(&self, table: &'static Table) -> impl Iterator<Item = &'static Column> {
        let columns = table.columns().iter();
        columns.filter(|column| self.class(table, column) == ColumnClass::Hidden)
    }

    fn class(&self, table: &Table, column: &Column) -> ColumnClass {
        self.rules.map_or(ColumnClass::Shown, |rules| rules.class_of(table.name(), column.name()))
    }

    /// Takes what is hidden out of rows that were just read, before anything looks at them.
    pub(in crate::build) fn hide(&self, table: &Table, chunk: &mut Chunk) {
        for (column, read) in table.columns().iter().zip(&mut chunk.columns) {
            if self.class(table, column) == ColumnClass::Hidden {
                *read = ReadColumn::missing(column.column_type(), read.values.len());
            }
        }
    }

    /// The rows, kept for the release, in the forms and with the dates of the tier; nothing if one
    /// of them is about nobody.
    pub(in crate::build) fn show(
        &self,
        table: &Table,
        batch: RecordBatch,
        people: &PersonIndex,
    ) -> Option<RecordBatch> {
        if self.rules.is_none() {
            return Some(batch);
        }
        let days = match table.person_column().filter(|_| !self.days.is_empty()) {
            Some(person) => {
                let ids = batch.column_by_name(person.name())?.as_primitive_opt::<Int64Type>()?;
                let of = |id: &i64| self.days.get(people.ordinal(*id)? as usize).copied();
                Some(ids.values().iter().map(of).collect::<Option<Vec<i32>>>()?)
            }
            None => None,
        };
        let columns = table.columns().iter().zip(batch.columns()).map(|(column, values)| {
            match (self.class(table, column), &days) {
                _ if values.null_count() == values.len() => Arc::clone(values),
                (ColumnClass::Generalised(form), _) => coarser(values, form, self.cut_off),
                (ColumnClass::DateShifted, Some(days)) => {
                    moved(values, days).unwrap_or_else(|| Arc::clone(values))
                }
                _ => Arc::clone(values),
            }
        });
        RecordBatch::try_new(batch.schema(), columns.collect()).ok()
    }
}
