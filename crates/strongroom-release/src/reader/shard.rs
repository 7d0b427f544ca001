use std::fmt;
use std::fs::{self, File};
use std::io;
use std::sync::{Arc, OnceLock};

use strongroom_cohort::ast::{Column, EventKind};
use strongroom_engine::{ColumnData, Directory, People, Shard, ShardColumn, ShardError};
use strongroom_omop::Table;
use strongroom_timeline::PersonSet;

use super::cache::{Decoded, Key, Part, Sets};
use super::decode;
use super::open::Release;
use crate::events::{EVENT_TABLES, EventTable};
use crate::index::{Content, Header, IndexError, people_sets, section};
use crate::release::{FilePath, ReleaseError, TableName};

/// One shard of a [`Release`]: columns are read when they are asked for, each without the others.
///
/// A column in which no row has a value is as if the kind did not have it.
pub struct ReleaseShard {
    release: Release,
    shard: u32,
    people: u32,
    tables: Vec<IndexFile>,
}

/// The index of a table of events.
struct IndexFile {
    events: &'static EventTable,
    path: FilePath,
    header: OnceLock<Header>,
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

    fn cached(
        &self,
        part: Part,
        read: impl FnOnce() -> Result<Decoded, ReleaseError>,
    ) -> Result<Decoded, ShardError> {
        let key = Key { shard: self.shard, part };
        if let Some(decoded) = self.release.cache().get(key) {
            return Ok(decoded);
        }
        let decoded = read().map_err(|error| ShardError::new(self.what(part), error))?;
        self.release.cache().put(key, decoded.clone());
        Ok(decoded)
    }

    fn what(&self, part: Part) -> String {
        let table = match part {
            Part::People => "person",
            Part::Directory(kind) | Part::Sets(kind) | Part::Column(kind, _) => {
                EventTable::of(kind).map_or("", |events| events.table)
            }
        };
        format!("`{table}` of shard {}", self.shard)
    }

    fn table(&self, kind: EventKind) -> Option<&IndexFile> {
        self.tables.iter().find(|table| table.events.kind == kind)
    }

    fn read_people(&self) -> Result<Decoded, ReleaseError> {
        let path = FilePath::ShardPeople { shard: self.shard };
        let bytes = fs::read(self.release.file(path)).map_err(|error| unreadable(path, error))?;
        let people = decode::people(&bytes).map_err(|error| damaged(path, error))?;
        Ok(Decoded::People(Arc::new(people)))
    }

    fn directory_of(&self, table: &IndexFile) -> Result<Arc<Directory>, ShardError> {
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

    fn sets_of(&self, table: &IndexFile) -> Result<Option<Arc<Sets>>, ShardError> {
        let read = || {
            let file = table.open(&self.release)?;
            let ends = table.section(&file, section::SET_ENDS)?;
            let ends = decode::list(&ends, section::SET_ENDS).map_err(|error| damaged(table.path, error))?;
            let bytes = table.section(&file, section::SETS)?;
            Ok(Decoded::Sets(Arc::new(Sets { ends, bytes })))
        };
        match self.cached(Part::Sets(table.events.kind), read)? {
            Decoded::Sets(sets) => Ok(Some(sets)),
            _ => Ok(None),
        }
    }

    fn read_column(&self, table: &IndexFile, column: ShardColumn) -> Result<Decoded, ReleaseError> {
        let Some((name, _)) = decode::section_of(column) else { return Ok(Decoded::Column(None)) };
        let file = table.open(&self.release)?;
        let header = table.header(&file)?;
        let bytes = header.read(&file, name).map_err(|error| unreadable(table.path, error))?;
        let Some(bytes) = bytes else { return Ok(Decoded::Column(None)) };
        let decoded = decode::column(column, &bytes, header.rows as usize, self.people);
        Ok(Decoded::Column(decoded.map_err(|error| damaged(table.path, error))?))
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
        let Some(sets) = self.sets_of(table)? else { return Ok(()) };
        for position in positions {
            let set = sets.get(*position).ok_or(IndexError::Damaged(section::SETS));
            let added = set.and_then(|set| people_sets::add(set.unwrap_or_default(), people));
            added
                .map_err(|error| ShardError::new(self.what(Part::Sets(kind)), damaged(table.path, error)))?;
        }
        Ok(())
    }
}

impl Sets {
    /// The bytes of a set; inside, nothing where there is no such set, outside, where it is cut.
    fn get(&self, position: usize) -> Option<Option<&[u8]>> {
        let Some(end) = self.ends.get(position) else { return Some(None) };
        let begin = position.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let range = usize::try_from(begin).ok()?..usize::try_from(*end).ok()?;
        self.bytes.get(range).map(Some)
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
