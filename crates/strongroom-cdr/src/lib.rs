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
//!                           └─ entries · events, with an ExportPermit ──► RowBatches
//! ```
//!
//! Inside, a query is a DataFusion plan whose leaves are opaque: columns that the tier hides do not
//! exist there, rows of people who withdrew are dropped before any expression is evaluated, and
//! the session's lease is checked at every batch. No session context, plan or table provider
//! leaves the crate.
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
//!     let cohort = cdr.resolve(definition).await?;
//!     Ok(cdr.run(&cohort).await?.count())
//! }
//! ```
//!
//! # What this crate does not do
//!
//! It decides nothing: sessions and permits are made by `strongroom-gate`, and what may be said
//! about a number by `strongroom-disclosure`. It takes no SQL. Releases are layout 0, one Parquet
//! file per table in the order of the source; tables are hidden, columns too, but values are not
//! yet generalised nor dates shifted when a release is built. Whoever can read the files can read
//! the data: protect them with the system's permissions.

mod authorized;
mod build;
mod cdr;
mod cohort_result;
mod file_digest;
mod lease;
mod query;
mod release;
mod rows;
mod secure;

pub use authorized::AuthorizedCdr;
pub use build::{BuildError, BuildRequest, Progress, Silent, build};
pub use cdr::{Cdr, OpenError};
pub use cohort_result::{AgeAndSex, AgeBand, CohortResult};
pub use file_digest::sha256_of_file;
pub use query::{EngineFailure, QueryError};
pub use release::{
    Difference, Differences, LoadReport, Manifest, Occurrences, RejectReason, RejectedRows, ReleaseError,
    ReleaseFormat, ReleaseInfo, RepairReason, RepairedRows, SourceKind, TableFile, TableInfo, TableName,
    TablePath, TableReport, UnreadableCells, VerifyError, VerifyReport, info, open_manifest, table_schema,
    verify,
};
pub use rows::RowBatches;
