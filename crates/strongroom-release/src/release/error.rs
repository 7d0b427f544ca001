use std::io;

use crate::index::IndexError;

/// Why a release cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReleaseError {
    /// The folder has no manifest.
    #[error(
        "the folder holds no `manifest.json`, so it is no release; check the path, or build a release with \
         `strongroom cdr build`"
    )]
    NoManifest,
    /// A file of the release cannot be read.
    #[error("`{path}` of the release cannot be read; check its permissions and the disk")]
    Read {
        /// The file, relative to the release.
        path: String,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The manifest was written in another layout.
    #[error(
        "the release has another layout than `strongroom-release/1`; open it with the version of Strongroom that \
         built it, or build it again"
    )]
    OtherLayout,
    /// The manifest is damaged.
    #[error(
        "`manifest.json` is damaged at line {line}, column {column}; run `strongroom cdr verify`, then fetch or \
         build the release again"
    )]
    Manifest {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// A file has another size than the manifest says.
    #[error(
        "`{path}` of the release is not as its manifest says; run `strongroom cdr verify` on the release"
    )]
    OtherSize {
        /// The file, relative to the release.
        path: String,
    },
    /// An index cannot be read.
    #[error("`{path}` of the release: {source}")]
    Index {
        /// The file, relative to the release.
        path: String,
        /// What is wrong with it.
        #[source]
        source: IndexError,
    },
}
