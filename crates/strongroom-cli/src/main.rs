//! The `strongroom` command: for stewards who build and check releases, and for whoever wants to
//! see the whole story in one run.
//!
//! Exit codes: 0 done · 1 a release, a trail or a deployment is not intact, or an engine gives other
//! results · 2 wrong usage · 3 refused by a decision · 4 the definition has errors · 5 a file or store failed.

mod arguments;
mod audit;
mod bars;
mod cdr;
mod cohort;
mod conformance;
mod demo;
mod deployment;
mod directory;
mod enrolment;
mod failure;
mod lsp;
mod policy;
mod workspaces;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, CdrCommand, Command};
use crate::failure::Failure;

/// Columns come and go by the megabyte, which the system's allocator gives back and asks for again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        Command::Demo(demo) => demo::run(&demo).map(done),
        Command::Cdr { command } => match command {
            CdrCommand::Build(build) => cdr::build(build),
            CdrCommand::Verify(release) => cdr::verify(&release),
            CdrCommand::Info(release) => cdr::info(&release),
            CdrCommand::Quality(quality) => cdr::quality(&quality),
            CdrCommand::Synth(synth) => cdr::synth(&synth),
        }
        .map(done),
        Command::Policy { command } => policy::run(&command).map(done),
        Command::Cohort { command } => cohort::run(&command),
        Command::Deployment { command } => deployment::run(&command),
        Command::Institution { command } => enrolment::institution(&command).map(done),
        Command::Person { command } => enrolment::person(&command).map(done),
        Command::Evidence { command } => enrolment::evidence(&command).map(done),
        Command::Release { command } => enrolment::release(&command).map(done),
        Command::Workspace { command } => workspaces::run(&command).map(done),
        Command::Directory { command } => directory::run(&command).map(done),
        Command::Audit { command } => audit::run(&command),
        Command::Conformance { command } => conformance::run(&command),
        Command::Lsp(lsp) => lsp::run(&lsp).map(done),
    };
    outcome.unwrap_or_else(|failure| failure.report())
}

fn done((): ()) -> ExitCode {
    ExitCode::SUCCESS
}
