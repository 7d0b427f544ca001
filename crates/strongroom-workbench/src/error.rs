use strongroom_cdr::QueryError;
use strongroom_datasets::ExportError;
use strongroom_disclosure::InconsistentCounts;
use strongroom_gate::Refusal;
use strongroom_primitives::{InvalidValue, ReleaseName};
use strongroom_store::StoreError;
use strongroom_tiers::CatalogueError;
use strongroom_workspaces::WorkspaceError;

/// Why a request was not carried out. A refusal is the answer of a decision, not a failure: it
/// carries every objection, with the next step and who can take it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkbenchError {
    /// The decision was no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store did not do what was asked; nothing was changed, and nothing was answered.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The change does not fit the workspace as it is now.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The query gave no answer.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The dataset was not exported.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The release is in the catalogue, but not open here.
    #[error("release {release} is not open in this workbench; open it, or ask where it is served")]
    ReleaseNotOpen {
        /// The release.
        release: ReleaseName,
    },
    /// The catalogue refused the release.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// Counts of one answer contradict each other: a defect.
    #[error(transparent)]
    Counts(#[from] InconsistentCounts),
    /// A text of the program's own is no value of its type: a defect.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
}
