use std::io::{self, Write};
use std::process::ExitCode;

use super::convert::complain;
use super::ends_with;
use super::source::{Reading, Source};
use crate::Failure;
use crate::arguments::HashArguments;

pub(super) fn hash(arguments: &HashArguments) -> Result<ExitCode, Failure> {
    let source = Source::read(&arguments.file, Reading::default())?;
    let (Some(written), Some(definition)) = (&source.definition, source.sound()) else {
        complain(&source, &source.findings)?;
        return Ok(ends_with(source.errors()));
    };
    let mut output = io::stdout().lock();
    writeln!(output, "document {}", written.digest())?;
    if let Some(meaning) = definition.meaning_digest() {
        writeln!(output, "meaning  {meaning}")?;
    }
    Ok(ExitCode::SUCCESS)
}
