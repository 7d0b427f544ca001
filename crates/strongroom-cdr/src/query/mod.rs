//! From a resolved cohort to its people: small plans over opaque leaves, combined as sets.
//!
//! ```text
//!   ResolvedCohort ─┬─ each event expression ─► one DataFusion plan over SecureScan ─► person set
//!                   └─ and · or · not · steps ────────────────────────────► Truths (yes, no)
//! ```
//!
//! One plan per event expression keeps every plan as deep as the anchors it names, however long
//! the definition: no definition can make the planner recurse without end.

mod error;
mod evaluate;
mod events;
mod people;
mod slice;
mod tables;
mod truths;
mod vocabulary;

pub use error::{EngineFailure, QueryError};

pub(crate) use evaluate::{Evaluated, evaluate};
pub(crate) use people::{People, Person};
pub(crate) use tables::{SessionTables, unexpected_shape};
pub(crate) use vocabulary::read_vocabulary;
