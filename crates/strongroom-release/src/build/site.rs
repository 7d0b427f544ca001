use std::num::NonZeroU32;
use std::path::PathBuf;

use strongroom_omop::Table;

use super::journal::Journal;
use super::spill::Spill;

/// Where a build works, and with how much.
#[derive(Debug)]
pub(super) struct Site {
    /// What will be the release.
    pub(super) release: PathBuf,
    /// Where rows wait for their shards.
    pub(super) spills: PathBuf,
    pub(super) shard_people: NonZeroU32,
    /// Bytes of memory.
    pub(super) memory: u64,
    pub(super) journal: Journal,
}

impl Site {
    pub(super) fn spill(&self, table: &'static Table) -> Spill {
        // Two tables are read at the same time, and rows are copied when they are written.
        let room = usize::try_from(self.memory / 8).unwrap_or(usize::MAX);
        Spill::new(table, self.spills.clone(), room)
    }
}
