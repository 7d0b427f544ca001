mod deployment;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use strongroom::primitives::{ReleaseName, RowTier, Timestamp};

pub(crate) use self::deployment::{
    AuditCommand, DeploymentCommand, DirectoryCommand, EvidenceAddArguments, EvidenceCommand,
    InstitutionAddArguments, InstitutionCommand, Moment, OnArguments, OperatorArguments, PersonAddArguments,
    PersonCommand, ReleaseCommand, WorkspaceCommand, WorkspaceCreateArguments, WorkspaceDuplicateArguments,
};

/// Open software for research on sensitive health data.
#[derive(Debug, Parser)]
#[command(name = "strongroom", version, about, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// One researcher's request, from the door to the notebook
    Demo(DemoArguments),
    /// Build, check and describe releases of a Curated Data Repository
    Cdr {
        #[command(subcommand)]
        command: CdrCommand,
    },
    /// Check, read, compare and rehearse policies: a file in TOML or JSON, or all-of-us, or
    /// small-hospital
    Policy {
        #[command(subcommand)]
        command: PolicyCommand,
    },
    /// Check, lay out, convert and explain cohort definitions
    Cohort {
        #[command(subcommand)]
        command: CohortCommand,
    },
    /// Set up, check, back up and restore a deployment: a folder with a policy, a store and a key
    Deployment {
        #[command(subcommand)]
        command: DeploymentCommand,
    },
    /// Add and list institutions and their agreements
    Institution {
        #[command(subcommand)]
        command: InstitutionCommand,
    },
    /// Register people and show what is known of them
    Person {
        #[command(subcommand)]
        command: PersonCommand,
    },
    /// Record what people bring for the requirements of the policy
    Evidence {
        #[command(subcommand)]
        command: EvidenceCommand,
    },
    /// Add and list the releases that people can work on
    Release {
        #[command(subcommand)]
        command: ReleaseCommand,
    },
    /// Create, list, show, share, copy, publish and delete workspaces on behalf of people, as far as each
    /// of them may
    Workspace {
        #[command(subcommand)]
        command: WorkspaceCommand,
    },
    /// Search and hand on the public directory of all projects
    Directory {
        #[command(subcommand)]
        command: DirectoryCommand,
    },
    /// Verify, prove, export and ask the audit trail
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Compare an engine with the results of other implementations
    Conformance {
        #[command(subcommand)]
        command: ConformanceCommand,
    },
    /// Serve an editor that shows cohort definitions, over the Language Server Protocol on standard
    /// input and output
    Lsp(LspArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Tell everything that is wrong or odd with a policy, with its place and what to write instead
    Check(PolicyCheckArguments),
    /// Print a policy as tables
    Show(PolicyShowArguments),
    /// Say what a new policy says differently, and which of it is looser
    Diff(PolicyDiffArguments),
    /// Decide about everybody with both policies: who gains, who loses, and what was decided before
    Rehearse(PolicyRehearseArguments),
    /// Write a policy of the first format in the second, with the same meaning
    Migrate(PolicyMigrateArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum CohortCommand {
    /// Say everything that is wrong with definitions
    Check(CheckArguments),
    /// Run definitions over a release and write their rows, for the stewards of its folder
    Run(RunArguments),
    /// Count the people and entries of a cohort in a release, as they are
    Count(CountArguments),
    /// Say how many people and entries each part of a cohort took away, as they are
    Attrition(CountArguments),
    /// Lay definitions in text out as is customary
    Fmt(FormatArguments),
    /// Write a definition in another form, on standard output
    Convert(ConvertArguments),
    /// Say why a definition takes one person or not
    Explain(ExplainArguments),
    /// Print the digests of a definition: of the document, and of what it means
    Hash(HashArguments),
    /// Write down which concepts the concept sets of a definition come to, or compare with that
    Lock(LockArguments),
    /// Run the tests of definitions on the people written in them
    Test(TestArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConformanceCommand {
    /// Cohort definitions of OHDSI ATLAS, over people in an OMOP folder
    Circe(CirceArguments),
    /// Searches of the All of Us Researcher Workbench, over its index tables
    Aou(WorkbenchArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum CdrCommand {
    /// Build a release from a folder of OMOP CDM 5.3 or 5.4 tables, CSV or Parquet
    Build(BuildArguments),
    /// Check every file of a release against its manifest
    Verify(ReleaseArguments),
    /// Say what a release consists of, and what became of the rows of its source
    Info(ReleaseArguments),
    /// Say how good the data of a release are: what does not fit, is not plausible, is missing
    Quality(QualityArguments),
    /// Write synthetic people as OMOP CDM 5.4 tables in Parquet
    Synth(SynthArguments),
}

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// A folder of OMOP CDM tables to use in place of synthetic people
    #[arg(long, value_name = "DIR")]
    pub(crate) omop: Option<PathBuf>,
    /// Where everything is written; an earlier demo there is replaced
    #[arg(long, value_name = "DIR", default_value = "strongroom-demo")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct BuildArguments {
    /// The folder with the OMOP tables, such as person.csv or person.parquet
    #[arg(long, value_name = "DIR")]
    pub(crate) omop: PathBuf,
    /// The folder that will be the release; it must not exist
    #[arg(long, value_name = "RELEASE")]
    pub(crate) out: PathBuf,
    /// The release's name, such as R2026Q1
    #[arg(long)]
    pub(crate) name: ReleaseName,
    /// The tier of access that its rows need: registered or controlled
    #[arg(long)]
    pub(crate) tier: RowTier,
    /// Build condition and drug eras where the source does not have them
    #[arg(long)]
    pub(crate) eras: bool,
    /// Hide, generalise and move dates by this policy's rules for the tier: all-of-us,
    /// small-hospital, or a file
    #[arg(long, value_name = "POLICY", requires = "family")]
    pub(crate) policy: Option<PathBuf>,
    /// The family of releases in which a person's dates are moved alike, such as R2026
    #[arg(long, value_name = "NAME", requires = "policy")]
    pub(crate) family: Option<ReleaseName>,
    /// A file with the programme's secret, at least 32 bytes, by which dates are moved
    #[arg(long, value_name = "FILE", requires = "policy")]
    pub(crate) secret: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ReleaseArguments {
    /// The release's folder
    #[arg(value_name = "RELEASE")]
    pub(crate) release: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct QualityArguments {
    #[command(flatten)]
    pub(crate) release: ReleaseArguments,
    /// For programs, with every unit mix and every column
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SynthArguments {
    /// How many people
    #[arg(long, value_name = "N")]
    pub(crate) persons: u64,
    /// Equal seeds give equal people
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Where the tables are written
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// Definitions: text (.cohort), or JSON of cohort-ast/1, Circe or All of Us (.json)
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Print a JSON list, for editors
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FormatArguments {
    /// Definitions in text
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Change nothing; name the files that are laid out otherwise
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ConvertArguments {
    /// The definition
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// What is written
    #[arg(long, value_name = "FORM")]
    pub(crate) to: WrittenForm,
    /// What the file is, where its name and fields do not say it
    #[arg(long, value_name = "FORM")]
    pub(crate) from: Option<ReadForm>,
    /// Mend the rules of the All of Us Researcher Workbench while reading its JSON
    #[arg(long)]
    pub(crate) strict: bool,
}

/// A form in which definitions are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReadForm {
    /// The cohort language
    Text,
    /// JSON in the format cohort-ast/1
    Json,
    /// The JSON that OHDSI ATLAS exports
    Circe,
    /// The JSON of the All of Us Researcher Workbench
    Aou,
}

/// A form in which definitions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WrittenForm {
    /// The cohort language
    Text,
    /// JSON in the format cohort-ast/1
    Json,
    /// The JSON that OHDSI ATLAS imports
    Circe,
    /// A page to read
    Markdown,
    /// A paragraph for a methods section
    Prose,
    /// A flow chart in Mermaid
    Flow,
    /// A flow chart as a picture
    Svg,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The definition
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// A folder of OMOP CDM tables
    #[arg(long, value_name = "DIR")]
    pub(crate) omop: PathBuf,
    /// The person_id
    #[arg(long, value_name = "ID")]
    pub(crate) person: i64,
}

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// The folder of the release
    #[arg(value_name = "RELEASE")]
    pub(crate) release: PathBuf,
    /// Definitions, or folders of them
    #[arg(value_name = "FILE|DIR", required = true)]
    pub(crate) definitions: Vec<PathBuf>,
    /// The folder for the rows: a file for each definition, with its name
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// How rows are written
    #[arg(long, value_enum, default_value_t = RowFormat::Csv)]
    pub(crate) format: RowFormat,
    /// How many shards are worked on at once
    #[arg(long, value_name = "N", default_value = "2")]
    pub(crate) threads: NonZeroUsize,
}

/// A form of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowFormat {
    /// Comma-separated, with a header
    Csv,
    /// Apache Parquet
    Parquet,
}

#[derive(Debug, Args)]
pub(crate) struct CountArguments {
    /// The folder of the release
    #[arg(value_name = "RELEASE")]
    pub(crate) release: PathBuf,
    /// The definition
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// How many shards are worked on at once
    #[arg(long, value_name = "N", default_value = "2")]
    pub(crate) threads: NonZeroUsize,
}

#[derive(Debug, Args)]
pub(crate) struct HashArguments {
    /// The definition
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct TestArguments {
    /// Definitions with `test` blocks
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct LockArguments {
    /// The definition; its lock file lies beside it and ends in .lock
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// A folder of OMOP CDM tables with its vocabulary
    #[arg(long, value_name = "DIR")]
    pub(crate) omop: PathBuf,
    /// Change nothing; say which concept sets come to something else than the lock file says
    #[arg(long)]
    pub(crate) diff: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CirceArguments {
    /// The folder with the OMOP tables
    #[arg(long, value_name = "DIR")]
    pub(crate) cdm: PathBuf,
    /// A folder of definitions, named after their ids, or a file with one per line
    #[arg(long, value_name = "DIR|FILE.jsonl")]
    pub(crate) definitions: PathBuf,
    /// The results of the other implementation, one per line; without this, an engine is compared with the
    /// reference evaluator
    #[arg(long, value_name = "FILE.jsonl")]
    pub(crate) expected: Option<PathBuf>,
    /// What is compared
    #[arg(long, default_value = "reference")]
    pub(crate) engine: EngineName,
    /// Run the first definition and every so many-th after it
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) every: NonZeroUsize,
    /// Print the rows of cohorts that differ
    #[arg(long)]
    pub(crate) show_rows: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WorkbenchArguments {
    /// The folder with the index tables, such as cb_search_all_events.json
    #[arg(long, value_name = "DIR")]
    pub(crate) tables: PathBuf,
    /// The searches and whom they must find, one per line
    #[arg(long, value_name = "FILE.jsonl")]
    pub(crate) cases: PathBuf,
    /// What is compared
    #[arg(long, default_value = "reference")]
    pub(crate) engine: EngineName,
}

/// An engine that answers definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineName {
    /// The reference evaluator, one person at a time
    Reference,
    /// The cohort engine
    Native,
}

#[derive(Debug, Args)]
pub(crate) struct LspArguments {
    /// A release, for the names of concepts and for how many people have them
    #[arg(long, value_name = "DIR")]
    pub(crate) release: Option<PathBuf>,
    /// A folder of OMOP CDM tables with a vocabulary, for the names of concepts
    #[arg(long, value_name = "DIR", conflicts_with = "release")]
    pub(crate) omop: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PolicyCheckArguments {
    /// The policy's file, or the name of a shipped one
    #[arg(value_name = "POLICY")]
    pub(crate) policy: PathBuf,
    /// Answer in JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PolicyShowArguments {
    /// The policy's file, or the name of a shipped one
    #[arg(value_name = "POLICY")]
    pub(crate) policy: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct PolicyDiffArguments {
    /// The policy that is in force
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The policy that shall be
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// Answer in JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PolicyRehearseArguments {
    /// The policy that is in force
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The policy that shall be
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    #[command(flatten)]
    pub(crate) people: RehearsedPeople,
    /// With a journal: the instant to decide at, such as 2026-03-01T09:00:00Z, in place of now
    #[arg(long, value_name = "INSTANT", conflicts_with = "deployment")]
    pub(crate) at: Option<Timestamp>,
    /// With a deployment: the instant from which on recorded decisions are made again, in place of all
    #[arg(long, value_name = "INSTANT", conflicts_with = "journal")]
    pub(crate) since: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) operator: OperatorArguments,
}

/// Where the people are, about whom is decided.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct RehearsedPeople {
    /// The folder of a deployment, of which recorded decisions are made again too
    #[arg(long, value_name = "DIR")]
    pub(crate) deployment: Option<PathBuf>,
    /// The journal of a workbench, which no other process has open; take a copy
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PolicyMigrateArguments {
    /// The file with a policy of the first format
    #[arg(value_name = "FILE")]
    pub(crate) policy: PathBuf,
    /// Where the new one is written, in TOML or JSON by its ending; it must not exist. Without it,
    /// TOML on standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
