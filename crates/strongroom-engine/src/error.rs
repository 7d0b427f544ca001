use thiserror::Error;

/// What a [`Shard`](crate::Shard) could not read.
#[derive(Debug, Error)]
#[error("{what} could not be read: {source}")]
pub struct ShardError {
    what: String,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl ShardError {
    /// Something, such as `condition_occurrence of shard 3`, could not be read, and why. Neither
    /// names a value of the data.
    #[must_use]
    pub fn new(what: impl Into<String>, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { what: what.into(), source: source.into() }
    }
}

/// Why a run has no result.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// Something of the release could not be read.
    #[error(transparent)]
    Unreadable(#[from] ShardError),
    /// The events of one shard take up too much memory.
    #[error(
        "the cohort needs more than {limit} bytes of memory for one shard; ask for fewer events at \
         once, or allow more"
    )]
    TooLarge {
        /// The bytes that are allowed.
        limit: usize,
    },
    /// Somebody wanted it stopped.
    #[error("the run was stopped before it was complete; run it again")]
    Stopped,
}
