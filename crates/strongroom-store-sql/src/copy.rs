//! A store as text, one line for each thing in it, and a store from such a text.
//!
//! ```text
//!   {"format":"strongroom-store-copy/1"}
//!   {"person":{"version":3,"document":"…"}}      by id; then workspaces, then what people use
//!   {"entry":"…"}                                the trail, in order
//!   {"end":{"entries":812,"root":"…","digest":"…"}}
//! ```
//!
//! The digest is the SHA-256 of all lines before, with their line feeds. It shows damage, not intent:
//! whether the trail is the one of then is for a checkpoint to say.

use std::io;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use strongroom_audit::{Chain, Checkpoint, Entry, LineError, TreeEdge, TreeHead, leaf_hash};
use strongroom_primitives::Sha256Digest;
use strongroom_store::{StoreError, StoreErrorKind, Version, read_document};

use crate::backend::{Snapshot, Table, Transaction};
use crate::batch::Change;
use crate::failure::Failure;
use crate::rows::{self, Ends};
use crate::store::SqlStore;

/// The format that a copy names in its first line.
pub const COPY_FORMAT: &str = "strongroom-store-copy/1";

/// How many rows are read at once, and how many entries are written.
const PAGE: i64 = 512;

/// One line of a copy.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Line {
    Format(String),
    Person(Document),
    Workspace(Document),
    Usage(Document),
    Entry(String),
    End(End),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u64,
    document: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    entries: u64,
    root: Sha256Digest,
    digest: Sha256Digest,
}

impl SqlStore {
    /// Gives everything in the store, as it is at one moment, to `take`: line by line, without line feeds.
    /// Says which trail it was. Others go on writing meanwhile.
    ///
    /// # Errors
    /// If the store cannot be read or is not as it was written, or `take` fails.
    pub async fn copy_out(
        &self,
        mut take: impl FnMut(&str) -> io::Result<()> + Send,
    ) -> Result<TreeHead, StoreError> {
        let mut snapshot = self.backend.begin_snapshot().await.map_err(Failure::from)?;
        let ends = Ends::read(&snapshot.head().await.map_err(Failure::from)?)?;
        let mut writer = Writer { take: &mut take, digest: Sha256::new() };
        writer.write(&Line::Format(COPY_FORMAT.to_owned()))?;
        for table in [Table::Person, Table::Workspace, Table::Usage] {
            write_documents(snapshot.as_mut(), table, &mut writer).await?;
        }
        let mut chain = Chain::new();
        let mut edge = TreeEdge::new();
        while chain.head().length() < ends.tree.size() {
            let from = rows::number(chain.head().length())?;
            let entries = rows::entries(from, snapshot.lines(from, PAGE).await.map_err(Failure::from)?)?;
            if entries.is_empty() {
                return Err(StoreError::corrupt("the trail is shorter than its end says"));
            }
            for entry in entries {
                chain.accept(&entry).map_err(not_the_trail)?;
                let line = entry.to_line();
                edge.extend([leaf_hash(line.as_bytes())], &mut Default::default());
                writer.write(&Line::Entry(line))?;
            }
        }
        if chain.head() != ends.chain || edge.head() != ends.tree {
            return Err(StoreError::corrupt("the trail does not lead to its end"));
        }
        let digest = writer.digest();
        writer.write(&Line::End(End { entries: ends.tree.size(), root: ends.tree.root(), digest }))?;
        Ok(ends.tree)
    }

    /// Fills an empty store from the lines of a copy, in one transaction, and says which trail it holds.
    /// Every document is read, every entry is checked to follow from the one before, and the tree is made
    /// anew and compared.
    ///
    /// # Errors
    /// [`Conflict`](StoreErrorKind::Conflict) if the store is not empty,
    /// [`Corrupt`](StoreErrorKind::Corrupt) if the lines are not those of a copy or not all of them,
    /// [`NewerFormat`](StoreErrorKind::NewerFormat) if a later version of the program wrote them. The store
    /// is then as it was.
    pub async fn copy_in(
        &self,
        lines: impl Iterator<Item = io::Result<String>> + Send,
    ) -> Result<TreeHead, StoreError> {
        let mut transaction = self.backend.begin().await.map_err(Failure::from)?;
        let present = Ends::read(&transaction.lock_head().await.map_err(Failure::from)?)?;
        if present.tree.size() != 0 {
            return Err(not_empty());
        }
        let mut trail = Trail::new();
        let mut digest = Sha256::new();
        let (mut begun, mut end) = (false, None);
        for line in lines {
            let line = line.map_err(StoreError::unavailable)?;
            if end.is_some() {
                return Err(StoreError::corrupt("the copy goes on behind its end"));
            }
            let read = serde_json::from_str(&line).map_err(|_| no_copy())?;
            match (read, begun) {
                (Line::Format(format), false) => begun = check_format(&format)?,
                (_, false) | (Line::Format(_), true) => return Err(no_copy()),
                (Line::Person(one), true) => {
                    let change = Change::of_person(&read_document(&one.document)?, before(&one)?)?;
                    put(transaction.as_mut(), change).await?;
                }
                (Line::Workspace(one), true) => {
                    let change = Change::of_workspace(&read_document(&one.document)?, before(&one)?)?;
                    put(transaction.as_mut(), change).await?;
                }
                (Line::Usage(one), true) => {
                    let change = Change::of_usage(&read_document(&one.document)?, before(&one)?)?;
                    put(transaction.as_mut(), change).await?;
                }
                (Line::Entry(entry), true) => trail.push(transaction.as_mut(), &entry).await?,
                (Line::End(said), true) => {
                    let counted = digest.clone().finalize();
                    if said.digest != Sha256Digest::from_bytes(counted.into()) {
                        return Err(StoreError::corrupt("a line of the copy was changed, or is missing"));
                    }
                    end = Some(TreeHead::new(said.entries, said.root));
                }
            }
            digest.update(line.as_bytes());
            digest.update(b"\n");
        }
        let end = end.ok_or_else(|| StoreError::corrupt("the copy was cut off before its end"))?;
        let ends = trail.finish(transaction.as_mut()).await?;
        if ends.tree != end {
            return Err(StoreError::corrupt("the trail in the copy does not lead to the end it names"));
        }
        transaction.commit().await.map_err(Failure::from)?;
        Ok(end)
    }
}

struct Writer<'a> {
    take: &'a mut (dyn FnMut(&str) -> io::Result<()> + Send),
    digest: Sha256,
}

impl Writer<'_> {
    fn write(&mut self, line: &Line) -> Result<(), StoreError> {
        let line = serde_json::to_string(line).map_err(StoreError::unavailable)?;
        self.digest.update(line.as_bytes());
        self.digest.update(b"\n");
        (self.take)(&line).map_err(|error| {
            StoreError::unavailable_until(
                "the copy cannot be written; make room or choose another place",
                error,
            )
        })
    }

    fn digest(&self) -> Sha256Digest {
        Sha256Digest::from_bytes(self.digest.clone().finalize().into())
    }
}

async fn write_documents(
    snapshot: &mut dyn Snapshot,
    table: Table,
    writer: &mut Writer<'_>,
) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let page = snapshot.bodies_after(table, &after, PAGE).await.map_err(Failure::from)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id.clone();
        for row in page {
            rows::check(table, &row)?;
            let version = u64::try_from(row.version).unwrap_or_default();
            let document = Document { version, document: row.body };
            writer.write(&match table {
                Table::Person => Line::Person(document),
                Table::Workspace => Line::Workspace(document),
                Table::Usage => Line::Usage(document),
            })?;
        }
    }
}

/// Whether it is the format that is read; always `true`, if it is.
fn check_format(format: &str) -> Result<bool, StoreError> {
    let version = |format: &str| format.strip_prefix("strongroom-store-copy/")?.parse::<u32>().ok();
    match version(format) {
        Some(1) => Ok(true),
        Some(later) if later > 1 => Err(StoreError::newer_format()),
        _ => Err(no_copy()),
    }
}

/// The version from which the document came to its own.
fn before(document: &Document) -> Result<Version, StoreError> {
    let before = document.version.checked_sub(1);
    before.map(Version::from_number).ok_or_else(|| StoreError::corrupt("a document has no version"))
}

async fn put(transaction: &mut dyn Transaction, change: Change) -> Result<(), StoreError> {
    match change.into_new().apply(transaction).await? {
        Ok(()) => Ok(()),
        // What another has is in the copy twice, or in a store that is not empty.
        Err(conflict) => Err(StoreError::corrupt("the copy holds something twice").because(conflict)),
    }
}

/// The trail that is being filled in.
struct Trail {
    chain: Chain,
    edge: TreeEdge,
    latest: i64,
    lines: Vec<(i64, String)>,
}

impl Trail {
    fn new() -> Self {
        Self { chain: Chain::new(), edge: TreeEdge::new(), latest: -i64::MAX, lines: Vec::new() }
    }

    async fn push(&mut self, transaction: &mut dyn Transaction, line: &str) -> Result<(), StoreError> {
        let entry = Entry::from_line(line).map_err(|error| match error {
            LineError::NewerFormat => StoreError::newer_format(),
            error => StoreError::corrupt("an audit entry cannot be read").because(error),
        })?;
        self.chain.accept(&entry).map_err(not_the_trail)?;
        self.latest = self.latest.max(entry.event().at().unix_microseconds());
        self.lines.push((rows::number(entry.sequence())?, line.to_owned()));
        if self.lines.len() >= usize::try_from(PAGE).unwrap_or(1) {
            self.flush(transaction).await
        } else {
            Ok(())
        }
    }

    async fn flush(&mut self, transaction: &mut dyn Transaction) -> Result<(), StoreError> {
        let lines = std::mem::take(&mut self.lines);
        let mut tiles = std::collections::BTreeMap::new();
        self.edge.extend(lines.iter().map(|(_, line)| leaf_hash(line.as_bytes())), &mut tiles);
        let mut rows = Vec::with_capacity(tiles.len());
        for (id, tile) in &tiles {
            rows.push((rows::tile_key(*id)?, tile.to_bytes()));
        }
        transaction.append(&lines).await.map_err(Failure::from)?;
        transaction.put_tiles(&rows).await.map_err(Failure::from)?;
        Ok(())
    }

    async fn finish(mut self, transaction: &mut dyn Transaction) -> Result<Ends, StoreError> {
        self.flush(transaction).await?;
        let ends = Ends { chain: self.chain.head(), tree: self.edge.head(), latest: self.latest };
        if ends.chain != Checkpoint::START {
            transaction.put_head(&ends.to_row()?).await.map_err(Failure::from)?;
        }
        Ok(ends)
    }
}

fn not_the_trail(error: strongroom_audit::ChainError) -> StoreError {
    StoreError::corrupt("an audit entry does not follow from the one before it").because(error)
}

fn no_copy() -> StoreError {
    StoreError::corrupt("the lines are not those of a copy")
}

fn not_empty() -> StoreError {
    let message = "there is something in the store already; fill an empty one";
    StoreError::of_kind(StoreErrorKind::Conflict, message)
}
