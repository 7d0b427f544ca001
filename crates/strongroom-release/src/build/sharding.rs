//! From rows that wait to shards.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use strongroom_omop::Table;

use super::error::BuildError;
use super::joins::Visits;
use super::journal::Done;
use super::lives::Lives;
use super::parallel::in_parallel;
use super::people_index::write_people;
use super::person_index::PersonIndex;
use super::progress::Progress;
use super::quality::{Around, ShardQuality};
use super::references::References;
use super::shard_table::ShardJob;
use super::site::Site;
use super::spill::{Spilled, spill_path};
use crate::release::{ReleaseFile, TableName};

const VISITS: &str = "visit_occurrence";

/// One table of one shard.
struct Piece {
    shard: u32,
    table: &'static Table,
    bytes: u64,
}

/// Writes the shards of all tables about people that the source has.
pub(super) fn write_shards(
    tables: &[&'static Table],
    people: &PersonIndex,
    site: &Site,
    progress: &dyn Progress,
) -> Result<Vec<(Vec<ReleaseFile>, ShardQuality)>, BuildError> {
    let references = References::read(&site.release)?;
    let all = u32::try_from(people.len()).unwrap_or(u32::MAX);
    let shards = all.div_ceil(site.shard_people.get());
    let mut pieces = Vec::new();
    for shard in 0..shards {
        for table in tables {
            let bytes = fs::metadata(spill_path(&site.spills, table, shard)).map(|file| file.len());
            // The first shard has a file of every table, so that a table without rows is one.
            if let Some(bytes) = bytes.ok().or((shard == 0).then_some(0)) {
                pieces.push(Piece { shard, table, bytes });
            }
        }
    }
    pieces.sort_by_key(|piece| (piece.shard, Reverse(piece.bytes)));

    let has_visits = tables.iter().any(|table| table.name() == VISITS);
    let (visits, lives) = (Known::default(), Known::default());
    let write = |piece: &Piece| -> Result<_, BuildError> {
        let Piece { shard, table, .. } = *piece;
        if let Some(done) = site.journal.shard(&site.release, shard, table) {
            return Ok(done);
        }
        let first = piece.shard.saturating_mul(site.shard_people.get());
        let job = ShardJob {
            shard: piece.shard,
            release: &site.release,
            people,
            first,
            count: all.saturating_sub(first).min(site.shard_people.get()),
        };
        let visits = match Table::named(VISITS).filter(|_| has_visits) {
            Some(table) => visits.get(shard, || {
                let spilled = Spilled::open(&site.spills, table, shard)?;
                Visits::read(&spilled, &job.persons(&spilled)?)
            })?,
            None => Arc::default(),
        };
        let lives = lives
            .get(shard, || Lives::read(&site.spills, shard, job.count, |spilled| job.persons(spilled)))?;
        let around = Around { lives: &lives, visits: &visits, references: &references };
        let spilled = Spilled::open(&site.spills, piece.table, piece.shard)?;
        let (mut files, mut quality) = job.write(&spilled, around)?;
        if piece.table.name() == "person" {
            files.push(write_people(&spilled, &site.release, piece.shard)?);
            quality.people = Some(lives.quality());
        }
        let table = TableName::new(table);
        let done = Done::Shard { shard, table, files: files.clone(), quality: quality.clone() };
        site.journal.note(&done)?;
        progress.shard_table_finished(shard, piece.table);
        Ok((files, quality))
    };
    in_parallel(&pieces, |piece, _| write(piece))
}

/// Something of each shard, kept as long as somebody uses it.
struct Known<T>(Mutex<BTreeMap<u32, Weak<T>>>);

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Known<T> {
    fn get(&self, shard: u32, read: impl FnOnce() -> Result<T, BuildError>) -> Result<Arc<T>, BuildError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(one) = known.get(&shard).and_then(Weak::upgrade) {
            return Ok(one);
        }
        let one = Arc::new(read()?);
        known.insert(shard, Arc::downgrade(&one));
        Ok(one)
    }
}
