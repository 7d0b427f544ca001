//! One transaction: some commits, one after the other, as if each were alone.

use std::collections::BTreeMap;

use strongroom_audit::{AuditEvent, Chain, Checkpoint, Entry, TreeEdge};
use strongroom_primitives::NonEmpty;
use strongroom_store::{PersonRecord, StoreError, UsageRecord, Version, write_document};
use strongroom_workspaces::Workspace;

use crate::backend::{Backend, BodyRow, Table, Transaction};
use crate::failure::Failure;
use crate::rows::{self, Ends};

/// The events of an act, and the state it led to.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    pub(crate) change: Option<Change>,
    pub(crate) events: NonEmpty<AuditEvent>,
}

/// A row in the place of the one at the version `expected`.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    row: BodyRow,
    expected: i64,
    belongs: Belongs,
}

/// What is stored beside the document, to find it by.
#[derive(Debug, Clone)]
enum Belongs {
    Person { email: String },
    Workspace { members: Vec<String> },
    Usage,
}

impl Change {
    pub(crate) fn of_person(record: &PersonRecord, expected: Version) -> Result<Self, StoreError> {
        let id = record.person().id().to_string();
        let row = rows::body_row(Table::Person, id, version(expected.next())?, write_document(record)?);
        let belongs = Belongs::Person { email: record.person().email().to_string() };
        Ok(Self { row, expected: version(expected)?, belongs })
    }

    pub(crate) fn of_workspace(workspace: &Workspace, expected: Version) -> Result<Self, StoreError> {
        let id = workspace.id().to_string();
        let next = version(expected.next())?;
        let row = rows::body_row(Table::Workspace, id, next, write_document(workspace)?);
        let members = workspace.members().iter().map(|(person, _)| person.to_string()).collect();
        let belongs = Belongs::Workspace { members };
        Ok(Self { row, expected: version(expected)?, belongs })
    }

    pub(crate) fn of_usage(record: &UsageRecord, expected: Version) -> Result<Self, StoreError> {
        let id = record.person().to_string();
        let row = rows::body_row(Table::Usage, id, version(expected.next())?, write_document(record)?);
        Ok(Self { row, expected: version(expected)?, belongs: Belongs::Usage })
    }

    /// The same row where there is none, at the version that it has.
    pub(crate) fn into_new(self) -> Self {
        Self { expected: 0, ..self }
    }

    /// Carries it out, or says why it cannot be.
    pub(crate) async fn apply(
        &self,
        transaction: &mut dyn Transaction,
    ) -> Result<Result<(), StoreError>, Failure> {
        let Self { row, expected, belongs } = self;
        let changed = match belongs {
            Belongs::Person { email } => {
                if transaction.owner_of(email).await?.is_some_and(|owner| owner != row.id) {
                    return Ok(Err(StoreError::address_in_use()));
                }
                transaction.put_person(row, email, *expected).await?
            }
            Belongs::Workspace { members } => transaction.put_workspace(row, members, *expected).await?,
            Belongs::Usage => transaction.put_usage(row, *expected).await?,
        };
        Ok(if changed { Ok(()) } else { Err(StoreError::conflict()) })
    }
}

/// The right edge of the tree after the last transaction of this process, so that the next one
/// needs no tiles from the database if nobody else has appended since.
#[derive(Debug, Default)]
pub(crate) struct LastEdge(Option<TreeEdge>);

/// Carries out all acts in one transaction. Each is told how far the trail had come with it, or why
/// it was refused; refused acts leave no trace.
///
/// # Errors
/// If the transaction failed as a whole.
pub(crate) async fn carry_out(
    backend: &dyn Backend,
    last: &mut LastEdge,
    acts: &[Act],
    clock_tolerance: i64,
) -> Result<Vec<Result<Checkpoint, StoreError>>, BatchError> {
    // Whatever happens, what this process remembers is not relied on before the commit is sure.
    let remembered = last.0.take();
    let mut transaction = backend.begin().await.map_err(Failure::from)?;
    let ends = Ends::read(&transaction.lock_head().await.map_err(Failure::from)?)?;
    let mut edge = match remembered.filter(|edge| edge.head() == ends.tree) {
        Some(edge) => edge,
        None => read_edge(transaction.as_mut(), &ends).await?,
    };

    let mut chain = Chain::resume(ends.chain);
    let (mut latest, mut lines, mut leaves) = (ends.latest, Vec::new(), Vec::new());
    let mut outcomes = Vec::with_capacity(acts.len());
    for act in acts {
        let (first, last) = span(&act.events);
        if first < latest.saturating_sub(clock_tolerance) {
            outcomes.push(Err(StoreError::clock_set_back()));
            continue;
        }
        let mut next = chain.clone();
        let appended: Result<Vec<Entry>, _> =
            act.events.iter().map(|event| next.append(event.clone())).collect();
        let appended = match appended {
            Ok(appended) => appended,
            Err(too_large) => {
                outcomes.push(Err(too_large.into()));
                continue;
            }
        };
        if let Some(change) = &act.change
            && let Err(refused) = change.apply(transaction.as_mut()).await?
        {
            outcomes.push(Err(refused));
            continue;
        }
        for entry in appended {
            let line = entry.to_line();
            leaves.push(strongroom_audit::leaf_hash(line.as_bytes()));
            lines.push((rows::number(entry.sequence())?, line));
        }
        chain = next;
        latest = latest.max(last);
        outcomes.push(Ok(chain.head()));
    }
    if lines.is_empty() {
        last.0 = Some(edge);
        return Ok(outcomes);
    }

    let mut tiles = BTreeMap::new();
    edge.extend(leaves, &mut tiles);
    let mut tile_rows = Vec::with_capacity(tiles.len());
    for (id, tile) in &tiles {
        tile_rows.push((rows::tile_key(*id)?, tile.to_bytes()));
    }
    let ends = Ends { chain: chain.head(), tree: edge.head(), latest };
    transaction.append(&lines).await.map_err(Failure::from)?;
    transaction.put_tiles(&tile_rows).await.map_err(Failure::from)?;
    transaction.put_head(&ends.to_row()?).await.map_err(Failure::from)?;
    transaction.commit().await.map_err(|error| BatchError::InCommit(error.into()))?;
    last.0 = Some(edge);
    Ok(outcomes)
}

async fn read_edge(transaction: &mut dyn Transaction, ends: &Ends) -> Result<TreeEdge, BatchError> {
    let ids = TreeEdge::tiles_of(ends.tree.size());
    let keys = ids.iter().map(|id| rows::tile_key(*id)).collect::<Result<Vec<_>, _>>()?;
    let rows = transaction.tiles(&keys).await.map_err(Failure::from)?;
    let edge = TreeEdge::resume(&ends.tree, &rows::tiles(&ids, &rows)?);
    Ok(edge.map_err(|error| {
        StoreError::corrupt("the trail's Merkle tree does not lead to its root").because(error)
    })?)
}

/// What is beyond a column is beyond every version that is stored.
fn version(version: Version) -> Result<i64, StoreError> {
    i64::try_from(version.number()).map_err(|_| StoreError::conflict())
}

/// The first and the last instant of the events.
fn span(events: &NonEmpty<AuditEvent>) -> (i64, i64) {
    let at = |event: &AuditEvent| event.at().unix_microseconds();
    let start = at(events.first());
    events.iter().map(at).fold((start, start), |(first, last), at| (first.min(at), last.max(at)))
}

/// Why a whole transaction failed.
#[derive(Debug)]
pub(crate) enum BatchError {
    /// Before the commit: nothing has taken effect.
    Before(Failure),
    /// In the commit: nobody knows, unless the database says that it was a collision.
    InCommit(Failure),
    /// What is stored is not what was written, or cannot be written.
    Store(StoreError),
}

impl BatchError {
    /// Whether nothing has taken effect and the same acts may succeed at once.
    pub(crate) fn is_collision(&self) -> bool {
        match self {
            Self::Before(failure) | Self::InCommit(failure) => failure.is_collision(),
            Self::Store(_) => false,
        }
    }
}

impl From<Failure> for BatchError {
    fn from(failure: Failure) -> Self {
        Self::Before(failure)
    }
}

impl From<StoreError> for BatchError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<BatchError> for StoreError {
    fn from(error: BatchError) -> Self {
        match error {
            BatchError::Before(failure) | BatchError::InCommit(failure) => failure.into(),
            BatchError::Store(error) => error,
        }
    }
}
