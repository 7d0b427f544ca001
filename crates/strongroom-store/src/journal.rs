mod line;
mod replay;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, RwLock, RwLockReadGuard};

use async_trait::async_trait;
use strongroom_access::EmailAddress;
use strongroom_audit::{AuditEvent, Checkpoint, ConsistencyProof, Entry, InclusionProof, TreeHead};
use strongroom_primitives::{Id, NonEmpty, Sha256Digest, kind};
use strongroom_workspaces::Workspace;

use self::replay::{Replayed, replay};
use crate::error::StoreErrorKind;
use crate::memory::Halted;
use crate::state::{Record, State, Step};
use crate::{
    AuditLog, Commit, PersonRecord, PersonStore, ProvableLog, StoreError, Stored, UsageRecord, UsageStore,
    Version, WorkspaceStore,
};

/// A store in one file that is only ever appended to, for a deployment of one process.
///
/// The file is a `strongroom-journal/1` document: a line that says so, and then one line of JSON
/// per commit, with the commit's audit entries and the state it left. A commit is one write to the
/// file and one flush to stable storage (`fdatasync`), and counts, for its caller and for readers,
/// when both are done.
///
/// Each line holds a digest of itself and of all lines before it. On opening, every line, every
/// entry of the audit trail and every version is checked. A last line that was cut by a crash, which
/// nobody was told of, is removed; anything else that is not as it was written is
/// [`Corrupt`](StoreErrorKind::Corrupt), and the file is left as it is.
///
/// All that is stored is in memory as well: reads never wait for the file. One process at a time
/// has the file open, by a lock of the operating system.
pub struct JournalStore {
    inner: Arc<Inner>,
}

struct Inner {
    // INVARIANT: written only by whoever holds `file`, so that what was prepared from the state
    // still follows from it when the line is on stable storage.
    state: RwLock<State>,
    file: Mutex<JournalFile>,
}

/// The growing end of the file.
struct JournalFile {
    file: File,
    /// The digest in the last line.
    last: Sha256Digest,
    /// Whether a write has failed, so that nobody knows what the file ends with.
    failed: bool,
}

impl JournalStore {
    /// Makes a new journal. Waits for the file system: for the start of a program, not for a task.
    ///
    /// # Errors
    /// [`Conflict`](StoreErrorKind::Conflict) if there is a file already,
    /// [`Unavailable`](StoreErrorKind::Unavailable) if it cannot be made.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        let file = match OpenOptions::new().read(true).write(true).create_new(true).open(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let message =
                    "there is a file at the journal's path already; open it, or choose another path";
                return Err(StoreError::new(StoreErrorKind::Conflict, message).because(error));
            }
            opened => opened.map_err(StoreError::unavailable)?,
        };
        sync_directory_of(path).map_err(StoreError::unavailable)?;
        Self::start(file)
    }

    /// Opens a journal and reads all of it. Waits for the file system, as [`create`](Self::create)
    /// does.
    ///
    /// # Errors
    /// [`NotFound`](StoreErrorKind::NotFound) if there is no file,
    /// [`Unavailable`](StoreErrorKind::Unavailable) if it cannot be read or another process has it
    /// open, [`Corrupt`](StoreErrorKind::Corrupt) if it is not what was written.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let message = "there is no journal at this path; check the path, or create the journal";
                return Err(StoreError::new(StoreErrorKind::NotFound, message).because(error));
            }
            opened => opened.map_err(StoreError::unavailable)?,
        };
        Self::start(file)
    }

    fn start(mut file: File) -> Result<Self, StoreError> {
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::unavailable(InUse)),
            Err(TryLockError::Error(error)) => return Err(StoreError::unavailable(error)),
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(StoreError::unavailable)?;
        let Replayed { state, last, sound } = replay(&bytes)?;
        if sound != bytes {
            repair(&mut file, sound).map_err(StoreError::unavailable)?;
        }
        let file = JournalFile { file, last, failed: false };
        Ok(Self { inner: Arc::new(Inner { state: RwLock::new(state), file: Mutex::new(file) }) })
    }

    fn read(&self) -> Result<RwLockReadGuard<'_, State>, StoreError> {
        self.inner.read()
    }

    /// The whole change is one blocking job: if the caller's future is dropped, the job goes on to
    /// its end, and the state never lags behind the file.
    async fn write(
        &self,
        prepare: impl FnOnce(&State) -> Result<Step, StoreError> + Send + 'static,
    ) -> Result<Checkpoint, StoreError> {
        let inner = Arc::clone(&self.inner);
        tokio::task::spawn_blocking(move || inner.write(prepare)).await.map_err(StoreError::unavailable)?
    }

    async fn carry_out<T>(&self, commit: Commit<T>) -> Result<Version, StoreError>
    where
        T: Into<Record> + Send + 'static,
    {
        let version = commit.expected().next();
        self.write(move |state| state.prepare(commit)).await?;
        Ok(version)
    }
}

impl Inner {
    fn read(&self) -> Result<RwLockReadGuard<'_, State>, StoreError> {
        self.state.read().map_err(|_| Halted.into())
    }

    fn write(
        &self,
        prepare: impl FnOnce(&State) -> Result<Step, StoreError>,
    ) -> Result<Checkpoint, StoreError> {
        let mut file = self.file.lock().map_err(|_| Halted)?;
        let step = prepare(&*self.read()?)?;
        file.append(&step)?;
        Ok(self.state.write().map_err(|_| Halted)?.apply(step))
    }
}

impl JournalFile {
    fn append(&mut self, step: &Step) -> Result<(), StoreError> {
        if self.failed {
            return Err(StoreError::unavailable(Failed));
        }
        let (line, digest) = line::encode(self.last, step).map_err(StoreError::unavailable)?;
        // After a failure the line may be in the file, in part or as a whole, and a second flush
        // that succeeds proves nothing about the first. Only reading it anew tells.
        self.failed = true;
        self.file.write_all(&line).map_err(StoreError::unavailable)?;
        self.file.sync_data().map_err(StoreError::unavailable)?;
        self.failed = false;
        self.last = digest;
        Ok(())
    }
}

/// Makes the file what it should be after a crash: its sound beginning, and in a file whose
/// creation was interrupted the first line.
fn repair(file: &mut File, sound: &[u8]) -> io::Result<()> {
    file.set_len(u64::try_from(sound.len()).unwrap_or(u64::MAX))?;
    if sound == replay::HEADER {
        file.rewind()?;
        file.write_all(sound)?;
    }
    file.seek(SeekFrom::End(0))?;
    file.sync_all()
}

/// A new file survives a crash when its directory knows of it.
#[cfg(unix)]
fn sync_directory_of(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(directory.unwrap_or_else(|| Path::new(".")))?.sync_all()
}

/// Elsewhere directories cannot be opened, and are written through.
#[cfg(not(unix))]
fn sync_directory_of(_: &Path) -> io::Result<()> {
    Ok(())
}

#[derive(Debug, thiserror::Error)]
#[error("another process has the journal open; end it, or wait until it has ended")]
struct InUse;

#[derive(Debug, thiserror::Error)]
#[error("an earlier write to the journal failed; make room or repair the disk, then open it again")]
struct Failed;

#[async_trait]
impl PersonStore for JournalStore {
    async fn load(&self, id: Id<kind::Person>) -> Result<Stored<PersonRecord>, StoreError> {
        self.read()?.person(id)
    }

    async fn find(&self, email: &EmailAddress) -> Result<Option<Stored<PersonRecord>>, StoreError> {
        Ok(self.read()?.person_at(email))
    }

    async fn list(
        &self,
        after: Option<Id<kind::Person>>,
        limit: usize,
    ) -> Result<Vec<Stored<PersonRecord>>, StoreError> {
        Ok(self.read()?.people_after(after, limit))
    }

    async fn commit(&self, commit: Commit<PersonRecord>) -> Result<Version, StoreError> {
        self.carry_out(commit).await
    }
}

#[async_trait]
impl WorkspaceStore for JournalStore {
    async fn load(&self, id: Id<kind::Workspace>) -> Result<Stored<Workspace>, StoreError> {
        self.read()?.workspace(id)
    }

    async fn list_for(&self, person: Id<kind::Person>) -> Result<Vec<Stored<Workspace>>, StoreError> {
        Ok(self.read()?.workspaces_of(person))
    }

    async fn list(
        &self,
        after: Option<Id<kind::Workspace>>,
        limit: usize,
    ) -> Result<Vec<Stored<Workspace>>, StoreError> {
        Ok(self.read()?.workspaces_after(after, limit))
    }

    async fn commit(&self, commit: Commit<Workspace>) -> Result<Version, StoreError> {
        self.carry_out(commit).await
    }
}

#[async_trait]
impl UsageStore for JournalStore {
    async fn load(&self, person: Id<kind::Person>) -> Result<Stored<UsageRecord>, StoreError> {
        self.read()?.usage(person)
    }

    async fn commit(&self, commit: Commit<UsageRecord>) -> Result<Version, StoreError> {
        self.carry_out(commit).await
    }
}

#[async_trait]
impl AuditLog for JournalStore {
    async fn append(&self, events: NonEmpty<AuditEvent>) -> Result<Checkpoint, StoreError> {
        self.write(move |state| state.prepare_events(&events)).await
    }

    async fn read(&self, from: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        Ok(self.read()?.entries(from, limit))
    }

    async fn head(&self) -> Result<Checkpoint, StoreError> {
        Ok(self.read()?.head())
    }
}

#[async_trait]
impl ProvableLog for JournalStore {
    async fn tree_head(&self) -> Result<TreeHead, StoreError> {
        Ok(self.read()?.tree_head())
    }

    async fn prove_inclusion(&self, sequence: u64, size: u64) -> Result<InclusionProof, StoreError> {
        self.read()?.prove_inclusion(sequence, size)
    }

    async fn prove_consistency(&self, old_size: u64, new_size: u64) -> Result<ConsistencyProof, StoreError> {
        self.read()?.prove_consistency(old_size, new_size)
    }
}

impl fmt::Debug for JournalStore {
    /// Without what is stored: there are people in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalStore").finish_non_exhaustive()
    }
}
