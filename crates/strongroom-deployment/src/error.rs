use std::io;
use std::path::{Path, PathBuf};

use strongroom_audit::NoteError;
use strongroom_cdr::{OpenError, ReleaseError, VerifyError};
use strongroom_primitives::{InvalidValue, ReleaseName};
use strongroom_store::{StoreError, WitnessError};
use strongroom_tiers::PolicyError;
use strongroom_workbench::WorkbenchError;

/// Why something was not done with a deployment; nothing was changed then, unless it says so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeploymentError {
    /// There is something else in the folder.
    #[error("there is something in `{folder}` already; choose a folder that is empty or not there yet")]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder is no deployment.
    #[error(
        "`{folder}` holds no deployment; name another folder, or make one with `strongroom deployment init`"
    )]
    NoDeployment {
        /// The folder.
        folder: PathBuf,
    },
    /// A file cannot be read.
    #[error("`{file}` cannot be read; check the path, its permissions and the disk")]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("`{file}` cannot be written; check the path, its permissions and the room on the disk")]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not what it should be.
    #[error("`{file}` cannot be understood at line {line}; restore it from a backup")]
    Unparsable {
        /// The file.
        file: PathBuf,
        /// Its line, counted from 1.
        line: usize,
    },
    /// A file was written by a later version of the program.
    #[error("`{file}` was written by a later version of the program; use that version or a later one")]
    LaterFormat {
        /// The file.
        file: PathBuf,
    },
    /// The key's file holds no key.
    #[error("`{file}` holds no key; restore it from a backup")]
    NoKey {
        /// The file.
        file: PathBuf,
    },
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes for a key; try again")]
    NoRandomness,
    /// The policy's file is not the one in force.
    #[error(
        "`{file}` is not the policy that came into force; put it back, or bring it into force with \
         `strongroom deployment policy`"
    )]
    OtherPolicy {
        /// The file.
        file: PathBuf,
    },
    /// The policy is not later than the one in force.
    #[error("policy version {in_force} is in force; give the new one a higher version")]
    OlderPolicy {
        /// The version in force.
        in_force: u64,
    },
    /// Another institution has the name.
    #[error("there is an institution of this name already; choose another name")]
    InstitutionExists,
    /// No institution has the name or id.
    #[error("there is no such institution; see `strongroom institution list`")]
    NoInstitution,
    /// Another release has the name.
    #[error(
        "release {name} is in the catalogue already; a release is never replaced, build one of another name"
    )]
    ReleaseExists {
        /// The name.
        name: ReleaseName,
    },
    /// No person has the address or id.
    #[error("there is no such person; check the address, or register them with `strongroom person add`")]
    NoPerson,
    /// The file is no backup.
    #[error("`{file}` is no backup of a deployment; name another file")]
    NoBackup {
        /// The file.
        file: PathBuf,
    },
    /// The backup's parts do not belong together.
    #[error("the backup is damaged: {what}; use another one")]
    DamagedBackup {
        /// What does not fit, in fixed words.
        what: &'static str,
    },
    /// The trail has no such entry.
    #[error("the trail has {entries} entries, counted from 0; name one of them")]
    NoEntry {
        /// How many there are.
        entries: u64,
    },
    /// The policy cannot be read.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The release cannot be read.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// The release is not what its manifest says.
    #[error(transparent)]
    Damaged(#[from] VerifyError),
    /// The release cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store did not do what it was asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A checkpoint was not taken.
    #[error(transparent)]
    Witness(#[from] WitnessError),
    /// A checkpoint or a key is not what it should be.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A use case was refused or failed.
    #[error(transparent)]
    Workbench(#[from] WorkbenchError),
    /// Something is no value of its type.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
}

impl DeploymentError {
    pub(crate) fn unreadable(file: &Path, source: io::Error) -> Self {
        Self::Unreadable { file: file.to_owned(), source }
    }

    pub(crate) fn unwritable(file: &Path, source: io::Error) -> Self {
        Self::Unwritable { file: file.to_owned(), source }
    }
}
