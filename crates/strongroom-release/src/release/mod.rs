//! A release on disk: what it consists of, how it is opened, and how it is proved intact.
//!
//! ```text
//! R2026Q1/
//! ├── manifest.json             what the release is, every file with its digest, the load report
//! ├── manifest.json.sha256      the digest of the manifest, in the form of `sha256sum`
//! ├── quality.json              how good the data are: what was counted while they were written
//! ├── quality.md                the same, as a page for people
//! ├── vocabulary.index          concepts, what is below them, what maps to them
//! ├── tables/
//! │   └── concept.parquet …     tables that are not about people, every column of the CDM 5.4
//! └── shards/
//!     └── 00000/                65,536 people in the order of their ids
//!         ├── people.index      ids, births, concepts
//!         ├── person.parquet …  tables about people, every column of the CDM 5.4
//!         └── drug_exposure.index …  the same rows, as far as cohorts speak of them
//! ```

mod error;
mod info;
mod load_report;
mod manifest;
mod quality;
mod schema;
mod table_name;
mod verify;

pub use error::ReleaseError;
pub use info::{ReleaseInfo, TableInfo, info};
pub use load_report::{
    LoadReport, NoteReason, NotedRows, Occurrences, RejectReason, RejectedRows, SourceKind, TableReport,
    UnreadableCells,
};
pub use manifest::{Manifest, ReleaseFile, ReleaseFormat, Snapshot, open_manifest};
pub use quality::{
    ColumnQuality, Finding, FindingCount, PeopleQuality, QualityFormat, QualityReport, TableQuality, UnitMix,
    UnitRows,
};
pub use schema::table_schema;

pub use table_name::{FilePath, TableName};
pub use verify::{Difference, Differences, VerifyError, VerifyReport, verify};

pub(crate) use manifest::{DIGEST_FILE, MANIFEST_FILE, digest_line};
pub(crate) use schema::data_type;
