mod file;
#[cfg(test)]
mod tests;

use std::sync::Mutex;

use async_trait::async_trait;
use strongroom_audit::{
    CheckpointKey, CheckpointVerifier, ConsistencyProof, NoteError, ProofError, SignedCheckpoint, TreeHead,
};

pub use self::file::CheckpointFile;
use crate::memory::Halted;
use crate::{ProvableLog, StoreError};

/// Somebody who keeps the checkpoints of a trail where whoever writes the trail cannot change them,
/// and takes a new one only with the proof that the trail has grown from the last: so nobody can
/// show two trails (C2SP tlog-witness has the same rule).
#[async_trait]
pub trait Witness: Send + Sync {
    /// How many entries the trail had at the last checkpoint that was taken; 0 before the first.
    ///
    /// # Errors
    /// If that cannot be read.
    async fn latest_size(&self) -> Result<u64, WitnessError>;

    /// Takes a checkpoint, with the proof that its tree is the last one's, grown.
    ///
    /// # Errors
    /// If it is not signed by the trail's key or does not follow, or cannot be kept; the last
    /// checkpoint is then what it was.
    async fn observe(
        &self,
        checkpoint: &SignedCheckpoint,
        proof: &ConsistencyProof,
    ) -> Result<(), WitnessError>;
}

/// Signs the trail's present head and hands it to a witness, with the proof. Gives the checkpoint.
///
/// # Errors
/// If the trail cannot be read, or is no longer the one that the witness knows: shorter, or another.
/// That is found on the witness's side, whatever the store says.
pub async fn publish(
    log: &dyn ProvableLog,
    key: &CheckpointKey,
    witness: &dyn Witness,
) -> Result<SignedCheckpoint, WitnessError> {
    let known = witness.latest_size().await?;
    let head = log.tree_head().await?;
    if head.size() < known {
        return Err(WitnessError::Shrunk { known, shown: head.size() });
    }
    let proof = log.prove_consistency(known, head.size()).await?;
    let checkpoint = key.sign(&head);
    witness.observe(&checkpoint, &proof).await?;
    Ok(checkpoint)
}

/// What a witness remembers: whose checkpoints, and the last one.
#[derive(Debug, Clone)]
struct Memory {
    verifier: CheckpointVerifier,
    last: TreeHead,
}

impl Memory {
    fn new(verifier: CheckpointVerifier) -> Self {
        Self { verifier, last: TreeHead::empty() }
    }

    /// The head that the checkpoint is about, if it may be taken.
    fn judge(
        &self,
        checkpoint: &SignedCheckpoint,
        proof: &ConsistencyProof,
    ) -> Result<TreeHead, WitnessError> {
        let verified = self.verifier.verify(checkpoint)?;
        let (known, shown) = (self.last.size(), verified.head().size());
        if shown < known {
            return Err(WitnessError::Shrunk { known, shown });
        }
        proof.verify(&self.last, verified.head())?;
        Ok(*verified.head())
    }
}

/// A witness that is gone with its process, for tests and trials.
#[derive(Debug)]
pub struct MemoryWitness {
    memory: Mutex<Memory>,
}

impl MemoryWitness {
    /// A witness of the trail whose key this is, before the first checkpoint.
    #[must_use]
    pub fn new(verifier: CheckpointVerifier) -> Self {
        Self { memory: Mutex::new(Memory::new(verifier)) }
    }
}

#[async_trait]
impl Witness for MemoryWitness {
    async fn latest_size(&self) -> Result<u64, WitnessError> {
        Ok(self.memory.lock().map_err(|_| StoreError::from(Halted))?.last.size())
    }

    async fn observe(
        &self,
        checkpoint: &SignedCheckpoint,
        proof: &ConsistencyProof,
    ) -> Result<(), WitnessError> {
        let mut memory = self.memory.lock().map_err(|_| StoreError::from(Halted))?;
        memory.last = memory.judge(checkpoint, proof)?;
        Ok(())
    }
}

/// A checkpoint was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WitnessError {
    /// It is not a checkpoint of the trail, signed by its key.
    #[error("the checkpoint is not one of this trail")]
    NotOfThisTrail(#[from] NoteError),
    /// The trail was longer at the last checkpoint.
    #[error(
        "the trail had {known} entries at the last checkpoint and is shown with {shown}; find out who cut it off"
    )]
    Shrunk {
        /// The entries at the last checkpoint.
        known: u64,
        /// The entries that are shown.
        shown: u64,
    },
    /// The trail is not the one of the last checkpoint, grown.
    #[error("the trail has not grown from the one of the last checkpoint; find out who wrote it anew")]
    Forked(#[from] ProofError),
    /// The trail cannot be read, or the checkpoint not be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}
