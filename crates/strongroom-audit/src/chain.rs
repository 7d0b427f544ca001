use std::borrow::Borrow;

use serde::{Deserialize, Serialize};
use strongroom_primitives::Sha256Digest;

use crate::{AuditEvent, Entry, EventTooLarge, LineError};

/// How far a trail has come: its number of entries and the digest of the last one.
///
/// Whoever keeps a checkpoint in another place can tell later that nothing before it was changed,
/// and that nothing was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    format: CheckpointFormat,
    length: u64,
    digest: Sha256Digest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum CheckpointFormat {
    #[serde(rename = "strongroom-audit-checkpoint/0")]
    Version0,
}

impl Checkpoint {
    /// The trail without entries; its digest is 32 zero bytes.
    pub const START: Self = Self::new(0, Sha256Digest::from_bytes([0; 32]));

    /// The checkpoint of a trail with so many entries, the last of which has this digest.
    #[must_use]
    pub const fn new(length: u64, digest: Sha256Digest) -> Self {
        Self { format: CheckpointFormat::Version0, length, digest }
    }

    /// The number of entries.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// The digest of the last entry.
    #[must_use]
    pub const fn digest(&self) -> Sha256Digest {
        self.digest
    }
}

/// The growing end of a trail. It holds no entries, only where they have come to.
#[derive(Debug, Clone)]
pub struct Chain {
    head: Checkpoint,
}

impl Chain {
    /// A trail without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self::resume(Checkpoint::START)
    }

    /// A trail that goes on from a checkpoint, such as the one its store holds.
    #[must_use]
    pub const fn resume(head: Checkpoint) -> Self {
        Self { head }
    }

    /// How far the trail has come.
    #[must_use]
    pub const fn head(&self) -> Checkpoint {
        self.head
    }

    /// Puts an event at the end.
    ///
    /// The entry counts as appended when the caller has stored it; if that fails, the act it
    /// records must not happen, and the chain is resumed from the stored head.
    ///
    /// # Errors
    /// If the event is too large; the chain is unchanged.
    pub fn append(&mut self, event: AuditEvent) -> Result<Entry, EventTooLarge> {
        let entry = Entry::after(&self.head, event)?;
        self.step_to(&entry);
        Ok(entry)
    }

    /// Checks that an entry is the next one, unchanged, and goes on to it.
    ///
    /// # Errors
    /// What is wrong with it; the chain is unchanged.
    pub fn accept(&mut self, entry: &Entry) -> Result<(), ChainError> {
        let sequence = self.head.length;
        if entry.sequence() != sequence {
            return Err(ChainError::OutOfOrder { sequence, found: entry.sequence() });
        }
        if entry.previous() != self.head.digest {
            return Err(ChainError::NotLinked { sequence });
        }
        if entry.digest() != entry.recalculated_digest() {
            return Err(ChainError::Altered { sequence });
        }
        self.step_to(entry);
        Ok(())
    }

    fn step_to(&mut self, entry: &Entry) {
        self.head = Checkpoint::new(self.head.length.saturating_add(1), entry.digest());
    }

    /// Compares with a checkpoint, if it is here that it was taken.
    fn agrees_with(&self, expected: Option<&Checkpoint>) -> Result<(), ChainError> {
        match expected {
            Some(expected) if expected.length == self.head.length && *expected != self.head => {
                Err(ChainError::Diverged { length: expected.length })
            }
            _ => Ok(()),
        }
    }

    /// The head, if it is no shorter than the checkpoint.
    fn reaches(&self, expected: Option<&Checkpoint>) -> Result<Checkpoint, ChainError> {
        match expected {
            Some(expected) if expected.length > self.head.length => {
                Err(ChainError::Truncated { sequence: self.head.length, expected: expected.length })
            }
            _ => Ok(self.head),
        }
    }
}

impl Default for Chain {
    fn default() -> Self {
        Self::new()
    }
}

/// Checks a whole trail, from its first entry on, and says how far it has come.
///
/// Without a checkpoint, every entry is proved to stand where it was put, but a trail that was cut
/// off, or written anew from some entry on, looks like any other. With a checkpoint from elsewhere
/// both are found. The trail may have grown since the checkpoint was taken.
///
/// # Errors
/// The first thing that is wrong, and at which entry.
pub fn verify(
    entries: impl IntoIterator<Item: Borrow<Entry>>,
    expected: Option<&Checkpoint>,
) -> Result<Checkpoint, ChainError> {
    let mut chain = Chain::new();
    chain.agrees_with(expected)?;
    for entry in entries {
        chain.accept(entry.borrow())?;
        chain.agrees_with(expected)?;
    }
    chain.reaches(expected)
}

/// Checks a whole trail as [`verify`] does, from the lines it was written as, without their line
/// feeds.
///
/// # Errors
/// The first thing that is wrong, and at which entry.
pub fn verify_lines(
    lines: impl IntoIterator<Item: AsRef<str>>,
    expected: Option<&Checkpoint>,
) -> Result<Checkpoint, ChainError> {
    let mut chain = Chain::new();
    chain.agrees_with(expected)?;
    for line in lines {
        let entry = Entry::from_line(line.as_ref())
            .map_err(|error| ChainError::Unreadable { sequence: chain.head.length, source: error })?;
        chain.accept(&entry)?;
        chain.agrees_with(expected)?;
    }
    chain.reaches(expected)
}

/// A trail is not what was once written. Sequence numbers count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// A line where an entry should be.
    #[error("entry {sequence} cannot be read")]
    Unreadable {
        /// The entry that should be there.
        sequence: u64,
        /// What is wrong with the line.
        source: LineError,
    },
    /// Another entry where one should be: some were dropped, repeated, inserted or exchanged.
    #[error(
        "entry {found} stands where entry {sequence} should; compare the trail with a copy from there on"
    )]
    OutOfOrder {
        /// The entry that should be there.
        sequence: u64,
        /// The number that the entry there bears.
        found: u64,
    },
    /// An entry with the right number that was made to follow another one.
    #[error(
        "entry {sequence} does not follow the entry before it; compare the trail with a copy up to there"
    )]
    NotLinked {
        /// The entry.
        sequence: u64,
    },
    /// An entry whose digest is not that of what it says.
    #[error("entry {sequence} was changed after it was written; compare it with a copy of the trail")]
    Altered {
        /// The entry.
        sequence: u64,
    },
    /// A trail that ends before the checkpoint.
    #[error(
        "the trail ends before entry {sequence}, but had {expected} entries at the checkpoint; restore the rest"
    )]
    Truncated {
        /// The first entry that is missing.
        sequence: u64,
        /// The number of entries at the checkpoint.
        expected: u64,
    },
    /// A trail that is sound in itself, but is not the one the checkpoint was taken of.
    #[error(
        "the first {length} entries are not those of the checkpoint; one of the two belongs to another trail, or the trail was written anew"
    )]
    Diverged {
        /// The number of entries at the checkpoint.
        length: u64,
    },
}

impl ChainError {
    /// The first entry that cannot be relied on; everything before it is sound in itself.
    ///
    /// Where the trail [`Diverged`](Self::Diverged) from a checkpoint, it may have done so
    /// anywhere before it: nothing can be relied on, from entry 0.
    #[must_use]
    pub const fn sequence(&self) -> u64 {
        match *self {
            Self::Unreadable { sequence, .. }
            | Self::OutOfOrder { sequence, .. }
            | Self::NotLinked { sequence }
            | Self::Altered { sequence }
            | Self::Truncated { sequence, .. } => sequence,
            Self::Diverged { .. } => 0,
        }
    }
}
