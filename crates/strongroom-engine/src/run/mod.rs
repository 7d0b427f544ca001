//! A program at work on one shard.
//!
//! ```text
//! rows ─► first_days ──────────────────────────► end_of ──► …         one day of each person
//! days ─► day_entries ─► day_tests ───────────► end_of ──► …          nothing but days of events
//! set ──► entered ──► day_tests ──► take_step … ──► end_of ──► join ──► clip        plans, leaving
//!  │                                   │
//!  │ find                              └── truth ──► count_passes ──► collect ──► filter
//!  ├── recorded · entries_of · union                      windows, anchors, values
//!  └── row_filters before rows are in order, set_filters after
//! ```
//!
//! Where the profiles differ, `rules` says how.

mod anchors;
mod by_source;
mod counting;
mod day_counts;
mod day_entries;
mod day_tests;
mod entered;
mod exits;
mod filters;
mod first_days;
mod leaving;
mod machine;
mod observed;
mod people;
mod picks;
mod placed;
mod plans;
mod possible;
mod predicates;
mod row_filters;
mod rules;
mod scalars;
mod set_filters;
mod sources;
mod tables;
mod unions;
mod values;
mod watch;
mod windows;

pub(crate) use machine::{Drawn, Machine};
pub(crate) use rules::kinds as kinds_asked;
pub(crate) use watch::{Halt, Watch};
