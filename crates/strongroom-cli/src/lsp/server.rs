use std::collections::BTreeMap;

use lsp_server::{ErrorCode, Message, Notification, Request, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, Notification as _, PublishDiagnostics,
};
use lsp_types::request::{Completion, Formatting, HoverRequest, Request as _};
use lsp_types::{
    CompletionParams, Diagnostic, DiagnosticSeverity, DidChangeTextDocumentParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DocumentFormattingParams, HoverParams,
    NumberOrString, Position, PublishDiagnosticsParams, Range, TextDocumentPositionParams, TextEdit, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use strongroom::cohort::text::{self, Span};
use strongroom::cohort::{Limits, Severity, Vocabulary};

use super::{completion, hover};
use crate::cohort::{Finding, LineIndex, read_text};

/// The documents that are open, by their addresses, and what there is to say about them.
pub(super) struct Server {
    documents: BTreeMap<String, String>,
    vocabulary: Option<Vocabulary>,
    limits: Limits,
}

impl Server {
    pub(super) fn new(vocabulary: Option<Vocabulary>) -> Self {
        Self { documents: BTreeMap::new(), vocabulary, limits: Limits::default() }
    }

    /// What to send after a message of the editor. Notifications that are not understood are passed
    /// over, as the protocol wants it.
    pub(super) fn answers(&mut self, message: Message) -> Vec<Message> {
        match message {
            Message::Request(request) => vec![Message::Response(self.response(request))],
            Message::Notification(notification) => self.notice(notification),
            Message::Response(_) => Vec::new(),
        }
    }

    fn response(&self, request: Request) -> Response {
        match request.method.as_str() {
            Formatting::METHOD => {
                respond(request, |asked: &DocumentFormattingParams| self.laid_out(&asked.text_document.uri))
            }
            Completion::METHOD => respond(request, |asked: &CompletionParams| {
                let (text, _) = self.at(&asked.text_document_position)?;
                Some(completion::items(text))
            }),
            HoverRequest::METHOD => respond(request, |asked: &HoverParams| {
                let (text, byte) = self.at(&asked.text_document_position_params)?;
                hover::about(text, byte, self.vocabulary.as_ref(), &self.limits)
            }),
            _ => Response::new_err(
                request.id,
                ErrorCode::MethodNotFound as i32,
                "this server does not answer such requests".to_owned(),
            ),
        }
    }

    fn notice(&mut self, notification: Notification) -> Vec<Message> {
        match notification.method.as_str() {
            DidOpenTextDocument::METHOD => match read::<DidOpenTextDocumentParams>(notification) {
                Some(opened) => self.changed(opened.text_document.uri, Some(opened.text_document.text)),
                None => Vec::new(),
            },
            DidChangeTextDocument::METHOD => match read::<DidChangeTextDocumentParams>(notification) {
                // The whole text is sent each time; the last one counts.
                Some(mut changed) => match changed.content_changes.pop() {
                    Some(change) => self.changed(changed.text_document.uri, Some(change.text)),
                    None => Vec::new(),
                },
                None => Vec::new(),
            },
            DidCloseTextDocument::METHOD => match read::<DidCloseTextDocumentParams>(notification) {
                Some(closed) => self.changed(closed.text_document.uri, None),
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// Keeps the new text of a document, or forgets it, and says what is wrong with it.
    fn changed(&mut self, uri: Uri, text: Option<String>) -> Vec<Message> {
        let diagnostics = text.as_deref().map(|text| self.diagnostics(text)).unwrap_or_default();
        match text {
            Some(text) => drop(self.documents.insert(uri.as_str().to_owned(), text)),
            None => drop(self.documents.remove(uri.as_str())),
        }
        let published = PublishDiagnosticsParams { uri, diagnostics, version: None };
        vec![Message::Notification(Notification::new(PublishDiagnostics::METHOD.to_owned(), published))]
    }

    fn diagnostics(&self, text: &str) -> Vec<Diagnostic> {
        let lines = LineIndex::new(text);
        let (_, _, findings) = read_text(text, &self.limits);
        findings.iter().map(|finding| diagnostic(finding, &lines)).collect()
    }

    /// One change that lays the whole document out; none where it is so, or cannot be read.
    fn laid_out(&self, uri: &Uri) -> Option<Vec<TextEdit>> {
        let source = self.documents.get(uri.as_str())?;
        let laid_out = text::format(source, &self.limits).ok()?;
        if laid_out == *source {
            return Some(Vec::new());
        }
        let all = range(&LineIndex::new(source), Span::new(0, source.len()));
        Some(vec![TextEdit::new(all, laid_out)])
    }

    fn at(&self, place: &TextDocumentPositionParams) -> Option<(&str, usize)> {
        let text = self.documents.get(place.text_document.uri.as_str())?;
        Some((text, LineIndex::new(text).byte(place.position.line, place.position.character)))
    }
}

fn diagnostic(finding: &Finding, lines: &LineIndex<'_>) -> Diagnostic {
    let mut message = finding.message.clone();
    for more in finding.detail.iter().chain(&finding.help) {
        message.push('\n');
        message.push_str(more);
    }
    for fix in &finding.fixes {
        message.push_str(&format!("\n{}: {}", fix.explanation, fix.replacement.trim()));
    }
    Diagnostic {
        range: range(lines, finding.span.unwrap_or(Span::new(0, 0))),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
        }),
        code: finding.code.map(|code| NumberOrString::String(code.to_owned())),
        source: Some("strongroom".to_owned()),
        message,
        ..Diagnostic::default()
    }
}

pub(super) fn range(lines: &LineIndex<'_>, span: Span) -> Range {
    let found = lines.range(span);
    Range::new(
        Position::new(found.start.line, found.start.character),
        Position::new(found.end.line, found.end.character),
    )
}

fn respond<P: DeserializeOwned, R: Serialize>(
    request: Request,
    answer: impl FnOnce(&P) -> Option<R>,
) -> Response {
    match serde_json::from_value::<P>(request.params) {
        Ok(asked) => Response::new_ok(request.id, answer(&asked)),
        Err(_) => {
            let message = "the request does not have the parameters of its method".to_owned();
            Response::new_err(request.id, ErrorCode::InvalidParams as i32, message)
        }
    }
}

fn read<P: DeserializeOwned>(notification: Notification) -> Option<P> {
    serde_json::from_value(notification.params).ok()
}
