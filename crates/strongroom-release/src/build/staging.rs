use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::BuildError;

const LOCK_FILE: &str = "lock";
const CONTENT_FOLDER: &str = "release";
const SPILL_FOLDER: &str = "rows";

/// The hidden folder beside a release in which it is built, until one rename makes it the release.
///
/// ```text
/// releases/
/// ├── .R1.building-x7Qf2a/
/// │   ├── lock          locked by the operating system as long as the builder lives
/// │   ├── rows/         rows that wait for their shards
/// │   └── release/      what will be `R1`
/// ```
///
/// A builder that is killed leaves the folder, but not the lock: that is how the next build of the
/// same release knows that it may go on with the folder, or remove it. The lock is made before anything else and
/// removed after everything else, so a folder without one is empty.
#[derive(Debug)]
pub(super) struct Staging {
    out: PathBuf,
    parent: PathBuf,
    folder: PathBuf,
    _lock: File,
}

impl Staging {
    /// Makes the folder, after removing what earlier builds of the same release left; or takes over
    /// such a folder, if it may be gone on with.
    pub(super) fn begin(out: &Path, is_same: impl Fn(&Path) -> bool) -> Result<Self, BuildError> {
        let name = out.file_name().ok_or(BuildError::ReleaseUnnamed)?;
        let parent = match out.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let writing = BuildError::writing("");
        must_not_exist(out, name)?;
        fs::create_dir_all(parent).map_err(&writing)?;
        let mut prefix = OsString::from(".");
        prefix.push(name);
        prefix.push(".building-");
        let (out, parent) = (out.to_owned(), parent.to_owned());
        if let Some((folder, lock)) = leftover(&parent, &prefix, name, is_same)? {
            return Ok(Self { out, parent, folder, _lock: lock });
        }
        let folder = tempfile::Builder::new().prefix(&prefix).tempdir_in(&parent).map_err(&writing)?;
        let lock = File::create_new(folder.path().join(LOCK_FILE)).map_err(&writing)?;
        lock.lock().map_err(&writing)?;
        fs::create_dir(folder.path().join(CONTENT_FOLDER)).map_err(&writing)?;
        fs::create_dir(folder.path().join(SPILL_FOLDER)).map_err(&writing)?;
        Ok(Self { out, parent, folder: folder.keep(), _lock: lock })
    }

    /// Where the build notes what it has done.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the content of the release is written.
    pub(super) fn release(&self) -> PathBuf {
        self.folder.join(CONTENT_FOLDER)
    }

    /// Where rows wait for their shards.
    pub(super) fn spills(&self) -> PathBuf {
        self.folder.join(SPILL_FOLDER)
    }

    /// Writes a small file of the release and has the operating system put it on the disk.
    pub(super) fn write(&self, path: &str, content: &[u8]) -> Result<(), BuildError> {
        let write = || {
            let mut file = File::create(self.release().join(path))?;
            file.write_all(content)?;
            file.sync_all()
        };
        write().map_err(BuildError::writing(path))
    }

    /// Makes what has been written the release, at once and for good. Every file in it must have
    /// been put on the disk before.
    pub(super) fn publish(self) -> Result<(), BuildError> {
        let writing = BuildError::writing("");
        let release = self.release();
        sync_folders(&release).map_err(&writing)?;
        // A rename may replace an empty folder, so what another made in the meantime is looked for.
        must_not_exist(&self.out, self.out.file_name().unwrap_or_default())?;
        fs::rename(&release, &self.out).map_err(&writing)?;
        sync_folder(&self.parent).map_err(&writing)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next build.
        drop(remove(&self.folder));
    }
}

fn must_not_exist(out: &Path, name: &OsStr) -> Result<(), BuildError> {
    match fs::symlink_metadata(out) {
        Ok(_) => Err(BuildError::ReleaseExists { release: name.to_string_lossy().into_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(BuildError::writing("")(error)),
    }
}

/// Removes the folders of builds that were killed, but for one that may be gone on with, which it
/// returns with its lock. A folder whose lock is held is in use.
fn leftover(
    parent: &Path,
    prefix: &OsStr,
    name: &OsStr,
    is_same: impl Fn(&Path) -> bool,
) -> Result<Option<(PathBuf, File)>, BuildError> {
    let writing = BuildError::writing("");
    let mut found = None;
    for entry in fs::read_dir(parent).map_err(&writing)? {
        let entry = entry.map_err(&writing)?;
        if !entry.file_name().as_encoded_bytes().starts_with(prefix.as_encoded_bytes()) {
            continue;
        }
        let Ok(lock) = File::open(entry.path().join(LOCK_FILE)) else {
            // Its builder was killed right at the beginning, or while it removed another's. If it
            // lives after all, it finds no place for its lock, and this build goes on.
            drop(fs::remove_dir(entry.path()));
            continue;
        };
        match lock.try_lock() {
            Ok(()) if found.is_none() && is_same(&entry.path()) => found = Some((entry.path(), lock)),
            Ok(()) => remove(&entry.path()).map_err(&writing)?,
            Err(TryLockError::WouldBlock) => {
                return Err(BuildError::BuildRunning { release: name.to_string_lossy().into_owned() });
            }
            Err(TryLockError::Error(error)) => return Err(writing(error)),
        }
    }
    Ok(found)
}

/// Removes the folder, its lock last: whoever is killed meanwhile leaves what can be removed later.
fn remove(folder: &Path) -> io::Result<()> {
    for content in [CONTENT_FOLDER, SPILL_FOLDER] {
        match fs::remove_dir_all(folder.join(content)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::remove_dir_all(folder)
}

/// Puts the entries of a folder and of all folders in it on the disk.
fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    sync_folder(folder)
}

/// Puts the entries of a folder on the disk. Only Unix can, and needs it.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
