//! Counting how good the rows of a shard are, while they are put in order.

use std::collections::BTreeMap;

use arrow::array::Array;
use serde::{Deserialize, Serialize};
use strongroom_omop::Table;

use super::error::BuildError;
use super::joins::Visits;
use super::lives::Lives;
use super::order::Keys;
use super::references::References;
use super::shard_table::Column;
use super::spill::Spilled;
use crate::events::EventTable;
use crate::index::integers::UNKNOWN;
use crate::release::{Finding, PeopleQuality, TableName, TableQuality};

/// The days after a death within which records of it still arrive.
const LATE: i64 = 60;

/// What was counted about one table of one shard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShardQuality {
    pub(super) table: TableQuality,
    /// Of the table `person`.
    pub(super) people: Option<PeopleQuality>,
    /// Of the table `measurement`: concept, unit, rows.
    pub(super) units: Vec<(i64, Option<i64>, u64)>,
}

/// What rows are compared with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) lives: &'a Lives,
    pub(super) visits: &'a Visits,
    pub(super) references: &'a References,
}

impl ShardQuality {
    pub(super) fn of(table: &'static Table, rows: usize) -> Self {
        let mut quality = TableQuality::of(TableName::new(table));
        quality.rows = rows as u64;
        Self { table: quality, people: None, units: Vec::new() }
    }

    /// Counts what the rows of a table of events say about themselves, about the lives of their people,
    /// and by reference to what is not about people. `order` has the rows in the order of their concepts.
    pub(super) fn look(
        &mut self,
        events: &EventTable,
        spilled: &Spilled,
        keys: &Keys,
        order: &[u32],
        around: Around<'_>,
    ) -> Result<(), BuildError> {
        let Around { lives, references, .. } = around;
        if events.concept.is_some() {
            self.look_at_concepts(keys, order, references);
        }
        if let Some(ids) = spilled.integers_of("provider_id")? {
            self.table.found(Finding::UnknownProvider, references.without_provider(&ids));
        }
        if let Some(ids) = spilled.integers_of("care_site_id")? {
            self.table.found(Finding::UnknownCareSite, references.without_care_site(&ids));
        }
        self.look_at_starts(events, keys, lives);
        let ends = match events.end {
            Some(end) => spilled.integers_of(end)?,
            None => None,
        };
        if let (Some(starts), Some(ends)) = (&keys.starts, ends) {
            let backwards = |(start, end): &(&i64, i64)| *end != UNKNOWN && end < *start;
            let rows = starts.iter().zip(ends).filter(backwards).count();
            self.table.found(Finding::EndBeforeStart, rows as u64);
        }
        if events.table == "measurement" {
            let units = spilled.integers_of("unit_concept_id")?;
            self.count_units(keys, order, units.as_deref());
        }
        Ok(())
    }

    fn look_at_concepts(&mut self, keys: &Keys, order: &[u32], references: &References) {
        let (mut none, mut unknown) = (0, 0);
        for run in order.chunk_by(|one, next| keys.concept(*one) == keys.concept(*next)) {
            match run.first().and_then(|row| keys.concept(*row)) {
                None | Some(0) => none += run.len() as u64,
                Some(concept) if !references.has_concept(concept) => unknown += run.len() as u64,
                Some(_) => {}
            }
        }
        self.table.found(Finding::NoConcept, none);
        self.table.found(Finding::UnknownConcept, unknown);
    }

    fn look_at_starts(&mut self, events: &EventTable, keys: &Keys, lives: &Lives) {
        let Some(starts) = &keys.starts else { return };
        let is_death = events.table == "death";
        let is_period = events.table == "observation_period";
        let (mut early, mut late, mut very_late, mut unobserved) = (0, 0, 0, 0);
        for (start, person) in starts.iter().zip(&keys.persons).filter(|(start, _)| **start != UNKNOWN) {
            early += u64::from(lives.birth(*person).is_some_and(|birth| *start < birth));
            if let Some(death) = lives.death(*person).filter(|_| !is_death) {
                late += u64::from(*start > death);
                very_late += u64::from(*start > death + LATE);
            }
            unobserved += u64::from(!is_period && !lives.is_observed(*person, *start));
        }
        self.table.found(Finding::BeforeBirth, early);
        self.table.found(Finding::AfterDeath, late);
        self.table.found(Finding::LongAfterDeath, very_late);
        self.table.found(Finding::Unobserved, unobserved);
    }

    fn count_units(&mut self, keys: &Keys, order: &[u32], units: Option<&[i64]>) {
        let unit = |row: &u32| {
            let unit = units.and_then(|units| units.get(*row as usize)).copied();
            unit.filter(|unit| *unit != UNKNOWN && *unit != 0)
        };
        for run in order.chunk_by(|one, next| keys.concept(*one) == keys.concept(*next)) {
            let Some(concept) = run.first().and_then(|row| keys.concept(*row)) else { continue };
            let mut counts = BTreeMap::new();
            for same in run.chunk_by(|one, next| unit(one) == unit(next)) {
                *counts.entry(same.first().and_then(unit)).or_default() += same.len() as u64;
            }
            self.units.extend(counts.into_iter().map(|(unit, rows)| (concept, unit, rows)));
        }
    }

    /// Counts the rows that name a visit that is none of the person's.
    pub(super) fn without_visit(&mut self, rows: u64) {
        self.table.found(Finding::UnknownVisit, rows);
    }

    /// Counts the rows that have a value in a column.
    pub(super) fn column(&mut self, name: &str, values: &Column) {
        let known = match values {
            Column::Integers(values) => values.iter().filter(|value| **value != UNKNOWN).count(),
            Column::Numbers(values) => values.iter().filter(|value| !value.is_nan()).count(),
            Column::Texts(values) => values.len() - values.null_count(),
        };
        self.table.known(name, known as u64);
    }
}
