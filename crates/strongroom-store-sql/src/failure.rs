//! What the database says, as what the caller can do about it.

use sqlx::Error;
use strongroom_store::StoreError;

/// An error of the database's. Its message stays inside, as the source of the [`StoreError`].
#[derive(Debug, thiserror::Error)]
#[error("the database reported an error")]
pub(crate) struct Failure(#[from] Error);

/// The SQLite result codes that have a remedy of their own (<https://www.sqlite.org/rescode.html>),
/// by their lowest byte.
mod sqlite {
    pub(super) const BUSY: u32 = 5;
    pub(super) const LOCKED: u32 = 6;
    pub(super) const READ_ONLY: u32 = 8;
    pub(super) const CORRUPT: u32 = 11;
    pub(super) const FULL: u32 = 13;
    pub(super) const CANNOT_OPEN: u32 = 14;
    pub(super) const NOT_A_DATABASE: u32 = 26;
}

impl Failure {
    /// Whether the transaction was undone only because it met another one.
    pub(crate) fn is_collision(&self) -> bool {
        // PostgreSQL, appendix A, class 40: serialization_failure and deadlock_detected.
        matches!(self.code().as_deref(), Some("40001" | "40P01"))
            || matches!(self.sqlite_code(), Some(sqlite::BUSY | sqlite::LOCKED))
    }

    fn code(&self) -> Option<String> {
        let Error::Database(error) = &self.0 else { return None };
        error.code().map(String::from)
    }

    /// Codes of SQLite are numbers, and those of PostgreSQL have five characters.
    fn sqlite_code(&self) -> Option<u32> {
        let code = self.code().filter(|code| code.len() < 5)?;
        code.parse::<u32>().ok().map(|code| code & 0xff)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure.sqlite_code() {
            Some(sqlite::READ_ONLY) => {
                return Self::unavailable_until(
                    "the store's file cannot be written; give the program the right to write it and its folder",
                    failure,
                );
            }
            Some(sqlite::FULL) => return full(failure),
            Some(sqlite::BUSY | sqlite::LOCKED) => return busy(failure),
            Some(sqlite::CANNOT_OPEN) => {
                return Self::unavailable_until(
                    "the store's file cannot be opened; check that it is there and may be read and written",
                    failure,
                );
            }
            Some(sqlite::CORRUPT | sqlite::NOT_A_DATABASE) => {
                return Self::corrupt("the file is not a sound database").because(failure);
            }
            _ => {}
        }
        match failure.code().as_deref() {
            // disk_full
            Some("53100") => full(failure),
            // lock_not_available, query_canceled, and collisions that did not end
            Some("55P03" | "57014" | "40001" | "40P01") => busy(failure),
            // read_only_sql_transaction, insufficient_privilege
            Some("25006" | "42501") => Self::unavailable_until(
                "the database may not be written; connect to the primary as a role that may write",
                failure,
            ),
            // data_corrupted, index_corrupted
            Some("XX001" | "XX002") => Self::corrupt("the database reports damage").because(failure),
            _ => match failure.0 {
                Error::Configuration(_) => {
                    Self::unavailable_until("the database's address cannot be read; correct it", failure)
                }
                Error::RowNotFound | Error::ColumnDecode { .. } | Error::Decode(_) => {
                    Self::corrupt("a row is missing or has values of another type").because(failure)
                }
                _ => Self::unavailable(failure),
            },
        }
    }
}

fn full(failure: Failure) -> StoreError {
    StoreError::unavailable_until("the store's disk is full; make room on it, then repeat", failure)
}

fn busy(failure: Failure) -> StoreError {
    StoreError::unavailable_until(
        "another program holds the store for too long; end what holds it, or wait, then repeat",
        failure,
    )
}
