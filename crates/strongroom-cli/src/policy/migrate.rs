use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use strongroom::tiers::{Policy, Severity, Syntax};

use crate::Failure;
use crate::arguments::PolicyMigrateArguments;
use crate::failure::CommandError;
use crate::policy::{check, source};

/// Writes a policy of the first format in the second: into a new file, or on standard output.
pub(super) fn run(arguments: &PolicyMigrateArguments) -> Result<(), Failure> {
    let syntax = arguments.out.as_deref().map(syntax_of).transpose()?.unwrap_or(Syntax::Toml);
    let checked = strongroom::tiers::migrate(&source::bytes(&arguments.policy)?);
    let mut output = io::stdout().lock();
    let Some(policy) = checked.policy() else {
        check::write_findings(&mut output, checked.findings())?;
        let errors = checked.findings().iter().filter(|finding| finding.severity() == Severity::Error);
        return Err(check::too_many(errors.count()).into());
    };
    let text = written(policy, syntax);
    match &arguments.out {
        None => write!(output, "{text}")?,
        Some(file) => {
            write_new(file, &text)?;
            check::write_findings(&mut output, checked.findings())?;
            let (version, digest) = (policy.version(), policy.digest());
            writeln!(output, "The policy is in {}: version {version}, digest {digest}.", file.display())?;
        }
    }
    Ok(())
}

fn syntax_of(file: &Path) -> Result<Syntax, CommandError> {
    source::syntax_of_name(file).ok_or_else(|| CommandError::NoSyntax { file: file.display().to_string() })
}

fn written(policy: &Policy, syntax: Syntax) -> String {
    match syntax {
        Syntax::Toml => policy.to_toml(),
        Syntax::Json => policy.to_json() + "\n",
    }
}

fn write_new(file: &Path, text: &str) -> Result<(), CommandError> {
    let unwritable = |source| CommandError::Unwritable { file: file.display().to_string(), source };
    let mut new = OpenOptions::new().write(true).create_new(true).open(file).map_err(unwritable)?;
    new.write_all(text.as_bytes()).and_then(|()| new.sync_all()).map_err(unwritable)
}
