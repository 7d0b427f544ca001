use std::path::Path;

use chrono::NaiveDate;
use strongroom_primitives::{Label, ReleaseName, RowTier, Timestamp};

use super::error::ReleaseError;
use super::manifest::{Manifest, open_manifest};
use super::table_name::TableName;

/// What a person wants to know about a release before using it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReleaseInfo {
    /// The release's name.
    pub name: ReleaseName,
    /// The tier of access that the rows need.
    pub tier: RowTier,
    /// When it was built.
    pub built: Timestamp,
    /// The version of the CDM that the source states.
    pub cdm_version: Option<Label>,
    /// The version of the vocabularies.
    pub vocabulary_version: Option<Label>,
    /// The last day on which anybody was observed.
    pub cut_off: Option<NaiveDate>,
    /// The number of people.
    pub people: u64,
    /// The size of all tables in bytes.
    pub bytes: u64,
    /// The tables, in the order of the CDM.
    pub tables: Vec<TableInfo>,
    /// What the load report found remarkable, one line each.
    pub remarks: Vec<String>,
}

/// One table of a release in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableInfo {
    /// The table.
    pub table: TableName,
    /// The rows it holds.
    pub rows: u64,
    /// The rows of the source that were left out.
    pub rejected: u64,
    /// The rows of the source that are odd and were kept.
    pub noted: u64,
    /// The cells of the source that could not be read.
    pub unreadable: u64,
}

/// Summarises the release in this folder from its manifest alone.
///
/// # Errors
/// Those of [`open_manifest`].
pub fn info(release: &Path) -> Result<ReleaseInfo, ReleaseError> {
    Ok(ReleaseInfo::from(open_manifest(release)?))
}

impl From<Manifest> for ReleaseInfo {
    fn from(manifest: Manifest) -> Self {
        let tables = manifest.load.tables.iter().map(|report| TableInfo {
            table: report.table,
            rows: report.written,
            rejected: report.rows_rejected(),
            noted: report.rows_noted(),
            unreadable: report.cells_unreadable(),
        });
        Self {
            people: manifest.people(),
            bytes: manifest.files.iter().map(|file| file.bytes).sum(),
            tables: tables.collect(),
            remarks: manifest.load.tables.iter().flat_map(|report| report.remarks()).collect(),
            name: manifest.name,
            tier: manifest.tier,
            built: manifest.built,
            cdm_version: manifest.cdm_version,
            vocabulary_version: manifest.vocabulary_version,
            cut_off: manifest.cut_off,
        }
    }
}
