use std::io;
use std::path::Path;

use thiserror::Error;

/// Why a file of cases could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CasesError {
    /// The disk said no.
    #[error("`{path}` cannot be read: {source}")]
    Read {
        /// The file or folder.
        path: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// A line or document that is no case.
    #[error("line {line} of `{path}` is no case: {problem}")]
    NotACase {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// Two cases with one id.
    #[error("`{path}` has the case `{id}` twice; give one of them another id")]
    Twice {
        /// The file or folder.
        path: String,
        /// The id.
        id: String,
    },
    /// A folder without definitions.
    #[error(
        "`{path}` holds no definitions; expected files that end in `.json`, or one that ends in `.jsonl`"
    )]
    Nothing {
        /// The folder.
        path: String,
    },
}

impl CasesError {
    pub(super) fn reading(path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Read { path: path.display().to_string(), source }
    }
}
