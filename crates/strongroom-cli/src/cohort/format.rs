use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;

use strongroom::cohort::{Limits, text};

use super::ends_with;
use super::source::{Reading, Source, printable};
use crate::Failure;
use crate::arguments::{FormatArguments, ReadForm};
use crate::cohort::convert::complain;
use crate::failure::CommandError;

pub(super) fn format(arguments: &FormatArguments) -> Result<ExitCode, Failure> {
    let mut output = io::stdout().lock();
    let (mut errors, mut otherwise) = (0, 0);
    for file in &arguments.files {
        let mut source = Source::read(file, Reading::default())?;
        if source.form != ReadForm::Text {
            return Err(CommandError::NotText { file: source.name }.into());
        }
        let laid_out = match text::format(&source.text, &Limits::default()) {
            Ok(laid_out) => laid_out,
            Err(found) => {
                errors += found.len();
                source.findings = found.iter().map(Into::into).collect();
                complain(&source, &source.findings)?;
                continue;
            }
        };
        if laid_out == source.text {
            continue;
        }
        otherwise += 1;
        if arguments.check {
            writeln!(output, "{} is laid out otherwise", source.name)?;
        } else {
            replace(file, &laid_out)?;
            writeln!(output, "{} was laid out", printable(&source.name))?;
        }
    }
    match (errors, arguments.check && otherwise > 0) {
        (0, true) => Ok(ExitCode::from(Failure::NOT_INTACT)),
        _ => Ok(ends_with(errors)),
    }
}

/// Puts the text in the place of the file in one step, so that nobody ever finds half of it.
fn replace(file: &std::path::Path, text: &str) -> io::Result<()> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = file.with_file_name(name);
    fs::write(&beside, text)?;
    fs::set_permissions(&beside, fs::metadata(file)?.permissions())?;
    fs::rename(&beside, file)
}
