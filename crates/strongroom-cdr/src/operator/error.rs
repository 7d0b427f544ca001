use crate::query::QueryError;

/// Why a travelling operator cannot be written, read or opened.
///
/// Messages hold no text of the state, which may come from anybody.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OperatorError {
    /// The state takes up more bytes than are read.
    #[error("the operator's state has more than {limit} bytes; narrow its concept sets or its shards")]
    TooLarge {
        /// The most bytes that are read.
        limit: usize,
    },
    /// It is no state, or a damaged one.
    #[error("the operator's state is damaged at line {line}, column {column}; have it sent again")]
    Malformed {
        /// The line, from 1; 0 where there is none.
        line: usize,
        /// The byte in the line.
        column: usize,
    },
    /// It is a state of another version.
    #[error("the operator's state has another format; run the same version of Strongroom on all machines")]
    OtherFormat,
    /// Shards do not ascend, or a column is named twice.
    #[error("the operator's state names {what} twice or out of order; have it made anew")]
    Repeated {
        /// Of what.
        what: &'static str,
    },
    /// It reads another release, or one of the same name that was built anew.
    #[error("the operator reads another release; open the one that it was made for")]
    OtherRelease,
    /// It was made under another version of the policy, or reads a release that was built by another.
    #[error("the operator was made under another policy; make it anew under the one of this session")]
    OtherPolicy,
    /// The release, or the table, has no such shard, or the state says nothing of shards where it must,
    /// or the other way around.
    #[error("the operator's shards are not those of its table; make it anew from this release")]
    OtherShards,
    /// The operator has fewer partitions.
    #[error("the operator has {partitions} partitions; ask for one of those")]
    NoPartition {
        /// How many it has.
        partitions: usize,
    },
    /// A column that tables of the CDM, or cohorts, do not have.
    #[error("the operator reads a column that `{table}` does not have; leave it out")]
    UnknownColumn {
        /// The table, or `cohort`.
        table: &'static str,
    },
    /// What a column is compared with is not of its type.
    #[error("`{table}.{column}` is compared with a value of another type; compare it with one of its own")]
    OtherType {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The cohort's definition cannot be read.
    #[error("the definition of the operator's cohort cannot be read; have it sent again")]
    Definition,
    /// The definition comes to another cohort here, by another vocabulary or by other rules.
    #[error("the operator's cohort comes to another one here; open the release that it was made for")]
    OtherCohort,
    /// The session may not read it, or it could not be read.
    #[error(transparent)]
    Query(#[from] QueryError),
}
