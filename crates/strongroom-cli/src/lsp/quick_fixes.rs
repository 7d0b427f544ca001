use std::collections::HashMap;

use lsp_types::{CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Range, TextEdit};
use lsp_types::{Uri, WorkspaceEdit};
use strongroom::cohort::Limits;
use strongroom::cohort::text::Span;

use super::server::{diagnostic, range};
use crate::cohort::{Finding, LineIndex, Replacement, read_text};

/// The corrections of what is wrong in the part of the text that is asked about.
pub(super) fn offered(asked: &CodeActionParams, text: &str, limits: &Limits) -> Vec<CodeActionOrCommand> {
    if !wants_quick_fixes(asked.context.only.as_deref()) {
        return Vec::new();
    }
    let lines = LineIndex::new(text);
    let (_, _, findings) = read_text(text, limits);
    let mut actions = Vec::new();
    for finding in &findings {
        // What can be told from the text alone; a finding without a place stands at its beginning.
        let fixes: Vec<_> = finding.fixes.iter().filter_map(|fix| Some((fix, fix.span?))).collect();
        for (fix, span) in &fixes {
            let places = [finding.span.unwrap_or(Span::new(0, 0)), *span];
            if !places.iter().any(|place| touch(range(&lines, *place), asked.range)) {
                continue;
            }
            let edit = TextEdit::new(range(&lines, *span), fix.replacement.clone());
            actions.push(CodeActionOrCommand::CodeAction(CodeAction {
                title: title(fix, finding),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![diagnostic(finding, &lines)]),
                edit: Some(edit_of(&asked.text_document.uri, edit)),
                is_preferred: Some(fixes.len() == 1),
                ..CodeAction::default()
            }));
        }
    }
    actions
}

/// Kinds are prefixes: who asks for all of them, or for quick fixes, gets these.
fn wants_quick_fixes(only: Option<&[CodeActionKind]>) -> bool {
    let wanted = |kind: &CodeActionKind| matches!(kind.as_str(), "" | "quickfix");
    only.is_none_or(|only| only.iter().any(wanted))
}

/// What the correction does; also with which text, where several of a finding say the same.
fn title(fix: &Replacement, finding: &Finding) -> String {
    let same = finding.fixes.iter().filter(|other| other.explanation == fix.explanation).count();
    let replacement = fix.replacement.trim();
    match fix.explanation.as_str() {
        // An editor shows it without the question that it answers.
        explanation if explanation.trim_matches('`') == replacement => format!("write {explanation}"),
        explanation if same > 1 => format!("{explanation}: {replacement}"),
        explanation => explanation.to_owned(),
    }
}

fn edit_of(uri: &Uri, edit: TextEdit) -> WorkspaceEdit {
    #[expect(clippy::mutable_key_type, reason = "the protocol's type; an address is never changed in place")]
    let changes = HashMap::from([(uri.clone(), vec![edit])]);
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}

/// Whether two ranges have a position in common; a cursor stands at both ends of an empty one.
fn touch(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

#[cfg(test)]
mod tests {
    use lsp_types::Position;
    use strongroom::cohort::Severity;

    use super::*;

    #[test]
    fn ranges_touch_at_their_ends() {
        let range = |(line, from, to)| Range::new(Position::new(line, from), Position::new(line, to));
        for (one, other, expected) in [
            ((1, 4, 8), (1, 8, 8), true),
            ((1, 4, 8), (1, 4, 4), true),
            ((1, 4, 8), (1, 0, 99), true),
            ((1, 4, 8), (1, 9, 12), false),
            ((1, 4, 8), (2, 4, 8), false),
        ] {
            assert_eq!(touch(range(one), range(other)), expected, "{one:?} {other:?}");
            assert_eq!(touch(range(other), range(one)), expected, "{other:?} {one:?}");
        }
    }

    #[test]
    fn only_who_wants_quick_fixes_gets_them() {
        let asked = |kinds: &[&'static str]| {
            wants_quick_fixes(Some(&kinds.iter().map(|kind| CodeActionKind::from(*kind)).collect::<Vec<_>>()))
        };
        assert!(wants_quick_fixes(None));
        assert!(asked(&["refactor", "quickfix"]) && asked(&[""]));
        assert!(!asked(&["refactor"]) && !asked(&["source.organizeImports"]) && !asked(&[]));
    }

    #[test]
    fn titles_tell_corrections_apart() {
        let fix = |explanation: &str, replacement: &str| Replacement {
            explanation: explanation.to_owned(),
            replacement: replacement.to_owned(),
            span: None,
        };
        let mut finding = Finding::from(&strongroom::cohort::text::parse("x", &Limits::default()).errors[0]);
        finding.severity = Severity::Warning;
        finding.fixes =
            vec![fix("`rows`", "rows "), fix("say so", " a"), fix("say so", "b"), fix("end it", "}")];
        let titles: Vec<_> = finding.fixes.iter().map(|fix| title(fix, &finding)).collect();
        assert_eq!(titles, ["write `rows`", "say so: a", "say so: b", "end it"]);
    }
}
