use std::error::Error;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use serde::de::DeserializeOwned;
use strongroom::cdr::{BuildError, OpenError, QueryError, ReleaseError, VerifyError};
use strongroom::engine::EngineError;
use strongroom::store::StoreError;
use strongroom::workbench::WorkbenchError;
use strongroom_deployment::DeploymentError;

/// Why a command did not do what it was asked, and with which code it ends.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    cause: Box<dyn Error>,
}

/// What the command itself finds wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error("the trail is not intact; take what differs from a backup, and find out who wrote it")]
    TrailNotIntact,
    #[error("the policy declares no such requirement; name one of {asked}")]
    NoSuchRequirement { asked: String },
    #[error("the release is not intact; build it again, or fetch it again from where it was built")]
    NotIntact,
    #[error("`{folder}` exists and holds something other than an earlier demo; choose another with --out")]
    NotADemo { folder: String },
    #[error(
        "the given OMOP tables lie in `{folder}`, which the demo would replace; choose another with --out"
    )]
    SourceInTarget { folder: String },
    #[error(
        "the tables hold no condition with a standard concept, so the demo has no question to ask of them"
    )]
    NoQuestion,
    #[error("the policy has {errors}; correct what is listed above, and check it again")]
    PolicyErrors { errors: String },
    #[error("`{file}` cannot be read; check the path, its permissions and the disk")]
    Unreadable { file: String, source: io::Error },
    #[error("`{file}` holds no {what} in JSON; correct it where it is wrong")]
    NoSuchJson { file: String, what: &'static str, source: serde_json::Error },
    #[error("`{file}` cannot be written; choose a path where there is nothing yet")]
    Unwritable { file: String, source: io::Error },
    #[error("`{file}` ends in neither .toml nor .json; choose one of them")]
    NoSyntax { file: String },
    #[error("`{file}` is no definition that can be recognised; name its form with --from")]
    UnknownForm { file: String },
    #[error("`{file}` has more than {allowed} bytes, which no definition may have; split it")]
    TooLong { file: String, allowed: usize },
    #[error("`{file}` is not text in the cohort language; convert it first")]
    NotText { file: String },
    #[error("nobody in the OMOP folder has this person_id; name another with --person")]
    NoSuchPerson,
    #[error("there is no lock file `{file}`; write it without --diff")]
    NoLock { file: String },
    #[error("`{file}` is no lock file that can be read; remove it and lock the definition again")]
    BadLock { file: String },
    #[error("the editor and this server do not understand each other: {0}")]
    Protocol(String),
    #[error("the demo got another answer than its story expects; please report it")]
    UnexpectedAnswer,
}

impl Failure {
    pub(crate) const NOT_INTACT: u8 = 1;
    pub(crate) const USAGE: u8 = 2;
    const REFUSED: u8 = 3;
    pub(crate) const DEFINITION: u8 = 4;
    pub(crate) const STORAGE: u8 = 5;

    pub(crate) fn new(code: u8, cause: impl Into<Box<dyn Error>>) -> Self {
        Self { code, cause: cause.into() }
    }

    /// Says what is wrong, and why, and gives the code to end with.
    pub(crate) fn report(&self) -> ExitCode {
        if self.is_closed_pipe() {
            // Whoever was reading has read enough.
            return ExitCode::SUCCESS;
        }
        let mut text = format!("error: {}", self.cause);
        let mut source = self.cause.source();
        while let Some(cause) = source {
            text.push_str(&format!("\n  because: {cause}"));
            source = cause.source();
        }
        // Nobody is left to tell if this fails.
        drop(writeln!(io::stderr(), "{text}"));
        ExitCode::from(self.code)
    }

    fn is_closed_pipe(&self) -> bool {
        self.cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Reads what a file holds in JSON.
pub(crate) fn read_json<T: DeserializeOwned>(file: &Path, what: &'static str) -> Result<T, CommandError> {
    let name = || file.display().to_string();
    let bytes = fs::read(file).map_err(|source| CommandError::Unreadable { file: name(), source })?;
    serde_json::from_slice(&bytes).map_err(|source| CommandError::NoSuchJson { file: name(), what, source })
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.cause, f)
    }
}

macro_rules! failures {
    ($($error:ty => $code:expr;)*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new($code, error)
            }
        }
    )*};
}

failures! {
    io::Error => Self::STORAGE;
    BuildError => Self::STORAGE;
    OpenError => Self::STORAGE;
    ReleaseError => Self::STORAGE;
    VerifyError => Self::STORAGE;
    EngineError => Self::STORAGE;
    StoreError => Self::STORAGE;
    strongroom_testkit::SynthesisError => Self::STORAGE;
    serde_json::Error => Self::STORAGE;
    parquet::errors::ParquetError => Self::STORAGE;
    arrow::error::ArrowError => Self::STORAGE;
    strongroom::workspaces::WorkspaceError => Self::STORAGE;
    strongroom::audit::ChainError => Self::NOT_INTACT;
    strongroom::audit::NoteError => Self::NOT_INTACT;
    strongroom_deployment::ProofRejected => Self::NOT_INTACT;
    strongroom::cohort::JsonError => Self::DEFINITION;
    strongroom::cohort::LimitError => Self::DEFINITION;
    strongroom::cohort::aou::tables::TableError => Self::STORAGE;
    strongroom_conformance::cases::CasesError => Self::STORAGE;
    strongroom_conformance::cdm::CdmError => Self::STORAGE;
    strongroom::primitives::InvalidValue => Self::USAGE;
    strongroom::tiers::PolicyError => Self::DEFINITION;
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        let code = match error {
            CommandError::NotIntact | CommandError::TrailNotIntact | CommandError::UnexpectedAnswer => {
                Self::NOT_INTACT
            }
            CommandError::PolicyErrors { .. } | CommandError::TooLong { .. } => Self::DEFINITION,
            CommandError::Unreadable { .. } | CommandError::Unwritable { .. } => Self::STORAGE,
            CommandError::NoSuchJson { .. } => Self::USAGE,
            CommandError::NotADemo { .. }
            | CommandError::NoSyntax { .. }
            | CommandError::SourceInTarget { .. }
            | CommandError::UnknownForm { .. }
            | CommandError::NotText { .. }
            | CommandError::NoSuchPerson
            | CommandError::NoSuchRequirement { .. }
            | CommandError::NoLock { .. }
            | CommandError::BadLock { .. }
            | CommandError::Protocol(_)
            | CommandError::NoQuestion => Self::USAGE,
        };
        Self::new(code, error)
    }
}

impl From<DeploymentError> for Failure {
    fn from(error: DeploymentError) -> Self {
        let code = match error {
            DeploymentError::Workbench(error) => return error.into(),
            DeploymentError::Damaged(_) | DeploymentError::DamagedBackup { .. } => Self::NOT_INTACT,
            DeploymentError::Policy(_) | DeploymentError::OlderPolicy { .. } => Self::DEFINITION,
            DeploymentError::NotEmpty { .. }
            | DeploymentError::NoDeployment { .. }
            | DeploymentError::InstitutionExists
            | DeploymentError::NoInstitution
            | DeploymentError::ReleaseExists { .. }
            | DeploymentError::NoPerson
            | DeploymentError::NoBackup { .. }
            | DeploymentError::NoEntry { .. }
            | DeploymentError::Invalid(_) => Self::USAGE,
            _ => Self::STORAGE,
        };
        Self::new(code, error)
    }
}

impl From<WorkbenchError> for Failure {
    fn from(error: WorkbenchError) -> Self {
        let code = match &error {
            WorkbenchError::Refused(_) | WorkbenchError::Credit(_) => Self::REFUSED,
            WorkbenchError::Query(QueryError::Unresolved(_)) => Self::DEFINITION,
            _ => Self::STORAGE,
        };
        Self::new(code, error)
    }
}
