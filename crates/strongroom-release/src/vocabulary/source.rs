use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::ops::Range;

use crate::index::{IndexError, read_at};
use crate::release::{FilePath, ReleaseError};

/// Where the bytes of a vocabulary are.
#[derive(Debug)]
pub(super) enum Source {
    Memory(Vec<u8>),
    File(File),
}

/// What goes wrong inside; the file's name is added outside.
#[derive(Debug)]
pub(super) enum Failure {
    Read(io::Error),
    Damaged(IndexError),
}

impl Source {
    pub(super) fn bytes(&self, range: Range<u64>) -> Result<Cow<'_, [u8]>, Failure> {
        let length = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
        match self {
            Self::Memory(bytes) => {
                let begin = usize::try_from(range.start).unwrap_or(usize::MAX);
                let bytes = bytes.get(begin..begin.saturating_add(length));
                Ok(Cow::Borrowed(bytes.ok_or(IndexError::Damaged("header"))?))
            }
            Self::File(file) => Ok(Cow::Owned(read_at(file, range.start, length)?)),
        }
    }
}

impl Failure {
    /// The failure with the name of the file.
    pub(super) fn of(self, path: FilePath) -> ReleaseError {
        let path = path.to_string();
        match self {
            Self::Read(source) => ReleaseError::Read { path, source },
            Self::Damaged(source) => ReleaseError::Index { path, source },
        }
    }

    pub(super) fn outside(self) -> ReleaseError {
        self.of(FilePath::Vocabulary)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Self {
        Self::Damaged(error)
    }
}
