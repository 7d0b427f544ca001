use datafusion::error::DataFusionError;
use strongroom_cohort::ResolveError;
use strongroom_engine::ShardError;
use strongroom_gate::Refusal;
use strongroom_primitives::Sensitive;

use crate::lease::LeaseExpired;

/// Why a query over a release gave no answer.
///
/// Messages never hold a value of the data, nor a text of the engine, which might.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The session belongs to another release.
    #[error("the session was admitted to another release; ask the gate for a session of this one")]
    OtherRelease,
    /// The session's time is over. What was read until then is lost.
    #[error("the session has ended; ask the gate for a new one, then run the query again")]
    SessionEnded,
    /// The session may not do this, for every reason that the refusal lists.
    #[error("the session may not do this: {0}")]
    Refused(#[from] Refusal),
    /// The session may not see this table, or the release has none of this name; which of the two
    /// is not said.
    #[error("there is no table `{table}` in this release for this session; leave out what needs it")]
    NoTable {
        /// The table.
        table: &'static str,
    },
    /// The session may not see this column, or the table has none of this name.
    #[error("there is no column `{table}.{column}` in this release for this session; leave it out")]
    NoColumn {
        /// The table.
        table: &'static str,
        /// The column.
        column: String,
    },
    /// The definition does not fit the release.
    #[error(transparent)]
    Unresolved(ResolveError),
    /// The permit was given for another session.
    #[error("the permit was given for another session; ask this session for one")]
    OtherPermit,
    /// The cohort was run under another session, which may have seen other people.
    #[error("the cohort was run under another session; run it under this one")]
    OtherCohort,
    /// The query needs more memory than it may have.
    #[error("the query needs more memory than it may use; narrow its concept sets or dates")]
    TooLarge,
    /// The release's files could not be read.
    #[error("the release's files could not be read; run `strongroom cdr verify` on it, then try again")]
    Storage(EngineFailure),
    /// The engine failed: a defect of Strongroom, to be reported.
    #[error("the query could not be finished because of a defect; please report it")]
    Engine(EngineFailure),
}

/// What the engine said. It may quote data, so it is printed nowhere; an operator who may see the
/// data can [`expose`](Self::expose) it.
#[derive(Debug)]
pub struct EngineFailure(Sensitive<String>);

impl EngineFailure {
    pub(crate) const fn new(words: String) -> Self {
        Self(Sensitive::new(words))
    }

    /// The engine's own words. For operators only: they may hold values of the data.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl From<DataFusionError> for QueryError {
    fn from(error: DataFusionError) -> Self {
        let failure = || EngineFailure::new(error.to_string());
        match error.find_root() {
            DataFusionError::External(cause) if cause.is::<LeaseExpired>() => Self::SessionEnded,
            DataFusionError::ResourcesExhausted(_) => Self::TooLarge,
            DataFusionError::External(cause) if cause.is::<ShardError>() => Self::Storage(failure()),
            DataFusionError::ParquetError(_)
            | DataFusionError::ObjectStore(_)
            | DataFusionError::IoError(_) => Self::Storage(failure()),
            _ => Self::Engine(failure()),
        }
    }
}
