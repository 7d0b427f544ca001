use std::fs;
use std::io;
use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use strongroom_omop::Table;
use strongroom_primitives::{Label, ReleaseName, RowTier, Sha256Digest, Timestamp};

use super::error::ReleaseError;
use super::load_report::LoadReport;
use super::table_name::TablePath;

pub(crate) const MANIFEST_FILE: &str = "manifest.json";
pub(crate) const DIGEST_FILE: &str = "manifest.json.sha256";
pub(crate) const TABLES_FOLDER: &str = "tables";

/// What a release is and what it consists of: the content of its `manifest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Manifest {
    /// The layout.
    pub format: ReleaseFormat,
    /// The release's name.
    pub name: ReleaseName,
    /// The tier of access that the rows need.
    pub tier: RowTier,
    /// When it was built.
    pub built: Timestamp,
    /// `cdm_version` of the first row of `cdm_source`.
    pub cdm_version: Option<Label>,
    /// The version that the vocabulary `None` has in `vocabulary`, as OHDSI publishes it; else
    /// `vocabulary_version` of the first row of `cdm_source`.
    pub vocabulary_version: Option<Label>,
    /// The last day on which anybody was observed: the latest `observation_period_end_date`.
    pub cut_off: Option<NaiveDate>,
    /// Every table of the release, in the order of the CDM.
    pub files: Vec<TableFile>,
    /// What became of the rows of the source.
    pub load: LoadReport,
}

/// The layouts of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ReleaseFormat {
    /// One Parquet file per table, rows in the order of the source.
    #[serde(rename = "strongroom-release/0")]
    Layout0,
}

/// One table's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TableFile {
    /// Where it is, relative to the release.
    pub path: TablePath,
    /// Its digest.
    pub sha256: Sha256Digest,
    /// Its size in bytes.
    pub bytes: u64,
    /// The rows it holds.
    pub rows: u64,
}

impl Manifest {
    /// The file of the table with this name of the CDM, if the release has it.
    #[must_use]
    pub fn file(&self, table: &str) -> Option<&TableFile> {
        self.files.iter().find(|file| file.path.table().name() == table)
    }

    /// The number of people.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.file("person").map_or(0, |file| file.rows)
    }

    /// The tables of the release, in the order of the CDM.
    pub fn tables(&self) -> impl Iterator<Item = &'static Table> {
        self.files.iter().map(|file| file.path.table())
    }

    /// The text of `manifest.json`: the same manifest gives the same bytes.
    pub(crate) fn to_json(&self) -> Result<String, io::Error> {
        let mut text = serde_json::to_string_pretty(self).map_err(io::Error::from)?;
        text.push('\n');
        Ok(text)
    }

    fn from_json(text: &[u8]) -> Result<Self, ReleaseError> {
        // Read without the rest, because another layout has other fields.
        #[derive(Deserialize)]
        struct Tag {
            format: String,
        }
        serde_json::from_slice(text).map_err(|error| match serde_json::from_slice::<Tag>(text) {
            Ok(tag) if is_other_layout(&tag.format) => ReleaseError::OtherLayout,
            // The message of the parser may repeat what it read; the place is enough.
            _ => ReleaseError::Manifest { line: error.line(), column: error.column() },
        })
    }
}

fn is_other_layout(format: &str) -> bool {
    format.strip_prefix("strongroom-release/").is_some_and(|layout| layout != "0")
}

/// The line that `sha256sum` writes, and checks, for the manifest.
pub(crate) fn digest_line(digest: Sha256Digest) -> String {
    format!("{digest}  {MANIFEST_FILE}\n")
}

/// Reads the manifest of the release in this folder.
///
/// This trusts the disk; [`verify`](super::verify()) does not.
///
/// # Errors
/// If the folder holds no manifest, one of another layout, or one that cannot be read.
pub fn open_manifest(release: &Path) -> Result<Manifest, ReleaseError> {
    let text = fs::read(release.join(MANIFEST_FILE)).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReleaseError::NoManifest,
        _ => ReleaseError::Read { path: MANIFEST_FILE.to_owned(), source },
    })?;
    Manifest::from_json(&text)
}
