use serde::Serialize;
use strongroom_cdr::AuthorizedCdr;
use strongroom_cohort::{CohortName, ResolvedCohort};
use strongroom_primitives::{Id, Label, NonEmpty, ReleaseName, RowTier, Sha256Digest, kind};

use crate::definition::DatasetDefinition;

/// What an export consists of and where it came from: the content of its `dataset.json`.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ExportManifest {
    format: &'static str,
    /// The dataset's title.
    pub title: Label,
    /// The cohort's name.
    pub cohort: CohortName,
    /// The digest of dataset and cohort definition together, as it stands in the audit trail.
    pub digest: Sha256Digest,
    /// The digest of the cohort's definition.
    pub cohort_digest: Sha256Digest,
    /// The release of the data.
    pub release: ReleaseName,
    /// Its tier: the rows may not be taken where this tier may not be.
    pub tier: RowTier,
    /// The vocabulary that the concepts were looked up in.
    pub vocabulary_version: Label,
    /// The policy that allowed the export.
    pub policy_version: u64,
    /// The workspace it belongs to.
    pub workspace: Id<kind::Workspace>,
    /// The Parquet files, the cohort's entries first.
    pub files: NonEmpty<ExportedFile>,
}

/// One Parquet file of an export.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ExportedFile {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: u64,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Sha256Digest,
}

impl ExportManifest {
    pub(crate) fn new(
        cdr: &AuthorizedCdr,
        dataset: &DatasetDefinition,
        cohort: &ResolvedCohort,
        files: NonEmpty<ExportedFile>,
    ) -> Self {
        let session = cdr.session();
        Self {
            format: "strongroom-export/1",
            title: dataset.title.clone(),
            cohort: cohort.name().clone(),
            digest: dataset.digest(cohort.definition_digest()),
            cohort_digest: cohort.definition_digest(),
            release: session.release().clone(),
            tier: session.tier(),
            vocabulary_version: cohort.vocabulary_version().clone(),
            policy_version: session.policy_version(),
            workspace: session.workspace(),
            files,
        }
    }

    /// Rows over all files.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// Bytes over all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}
