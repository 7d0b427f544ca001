use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use strongroom_primitives::{NonEmpty, Sha256Digest};

use crate::file_digest::sha256_of_file;

use super::error::ReleaseError;
use super::manifest::{DIGEST_FILE, MANIFEST_FILE, Manifest, ReleaseFile, digest_line, open_manifest};

/// A release whose every file was read and found to be as its manifest says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifyReport {
    /// The files read.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// The digest of the manifest. Whoever notes it elsewhere can tell later whether somebody has
    /// replaced the whole release, manifest included.
    pub manifest: Sha256Digest,
}

/// Why a release could not be verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// It cannot be opened or read.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// It was read, and is not what its manifest says.
    #[error("{0}; do not use the release: fetch or build it again")]
    Differs(Differences),
}

/// All differences between a release and its manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differences(NonEmpty<Difference>);

/// One difference between a release and its manifest. Paths are relative to the release.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// A file of the manifest is not there.
    Missing {
        /// The file.
        path: String,
    },
    /// A file is there that the manifest does not know.
    Extra {
        /// The file or folder.
        path: String,
    },
    /// A file has another size.
    Size {
        /// The file.
        path: String,
        /// Bytes by the manifest.
        expected: u64,
        /// Bytes on disk.
        found: u64,
    },
    /// A file has another content.
    Content {
        /// The file.
        path: String,
    },
}

impl Differences {
    /// The differences: files in the order of the manifest, then what is extra, by path.
    pub fn iter(&self) -> impl Iterator<Item = &Difference> {
        self.0.iter()
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the release differs from its manifest: ")?;
        for (index, difference) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{difference}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { path } => write!(f, "`{path}` is missing"),
            Self::Extra { path } => write!(f, "`{path}` does not belong to it"),
            Self::Size { path, expected, found } => {
                write!(f, "`{path}` has {found} bytes instead of {expected}")
            }
            Self::Content { path } => write!(f, "`{path}` has another content"),
        }
    }
}

/// Reads every byte of the release in this folder and compares it with the manifest: no file may
/// be missing, extra, or different in size or SHA-256.
///
/// # Errors
/// If the release cannot be opened or read, or with *all* differences if there is one.
pub fn verify(release: &Path) -> Result<VerifyReport, VerifyError> {
    let manifest_digest = sha256_of(release, MANIFEST_FILE)?.ok_or(ReleaseError::NoManifest)?;
    let sealed = sha256_line_of(release)? == Some(digest_line(manifest_digest));
    let damaged = (!sealed).then(|| Difference::Content { path: MANIFEST_FILE.to_owned() });
    let manifest = match (open_manifest(release), damaged.clone()) {
        (Ok(manifest), _) => manifest,
        // What the digest shows to be damaged is called damaged, whatever else it looks like.
        (Err(ReleaseError::Manifest { .. } | ReleaseError::OtherLayout), Some(damaged)) => {
            return Err(VerifyError::Differs(Differences(NonEmpty::new(damaged))));
        }
        (Err(error), _) => return Err(error.into()),
    };
    let mut differences: Vec<_> = damaged.into_iter().collect();
    for file in &manifest.files {
        differences.extend(difference(release, file)?);
    }
    differences.extend(extra(release, &manifest)?);
    match NonEmpty::from_vec(differences) {
        Some(differences) => Err(VerifyError::Differs(Differences(differences))),
        None => Ok(VerifyReport {
            files: manifest.files.len() as u64,
            bytes: manifest.files.iter().map(|file| file.bytes).sum(),
            manifest: manifest_digest,
        }),
    }
}

fn difference(release: &Path, file: &ReleaseFile) -> Result<Option<Difference>, ReleaseError> {
    let path = file.path.to_string();
    Ok(match size_of(release, &path)? {
        None => Some(Difference::Missing { path }),
        Some(found) if found != file.bytes => Some(Difference::Size { path, expected: file.bytes, found }),
        Some(_) => (sha256_of(release, &path)? != Some(file.sha256)).then_some(Difference::Content { path }),
    })
}

/// What lies in the release and belongs to no file of its manifest, by path.
fn extra(release: &Path, manifest: &Manifest) -> Result<Vec<Difference>, ReleaseError> {
    let files = manifest.files.iter().map(|file| file.path.to_string());
    let known: BTreeSet<_> =
        [MANIFEST_FILE, DIGEST_FILE].map(str::to_owned).into_iter().chain(files).collect();
    let mut extra = BTreeSet::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for path in entries(release, &folder)? {
            let is_folder = size_of(release, &path)?.is_none();
            if is_folder && known.range(format!("{path}/")..).next().is_some_and(|next| is_below(next, &path))
            {
                folders.push(path);
            } else if is_folder || !known.contains(&path) {
                extra.insert(path);
            }
        }
    }
    // What is known and is no file has been reported already.
    Ok(extra.difference(&known).map(|path| Difference::Extra { path: path.clone() }).collect())
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The paths of what lies in a folder of the release; none if there is no such folder.
fn entries(release: &Path, folder: &str) -> Result<BTreeSet<String>, ReleaseError> {
    let read = |source| unreadable(folder, source);
    let mut paths = BTreeSet::new();
    if let Some(entries) = present(fs::read_dir(release.join(folder))).map_err(read)? {
        for entry in entries {
            let name = entry.map_err(read)?.file_name();
            paths.insert(match folder {
                "" => name.to_string_lossy().into_owned(),
                _ => format!("{folder}/{}", name.to_string_lossy()),
            });
        }
    }
    Ok(paths)
}

/// The size in bytes, if the path leads to a regular file. A link is none: it leads out.
fn size_of(release: &Path, path: &str) -> Result<Option<u64>, ReleaseError> {
    let metadata =
        present(fs::symlink_metadata(release.join(path))).map_err(|source| unreadable(path, source))?;
    Ok(metadata.filter(fs::Metadata::is_file).map(|metadata| metadata.len()))
}

fn sha256_of(release: &Path, path: &str) -> Result<Option<Sha256Digest>, ReleaseError> {
    present(sha256_of_file(&release.join(path))).map_err(|source| unreadable(path, source))
}

fn sha256_line_of(release: &Path) -> Result<Option<String>, ReleaseError> {
    let bytes =
        present(fs::read(release.join(DIGEST_FILE))).map_err(|source| unreadable(DIGEST_FILE, source))?;
    Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
}

fn present<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn unreadable(path: &str, source: io::Error) -> ReleaseError {
    ReleaseError::Read { path: path.to_owned(), source }
}
