//! From rows that wait to shards.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use strongroom_omop::Table;

use super::error::BuildError;
use super::joins::{Places, Visits};
use super::journal::Done;
use super::parallel::in_parallel;
use super::people_index::write_people;
use super::person_index::PersonIndex;
use super::progress::Progress;
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
) -> Result<Vec<ReleaseFile>, BuildError> {
    let places = Places::read(&site.release)?;
    let shards = u32::try_from(people.len()).unwrap_or(u32::MAX).div_ceil(site.shard_people.get());
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
    let visits = Mutex::new(BTreeMap::<u32, Weak<Visits>>::new());
    let write = |piece: &Piece| -> Result<Vec<ReleaseFile>, BuildError> {
        let Piece { shard, table, .. } = *piece;
        if let Some(files) = site.journal.shard(&site.release, shard, table) {
            return Ok(files);
        }
        let job = ShardJob {
            shard: piece.shard,
            release: &site.release,
            people,
            first: piece.shard.saturating_mul(site.shard_people.get()),
            places: &places,
        };
        let visits = if has_visits { visits_of(&job, site, &visits)? } else { Arc::default() };
        let spilled = Spilled::open(&site.spills, piece.table, piece.shard)?;
        let mut files = job.write(&spilled, &visits)?;
        if piece.table.name() == "person" {
            files.push(write_people(&spilled, &site.release, piece.shard)?);
        }
        let table = TableName::new(table);
        site.journal.note(&Done::Shard { shard, table, files: files.clone() })?;
        progress.shard_table_finished(shard, piece.table);
        Ok(files)
    };
    let files = in_parallel(&pieces, |piece, _| write(piece))?;
    Ok(files.into_iter().flatten().collect())
}

/// The visits of a shard. They are kept as long as somebody uses them.
fn visits_of(
    job: &ShardJob<'_>,
    site: &Site,
    known: &Mutex<BTreeMap<u32, Weak<Visits>>>,
) -> Result<Arc<Visits>, BuildError> {
    let Some(table) = Table::named(VISITS) else { return Ok(Arc::default()) };
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(visits) = known.get(&job.shard).and_then(Weak::upgrade) {
        return Ok(visits);
    }
    let spilled = Spilled::open(&site.spills, table, job.shard)?;
    let visits = Arc::new(Visits::read(&spilled, &job.persons(&spilled)?)?);
    known.insert(job.shard, Arc::downgrade(&visits));
    Ok(visits)
}
