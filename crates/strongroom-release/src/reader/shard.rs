use std::fmt;
use std::fs::{self, File};
use std::io;
use std::sync::{Arc, OnceLock};

use strongroom_cohort::ast::{Column, EventKind};
use strongroom_engine::{ColumnData, Directory, People, Shard, ShardColumn, ShardError};
use strongroom_omop::Table;
use strongroom_timeline::PersonSet;

use super::cache::{Decoded, Key, Part};
use super::decode;
use super::open::Release;
use super::sets::Sets;
use crate::events::{EVENT_TABLES, EventTable};
use crate::index::relative::{Needs, Reference};
use crate::index::{Content, Header, IndexError, section};
use crate::release::{FilePath, ReleaseError, TableName};

/// One shard of a [`Release`]: columns are read when they are asked for, each without the others.
///
/// A column in which no row has a value is as if the kind did not have it.
pub struct ReleaseShard {
    pub(super) release: Release,
    pub(super) shard: u32,
    people: u32,
    tables: Vec<IndexFile>,
}

/// The index of a table of events.
pub(super) struct IndexFile {
    pub(super) events: &'static EventTable,
    path: FilePath,
    header: OnceLock<Header>,
}

/// Why a part cannot be decoded: itself, or another part that it needs.
pub(super) enum Failure {
    Here(ReleaseError),
    Elsewhere(ShardError),
}

impl ReleaseShard {
    pub(super) fn new(release: &Release, shard: u32) -> Self {
        let files = release.manifest().files.iter().filter(|file| file.path.shard() == Some(shard));
        let (mut people, mut tables) = (0, Vec::new());
        for file in files {
            match file.path {
                FilePath::ShardPeople { .. } => people = u32::try_from(file.rows).unwrap_or(u32::MAX),
                FilePath::ShardIndex { table, .. } => {
                    let events = EVENT_TABLES.iter().find(|events| is_table(table, events.table));
                    tables.extend(events.map(|events| IndexFile {
                        events,
                        path: file.path,
                        header: OnceLock::new(),
                    }));
                }
                _ => {}
            }
        }
        Self { release: release.clone(), shard, people, tables }
    }

    /// The number of the shard, from 0.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.shard
    }

    pub(super) fn cached(
        &self,
        part: Part,
        read: impl FnOnce() -> Result<Decoded, Failure>,
    ) -> Result<Decoded, ShardError> {
        // What all shards share is held once.
        let shared = matches!(part, Part::CareSites | Part::Providers);
        let key = Key { shard: if shared { u32::MAX } else { self.shard }, part };
        if let Some(decoded) = self.release.cache().get(key) {
            return Ok(decoded);
        }
        let decoded = read().map_err(|failure| match failure {
            Failure::Here(error) => ShardError::new(self.what(part), error),
            Failure::Elsewhere(error) => error,
        })?;
        self.release.cache().put(key, decoded.clone());
        Ok(decoded)
    }

    fn what(&self, part: Part) -> String {
        let table = match part {
            Part::People => "person",
            Part::Visits => "visit_occurrence",
            Part::CareSites => "care_site",
            Part::Providers => "provider",
            Part::Directory(kind) | Part::Sets(kind) | Part::Column(kind, _) => {
                EventTable::of(kind).map_or("", |events| events.table)
            }
        };
        format!("`{table}` of shard {}", self.shard)
    }

    pub(super) fn table(&self, kind: EventKind) -> Option<&IndexFile> {
        self.tables.iter().find(|table| table.events.kind == kind)
    }

    fn read_people(&self) -> Result<Decoded, Failure> {
        let path = FilePath::ShardPeople { shard: self.shard };
        let bytes = fs::read(self.release.file(path)).map_err(|error| unreadable(path, error))?;
        let people = decode::people(&bytes).map_err(|error| damaged(path, error))?;
        Ok(Decoded::People(Arc::new(people)))
    }

    pub(super) fn directory_of(&self, table: &IndexFile) -> Result<Arc<Directory>, ShardError> {
        let read = || {
            let file = table.open(&self.release)?;
            let header = table.header(&file)?;
            let concepts = table.section(&file, section::CONCEPTS)?;
            let begins = table.section(&file, section::BEGINS)?;
            let directory = decode::directory(&concepts, &begins, header.rows);
            Ok(Decoded::Directory(Arc::new(directory.map_err(|error| damaged(table.path, error))?)))
        };
        match self.cached(Part::Directory(table.events.kind), read)? {
            Decoded::Directory(directory) => Ok(directory),
            _ => Ok(Arc::default()),
        }
    }

    fn sets_of(&self, table: &IndexFile) -> Result<Arc<Sets>, ShardError> {
        let directory = self.directory_of(table)?;
        let read = || {
            let file = table.open(&self.release)?;
            let ends = table.section(&file, section::SET_ENDS)?;
            let bytes = table.section(&file, section::SETS)?;
            let sets = decode::list(&ends, section::SET_ENDS)
                .and_then(|ends| Sets::new(ends, bytes, !directory.without_concept().is_empty()));
            Ok(Decoded::Sets(Arc::new(sets.map_err(|error| damaged(table.path, error))?)))
        };
        match self.cached(Part::Sets(table.events.kind), read)? {
            Decoded::Sets(sets) => Ok(sets),
            _ => Ok(Arc::default()),
        }
    }

    fn read_column(&self, table: &IndexFile, column: ShardColumn) -> Result<Decoded, Failure> {
        match column {
            ShardColumn::Of(column @ (Column::VisitPlace | Column::ProviderSpecialty)) => {
                self.join(table, column).map(Decoded::Column)
            }
            // Releases that were built before hold more in their indexes.
            ShardColumn::Of(of) if !EventTable::has_in_index(of) => match self.read_indexed(table, column)? {
                Decoded::Column(None) => self.read_stored(table, of).map(Decoded::Column),
                indexed => Ok(indexed),
            },
            _ => self.read_indexed(table, column),
        }
    }

    fn read_indexed(&self, table: &IndexFile, column: ShardColumn) -> Result<Decoded, Failure> {
        let Some((name, _)) = decode::section_of(column) else { return Ok(Decoded::Column(None)) };
        let file = table.open(&self.release)?;
        let header = table.header(&file)?;
        let bytes = header.read(&file, name).map_err(|error| unreadable(table.path, error))?;
        let Some(bytes) = bytes else { return Ok(Decoded::Column(None)) };
        let rows = header.rows as usize;
        let damaged = |error| damaged(table.path, error);
        if column == ShardColumn::Person {
            let sets = self.sets_of(table)?;
            let persons = decode::persons(&bytes, rows, self.people, &sets);
            return Ok(Decoded::Column(Some(persons.map_err(damaged)?)));
        }
        let beside = |column| self.column(table.events.kind, column);
        let decoded = match decode::needs(column, &bytes).map_err(damaged)? {
            Needs::Nothing => decode::column(column, &bytes, rows, Reference::Nothing),
            Needs::Persons => match beside(ShardColumn::Person)? {
                Some(ColumnData::Ordinals(persons)) => {
                    decode::column(column, &bytes, rows, Reference::Persons(&persons, self.people))
                }
                _ => Err(IndexError::Damaged(section::PERSON)),
            },
            Needs::Starts => match beside(ShardColumn::Of(Column::Start))? {
                Some(ColumnData::Days(days)) => {
                    decode::column(column, &bytes, rows, Reference::Starts(&decode::starts(&days)))
                }
                _ => Err(IndexError::Damaged(Column::Start.name())),
            },
        };
        Ok(Decoded::Column(decoded.map_err(damaged)?))
    }
}

impl IndexFile {
    fn open(&self, release: &Release) -> Result<File, ReleaseError> {
        File::open(release.file(self.path)).map_err(|error| unreadable(self.path, error))
    }

    fn header(&self, file: &File) -> Result<&Header, ReleaseError> {
        if let Some(header) = self.header.get() {
            return Ok(header);
        }
        let header = Header::of_file(file, Content::Events).map_err(|error| unreadable(self.path, error))?;
        let header = header.map_err(|error| damaged(self.path, error))?;
        Ok(self.header.get_or_init(|| header))
    }

    /// The bytes of a section that must be there.
    fn section(&self, file: &File, name: &'static str) -> Result<Vec<u8>, ReleaseError> {
        let bytes = self.header(file)?.read(file, name).map_err(|error| unreadable(self.path, error))?;
        bytes.ok_or_else(|| damaged(self.path, IndexError::Damaged(name)))
    }
}

impl Shard for ReleaseShard {
    fn people(&self) -> Result<Arc<People>, ShardError> {
        match self.cached(Part::People, || self.read_people())? {
            Decoded::People(people) => Ok(people),
            _ => Ok(Arc::default()),
        }
    }

    fn directory(&self, kind: EventKind) -> Result<Arc<Directory>, ShardError> {
        self.table(kind).map_or_else(|| Ok(Arc::default()), |table| self.directory_of(table))
    }

    fn column(&self, kind: EventKind, column: ShardColumn) -> Result<Option<ColumnData>, ShardError> {
        let Some(table) = self.table(kind) else { return Ok(None) };
        let column = match (kind, column) {
            // A visit belongs to itself.
            (EventKind::Visit, ShardColumn::Of(Column::Visit)) => ShardColumn::Record,
            (_, column) => column,
        };
        let decoded = if column == ShardColumn::Of(Column::Concept) {
            let directory = self.directory_of(table)?;
            if directory.concepts().is_empty() {
                return Ok(None);
            }
            self.cached(Part::Column(kind, column), || {
                Ok(Decoded::Column(Some(decode::concepts(&directory))))
            })?
        } else {
            self.cached(Part::Column(kind, column), || self.read_column(table, column))?
        };
        match decoded {
            Decoded::Column(column) => Ok(column),
            _ => Ok(None),
        }
    }

    fn add_people_with(
        &self,
        kind: EventKind,
        positions: &[usize],
        people: &mut PersonSet,
    ) -> Result<(), ShardError> {
        let Some(table) = self.table(kind) else { return Ok(()) };
        let sets = self.sets_of(table)?;
        positions
            .iter()
            .try_for_each(|position| sets.add(*position, people))
            .map_err(|error| ShardError::new(self.what(Part::Sets(kind)), damaged(table.path, error)))
    }
}

impl From<ReleaseError> for Failure {
    fn from(error: ReleaseError) -> Self {
        Self::Here(error)
    }
}

impl From<ShardError> for Failure {
    fn from(error: ShardError) -> Self {
        Self::Elsewhere(error)
    }
}

impl fmt::Debug for ReleaseShard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReleaseShard")
            .field("shard", &self.shard)
            .field("people", &self.people)
            .finish_non_exhaustive()
    }
}

fn is_table(name: TableName, table: &str) -> bool {
    Table::named(table) == Some(name.table())
}

fn unreadable(path: FilePath, source: io::Error) -> ReleaseError {
    ReleaseError::Read { path: path.to_string(), source }
}

fn damaged(path: FilePath, source: IndexError) -> ReleaseError {
    ReleaseError::Index { path: path.to_string(), source }
}
