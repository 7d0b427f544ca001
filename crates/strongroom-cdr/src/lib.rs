//! The Curated Data Repository: building, verifying and querying releases

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
