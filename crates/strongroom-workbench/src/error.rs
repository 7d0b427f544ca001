use strongroom_access::BypassError;
use strongroom_cdr::QueryError;
use strongroom_datasets::ExportError;
use strongroom_disclosure::InconsistentCounts;
use strongroom_gate::Refusal;
use strongroom_primitives::{Id, InvalidValue, ReleaseName, RequirementName, RowTier, kind};
use strongroom_store::StoreError;
use strongroom_tiers::CatalogueError;
use strongroom_workspaces::{CreditError, TooOften, WorkspaceError};

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
    /// The credits do not pay for it; nothing has run.
    #[error(transparent)]
    Credit(#[from] CreditError),
    /// Nothing costs anything here, so that nobody has credits.
    #[error("nothing costs anything in this workbench; set prices and credits first")]
    NoCredits,
    /// It was done too often within a short time.
    #[error(transparent)]
    TooOften(#[from] TooOften),
    /// No release of the tier takes new work.
    #[error("no release of the {tier} tier takes new work; wait for the next one, or name a release")]
    NoRelease {
        /// The tier.
        tier: RowTier,
    },
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
    /// The policy asks for something that nobody has defined.
    #[error("the policy asks for {requirement}, which is not defined; define it, or correct the policy")]
    RequirementUndefined {
        /// What it asks for.
        requirement: RequirementName,
    },
    /// The bypass breaks a rule that holds under every policy.
    #[error(transparent)]
    Bypass(#[from] BypassError),
    /// The policy excuses nobody from the requirement.
    #[error("the policy excuses nobody from {requirement}; bring the evidence, or change the policy")]
    NoBypass {
        /// The requirement.
        requirement: RequirementName,
    },
    /// The policy excuses nobody for so long.
    #[error("the policy excuses for {longest_days} days at most; choose an earlier end")]
    BypassTooLong {
        /// For how many days of 24 hours it does.
        longest_days: u32,
    },
    /// Somebody acts whose account may not be used.
    #[error("the account of {person} may not be used; ask somebody else")]
    AccountNotUsable {
        /// Who.
        person: Id<kind::Person>,
    },
    /// Nothing was recorded that could be withdrawn.
    #[error("nothing is recorded for {requirement}; check the name of the requirement")]
    NothingToWithdraw {
        /// The requirement.
        requirement: RequirementName,
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
