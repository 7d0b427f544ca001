use std::io::{self, Write};

use serde_json::{Value, json};
use strongroom::tiers::{Finding, Policy, Position, Severity};

use crate::Failure;
use crate::arguments::PolicyCheckArguments;
use crate::failure::CommandError;
use crate::policy::source;

/// Tells everything that is wrong or odd with a policy, and fails if something is wrong.
pub(super) fn run(arguments: &PolicyCheckArguments) -> Result<(), Failure> {
    let found = source::read(&arguments.policy)?;
    let mut output = io::stdout().lock();
    if arguments.json {
        serde_json::to_writer_pretty(&mut output, &document(found.policy.as_ref(), &found.findings))?;
        writeln!(output)?;
    } else {
        write_findings(&mut output, &found.findings)?;
        if let Some(policy) = &found.policy {
            writeln!(output, "It is a policy: version {}, digest {}.", policy.version(), policy.digest())?;
        }
    }
    match found.findings.iter().filter(|finding| finding.severity() == Severity::Error).count() {
        0 => Ok(()),
        errors => Err(too_many(errors).into()),
    }
}

/// The findings, one a line, as check and migrate print them.
pub(super) fn write_findings(output: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    findings.iter().try_for_each(|finding| writeln!(output, "{finding}"))
}

pub(super) fn too_many(errors: usize) -> CommandError {
    let errors = if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") };
    CommandError::PolicyErrors { errors }
}

fn document(policy: Option<&Policy>, findings: &[Finding]) -> Value {
    let findings: Vec<Value> = findings.iter().map(finding).collect();
    json!({
        "format": "strongroom-policy-findings/1",
        "version": policy.map(Policy::version),
        "sha256": policy.map(|policy| policy.digest().to_string()),
        "findings": findings,
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "severity": match finding.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "path": finding.path().to_string(),
        "line": finding.position().map(Position::line),
        "column": finding.position().map(Position::column),
        "problem": finding.problem(),
        "remedy": finding.remedy(),
    })
}
