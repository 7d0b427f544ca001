use super::column_builder::ReadColumn;
use super::error::BuildError;

/// Rows of a table as they were read, before any check between them.
#[derive(Debug)]
pub(super) struct Chunk {
    /// Every column of the table, in its order, all of the same length.
    pub(super) columns: Vec<ReadColumn>,
    /// Where each row stands: its line in a CSV file, its number in Parquet files.
    pub(super) places: Vec<u64>,
    /// Where rows stand that have more or fewer cells than the header, and are not in `columns`.
    pub(super) ragged: Vec<u64>,
    /// The bytes of the source read so far.
    pub(super) bytes: u64,
}

/// A table's rows, in the order of the source.
pub(super) type Chunks = Box<dyn Iterator<Item = Result<Chunk, BuildError>>>;

/// The rows of a chunk, at most.
pub(super) const ROWS: usize = 8192;
