use std::io::{self, Write};
use std::process::ExitCode;

use strongroom::cohort::{Limits, ResolveError, reference, resolve};
use strongroom::omop::SubjectId;
use strongroom_conformance::cdm;

use super::convert::complain;
use super::ends_with;
use super::source::{Reading, Source};
use crate::Failure;
use crate::arguments::ExplainArguments;
use crate::failure::CommandError;

pub(super) fn explain(arguments: &ExplainArguments) -> Result<ExitCode, Failure> {
    let source = Source::read(&arguments.file, Reading::default())?;
    let Some(definition) = source.sound() else {
        complain(&source, &source.findings)?;
        return Ok(ends_with(source.errors()));
    };
    let cdm = cdm::read(&arguments.omop)?;
    let cohort = match resolve(definition, &cdm.vocabulary, &Limits::default()) {
        Ok(cohort) => cohort,
        Err(ResolveError::Limit(error)) => return Err(error.into()),
        Err(ResolveError::Problems(problems)) => {
            let findings = source.findings_of(problems.iter());
            complain(&source, &findings)?;
            return Ok(ends_with(findings.len()));
        }
        Err(other) => return Err(Failure::new(Failure::DEFINITION, other)),
    };
    let subject = SubjectId::new(arguments.person);
    let person = cdm.people.iter().find(|person| person.subject == subject);
    let person = person.ok_or(CommandError::NoSuchPerson)?;
    writeln!(io::stdout(), "{}", reference::explain(&cohort, person))?;
    Ok(ExitCode::SUCCESS)
}
