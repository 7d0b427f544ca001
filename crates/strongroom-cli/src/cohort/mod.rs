//! Cohort definitions on the command line: checked, laid out, converted, explained.

mod check;
mod convert;
mod drawn_text;
mod explain;
mod finding;
mod format;
mod hash;
mod imports;
mod lock;
mod position;
mod report;
mod run;
mod source;
mod test;

use std::process::ExitCode;

use crate::Failure;
use crate::arguments::CohortCommand;

pub(crate) use finding::{Finding, Replacement, read_text};
pub(crate) use position::LineIndex;

pub(crate) fn run(command: &CohortCommand) -> Result<ExitCode, Failure> {
    match command {
        CohortCommand::Attrition(arguments) => run::attrition(arguments),
        CohortCommand::Check(arguments) => check::check(arguments),
        CohortCommand::Fmt(arguments) => format::format(arguments),
        CohortCommand::Convert(arguments) => convert::convert(arguments),
        CohortCommand::Count(arguments) => run::count(arguments),
        CohortCommand::Explain(arguments) => explain::explain(arguments),
        CohortCommand::Hash(arguments) => hash::hash(arguments),
        CohortCommand::Lock(arguments) => lock::lock(arguments),
        CohortCommand::Run(arguments) => run::run_to_files(arguments),
        CohortCommand::Test(arguments) => test::test(arguments),
    }
}

/// How a command ends that found these: errors keep a definition from being used, warnings do not.
fn ends_with(errors: usize) -> ExitCode {
    if errors > 0 { ExitCode::from(Failure::DEFINITION) } else { ExitCode::SUCCESS }
}
