//! Policies: what a reviewer of a programme does with one before it is in force.

mod check;
mod diff;
mod matrix;
mod migrate;
mod rehearse;
mod show;
mod source;

pub(crate) use self::source::{bytes, policy};

use crate::Failure;
use crate::arguments::PolicyCommand;

pub(crate) fn run(command: &PolicyCommand) -> Result<(), Failure> {
    match command {
        PolicyCommand::Check(arguments) => check::run(arguments),
        PolicyCommand::Show(arguments) => show::run(arguments),
        PolicyCommand::Diff(arguments) => diff::run(arguments),
        PolicyCommand::Rehearse(arguments) => rehearse::run(arguments),
        PolicyCommand::Migrate(arguments) => migrate::run(arguments),
    }
}
