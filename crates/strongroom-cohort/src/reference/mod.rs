//! The reference evaluator: what a definition means, one person at a time.
//!
//! Slow on purpose and short enough to be read against the rules. Every engine must give the same
//! answers for the same people, whatever the order of their rows.
//!
//! It works on records that the caller already holds, so what it counts are the caller's own
//! numbers: it is no way to get at a repository's, which leave only under disclosure control.

mod attrition;
mod evaluate;
mod person;
mod truth;

pub use attrition::{Attrition, StepAttrition, attrition};
pub use evaluate::{EntryEvent, Evaluation, Verdict, evaluate};
pub use person::{Birth, EventRecord, PersonRecord};
pub use truth::Truth;
