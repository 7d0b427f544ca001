//! A release on disk, layout 0: what it consists of, how it is opened, and how it is proved intact.
//!
//! ```text
//! R2026Q1/
//! ├── manifest.json             what the release is, every file with its digest, the load report
//! ├── manifest.json.sha256      the digest of the manifest, in the form of `sha256sum`
//! └── tables/
//!     ├── person.parquet        every column of the CDM 5.4, in order, whatever the source had
//!     └── …
//! ```

mod error;
mod info;
mod load_report;
mod manifest;
mod schema;
mod table_name;
mod verify;

pub use error::ReleaseError;
pub use info::{ReleaseInfo, TableInfo, info};
pub use load_report::{
    LoadReport, Occurrences, RejectReason, RejectedRows, RepairReason, RepairedRows, SourceKind, TableReport,
    UnreadableCells,
};
pub use manifest::{Manifest, ReleaseFormat, TableFile, open_manifest};
pub use schema::table_schema;

pub use table_name::{TableName, TablePath};
pub use verify::{Difference, Differences, VerifyError, VerifyReport, verify};

pub(crate) use manifest::{DIGEST_FILE, MANIFEST_FILE, TABLES_FOLDER, digest_line};
pub(crate) use schema::data_type;
