//! Whether a cohort engine is right, asked of those who should know: cases with the results of
//! other implementations, run on any engine and compared row by row through a digest.
//!
//! ```text
//!   OMOP folder ─► cdm::read ─► people, vocabulary ─► ReferenceEngine ┐
//!   CSV, Parquet                                      another Engine ─┤
//!                                                                     ▼
//!   definitions.json ─► cases::definitions ─┐                    ┌─ run::run ─┐
//!                                           ├─► Case ─ import ─► │  two       │
//!   expected.jsonl ───► cases::expected ────┘                    │  threads   │
//!                                                                └────┬───────┘
//!                            hash::rows = the expected digest? ◄──────┤
//!                                                                     ▼
//!                                                   Report: 647 of 647 identical
//! ```
//!
//! Cohorts are compared by the SHA-256 of their sorted rows ([`hash::rows`]), so results can be
//! published and checked without the rows. Where the other implementation leaves open which of
//! several events of one day counts, either of two digests is right; where it fails itself, any
//! clear answer or error is.
//!
//! The reader of OMOP folders repairs nothing: what is null stays unknown, what ends before it
//! starts stays so. How missing days are completed is the rule of a profile, and engines are
//! compared on exactly such rules.
//!
//! ```
//! use chrono::NaiveDate;
//! use strongroom_conformance::cases::{CaseId, Expected, ExpectedCohort, ForeignDefinition};
//! use strongroom_conformance::run::{Case, Options, run};
//! use strongroom_conformance::{CohortRow, Engine, EngineError};
//! use strongroom_cohort::{Definition, Profile};
//! use strongroom_omop::SubjectId;
//!
//! /// Puts one person into every cohort.
//! struct OnePerson(CohortRow);
//!
//! impl Engine for OnePerson {
//!     fn run(&self, _definition: &Definition) -> Result<Vec<CohortRow>, EngineError> {
//!         Ok(vec![self.0])
//!     }
//! }
//!
//! let day = NaiveDate::from_ymd_opt(2020, 1, 31).ok_or("no such day")?;
//! let row = CohortRow { subject: SubjectId::new(17), start: day, end: day };
//! let cases = Case::pair(
//!     vec![ForeignDefinition::new(CaseId::new("2"), "{}".to_owned())],
//!     [(CaseId::new("2"), Expected::Cohort(ExpectedCohort::of(vec![row])))].into(),
//! );
//! let import = |_: &Case| Ok(Definition::new(Profile::Circe1));
//! let report = run(&cases, &import, &OnePerson(row), &Options::default(), &|_| ());
//! assert_eq!(report.to_string(), "1 of 1 identical");
//! assert_eq!(report.exit_status(), 0);
//! # Ok::<(), &str>(())
//! ```
//!
//! # What this crate does not do
//!
//! It measures no time and makes no results: the digests come from other implementations. It
//! releases nothing under a disclosure rule, so it is for data that may be looked at: synthetic
//! and published ones. It reads a folder into memory, some 300 bytes for each event.

pub mod cases;
pub mod cdm;
mod engine;
pub mod hash;
mod native_engine;
mod reference_engine;
mod row;
pub mod run;

pub use engine::{Engine, EngineError};
pub use native_engine::NativeEngine;
pub use reference_engine::{ReferenceEngine, import_circe, import_workbench};
pub use row::CohortRow;
pub use run::{Case, Report};
