//! What the rows of a shard say that its indexes do not hold: columns few cohorts ask for, and what
//! they say by reference to care sites and providers.

use std::sync::Arc;

use strongroom_cohort::ast::{Column, EventKind};
use strongroom_engine::{ColumnData, Shard, ShardColumn, UNKNOWN_ID};
use strongroom_omop::Table;

use super::cache::{Decoded, Part};
use super::places::Concepts;
use super::shard::{Failure, IndexFile, ReleaseShard};
use super::stored;
use super::visits::Visits;
use crate::events::column_of_event;
use crate::index::IndexError;
use crate::release::{FilePath, ReleaseError, TableName};
use crate::table_rows::TableRowsError;

impl ReleaseShard {
    /// A column of the table's rows.
    pub(super) fn read_stored(
        &self,
        table: &IndexFile,
        column: Column,
    ) -> Result<Option<ColumnData>, Failure> {
        let Some((_, name)) = column_of_event(table.events.kind, column) else { return Ok(None) };
        let Some(path) = file_of(table.events.table, Some(self.shard)) else { return Ok(None) };
        let rows = self.directory_of(table)?.rows();
        let data = stored::column(&self.release.file(path), name, column.holds(), rows);
        data.map_err(|error| failure(path, name, error))
    }

    /// A column of ids of the table's rows that cohorts do not speak of themselves; nothing where the
    /// table has no such column.
    fn stored_ids(&self, table: &IndexFile, name: &'static str) -> Result<Option<Vec<i64>>, Failure> {
        if Table::named(table.events.table).is_none_or(|table| table.column(name).is_none()) {
            return Ok(None);
        }
        let Some(path) = file_of(table.events.table, Some(self.shard)) else { return Ok(None) };
        let ids = stored::ids(&self.release.file(path), name);
        let ids = ids.map_err(|error| failure(path, name, error))?;
        match ids.len() == self.directory_of(table)?.rows() {
            true => Ok(Some(ids)),
            false => Err(failure(path, name, TableRowsError::Damaged)),
        }
    }

    /// What the rows say by reference to care sites and providers: the place of their visit, the
    /// specialty of their provider.
    pub(super) fn join(&self, table: &IndexFile, column: Column) -> Result<Option<ColumnData>, Failure> {
        let joined = match column {
            Column::ProviderSpecialty => match self.stored_ids(table, "provider_id")? {
                Some(ids) => self.concepts(Part::Providers)?.of(ids.into_iter()),
                None => return Ok(None),
            },
            _ => {
                let sites = match self.stored_ids(table, "care_site_id")? {
                    Some(sites) => Some(sites),
                    None => self.sites_of_visits(table)?,
                };
                let Some(sites) = sites else { return Ok(None) };
                self.concepts(Part::CareSites)?.of(sites.into_iter())
            }
        };
        let known = joined.iter().any(|concept| *concept != UNKNOWN_ID);
        Ok(known.then(|| ColumnData::Ids(joined.into())))
    }

    /// The care site of each row's visit; nothing where no row has a visit.
    fn sites_of_visits(&self, table: &IndexFile) -> Result<Option<Vec<i64>>, Failure> {
        let kind = table.events.kind;
        let ids = self.column(kind, ShardColumn::Of(Column::Visit))?;
        let (Some(ColumnData::Ids(ids)), Some(ColumnData::Ordinals(persons))) =
            (ids, self.column(kind, ShardColumn::Person)?)
        else {
            return Ok(None);
        };
        let visits = self.visits()?;
        let rows = ids.iter().zip(persons.iter());
        Ok(Some(rows.map(|(id, person)| visits.site(*id, *person)).collect()))
    }

    /// The visits of the shard.
    fn visits(&self) -> Result<Arc<Visits>, Failure> {
        let read = || {
            let kind = EventKind::Visit;
            let column = |column| self.column(kind, column);
            let (Some(table), Some(ColumnData::Ids(ids)), Some(ColumnData::Ordinals(persons))) =
                (self.table(kind), column(ShardColumn::Record)?, column(ShardColumn::Person)?)
            else {
                return Ok(Decoded::Visits(Arc::default()));
            };
            let concepts = match column(ShardColumn::Of(Column::Concept))? {
                Some(ColumnData::Ids(concepts)) => concepts,
                _ => Arc::default(),
            };
            let sites = self.stored_ids(table, "care_site_id")?.unwrap_or_default();
            Ok(Decoded::Visits(Arc::new(Visits::new(&ids, persons, concepts, sites))))
        };
        match self.cached(Part::Visits, read)? {
            Decoded::Visits(visits) => Ok(visits),
            _ => Ok(Arc::default()),
        }
    }

    /// The concepts of care sites or providers.
    fn concepts(&self, part: Part) -> Result<Arc<Concepts>, Failure> {
        let read = || {
            let (concepts, table) = match part {
                Part::CareSites => (Concepts::of_care_sites(self.release.folder()), "care_site"),
                _ => (Concepts::of_providers(self.release.folder()), "provider"),
            };
            let path = file_of(table, None).unwrap_or(FilePath::Vocabulary);
            Ok(Decoded::Concepts(Arc::new(concepts.map_err(|error| failure(path, table, error))?)))
        };
        match self.cached(part, read)? {
            Decoded::Concepts(concepts) => Ok(concepts),
            _ => Ok(Arc::default()),
        }
    }
}

/// The Parquet file of a table, about the people of a shard or about nobody.
fn file_of(table: &'static str, shard: Option<u32>) -> Option<FilePath> {
    let table = TableName::new(Table::named(table)?);
    Some(shard.map_or(FilePath::Table(table), |shard| FilePath::ShardTable { shard, table }))
}

fn failure(path: FilePath, name: &'static str, error: TableRowsError) -> Failure {
    let path = path.to_string();
    Failure::Here(match error {
        TableRowsError::Read(source) => ReleaseError::Read { path, source },
        TableRowsError::Damaged => ReleaseError::Index { path, source: IndexError::Damaged(name) },
    })
}
