use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use strongroom_primitives::Label;

use super::cache::Cache;
use super::shard::ReleaseShard;
use crate::release::{FilePath, Manifest, ReleaseError, open_manifest};
use crate::vocabulary::ReleaseVocabulary;

/// What stands for the version where the release does not say it.
const NO_VERSION: &str = "not stated";

/// A release that is open to be read shard by shard.
///
/// It holds decoded columns, as many as there is room for, and shares them among its shards and
/// clones. No file stays open.
#[derive(Clone)]
pub struct Release {
    folder: Arc<Path>,
    manifest: Arc<Manifest>,
    cache: Arc<Cache>,
}

impl Release {
    /// The bytes of decoded columns that are held, unless something else is asked for.
    pub const CACHE: usize = 1 << 30;

    /// Opens the release in this folder. Reads the manifest and looks for every file of it, with
    /// its size; only [`verify`](crate::verify()) looks at every byte.
    ///
    /// # Errors
    /// If the folder holds no readable release, or a file is missing or has another size.
    pub fn open(folder: &Path) -> Result<Self, ReleaseError> {
        Self::open_with_cache(folder, Self::CACHE)
    }

    /// The same, with room for so many bytes of decoded columns.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn open_with_cache(folder: &Path, bytes: usize) -> Result<Self, ReleaseError> {
        let manifest = open_manifest(folder)?;
        for file in &manifest.files {
            let path = file.path.to_string();
            match fs::metadata(folder.join(&path)) {
                Ok(found) if found.len() == file.bytes => {}
                Ok(_) => return Err(ReleaseError::OtherSize { path }),
                Err(source) => return Err(ReleaseError::Read { path, source }),
            }
        }
        Ok(Self {
            folder: Arc::from(PathBuf::from(folder)),
            manifest: Arc::new(manifest),
            cache: Arc::new(Cache::new(bytes)),
        })
    }

    /// What the release consists of.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Its shards, in the order of their people.
    #[must_use]
    pub fn shards(&self) -> Vec<ReleaseShard> {
        let shards = 0..self.manifest.shards();
        shards.map(|shard| ReleaseShard::new(self, shard)).collect()
    }

    /// Its vocabulary. Open it once, and use it for many definitions.
    ///
    /// # Errors
    /// If its file cannot be read, or is damaged.
    pub fn vocabulary(&self) -> Result<ReleaseVocabulary, ReleaseError> {
        let stated = self.manifest.vocabulary_version.clone();
        #[expect(clippy::expect_used, reason = "the constant keeps the rule for labels")]
        let version = stated.unwrap_or_else(|| Label::new(NO_VERSION).expect("a label"));
        ReleaseVocabulary::open(&self.folder, version)
    }

    pub(super) const fn cache(&self) -> &Arc<Cache> {
        &self.cache
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn file(&self, path: FilePath) -> PathBuf {
        self.folder.join(path.to_string())
    }
}

impl fmt::Debug for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Release").field("name", &self.manifest.name).finish_non_exhaustive()
    }
}
