//! The Curated Data Repository: releases are built from OMOP tables, verified, and queried, but only
//! with a session that the gate admitted.
//!
//! ```text
//!   OMOP folder ──build──► release on disk ──verify──► every byte as its manifest says
//!   (CSV, Parquet)          │
//!                        Cdr::open
//!                           │ authorize(TierSession)            consumes the session
//!                           ▼
//!                     AuthorizedCdr ──resolve(Definition)──► ResolvedCohort
//!                           │ run(&ResolvedCohort)
//!                           ▼
//!                     CohortResult ──► count · attrition · by_age_and_sex   released numbers only
//!                           │
//!                           ├─ entries · events, with an ExportPermit ──► RowBatches
//!                           │
//!                           └─ OperatorState ──► another machine, with a session and a permit of its
//!                                                own ──► Operator ── rows(partition) ──► RowBatches
//! ```
//!
//! Inside, a query is a DataFusion plan whose leaves are opaque: columns that the tier hides do not
//! exist there, rows of people who withdrew are dropped before any expression is evaluated, and
//! the session's lease is checked at every batch. No session context, plan or table provider
//! leaves the crate. What leaves it instead, for engines that work on many machines, is the state of a
//! leaf: a few lines of JSON that say what is to be read, and open nothing by themselves.
//!
//! ```
//! use strongroom_cdr::{Cdr, QueryError};
//! use strongroom_cohort::Definition;
//! use strongroom_disclosure::ReleasedCount;
//! use strongroom_gate::TierSession;
//!
//! async fn count(
//!     cdr: &Cdr,
//!     session: TierSession,
//!     definition: &Definition,
//! ) -> Result<ReleasedCount, QueryError> {
//!     let cdr = cdr.authorize(session)?;
//!     let cohort = cdr.resolve(definition)?;
//!     Ok(cdr.run(&cohort).await?.count())
//! }
//! ```
//!
//! # What this crate does not do
//!
//! It decides nothing: sessions and permits are made by `strongroom-gate`, and what may be said
//! about a number by `strongroom-disclosure`. It takes no SQL. Releases are built by
//! `strongroom-release`, whose names are passed on from here; what a policy hides, generalises or
//! moves in time is so in the release already, if it was built by the policy. Whoever can read the
//! files can read the data: protect them with the system's permissions.

mod authorized;
mod cdr;
mod cohort_result;
mod lease;
mod operator;
mod predicate;
mod query;
mod rows;
mod secure;

pub use authorized::{AuthorizedCdr, Extent};
pub use cdr::{Cdr, OpenError};
pub use cohort_result::{AgeAndSex, AgeBand, CohortResult};
pub use operator::{Operator, OperatorError, OperatorState};
pub use predicate::{ColumnLiteral, ColumnPredicate, ColumnTest, IntegerSet};
pub use query::{EngineFailure, QueryError};
pub use rows::RowBatches;
pub use strongroom_release::{
    BuildError, BuildRequest, Difference, Differences, FilePath, LoadReport, Manifest, NoteReason, NotedRows,
    Occurrences, Progress, QualityReport, RejectReason, RejectedRows, ReleaseError, ReleaseFile,
    ReleaseFormat, ReleaseInfo, Silent, Snapshot, SnapshotError, SourceKind, TableInfo, TableName,
    TableReport, UnreadableCells, VerifyError, VerifyReport, build, info, open_manifest, sha256_of_file,
    table_schema, verify,
};
