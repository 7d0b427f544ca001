//! What a build has done so far, so that one that was killed is gone on with.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use strongroom_omop::Table;
use strongroom_primitives::Sha256Digest;

use super::BuildRequest;
use super::error::BuildError;
use super::facts::Facts;
use super::quality::ShardQuality;
use super::source::Source;
use crate::release::{ReleaseFile, Snapshot, TableName, TableQuality, TableReport};

/// The file, in the staging folder: one JSON value in each line.
pub(super) const JOURNAL_FILE: &str = "journal";
const FORMAT: &str = "strongroom-build/1";

/// What is built from what. Only the same is gone on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fingerprint {
    format: String,
    name: String,
    tier: String,
    shard_people: u32,
    eras: bool,
    /// The policy, and what tells the key from others.
    snapshot: Option<(Snapshot, Option<Sha256Digest>)>,
    /// Path, size, and nanoseconds of the last change since 1970 of every file.
    source: Vec<(String, u64, Option<u128>)>,
}

/// A piece of work done, whose files are on the disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Done {
    /// A table of the source was read.
    Table {
        report: TableReport,
        facts: Facts,
        /// Of a table that is not about people.
        file: Option<(ReleaseFile, TableQuality)>,
        /// The people there are, so that rows wait for the right shards.
        people: Sha256Digest,
    },
    /// A table of a shard was written.
    Shard { shard: u32, table: TableName, files: Vec<ReleaseFile>, quality: ShardQuality },
}

/// What was found out about a table: the report, facts, and, of a table that is not about people, its
/// file.
pub(super) type TableDone = (TableReport, Facts, Option<(ReleaseFile, TableQuality)>);

/// The journal of a build.
#[derive(Debug)]
pub(super) struct Journal {
    file: Mutex<File>,
    done: Vec<Done>,
}

impl Fingerprint {
    pub(super) fn new(request: &BuildRequest, source: &Source) -> Self {
        let files = source.tables.iter().flat_map(|table| table.files()).map(|file| {
            let changed = fs::metadata(&file.path).and_then(|metadata| metadata.modified()).ok();
            let since = changed.and_then(|changed| changed.duration_since(UNIX_EPOCH).ok());
            (file.shown.clone(), file.bytes, since.map(|since| since.as_nanos()))
        });
        Self {
            format: FORMAT.to_owned(),
            name: request.name.to_string(),
            tier: request.tier.to_string(),
            shard_people: request.shard_people.get(),
            eras: request.eras,
            snapshot: request
                .snapshot
                .as_ref()
                .map(|snapshot| (snapshot.record(request.tier), snapshot.key_check(request.tier))),
            source: files.collect(),
        }
    }

    /// Whether the folder's journal is one of the same build.
    pub(super) fn is_of(&self, folder: &Path) -> bool {
        let Ok(text) = fs::read_to_string(folder.join(JOURNAL_FILE)) else { return false };
        let first = text.split_inclusive('\n').next().filter(|line| line.ends_with('\n'));
        first.and_then(|line| serde_json::from_str::<Self>(line).ok()).is_some_and(|other| other == *self)
    }
}

impl Journal {
    /// Opens the journal in this folder, or begins it.
    pub(super) fn open(folder: &Path, fingerprint: &Fingerprint) -> Result<Self, BuildError> {
        let writing = BuildError::writing("");
        let path = folder.join(JOURNAL_FILE);
        let (mut done, mut whole) = (Vec::new(), 0);
        if fingerprint.is_of(folder) {
            let text = fs::read_to_string(&path).map_err(&writing)?;
            for (position, line) in text.split_inclusive('\n').enumerate() {
                // A line that was cut when the builder was killed, and whatever follows it, is nothing.
                match serde_json::from_str(line) {
                    Ok(piece) if line.ends_with('\n') => done.push(piece),
                    _ if position == 0 => {}
                    _ => break,
                }
                whole += line.len() as u64;
            }
        }
        let mut file =
            OpenOptions::new().create(true).truncate(false).append(true).open(&path).map_err(&writing)?;
        file.set_len(whole).map_err(&writing)?;
        if whole == 0 {
            append(&mut file, fingerprint).map_err(writing)?;
        }
        Ok(Self { file: Mutex::new(file), done })
    }

    /// What was found out about a table when it was read, if it was, and these were the people.
    pub(super) fn table(&self, release: &Path, table: &Table, people: Sha256Digest) -> Option<TableDone> {
        self.done.iter().find_map(|done| match done {
            Done::Table { report, facts, file, people: of }
                if report.table.table() == table && *of == people =>
            {
                let is_there = file.as_ref().is_none_or(|(file, _)| is_there(release, file));
                is_there.then(|| (report.clone(), facts.clone(), file.clone()))
            }
            _ => None,
        })
    }

    /// The files of a table of a shard, if they have been written and are there, and what was
    /// counted about its rows.
    pub(super) fn shard(
        &self,
        release: &Path,
        shard: u32,
        table: &Table,
    ) -> Option<(Vec<ReleaseFile>, ShardQuality)> {
        let (files, quality) = self.done.iter().find_map(|done| match done {
            Done::Shard { shard: of, table: name, files, quality }
                if *of == shard && name.table() == table =>
            {
                Some((files, quality))
            }
            _ => None,
        })?;
        files.iter().all(|file| is_there(release, file)).then(|| (files.clone(), quality.clone()))
    }

    /// Notes that a piece of work is done. Its files must be on the disk.
    pub(super) fn note(&self, done: &Done) -> Result<(), BuildError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        append(&mut file, done).map_err(BuildError::writing(""))
    }
}

fn is_there(release: &Path, file: &ReleaseFile) -> bool {
    fs::metadata(release.join(file.path.to_string())).is_ok_and(|found| found.len() == file.bytes)
}

fn append(file: &mut File, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    file.write_all(&line)?;
    file.sync_data()
}
