//! What the engine reads: the people of a shard and their events, column by column.

mod column;
mod directory;
mod memory;
mod people;

use std::sync::Arc;

use strongroom_cohort::ast::EventKind;
use strongroom_timeline::PersonSet;

pub use column::{ColumnData, ShardColumn, Texts, UNKNOWN_ID};
pub use directory::Directory;
pub use memory::MemoryShard;
pub use people::People;

use crate::error::ShardError;

/// Some consecutive people of a release with everything that is recorded of them: the unit of
/// parallelism, memory, progress and cancellation.
///
/// The events of one kind are a table whose rows are in the order (concept, person, start, record),
/// those without a concept first, and those without a start before others. A person is named by
/// the ordinal in the shard, from 0.
///
/// What is asked for may be asked for again: an implementation decides what it keeps. Everything
/// that it returns is immutable and belongs to the same release, whichever thread asks.
pub trait Shard: Send + Sync {
    /// The people, in the order of their subject ids.
    ///
    /// # Errors
    /// If they cannot be read.
    fn people(&self) -> Result<Arc<People>, ShardError>;

    /// Where each concept stands in the table of a kind; an empty one where the release has no such
    /// table. `EventKind::Any` is no table.
    ///
    /// # Errors
    /// If it cannot be read.
    fn directory(&self, kind: EventKind) -> Result<Arc<Directory>, ShardError>;

    /// A column of the table of a kind, as long as the table; nothing where the kind has no such
    /// column.
    ///
    /// # Errors
    /// If it cannot be read.
    fn column(&self, kind: EventKind, column: ShardColumn) -> Result<Option<ColumnData>, ShardError>;

    /// Adds the people who have an event of a kind with one of the concepts at these positions of
    /// its directory.
    ///
    /// # Errors
    /// If it cannot be read.
    fn add_people_with(
        &self,
        kind: EventKind,
        positions: &[usize],
        people: &mut PersonSet,
    ) -> Result<(), ShardError>;
}
