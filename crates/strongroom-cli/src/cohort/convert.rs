use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use strongroom::cohort::ast::Cohort;
use strongroom::cohort::{Definition, circe, render, text};

use super::ends_with;
use super::finding::Finding;
use super::report::picture;
use super::source::{Reading, Source};
use crate::Failure;
use crate::arguments::{ConvertArguments, WrittenForm};

pub(super) fn convert(arguments: &ConvertArguments) -> Result<ExitCode, Failure> {
    let reading = Reading { form: arguments.from, strict: arguments.strict };
    let source = Source::read(&arguments.file, reading)?;
    // A definition that does not make sense yet can still be written in another form.
    let (Some(written), Some(definition)) = (&source.definition, source.whole()) else {
        complain(&source, &source.findings)?;
        return Ok(ends_with(source.errors()));
    };
    let written = match arguments.to {
        // Those that can say what is imported do.
        WrittenForm::Text => text::print(written),
        WrittenForm::Json => written.to_json(),
        WrittenForm::Circe => match circe::export(definition) {
            Ok(json) => json,
            Err(refused) => {
                let findings: Vec<_> =
                    refused.iter().map(|one| Finding::of_export(one, source.places.as_ref())).collect();
                complain(&source, &findings)?;
                return Ok(ends_with(findings.len()));
            }
        },
        WrittenForm::Markdown => render::markdown(definition),
        WrittenForm::Prose => of_each(definition, render::prose),
        WrittenForm::Flow => of_main(definition, render::mermaid),
        WrittenForm::Svg => of_main(definition, render::svg),
    };
    let about_form: Vec<_> =
        source.findings.iter().filter(|finding| finding.code.is_none()).cloned().collect();
    complain(&source, &about_form)?;
    writeln!(io::stdout(), "{}", written.trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// A paragraph for each cohort.
fn of_each(definition: &Definition, render: fn(&Definition, &Cohort) -> String) -> String {
    let paragraphs: Vec<_> = definition.cohorts.iter().map(|cohort| render(definition, cohort)).collect();
    paragraphs.join("\n\n")
}

fn of_main(definition: &Definition, render: fn(&Definition, &Cohort) -> String) -> String {
    definition.main().map(|cohort| render(definition, cohort)).unwrap_or_default()
}

/// Shows findings on the error stream.
pub(super) fn complain(source: &Source, findings: &[Finding]) -> Result<(), Failure> {
    let mut errors = io::stderr().lock();
    let coloured = errors.is_terminal();
    write!(errors, "{}", picture(source, findings, coloured).map_err(io::Error::other)?)?;
    Ok(())
}
