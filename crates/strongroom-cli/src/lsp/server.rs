use std::collections::BTreeMap;

use lsp_server::{ErrorCode, Message, Notification, Request, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, Notification as _, PublishDiagnostics,
};
use lsp_types::request::{CodeActionRequest, Completion, Formatting, HoverRequest, Request as _};
use lsp_types::{
    CodeActionParams, CompletionParams, CompletionResponse, Diagnostic, DiagnosticSeverity,
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DocumentFormattingParams, HoverParams, NumberOrString, Position, PublishDiagnosticsParams, Range,
    TextDocumentPositionParams, TextEdit, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use strongroom::cohort::text::{self, Span};
use strongroom::cohort::{Limits, Severity};

use super::concepts::{Concepts, ConceptsError};
use super::{completion, concept_completion, hover, quick_fixes};
use crate::cohort::{Finding, LineIndex, read_text};

/// The documents that are open, by their addresses, and what there is to say about them.
pub(super) struct Server {
    documents: BTreeMap<String, String>,
    concepts: Concepts,
    limits: Limits,
}

impl Server {
    pub(super) fn new(concepts: Concepts) -> Self {
        Self { documents: BTreeMap::new(), concepts, limits: Limits::default() }
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
            Formatting::METHOD => respond(request, |asked: &DocumentFormattingParams| {
                Ok(self.laid_out(&asked.text_document.uri))
            }),
            Completion::METHOD => respond(request, |asked| self.completion(asked)),
            HoverRequest::METHOD => {
                respond(request, |asked: &HoverParams| match self.at(&asked.text_document_position_params) {
                    Some((text, byte)) => hover::about(text, byte, &self.concepts, &self.limits),
                    None => Ok(None),
                })
            }
            CodeActionRequest::METHOD => respond(request, |asked: &CodeActionParams| {
                let text = self.documents.get(asked.text_document.uri.as_str());
                Ok(text.map(|text| quick_fixes::offered(asked, text, &self.limits)))
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

    /// Concepts where one is typed and there is a vocabulary; everything else elsewhere.
    fn completion(&self, asked: &CompletionParams) -> Result<Option<CompletionResponse>, ConceptsError> {
        let Some((text, byte)) = self.at(&asked.text_document_position) else { return Ok(None) };
        if let Some(typed) = concept_completion::typed(text, byte)
            && let Some(catalogue) = self.concepts.catalogue()?
        {
            return Ok(Some(CompletionResponse::List(concept_completion::items(text, typed, catalogue))));
        }
        Ok(Some(CompletionResponse::Array(completion::items(text))))
    }

    fn at(&self, place: &TextDocumentPositionParams) -> Option<(&str, usize)> {
        let text = self.documents.get(place.text_document.uri.as_str())?;
        Some((text, LineIndex::new(text).byte(place.position.line, place.position.character)))
    }
}

pub(super) fn diagnostic(finding: &Finding, lines: &LineIndex<'_>) -> Diagnostic {
    let mut message = finding.message.clone();
    for more in finding.detail.iter().chain(&finding.help) {
        message.push('\n');
        message.push_str(more);
    }
    for fix in &finding.fixes {
        message.push('\n');
        message.push_str(&fix.explanation);
        // What is taken out has nothing in its place.
        if !fix.replacement.trim().is_empty() {
            message.push_str(": ");
            message.push_str(fix.replacement.trim());
        }
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
    answer: impl FnOnce(&P) -> Result<Option<R>, ConceptsError>,
) -> Response {
    match serde_json::from_value::<P>(request.params) {
        Ok(asked) => match answer(&asked) {
            Ok(answer) => Response::new_ok(request.id, answer),
            Err(error) => Response::new_err(request.id, ErrorCode::RequestFailed as i32, error.to_string()),
        },
        Err(_) => {
            let message = "the request does not have the parameters of its method".to_owned();
            Response::new_err(request.id, ErrorCode::InvalidParams as i32, message)
        }
    }
}

fn read<P: DeserializeOwned>(notification: Notification) -> Option<P> {
    serde_json::from_value(notification.params).ok()
}
