//! Between rows and the values that they hold. What is read is checked; nothing is taken from a row
//! that is not as it was written.

use std::collections::BTreeMap;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use strongroom_audit::{Chain, Checkpoint, Entry, Tile, TileId, TreeHead};
use strongroom_primitives::Sha256Digest;
use strongroom_store::{Document, StoreError, Stored, Version, read_document};

use crate::backend::{BodyRow, HeadRow, Table};

/// The digest that is stored beside a document. It shows damage, not intent: whoever can write rows
/// can calculate it.
pub(crate) fn body_digest(table: Table, id: &str, version: i64, body: &str) -> String {
    let table: &[u8] = match table {
        Table::Person => b"strongroom-store-sql/1 person\n",
        Table::Workspace => b"strongroom-store-sql/1 workspace\n",
        Table::Usage => b"strongroom-store-sql/1 usage\n",
    };
    let digest = Sha256::new()
        .chain_update(table)
        .chain_update(id)
        .chain_update(b"\n")
        .chain_update(version.to_be_bytes())
        .chain_update(body)
        .finalize();
    Sha256Digest::from_bytes(digest.into()).to_string()
}

pub(crate) fn body_row(table: Table, id: String, version: i64, body: String) -> BodyRow {
    let digest = body_digest(table, &id, version, &body);
    BodyRow { id, version, body, digest }
}

/// Whether the document is the one that was written.
pub(crate) fn check(table: Table, row: &BodyRow) -> Result<(), StoreError> {
    if body_digest(table, &row.id, row.version, &row.body) == row.digest {
        Ok(())
    } else {
        Err(StoreError::corrupt("a document was changed after it was written"))
    }
}

pub(crate) fn stored<T: Document>(table: Table, row: &BodyRow) -> Result<Stored<T>, StoreError> {
    check(table, row)?;
    let version = u64::try_from(row.version).map_err(|_| StoreError::corrupt("a version is negative"))?;
    Ok(Stored::new(read_document(&row.body)?, Version::from_number(version)))
}

/// The trail's end and its tree's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ends {
    pub(crate) chain: Checkpoint,
    pub(crate) tree: TreeHead,
    pub(crate) latest: i64,
}

impl Ends {
    pub(crate) fn read(row: &HeadRow) -> Result<Self, StoreError> {
        let length = u64::try_from(row.length).map_err(|_| unreadable_end())?;
        let digest = Sha256Digest::from_str(&row.digest).map_err(|_| unreadable_end())?;
        let root = Sha256Digest::from_str(&row.root).map_err(|_| unreadable_end())?;
        Ok(Self {
            chain: Checkpoint::new(length, digest),
            tree: TreeHead::new(length, root),
            latest: row.latest,
        })
    }

    pub(crate) fn to_row(self) -> Result<HeadRow, StoreError> {
        Ok(HeadRow {
            length: number(self.chain.length())?,
            digest: self.chain.digest().to_string(),
            root: self.tree.root().to_string(),
            latest: self.latest,
        })
    }
}

fn unreadable_end() -> StoreError {
    StoreError::corrupt("the end of the audit trail cannot be read")
}

/// The entries in these rows, which should be those from `from` on, each as it was written and bound to
/// the one before it.
pub(crate) fn entries(from: i64, rows: Vec<(i64, String)>) -> Result<Vec<Entry>, StoreError> {
    let mut entries: Vec<Entry> = Vec::with_capacity(rows.len());
    let mut chain: Option<Chain> = None;
    for (expected, (sequence, line)) in (from..).zip(rows) {
        let entry = Entry::from_line(&line).map_err(|error| match error {
            strongroom_audit::LineError::NewerFormat => StoreError::newer_format(),
            error => StoreError::corrupt("an audit entry cannot be read").because(error),
        })?;
        if sequence != expected {
            return Err(StoreError::corrupt("an audit entry is missing"));
        }
        // What the first one is bound to is not among these rows.
        let here = || Chain::resume(Checkpoint::new(sequence.unsigned_abs(), entry.previous()));
        chain.get_or_insert_with(here).accept(&entry).map_err(|error| {
            StoreError::corrupt("an audit entry is not the one that was written there").because(error)
        })?;
        entries.push(entry);
    }
    Ok(entries)
}

/// The row of a tile: levels are told apart by the highest bits.
pub(crate) fn tile_key(id: TileId) -> Result<i64, StoreError> {
    number(id.number()).map(|number| i64::from(id.level()) << 56 | number)
}

/// The tiles with these ids; a tile that is not there is not in the map.
pub(crate) fn tiles(ids: &[TileId], rows: &[(i64, Vec<u8>)]) -> Result<BTreeMap<TileId, Tile>, StoreError> {
    let by_key: BTreeMap<i64, &Vec<u8>> = rows.iter().map(|(key, hashes)| (*key, hashes)).collect();
    let mut tiles = BTreeMap::new();
    for id in ids {
        if let Some(hashes) = by_key.get(&tile_key(*id)?) {
            let damaged = || StoreError::corrupt("a part of the trail's Merkle tree cannot be read");
            tiles.insert(*id, Tile::from_bytes(hashes).ok_or_else(damaged)?);
        }
    }
    Ok(tiles)
}

/// A number that a database can hold. None that is counted comes near to the limit.
pub(crate) fn number(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(StoreError::unavailable)
}
