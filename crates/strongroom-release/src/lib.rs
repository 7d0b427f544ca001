//! Releases of a Curated Data Repository on disk: built from OMOP tables in bounded memory, verified
//! byte by byte, read column by column.
//!
//! ```text
//!   OMOP folder ──build──► release ──verify──► every byte as its manifest says
//!   CSV, Parquet             │
//!                       Release::open
//!                            ├─ shards() ──────► ReleaseShard: a Shard for the engine
//!                            │                   directory · columns · people of concepts
//!                            └─ vocabulary() ──► ReleaseVocabulary ─ read_for(Definition) ─► Vocabulary
//! ```
//!
//! People are numbered in the order of their ids and cut into shards. The rows about the people of
//! a shard stand in the order (concept, person, start, record), so that the events of a concept set
//! are a few runs of rows. They stand as Parquet with every column of the CDM 5.4, and, if they are
//! events, what most cohorts ask for stands again in an index: the people of every concept, and
//! columns that are each packed by themselves and read without the others. What few cohorts ask for
//! is read from the Parquet rows, which have the same order, and the place of a record's visit and
//! the specialty of its provider are looked up.
//!
//! A release may be built for a tier: by a policy's rules, columns are left out, values made coarser
//! and dates moved before anything of them is written. While it is built it is counted how good the
//! data are: what does not fit, what is implausible, what is missing ([`QualityReport`]).
//!
//! ```no_run
//! use std::path::Path;
//!
//! use strongroom_cohort::ast::{Column, EventKind};
//! use strongroom_engine::{Shard, ShardColumn};
//! use strongroom_primitives::{Clock, ReleaseName, RowTier, SystemClock};
//! use strongroom_release::{BuildRequest, Release, Silent, build, verify};
//!
//! let name = ReleaseName::new("R2026Q1")?;
//! let request = BuildRequest::new("omop", "releases/R2026Q1", name, RowTier::Registered);
//! build(&request, SystemClock.now(), &Silent)?;
//! verify(&request.out)?;
//!
//! let release = Release::open(&request.out)?;
//! for shard in release.shards() {
//!     let concepts = shard.directory(EventKind::Drug)?;
//!     let starts = shard.column(EventKind::Drug, ShardColumn::Of(Column::Start))?;
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What this crate does not do
//!
//! It runs no cohort and asks nobody for permission: whoever can read the files can read the data,
//! so protect them with the system's permissions. It repairs nothing: what is odd stays as recorded,
//! and is counted. It makes no eras where the source has none.

mod build;
mod events;
mod file_digest;
mod index;
mod reader;
mod release;
mod table_rows;
mod vocabulary;

pub use build::{BuildError, BuildRequest, Progress, Silent, SnapshotError, build};
pub use events::{column_of_event, table_of_events};
pub use file_digest::sha256_of_file;
pub use index::IndexError;
pub use reader::{Release, ReleaseShard, read_index};
pub use release::{
    ColumnQuality, Difference, Differences, FilePath, Finding, FindingCount, LoadReport, Manifest,
    NoteReason, NotedRows, Occurrences, PeopleQuality, QualityFormat, QualityReport, RejectReason,
    RejectedRows, ReleaseError, ReleaseFile, ReleaseFormat, ReleaseInfo, Snapshot, SourceKind, TableInfo,
    TableName, TableQuality, TableReport, UnitMix, UnitRows, UnreadableCells, VerifyError, VerifyReport,
    info, open_manifest, table_schema, verify,
};
pub use vocabulary::ReleaseVocabulary;
