use std::error::Error;
use std::io;

/// Why the data could not be written. Files written before the error stay where they are.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SynthesisError {
    /// The output directory is not there and cannot be made.
    #[error("the output directory cannot be created; choose one that may be written to")]
    Directory {
        /// What the operating system says.
        source: io::Error,
    },
    /// A thread that writes tables cannot be started.
    #[error("no thread can be started to write tables; free some memory or raise the limit on threads")]
    Thread {
        /// What the operating system says.
        source: io::Error,
    },
    /// A table's file cannot be written.
    #[error(
        "the file of table {table} cannot be written; check the free space and the permissions of the output directory"
    )]
    Table {
        /// The table's name.
        table: &'static str,
        /// What the writer says.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl SynthesisError {
    /// The error of a table from whatever went wrong with it.
    pub(super) fn table<E: Into<Box<dyn Error + Send + Sync>>>(table: &'static str) -> impl Fn(E) -> Self {
        move |source| Self::Table { table, source: source.into() }
    }
}
