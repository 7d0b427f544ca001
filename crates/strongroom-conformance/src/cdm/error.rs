use std::io;
use std::path::Path;

use thiserror::Error;

/// Why an OMOP folder could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CdmError {
    /// The disk said no.
    #[error("`{path}` cannot be read: {source}")]
    Read {
        /// The file or folder.
        path: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// A table without which there are no people, no observation or no concepts.
    #[error("the folder has no table `{table}`; add `{table}.parquet` or `{table}.csv`")]
    MissingTable {
        /// The table.
        table: &'static str,
    },
    /// Two files hold the same table.
    #[error("both `{first}` and `{second}` hold the table `{table}`; remove one of them")]
    TableTwice {
        /// The table.
        table: &'static str,
        /// The first file, by name.
        first: String,
        /// The second.
        second: String,
    },
    /// A column without which the table means nothing.
    #[error("the table `{table}` has no column `{column}`; add it, or rename the one that holds it")]
    MissingColumn {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A column stands twice in a file.
    #[error("the table `{table}` has the column `{column}` twice; remove or rename one of them")]
    ColumnTwice {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A file that ends in `.parquet` and cannot be decoded.
    #[error("`{path}` is no Parquet file that can be decoded; write it with Zstandard or no compression")]
    NotParquet {
        /// The file.
        path: String,
    },
    /// A CSV row with fewer or more cells than the header.
    #[error(
        "row {row} of the table `{table}` has not as many cells as the header; quote cells with separators"
    )]
    Ragged {
        /// The table.
        table: &'static str,
        /// The row, from 1, the header not counted.
        row: usize,
    },
    /// A cell that does not hold what its column holds.
    #[error("`{table}.{column}` does not hold {expected} in row {row}; correct or remove the row")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row, from 1, the header not counted.
        row: usize,
        /// What the column holds.
        expected: &'static str,
    },
    /// A key that is null.
    #[error("`{table}.{column}` is empty in row {row}; a record needs a key and a person")]
    EmptyKey {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row, from 1, the header not counted.
        row: usize,
    },
    /// The table `person` has two rows of one person.
    #[error("row {row} of the table `person` repeats the person of another row; keep one of them")]
    PersonTwice {
        /// The row, from 1, in the order of ids.
        row: usize,
    },
}

impl CdmError {
    pub(super) fn reading(path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Read { path: path.display().to_string(), source }
    }
}
