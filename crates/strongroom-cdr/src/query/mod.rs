//! From a resolved cohort to its people: the cohort engine over the shards of the release, as the
//! session may see them; and plans over the tables, for rows.
//!
//! ```text
//!   ResolvedCohort ── reads::check ──► Program ── run over SecureShard ──► Evaluated
//!   rows of members ────────────────► DataFusion plan over SecureScan ──► RowBatches
//! ```

mod error;
mod evaluate;
mod reads;
mod tables;

pub use error::{EngineFailure, QueryError};

pub(crate) use reads::{check as check_reads, check_vocabulary};

pub(crate) use evaluate::{Evaluated, Person, evaluate};
pub(crate) use tables::SessionTables;
