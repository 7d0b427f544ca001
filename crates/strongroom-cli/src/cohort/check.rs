use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use serde::Serialize;
use strongroom::cohort::Severity;

use super::finding::Finding;
use super::position::Range;
use super::report::picture;
use super::source::{Reading, Source};
use super::{LineIndex, ends_with};
use crate::Failure;
use crate::arguments::CheckArguments;

/// One finding as editors read it.
#[derive(Serialize)]
struct Listed<'f> {
    file: &'f str,
    code: Option<&'static str>,
    severity: &'static str,
    message: &'f str,
    detail: Option<&'f str>,
    help: Option<&'f str>,
    path: Option<&'f str>,
    range: Option<Range>,
    fixes: Vec<ListedFix<'f>>,
}

#[derive(Serialize)]
struct ListedFix<'f> {
    explanation: &'f str,
    replacement: &'f str,
    range: Option<Range>,
}

pub(super) fn check(arguments: &CheckArguments) -> Result<ExitCode, Failure> {
    let read = arguments.files.iter().map(|file| Source::read(file, Reading::default()));
    let sources = read.collect::<Result<Vec<_>, _>>()?;
    let errors = sources.iter().map(Source::errors).sum();
    let mut output = io::stdout().lock();
    if arguments.json {
        let listed: Vec<_> = sources.iter().flat_map(list).collect();
        writeln!(output, "{}", serde_json::to_string_pretty(&listed)?)?;
        return Ok(ends_with(errors));
    }
    let coloured = output.is_terminal();
    for source in &sources {
        write!(output, "{}", picture(source, &source.findings, coloured).map_err(io::Error::other)?)?;
    }
    let warnings = sources.iter().map(|source| source.findings.len()).sum::<usize>() - errors;
    writeln!(
        output,
        "{}, {}, {}",
        counted(sources.len(), "file"),
        counted(errors, "error"),
        counted(warnings, "warning")
    )?;
    Ok(ends_with(errors))
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn list(source: &Source) -> Vec<Listed<'_>> {
    let lines = LineIndex::new(&source.text);
    source.findings.iter().map(|finding| listed(finding, &source.name, &lines)).collect()
}

fn listed<'f>(finding: &'f Finding, file: &'f str, lines: &LineIndex<'_>) -> Listed<'f> {
    let fixes = finding.fixes.iter().map(|fix| ListedFix {
        explanation: &fix.explanation,
        replacement: &fix.replacement,
        range: fix.span.map(|span| lines.range(span)),
    });
    Listed {
        file,
        code: finding.code,
        severity: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        message: &finding.message,
        detail: finding.detail.as_deref(),
        help: finding.help.as_deref(),
        path: finding.path.as_deref(),
        range: finding.span.map(|span| lines.range(span)),
        fixes: fixes.collect(),
    }
}
