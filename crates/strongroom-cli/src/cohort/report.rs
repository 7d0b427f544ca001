use std::fmt::{self, Write as _};
use std::sync::Arc;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, Report, Severity as Level,
};
use strongroom::cohort::Severity;
use strongroom::cohort::text::Span;

use super::drawn_text::DrawnText;
use super::finding::{Finding, Replacement};
use super::source::{Source, printable};

const WIDTH: usize = 100;
/// Findings beyond this many are counted: nobody reads them, and each is drawn with its lines.
const MOST: usize = 100;
/// Lines of a part that is marked; of a longer one, the first is.
const MOST_LINES: usize = 20;
/// Bytes of a line that is drawn. One that is longer was not written for people.
const LONGEST_LINE: usize = 2_000;

/// Findings with the part of the text that they are about; by path where there is no text, and by
/// byte where its lines are too long to be shown.
pub(crate) fn picture(source: &Source, findings: &[Finding], coloured: bool) -> Result<String, fmt::Error> {
    let theme = if coloured { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_links(false);
    // A place at the very end is only drawn where a line follows.
    let text = format!("{}\n", printable(&source.text));
    let has_long_lines = text.lines().any(|line| line.len() > LONGEST_LINE);
    let drawn = Arc::new(DrawnText::new(&source.name, text));
    let mut out = String::new();
    for finding in findings.iter().take(MOST) {
        let place = finding.span.filter(|_| !has_long_lines).map(|span| drawn_part(&source.text, span));
        let shown = diagnostic(finding, place);
        let report = match place {
            Some(_) => Report::new(shown).with_source_code(Arc::clone(&drawn)),
            None => Report::new(shown),
        };
        handler.render_report(&mut out, &*report)?;
        out.push('\n');
    }
    if findings.len() > MOST {
        writeln!(out, "… and {} more", findings.len() - MOST)?;
    }
    Ok(out)
}

/// What is marked of a part of the text: its first line, if it has very many.
fn drawn_part(text: &str, span: Span) -> Span {
    let mut lines = span.of(text).split('\n');
    let first = lines.next().map_or(0, str::len);
    if lines.nth(MOST_LINES).is_some() { Span::new(span.start, span.start + first) } else { span }
}

fn diagnostic(finding: &Finding, place: Option<Span>) -> MietteDiagnostic {
    let mut message = finding.message.clone();
    if place.is_none() {
        if let Some(path) = &finding.path {
            message = format!("{message}, at {path}");
        } else if let Some(span) = finding.span {
            message = format!("{message}, at byte {}", span.start);
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
    if let Some(span) = place {
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
