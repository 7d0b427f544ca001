use std::io::{self, Write};
use std::process::ExitCode;

use strongroom::cohort::{Limits, run_tests};

use super::convert::complain;
use super::ends_with;
use super::source::{Reading, Source};
use crate::Failure;
use crate::arguments::TestArguments;

pub(super) fn test(arguments: &TestArguments) -> Result<ExitCode, Failure> {
    let (mut passed, mut failed, mut errors) = (0_usize, 0_usize, 0_usize);
    for file in &arguments.files {
        let source = Source::read(file, Reading::default())?;
        let Some(definition) = source.sound() else {
            complain(&source, &source.findings)?;
            errors += source.errors();
            continue;
        };
        let mut output = io::stdout().lock();
        for outcome in run_tests(definition, &Limits::default()) {
            let (cohort, person) = (&outcome.cohort, &outcome.person);
            if outcome.passed {
                passed += 1;
                writeln!(output, "ok      {cohort}: {person} {}", outcome.expected)?;
            } else {
                failed += 1;
                writeln!(output, "FAILED  {cohort}: {person} {}, but {}", outcome.expected, outcome.found)?;
            }
        }
    }
    writeln!(io::stdout(), "{passed} passed, {failed} failed")?;
    Ok(ends_with(failed + errors))
}
