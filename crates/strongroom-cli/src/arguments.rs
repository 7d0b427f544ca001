use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use strongroom::primitives::{ReleaseName, RowTier};

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
}

#[derive(Debug, Subcommand)]
pub(crate) enum CdrCommand {
    /// Build a release from a folder of OMOP CDM 5.3 or 5.4 tables, CSV or Parquet
    Build(BuildArguments),
    /// Check every file of a release against its manifest
    Verify(ReleaseArguments),
    /// Say what a release consists of, and what became of the rows of its source
    Info(ReleaseArguments),
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
}

#[derive(Debug, Args)]
pub(crate) struct ReleaseArguments {
    /// The release's folder
    #[arg(value_name = "RELEASE")]
    pub(crate) release: PathBuf,
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
