use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use strongroom_audit::{CheckpointVerifier, ConsistencyProof, SignedCheckpoint, TreeHead};

use super::{Memory, Witness, WitnessError};
use crate::StoreError;
use crate::memory::Halted;

/// A witness that keeps every checkpoint in a file, one signed note after the other with a blank
/// line between them: on another disk, or another machine's.
///
/// A checkpoint counts when it is on stable storage. What a crash has cut off at the end is removed
/// on opening; anything else that is not a checkpoint of the trail is
/// [`Corrupt`](crate::StoreErrorKind::Corrupt).
#[derive(Debug)]
pub struct CheckpointFile {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    file: File,
    memory: Memory,
    heads: Vec<TreeHead>,
    /// Whether a write has failed, so that nobody knows what the file ends with.
    failed: bool,
}

impl CheckpointFile {
    /// Opens the file, or makes it, for the trail whose key this is. Waits for the file system: for
    /// the start of a program, not for a task.
    ///
    /// # Errors
    /// [`Unavailable`](crate::StoreErrorKind::Unavailable) if it cannot be read and written,
    /// [`Corrupt`](crate::StoreErrorKind::Corrupt) if it holds something else than checkpoints of
    /// this trail that follow each other.
    pub fn open(path: &Path, verifier: CheckpointVerifier) -> Result<Self, StoreError> {
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = opened.map_err(StoreError::unavailable)?;
        file.try_lock().map_err(|_| {
            StoreError::unavailable_until(
                "another program has the file of checkpoints open; end it, or wait until it has ended",
                InUse,
            )
        })?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => StoreError::corrupt("the file of checkpoints is no text"),
            _ => StoreError::unavailable(error),
        })?;
        let mut memory = Memory::new(verifier);
        let (heads, sound) = read(&text, &mut memory)?;
        cut(&mut file, sound).map_err(StoreError::unavailable)?;
        Ok(Self { inner: Arc::new(Mutex::new(Inner { file, memory, heads, failed: false })) })
    }

    /// The heads of all checkpoints, oldest first, for an
    /// [`Examiner`](strongroom_audit::Examiner).
    ///
    /// # Errors
    /// If the program has failed in the middle of a change.
    pub fn heads(&self) -> Result<Vec<TreeHead>, StoreError> {
        Ok(self.inner.lock().map_err(|_| Halted)?.heads.clone())
    }
}

fn cut(file: &mut File, length: usize) -> io::Result<()> {
    file.set_len(u64::try_from(length).unwrap_or(u64::MAX))?;
    file.seek(SeekFrom::End(0))?;
    file.sync_all()
}

/// The heads in the text, and how many of its bytes they take.
fn read(text: &str, memory: &mut Memory) -> Result<(Vec<TreeHead>, usize), StoreError> {
    let (mut heads, mut sound) = (Vec::new(), 0);
    // A note has one blank line within it, and one behind it.
    while let Some(rest) = text.get(sound..)
        && let Some(end) = rest.match_indices("\n\n").nth(1).map(|(at, _)| at + 1)
    {
        let foreign = || StoreError::corrupt("the file of checkpoints holds something else");
        let note = SignedCheckpoint::new(rest.get(..end).unwrap_or_default()).map_err(|_| foreign())?;
        let head = *memory.verifier.verify(&note).map_err(|error| foreign().because(error))?.head();
        let same = head.size() == memory.last.size() && head != memory.last;
        if head.size() < memory.last.size() || same {
            return Err(StoreError::corrupt("the checkpoints in the file do not follow each other"));
        }
        memory.last = head;
        heads.push(head);
        sound += end + 1;
    }
    Ok((heads, sound))
}

impl Inner {
    fn observe(
        &mut self,
        checkpoint: &SignedCheckpoint,
        proof: &ConsistencyProof,
    ) -> Result<(), WitnessError> {
        if self.failed {
            return Err(StoreError::unavailable(Failed).into());
        }
        let head = self.memory.judge(checkpoint, proof)?;
        self.failed = true;
        let written = self.file.write_all(format!("{checkpoint}\n").as_bytes());
        written.and_then(|()| self.file.sync_data()).map_err(StoreError::unavailable)?;
        self.failed = false;
        self.memory.last = head;
        self.heads.push(head);
        Ok(())
    }
}

#[async_trait]
impl Witness for CheckpointFile {
    async fn latest_size(&self) -> Result<u64, WitnessError> {
        Ok(self.inner.lock().map_err(|_| StoreError::from(Halted))?.memory.last.size())
    }

    async fn observe(
        &self,
        checkpoint: &SignedCheckpoint,
        proof: &ConsistencyProof,
    ) -> Result<(), WitnessError> {
        let (inner, checkpoint, proof) = (Arc::clone(&self.inner), checkpoint.clone(), proof.clone());
        let observed = tokio::task::spawn_blocking(move || {
            inner.lock().map_err(|_| StoreError::from(Halted))?.observe(&checkpoint, &proof)
        });
        observed.await.map_err(StoreError::unavailable)?
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the file is locked")]
struct InUse;

#[derive(Debug, thiserror::Error)]
#[error("an earlier write of a checkpoint failed; make room or repair the disk, then open the file again")]
struct Failed;
