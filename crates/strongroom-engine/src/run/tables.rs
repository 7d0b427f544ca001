use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use strongroom_cohort::ast::{Column, EventKind};
use strongroom_timeline::{Day, Event};

use crate::error::ShardError;
use crate::shard::{ColumnData, Directory, People, Shard, ShardColumn, Texts, UNKNOWN_ID};

/// From which number on tables are cohorts.
const FIRST_COHORT: u16 = 64;

/// The number of a kind's table.
#[inline]
pub(super) const fn table_of_kind(kind: EventKind) -> u16 {
    kind as u16
}

/// The number of a cohort's entries, taken as a table.
pub(super) fn table_of_cohort(plan: usize) -> u16 {
    u16::try_from(plan).unwrap_or(u16::MAX).saturating_add(FIRST_COHORT)
}

/// The kind of a table; nothing for entries of cohorts.
#[inline]
pub(super) fn kind_of_table(table: u16) -> Option<EventKind> {
    EventKind::ALL.get(usize::from(table)).copied()
}

/// The columns of a shard, each read when it is first asked for.
///
/// What cannot be read is as if it were not recorded, and the failure is kept: whoever runs a
/// program asks for it before believing the result.
pub(super) struct Tables<'s> {
    shard: &'s dyn Shard,
    people: Arc<People>,
    kinds: Vec<Table>,
    failure: RefCell<Option<ShardError>>,
}

#[derive(Default)]
struct Table {
    directory: OnceCell<Arc<Directory>>,
    persons: OnceCell<Arc<[u32]>>,
    records: OnceCell<Arc<[i64]>>,
    columns: Vec<OnceCell<Option<ColumnData>>>,
}

impl<'s> Tables<'s> {
    pub(super) fn new(shard: &'s dyn Shard) -> Result<Self, ShardError> {
        let table =
            || Table { columns: Column::ALL.iter().map(|_| OnceCell::new()).collect(), ..Table::default() };
        Ok(Self {
            shard,
            people: shard.people()?,
            kinds: EventKind::ALL.iter().map(|_| table()).collect(),
            failure: RefCell::new(None),
        })
    }

    pub(super) fn shard(&self) -> &'s dyn Shard {
        self.shard
    }

    pub(super) fn people(&self) -> &People {
        &self.people
    }

    /// The failure, if something could not be read.
    pub(super) fn take_failure(&self) -> Option<ShardError> {
        self.failure.borrow_mut().take()
    }

    /// What was read; the default where it could not be.
    pub(super) fn or_default<T: Default>(&self, read: Result<T, ShardError>) -> T {
        read.unwrap_or_else(|error| {
            self.failure.borrow_mut().get_or_insert(error);
            T::default()
        })
    }

    #[inline]
    fn table(&self, kind: EventKind) -> Option<&Table> {
        self.kinds.get(usize::from(table_of_kind(kind)))
    }

    pub(super) fn directory(&self, kind: EventKind) -> Option<&Directory> {
        let table = self.table(kind)?;
        Some(table.directory.get_or_init(|| self.or_default(self.shard.directory(kind))))
    }

    fn read(&self, kind: EventKind, column: ShardColumn) -> Option<ColumnData> {
        self.or_default(self.shard.column(kind, column))
    }

    pub(super) fn persons(&self, kind: EventKind) -> &[u32] {
        let read = || match self.read(kind, ShardColumn::Person) {
            Some(ColumnData::Ordinals(persons)) => persons,
            _ => Arc::default(),
        };
        self.table(kind).map_or(&[], |table| table.persons.get_or_init(read))
    }

    fn records(&self, kind: EventKind) -> &[i64] {
        let read = || match self.read(kind, ShardColumn::Record) {
            Some(ColumnData::Ids(records)) => records,
            _ => Arc::default(),
        };
        self.table(kind).map_or(&[], |table| table.records.get_or_init(read))
    }

    fn column(&self, kind: EventKind, column: Column) -> Option<&ColumnData> {
        let cell = self.table(kind)?.columns.get(column as usize)?;
        cell.get_or_init(|| self.read(kind, ShardColumn::Of(column))).as_ref()
    }

    /// A column of days; empty where the kind has no such column.
    pub(super) fn days(&self, kind: EventKind, column: Column) -> &[Day] {
        match self.column(kind, column) {
            Some(ColumnData::Days(days)) => days,
            _ => &[],
        }
    }

    /// A column of ids or concepts; empty where the kind has no such column.
    pub(super) fn ids(&self, kind: EventKind, column: Column) -> &[i64] {
        match self.column(kind, column) {
            Some(ColumnData::Ids(ids)) => ids,
            _ => &[],
        }
    }

    pub(super) fn numbers(&self, kind: EventKind, column: Column) -> &[f64] {
        match self.column(kind, column) {
            Some(ColumnData::Numbers(numbers)) => numbers,
            _ => &[],
        }
    }

    pub(super) fn texts(&self, kind: EventKind, column: Column) -> Option<&Texts> {
        match self.column(kind, column) {
            Some(ColumnData::Texts(texts)) => Some(texts),
            _ => None,
        }
    }

    /// What stands in a column of ids in the row of an event.
    #[inline]
    pub(super) fn id(&self, event: &Event, column: Column) -> Option<i64> {
        id_at(self.ids(kind_of_table(event.table)?, column), event.row)
    }

    /// The primary key of an event's record; nothing for entries of cohorts.
    pub(super) fn record(&self, event: &Event) -> Option<i64> {
        id_at(self.records(kind_of_table(event.table)?), event.row)
    }

    /// The standard concept of an event's record, as recorded.
    pub(super) fn concept(&self, event: &Event) -> Option<i64> {
        let concept = self.directory(kind_of_table(event.table)?)?.concept(event.row as usize)?;
        Some(concept.value())
    }
}

#[inline]
pub(super) fn id_at(ids: &[i64], row: u32) -> Option<i64> {
    ids.get(row as usize).copied().filter(|id| *id != UNKNOWN_ID)
}
