//! A language server for the cohort language, on standard input and output: diagnostics, layout,
//! corrections, what a concept is called and how many people have it, and what could be written next.

mod catalogue;
mod completion;
mod concept_completion;
mod concepts;
mod hover;
mod quick_fixes;
mod server;

use lsp_server::Connection;
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions,
    HoverProviderCapability, OneOf, ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind,
};
use strongroom::release::Release;
use strongroom_conformance::cdm;

use crate::Failure;
use crate::arguments::LspArguments;
use crate::failure::CommandError;
use concepts::Concepts;
use server::Server;

pub(crate) fn run(arguments: &LspArguments) -> Result<(), Failure> {
    let concepts = match (&arguments.release, &arguments.omop) {
        (Some(release), _) => Concepts::of_release(&Release::open(release)?)?,
        (None, Some(omop)) => Concepts::of_tables(cdm::read_vocabulary(omop)?),
        (None, None) => Concepts::none(),
    };
    let (connection, threads) = Connection::stdio();
    let abilities = ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::FULL)),
        document_formatting_provider: Some(OneOf::Left(true)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        completion_provider: Some(CompletionOptions::default()),
        ..ServerCapabilities::default()
    };
    connection.initialize(serde_json::to_value(abilities)?).map_err(protocol)?;
    let mut server = Server::new(concepts);
    for message in &connection.receiver {
        if let lsp_server::Message::Request(request) = &message
            && connection.handle_shutdown(request).map_err(protocol)?
        {
            break;
        }
        for answer in server.answers(message) {
            connection.sender.send(answer).map_err(protocol)?;
        }
    }
    drop(connection);
    Ok(threads.join()?)
}

fn protocol(error: impl std::fmt::Display) -> CommandError {
    CommandError::Protocol(error.to_string())
}
