use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use futures::TryStreamExt;
use parquet::arrow::AsyncArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use serde::Serialize;
use strongroom_cdr::{AuthorizedCdr, CohortResult, RowBatches, sha256_of_file};
use strongroom_cohort::{Definition, ResolvedCohort, ResolvedConcepts};
use strongroom_gate::ExportPermit;
use strongroom_primitives::NonEmpty;
use tempfile::TempDir;

use crate::definition::{DatasetDefinition, DatasetTable};
use crate::error::ExportError;
use crate::manifest::{ExportManifest, ExportedFile};
use crate::reading_notebook::reading_notebook;

const COHORT_FILE: &str = "cohort.parquet";

/// A dataset that is written, complete, in a place nobody looks at: to be recorded, then
/// [`publish`](Self::publish)ed. Dropped, it is deleted.
///
/// Two steps, so that the audit trail knows of an export before its rows can be read.
#[derive(Debug)]
pub struct PreparedDataset {
    staging: TempDir,
    target: PathBuf,
    manifest: ExportManifest,
}

/// What a dataset is made of, for [`prepare`].
#[derive(Debug, Clone, Copy)]
pub struct DatasetRequest<'a> {
    /// The cohort's definition.
    pub definition: &'a Definition,
    /// The same definition, resolved against the release.
    pub cohort: &'a ResolvedCohort,
    /// The people it gave.
    pub result: &'a CohortResult,
    /// What to take along of them.
    pub dataset: &'a DatasetDefinition,
}

/// Writes the dataset beside `target`: `cohort.parquet`, one Parquet file per table, the cohort's
/// definition, a notebook that reads them, and `dataset.json`, which lists them.
///
/// # Errors
/// If the permit is not for this session or has expired, the dataset does not fit the cohort, the
/// target exists, or a file cannot be written.
pub async fn prepare(
    cdr: &AuthorizedCdr,
    request: DatasetRequest<'_>,
    permit: &ExportPermit,
    target: &Path,
) -> Result<PreparedDataset, ExportError> {
    if target.symlink_metadata().is_ok() {
        return Err(ExportError::TargetExists);
    }
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let staging = tempfile::Builder::new().prefix(".export-").tempdir_in(parent);
    let staging = staging.map_err(|_| ExportError::NoParent)?;
    let DatasetRequest { definition, cohort, result, dataset } = request;

    let entries = cdr.entries(result, permit)?;
    let mut files = NonEmpty::new(write_rows(staging.path(), COHORT_FILE, entries).await?);
    let mut domains = BTreeSet::new();
    for (number, table) in (1..).zip(&dataset.tables) {
        let domain = table.domain;
        if !domains.insert(domain) {
            return Err(ExportError::RepeatedDomain { number, domain });
        }
        let concepts = concepts_of(table, cohort).ok_or(ExportError::UnknownConceptSet { number, domain })?;
        let rows = cdr.events(result, domain, &concepts, permit).await?;
        let file = format!("{}.parquet", domain.columns().table);
        files.push(write_rows(staging.path(), &file, rows).await?);
    }

    let manifest = ExportManifest::new(cdr, dataset, cohort, files);
    write_text(staging.path(), "definition.json", definition.to_json())?;
    write_text(staging.path(), "dataset.ipynb", pretty(&reading_notebook(&manifest), "dataset.ipynb")?)?;
    write_text(staging.path(), "dataset.json", pretty(&manifest, "dataset.json")?)?;
    Ok(PreparedDataset { staging, target: target.to_owned(), manifest })
}

impl PreparedDataset {
    /// What was written.
    #[must_use]
    pub fn manifest(&self) -> &ExportManifest {
        &self.manifest
    }

    /// Makes the dataset appear at its target, whole, by one rename.
    ///
    /// # Errors
    /// If something appeared at the target meanwhile, or the rename fails; the dataset is then
    /// deleted.
    pub fn publish(self) -> Result<ExportManifest, ExportError> {
        let failed = |source| ExportError::Write { file: ".".to_owned(), source };
        fs::rename(self.staging.path(), &self.target).map_err(failed)?;
        // The folder has left the place that the guard would delete.
        drop(self.staging.keep());
        Ok(self.manifest)
    }
}

fn concepts_of(table: &DatasetTable, cohort: &ResolvedCohort) -> Option<ResolvedConcepts> {
    match &table.concepts {
        None => Some(ResolvedConcepts::Every),
        Some(name) => cohort.concept_sets().get(name).cloned().map(ResolvedConcepts::Only),
    }
}

async fn write_rows(folder: &Path, name: &str, mut rows: RowBatches) -> Result<ExportedFile, ExportError> {
    let failed = |error: ParquetError| write_failed(name, io::Error::other(error));
    let path = folder.join(name);
    let file = tokio::fs::File::create_new(&path).await.map_err(|source| write_failed(name, source))?;
    let properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut writer = AsyncArrowWriter::try_new(file, rows.schema(), Some(properties)).map_err(failed)?;
    let mut count = 0_u64;
    while let Some(batch) = rows.try_next().await? {
        count += u64::try_from(batch.num_rows()).unwrap_or(u64::MAX);
        writer.write(&batch).await.map_err(failed)?;
    }
    writer.close().await.map_err(failed)?;
    let bytes = fs::metadata(&path).map_err(|source| write_failed(name, source))?.len();
    let sha256 = sha256_of_file(&path).map_err(|source| write_failed(name, source))?;
    Ok(ExportedFile { name: name.to_owned(), rows: count, bytes, sha256 })
}

fn pretty(value: &impl Serialize, name: &str) -> Result<String, ExportError> {
    let text = serde_json::to_string_pretty(value).map_err(|error| write_failed(name, error.into()))?;
    Ok(text + "\n")
}

fn write_text(folder: &Path, name: &str, text: String) -> Result<(), ExportError> {
    fs::write(folder.join(name), text).map_err(|source| write_failed(name, source))
}

fn write_failed(name: &str, source: io::Error) -> ExportError {
    ExportError::Write { file: name.to_owned(), source }
}
