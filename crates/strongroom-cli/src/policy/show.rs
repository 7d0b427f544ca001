use std::io::{self, Write};

use crate::Failure;
use crate::arguments::PolicyShowArguments;
use crate::policy::{matrix, source};

/// Prints the policy as tables, the last of which is what the gate makes of it.
pub(super) fn run(arguments: &PolicyShowArguments) -> Result<(), Failure> {
    let policy = source::policy(&arguments.policy)?;
    let mut output = io::stdout().lock();
    if let Some(programme) = policy.programme() {
        writeln!(output, "{programme}")?;
    }
    writeln!(output, "Version {}, digest {}", policy.version(), policy.digest())?;
    for table in strongroom::tiers::show(&policy) {
        write!(output, "\n{table}")?;
    }
    write!(output, "\n{}", matrix::of(&policy)?)?;
    Ok(())
}
