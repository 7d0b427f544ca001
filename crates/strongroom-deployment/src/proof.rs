use serde::{Deserialize, Serialize};
use strongroom_audit::{
    CheckpointVerifier, Entry, InclusionProof, LineError, NoteError, ProofError, SignedCheckpoint, leaf_hash,
};

/// An entry of the trail with everything that it takes to believe it: the proof that it stands in the tree
/// of a signed checkpoint. Written as a `strongroom-audit-proof/1` document, for whoever has no access to the
/// trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryProof {
    format: Format,
    entry: String,
    inclusion: InclusionProof,
    checkpoint: String,
    key: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-audit-proof/1")]
    V1,
}

impl EntryProof {
    pub(crate) fn new(
        entry: &Entry,
        inclusion: InclusionProof,
        checkpoint: &SignedCheckpoint,
        key: &CheckpointVerifier,
    ) -> Self {
        let (entry, checkpoint) = (entry.to_line(), checkpoint.as_str().to_owned());
        Self { format: Format::V1, entry, inclusion, checkpoint, key: key.to_string() }
    }

    /// The key that it says it was signed with. Whoever made it all up made this up too: compare it with the
    /// one that you have from elsewhere.
    ///
    /// # Errors
    /// If it is no key.
    pub fn key(&self) -> Result<CheckpointVerifier, NoteError> {
        self.key.parse()
    }

    /// Checks all of it with a key that is trusted, and gives the entry.
    ///
    /// # Errors
    /// What does not fit.
    pub fn verify(&self, trusted: &CheckpointVerifier) -> Result<Entry, ProofRejected> {
        let checkpoint = trusted.verify(&SignedCheckpoint::new(&self.checkpoint)?)?;
        let entry = Entry::from_line(&self.entry)?;
        if entry.sequence() != self.inclusion.index() {
            return Err(ProofRejected::OtherEntry {
                sequence: entry.sequence(),
                index: self.inclusion.index(),
            });
        }
        self.inclusion.verify(leaf_hash(self.entry.as_bytes()), checkpoint.head())?;
        Ok(entry)
    }
}

/// A proof does not prove its entry.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProofRejected {
    /// The checkpoint is not one of the trail that is trusted.
    #[error("the checkpoint is not signed by the key that is trusted")]
    Checkpoint(#[from] NoteError),
    /// The entry is none.
    #[error("what should be the entry is none")]
    Entry(#[from] LineError),
    /// The proof is about another place of the trail.
    #[error("the entry says that it is number {sequence}, but the proof is about number {index}")]
    OtherEntry {
        /// The number that the entry bears.
        sequence: u64,
        /// The number that the proof is about.
        index: u64,
    },
    /// The proof does not lead to the checkpoint.
    #[error("the entry is not in the tree that was signed")]
    NotIncluded(#[from] ProofError),
}
