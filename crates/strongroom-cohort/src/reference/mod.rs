//! The executable specification: slow, one person at a time, obviously right. Engines are tested
//! against it.
//!
//! ```text
//! PersonRecord ──► source ──► filters ──► entry ──► steps ──► exit ──► merge ──► clip ──► sample
//!                  (rows)     windows     (index)   truth    censor
//! ```
//!
//! Where the profiles differ, `rules` says how.

mod anchors;
mod attrition;
mod context;
mod controls;
mod counting;
mod entries;
mod evaluate;
mod exits;
mod explain;
mod filters;
mod merge;
mod observed;
mod predicates;
mod record;
mod rows;
mod rules;
mod truth;
mod values;
mod windows;

pub use attrition::{Attrition, StepAttrition, Tally};
pub use controls::{Control, MatchedControls, match_controls};
pub use entries::{CohortEntry, Outcome, Trail};
pub use evaluate::{Evaluation, evaluate, evaluate_all};
pub use explain::{Cited, Explanation, StepExplanation, TrailExplanation, explain};
pub use record::{Birth, Datum, EventRecord, PersonRecord};
pub use truth::Truth;
