use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
    Severity as Level,
};
use strongroom::cohort::Severity;

use super::finding::{Finding, Replacement};
use super::source::{Source, printable};

const WIDTH: usize = 100;

/// Findings with the part of the text that they are about; by path where there is no text.
pub(crate) fn picture(source: &Source, findings: &[Finding], coloured: bool) -> Result<String, fmt::Error> {
    let theme = if coloured { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_links(false);
    // A place at the very end is only drawn where a line follows.
    let text = format!("{}\n", printable(&source.text));
    let mut out = String::new();
    for finding in findings {
        let shown = diagnostic(finding);
        let report = match finding.span {
            Some(_) => {
                Report::new(shown).with_source_code(NamedSource::new(source.name.as_str(), text.clone()))
            }
            None => Report::new(shown),
        };
        handler.render_report(&mut out, &*report)?;
        out.push('\n');
    }
    Ok(out)
}

fn diagnostic(finding: &Finding) -> MietteDiagnostic {
    let mut message = finding.message.clone();
    if finding.span.is_none() {
        if let Some(path) = &finding.path {
            message = format!("{message}, at {path}");
        }
        if let Some(detail) = &finding.detail {
            message = format!("{message}: {detail}");
        }
    }
    let level = match finding.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
    };
    let mut shown = MietteDiagnostic::new(message).with_severity(level);
    if let Some(code) = finding.code {
        shown = shown.with_code(code);
    }
    if let Some(span) = finding.span {
        let length = span.end.saturating_sub(span.start);
        shown = shown.with_label(LabeledSpan::new(finding.detail.clone(), span.start, length));
    }
    let fixes = finding.fixes.iter().map(advice);
    let help: Vec<_> = finding.help.iter().cloned().chain(fixes).collect();
    if !help.is_empty() {
        shown = shown.with_help(help.join("\n"));
    }
    shown
}

fn advice(fix: &Replacement) -> String {
    let text = printable(fix.replacement.trim());
    match (fix.span.is_some(), text.is_empty()) {
        (true, false) => format!("{}: `{text}`", fix.explanation),
        _ => fix.explanation.clone(),
    }
}
