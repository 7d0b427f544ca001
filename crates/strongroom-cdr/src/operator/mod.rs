//! The leaves of plans as they travel: a few lines of JSON on one machine, a leaf again on another,
//! shard by shard.
//!
//! ```text
//!   here   table_operator ─┐                                       ┌─► Operator ── rows(partition)
//!          cohort_operator ┴► OperatorState ── encode ─► bytes ─► decode ── open_operator ─┘   there
//!                             what is read,                        by a session of its own,
//!                             nothing that was                     with a permit of its own
//! ```
//!
//! A state is no capability. It says what is to be read, and holds nothing that was: whoever gets hold
//! of one can do with it what their own session and permit let them do without it.

mod error;
mod open;
mod state;

pub use error::OperatorError;
pub use open::Operator;
pub use state::OperatorState;
