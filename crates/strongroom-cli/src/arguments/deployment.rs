//! The arguments of everything that is done with a deployment.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand};
use strongroom::access::{EmailAddress, EmailDomain};
use strongroom::primitives::{
    Id, InvalidValue, Label, ReleaseName, RequirementName, RowTier, Timestamp, kind,
};
use strongroom::tiers::PurposeKind;
use strongroom::workspaces::Role;
use strongroom_deployment::StorePlace;

/// Who runs the command.
#[derive(Debug, Clone, Args)]
pub(crate) struct OperatorArguments {
    /// The name under which the audit trail knows whoever runs this
    #[arg(long = "as", value_name = "NAME", default_value = "steward")]
    pub(crate) steward: Label,
}

/// On which deployment, and who runs the command.
#[derive(Debug, Args)]
pub(crate) struct OnArguments {
    /// The deployment's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) deployment: PathBuf,
    #[command(flatten)]
    pub(crate) operator: OperatorArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeploymentCommand {
    /// Make a deployment in a folder that is empty or not there yet
    Init {
        /// The folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// The policy: a file, or all-of-us, or small-hospital
        #[arg(long, value_name = "POLICY", default_value = "all-of-us")]
        policy: PathBuf,
        /// Where people, workspaces and the trail are kept: sqlite, or postgres://user@host/database
        #[arg(long, value_name = "STORE", default_value = "sqlite")]
        store: StorePlace,
        #[command(flatten)]
        operator: OperatorArguments,
    },
    /// Check everything that can be checked, and say what to do
    Doctor {
        /// The deployment's folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Bring a policy into force in place of the one that is
    Policy {
        /// The deployment's folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// The policy: a file, or all-of-us, or small-hospital
        #[arg(value_name = "POLICY")]
        policy: PathBuf,
        #[command(flatten)]
        operator: OperatorArguments,
    },
    /// Write everything but the releases into one file, as it is at one moment; the key is in it
    Backup {
        /// The deployment's folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// The file; it must not exist
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        operator: OperatorArguments,
    },
    /// Make a deployment from a backup, and verify all of it
    Restore {
        /// The backup
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// A folder that is empty or not there yet
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Where people, workspaces and the trail are kept from now on
        #[arg(long, value_name = "STORE", default_value = "sqlite")]
        store: StorePlace,
        #[command(flatten)]
        operator: OperatorArguments,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum InstitutionCommand {
    /// Add an institution with its agreement
    Add(InstitutionAddArguments),
    /// List the institutions, and until when their agreements last
    List {
        #[command(flatten)]
        on: OnArguments,
    },
}

#[derive(Debug, Args)]
pub(crate) struct InstitutionAddArguments {
    /// Its name
    #[arg(value_name = "NAME")]
    pub(crate) name: Label,
    /// A domain for whose addresses it vouches; may be repeated
    #[arg(long = "domain", value_name = "DOMAIN", required_unless_present = "addresses")]
    pub(crate) domains: Vec<EmailDomain>,
    /// An address for which it vouches, in place of domains; may be repeated
    #[arg(long = "address", value_name = "EMAIL", conflicts_with = "domains")]
    pub(crate) addresses: Vec<EmailAddress>,
    /// A tier for which it has signed; may be repeated
    #[arg(long = "tier", value_name = "TIER", default_value = "registered")]
    pub(crate) tiers: Vec<RowTier>,
    /// The first day or instant of the agreement, in place of now
    #[arg(long, value_name = "WHEN")]
    pub(crate) from: Option<Moment>,
    /// Its last day, or the first instant without it
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: Moment,
    #[command(flatten)]
    pub(crate) on: OnArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PersonCommand {
    /// Register a person, which opens no door by itself
    Add(PersonAddArguments),
    /// Show what is stored about a person, which is recorded
    Show {
        /// Their address or id
        #[arg(value_name = "PERSON")]
        person: String,
        #[command(flatten)]
        on: OnArguments,
    },
}

#[derive(Debug, Args)]
pub(crate) struct PersonAddArguments {
    /// Their name
    #[arg(value_name = "NAME")]
    pub(crate) name: Label,
    /// Their e-mail address
    #[arg(value_name = "EMAIL")]
    pub(crate) email: EmailAddress,
    /// Their institution, by its name or id
    #[arg(long, value_name = "INSTITUTION")]
    pub(crate) institution: Option<String>,
    #[command(flatten)]
    pub(crate) on: OnArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EvidenceCommand {
    /// Record that a person met a requirement
    Add(EvidenceAddArguments),
}

#[derive(Debug, Args)]
pub(crate) struct EvidenceAddArguments {
    /// Their address or id
    #[arg(value_name = "PERSON")]
    pub(crate) person: String,
    /// The requirement, as the policy names it
    #[arg(value_name = "REQUIREMENT")]
    pub(crate) requirement: RequirementName,
    /// When they met it, in place of now
    #[arg(long, value_name = "WHEN")]
    pub(crate) obtained: Option<Moment>,
    /// Its last day, or the first instant at which it no longer holds, if the source says so
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: Option<Moment>,
    /// Who says so, in place of whoever runs this
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<Label>,
    /// What proves it, where the requirement is judged by more than that it was met: a file in JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) proof: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) on: OnArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReleaseCommand {
    /// Add a release, after checking every file of it
    Add {
        /// The release's folder
        #[arg(value_name = "RELEASE")]
        release: PathBuf,
        #[command(flatten)]
        on: OnArguments,
    },
    /// List the releases
    List {
        #[command(flatten)]
        on: OnArguments,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum WorkspaceCommand {
    /// Create a workspace on a release, with a person as creator and owner
    Create(WorkspaceCreateArguments),
    /// List the workspaces that a person may see
    List {
        /// Their address or id
        #[arg(value_name = "PERSON")]
        person: String,
        #[command(flatten)]
        on: OnArguments,
    },
    /// Show a workspace as a person sees it
    Show {
        /// Their address or id
        #[arg(value_name = "PERSON")]
        person: String,
        /// The workspace
        #[arg(value_name = "WORKSPACE")]
        workspace: Id<kind::Workspace>,
        #[command(flatten)]
        on: OnArguments,
    },
    /// Make a workspace from another one, with everything in it and a person as creator and owner
    Duplicate(WorkspaceDuplicateArguments),
    /// Show a workspace to all researchers of its tier, who are its readers then
    Publish {
        /// The owner's address or id
        #[arg(value_name = "PERSON")]
        person: String,
        /// The workspace
        #[arg(value_name = "WORKSPACE")]
        workspace: Id<kind::Workspace>,
        #[command(flatten)]
        on: OnArguments,
    },
    /// Delete a workspace with everything in it, for all its members and for good
    Delete {
        /// The address or id of an owner
        #[arg(value_name = "PERSON")]
        person: String,
        /// The workspace
        #[arg(value_name = "WORKSPACE")]
        workspace: Id<kind::Workspace>,
        #[command(flatten)]
        on: OnArguments,
    },
    /// Give somebody a role in a workspace of which a person is an owner
    Share {
        /// The owner's address or id
        #[arg(value_name = "PERSON")]
        person: String,
        /// The workspace
        #[arg(value_name = "WORKSPACE")]
        workspace: Id<kind::Workspace>,
        /// The address of whoever gets the role
        #[arg(value_name = "EMAIL")]
        with: EmailAddress,
        /// owner, writer or reader
        #[arg(value_name = "ROLE", default_value = "reader", value_parser = role)]
        role: Role,
        #[command(flatten)]
        on: OnArguments,
    },
}

#[derive(Debug, Args)]
pub(crate) struct WorkspaceCreateArguments {
    /// The address or id of whoever it is for
    #[arg(value_name = "PERSON")]
    pub(crate) person: String,
    /// Its title
    #[arg(value_name = "TITLE")]
    pub(crate) title: Label,
    /// The release
    #[arg(long, value_name = "RELEASE")]
    pub(crate) release: ReleaseName,
    /// What it is for: a file in JSON, as the form on the web sends it
    #[arg(long, value_name = "FILE")]
    pub(crate) purpose: PathBuf,
    #[command(flatten)]
    pub(crate) on: OnArguments,
}

#[derive(Debug, Args)]
pub(crate) struct WorkspaceDuplicateArguments {
    /// The address or id of whoever it is for
    #[arg(value_name = "PERSON")]
    pub(crate) person: String,
    /// The workspace that is copied
    #[arg(value_name = "WORKSPACE")]
    pub(crate) workspace: Id<kind::Workspace>,
    /// The title of the new one
    #[arg(value_name = "TITLE")]
    pub(crate) title: Label,
    /// What the new one is for: a file in JSON, as the form on the web sends it
    #[arg(long, value_name = "FILE")]
    pub(crate) purpose: PathBuf,
    /// The release of the new one: that of the source, which is taken without this, or a newer one of its
    /// tier
    #[arg(long, value_name = "RELEASE")]
    pub(crate) release: Option<ReleaseName>,
    /// Copy the members with their roles too
    #[arg(long)]
    pub(crate) with_members: bool,
    #[command(flatten)]
    pub(crate) on: OnArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DirectoryCommand {
    /// List the projects with all of these words in what is public of them
    Search {
        /// The words, of which the last may be the beginning of one; all projects without any
        #[arg(value_name = "WORD")]
        words: Vec<String>,
        /// Of these, the projects of a tier: registered or controlled
        #[arg(long, value_name = "TIER")]
        tier: Option<RowTier>,
        /// Of these, the projects of a category of purposes, such as disease-focused
        #[arg(long, value_name = "CATEGORY", value_parser = category)]
        category: Option<&'static str>,
        /// At most so many
        #[arg(long, value_name = "NUMBER", default_value_t = 20)]
        limit: usize,
        #[command(flatten)]
        on: OnArguments,
    },
    /// Write the directory, to be handed on, as a `strongroom-directory/1` document in JSON
    Export {
        /// Only what was changed at this instant or later, such as 2026-03-01T09:00:00Z
        #[arg(long, value_name = "INSTANT")]
        since: Option<Timestamp>,
        #[command(flatten)]
        on: OnArguments,
    },
}

fn category(text: &str) -> Result<&'static str, InvalidValue> {
    let mut kinds = PurposeKind::ALL.into_iter().map(PurposeKind::as_str);
    kinds.find(|kind| *kind == text).ok_or_else(|| {
        InvalidValue::new(
            "category",
            "expected one of those in the policy's reviews, such as disease-focused",
        )
    })
}

fn role(text: &str) -> Result<Role, InvalidValue> {
    let found = Role::ALL.into_iter().find(|role| role.to_string().eq_ignore_ascii_case(text));
    found.ok_or_else(|| InvalidValue::new("role", "expected owner, writer or reader"))
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Check the whole trail against every checkpoint; or a proof, without the trail
    Verify {
        /// A proof that `audit prove` has written
        #[arg(long, value_name = "FILE")]
        proof: Option<PathBuf>,
        /// The key to trust, as `audit key` prints it; without it, the one that the proof names
        #[arg(long, value_name = "KEY", requires = "proof")]
        key: Option<String>,
        #[command(flatten)]
        on: OnArguments,
    },
    /// Print the key with which others check checkpoints and proofs
    Key {
        #[command(flatten)]
        on: OnArguments,
    },
    /// Sign how far the trail has come; keep what is printed in another place
    Checkpoint {
        #[command(flatten)]
        on: OnArguments,
    },
    /// Write the proof that an entry is in the trail, on standard output
    Prove {
        /// The entry's number, counted from 0
        #[arg(value_name = "ENTRY")]
        entry: u64,
        #[command(flatten)]
        on: OnArguments,
    },
    /// Write the whole trail into a file, one line for each entry, and a checkpoint over it beside it
    Export {
        /// The file; neither it nor FILE.checkpoint may exist
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        on: OnArguments,
    },
    /// Say who saw what is stored about a person, or something of a release's data
    WhoSaw {
        /// The person's address or id, or the release's name
        #[arg(value_name = "PERSON-OR-RELEASE")]
        subject: String,
        #[command(flatten)]
        on: OnArguments,
    },
    /// List what happened from one day or instant to another
    Between {
        /// The first day, such as 2026-03-01, or the first instant
        #[arg(value_name = "FROM")]
        from: Moment,
        /// The last day, or the first instant that is not asked about
        #[arg(value_name = "UNTIL")]
        until: Moment,
        #[command(flatten)]
        on: OnArguments,
    },
}

/// A day or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// By its first instant.
    Day(Timestamp),
    Instant(Timestamp),
}

impl Moment {
    /// The first instant of it.
    pub(crate) fn start(self) -> Timestamp {
        match self {
            Self::Day(instant) | Self::Instant(instant) => instant,
        }
    }

    /// The first instant after it: a day lasts until it is over.
    pub(crate) fn end(self) -> Timestamp {
        match self {
            Self::Day(start) => start.plus_days(1),
            Self::Instant(instant) => instant,
        }
    }
}

impl FromStr for Moment {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        match Timestamp::parse(text) {
            Ok(instant) => Ok(Self::Instant(instant)),
            Err(_) => Timestamp::parse(&format!("{text}T00:00:00Z"))
                .map(Self::Day)
                .map_err(|_| InvalidValue::new("moment", "expected a day such as 2026-03-01, or an instant")),
        }
    }
}
