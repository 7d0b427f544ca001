//! Files of a deployment: for their owner alone, and never half written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::DeploymentError;

/// The rights of files: reading and writing for their owner alone.
pub(crate) const OWNER_ONLY: u32 = 0o600;

/// Makes the deployment's folder, for its owner alone; it may be there already, if it is empty.
pub(crate) fn make_folder(folder: &Path) -> Result<(), DeploymentError> {
    let unwritable = |source| DeploymentError::unwritable(folder, source);
    if folder.symlink_metadata().is_ok() {
        let mut entries = fs::read_dir(folder).map_err(unwritable)?;
        if entries.next().is_some() {
            return Err(DeploymentError::NotEmpty { folder: folder.to_owned() });
        }
    }
    fs::create_dir_all(folder).map_err(unwritable)?;
    restrict(folder, 0o700).map_err(unwritable)
}

/// Writes a file that must not be there.
pub(crate) fn write_new(file: &Path, text: &str) -> Result<(), DeploymentError> {
    create_new(file)
        .and_then(|mut new| new.write_all(text.as_bytes()).and_then(|()| new.sync_all()))
        .map_err(|source| DeploymentError::unwritable(file, source))
}

/// A file that was not there, for its owner alone.
pub(crate) fn create_new(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, OWNER_ONLY);
    options.open(file)
}

/// Puts a text in the place of a file: a reader, or a crash, sees the one or the other.
pub(crate) fn replace(file: &Path, text: &str) -> Result<(), DeploymentError> {
    let new = file.with_extension("new");
    let written = (|| {
        if new.try_exists()? {
            fs::remove_file(&new)?;
        }
        let mut opened = create_new(&new)?;
        opened.write_all(text.as_bytes())?;
        opened.sync_all()?;
        fs::rename(&new, file)?;
        sync_folder(file)
    })();
    written.map_err(|source| DeploymentError::unwritable(file, source))
}

/// A renamed file survives a crash when its folder knows of it.
#[cfg(unix)]
fn sync_folder(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

pub(crate) fn read(file: &Path) -> Result<String, DeploymentError> {
    fs::read_to_string(file).map_err(|source| DeploymentError::unreadable(file, source))
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
fn restrict(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// The rights of others than the owner, as three octal digits; nothing if they have none.
#[cfg(unix)]
pub(crate) fn rights_of_others(path: &Path) -> io::Result<Option<String>> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path)?.permissions());
    Ok((mode & 0o077 != 0).then(|| format!("{:03o}", mode & 0o777)))
}

#[cfg(not(unix))]
pub(crate) fn rights_of_others(_: &Path) -> io::Result<Option<String>> {
    Ok(None)
}

/// Keeps other commands from changing the deployment until it is dropped.
pub(crate) fn lock(folder: &Path) -> Result<File, DeploymentError> {
    let file = folder.join("deployment.lock");
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&file);
    let opened = opened.map_err(|source| DeploymentError::unwritable(&file, source))?;
    opened.lock().map_err(|source| DeploymentError::unwritable(&file, source))?;
    Ok(opened)
}
