//! The cohort engine: it says what the executable specification of the cohort language says, only
//! sooner.
//!
//! ```text
//! ResolvedCohort ─┐
//! ResolvedCohort ─┼─ Program::new ─► sets of events, each once ─► cohorts
//! ResolvedCohort ─┘                        │
//!                                         run
//!                     ┌────────────────────┼────────────────────┐
//!                  Shard 0              Shard 1              Shard 2       a thread each
//!                  columns ─► EventSet ─► entries ─► steps ─► exits
//!                     └────────────────────┼────────────────────┘
//!                                     CohortRun   entries and attrition, in the order of people
//! ```
//!
//! A shard is some consecutive people of a release. Its tables are clustered by concept, so the
//! events of a concept set are a few runs of rows; put in the order of people and days they are an
//! event set, and whatever does not depend on who asks is found once: for all entries of a cohort,
//! and for all cohorts of a batch. What is asked of the events around an entry is answered from a
//! person's few rows of those sets, without a copy where it is a count in a window.
//!
//! Results are the same however people are cut into shards, in whatever order rows came, and on any
//! number of threads. That they are those of [`strongroom_cohort::reference`], rows and attrition,
//! is what this crate's tests ask of random definitions over random people.
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//! use strongroom_cohort::reference::PersonRecord;
//! use strongroom_cohort::{Limits, Vocabulary, resolve, text};
//! use strongroom_engine::{MemoryShard, Program, Settings, Unwatched, run};
//! use strongroom_omop::SubjectId;
//! use strongroom_primitives::Label;
//!
//! let everybody = "language 1\ncohort everybody { observed unbounded\npeople where all { } }";
//! let definition = text::parse(everybody, &Limits::default()).definition.ok_or("no definition")?;
//! let cohort = resolve(&definition, &Vocabulary::new(Label::new("none")?), &Limits::default())?;
//!
//! let people: Vec<_> = (1..=3).map(|id| PersonRecord::new(SubjectId::new(id))).collect();
//! let shards = [MemoryShard::new(&people)];
//! let never = AtomicBool::new(false);
//! let runs = run(&Program::new([&cohort]), &shards, &Settings::default(), &Unwatched, &never)?;
//! assert_eq!(runs[0].attrition.included.people, 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What this crate does not do
//!
//! It asks for no session and releases no number under a rule: its results are rows and counts of
//! people. `strongroom-cdr` runs it behind both; on its own it is for the stewards of a folder that
//! they can read anyway. It reads no files: a [`Shard`] does.

mod compile;
mod error;
mod run;
mod runner;
mod shard;

pub use compile::{Program, Reads};
pub use error::{EngineError, ShardError};
pub use runner::{CohortRun, Entries, Settings, Unwatched, Watcher, entries, run};
pub use strongroom_timeline::{Day, PersonSet};

pub use shard::{ColumnData, Directory, MemoryShard, People, Shard, ShardColumn, Texts, UNKNOWN_ID};
