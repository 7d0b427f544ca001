//! A language server for the cohort language, on standard input and output: diagnostics, layout,
//! what a concept is called, and what could be written next.

mod completion;
mod hover;
mod server;

use lsp_server::Connection;
use lsp_types::{
    CompletionOptions, HoverProviderCapability, OneOf, ServerCapabilities, TextDocumentSyncCapability,
    TextDocumentSyncKind,
};
use strongroom_conformance::cdm;

use crate::Failure;
use crate::arguments::LspArguments;
use crate::failure::CommandError;
use server::Server;

pub(crate) fn run(arguments: &LspArguments) -> Result<(), Failure> {
    let vocabulary = arguments.omop.as_deref().map(cdm::read_vocabulary).transpose()?;
    let (connection, threads) = Connection::stdio();
    let abilities = ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::FULL)),
        document_formatting_provider: Some(OneOf::Left(true)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        completion_provider: Some(CompletionOptions::default()),
        ..ServerCapabilities::default()
    };
    connection.initialize(serde_json::to_value(abilities)?).map_err(protocol)?;
    let mut server = Server::new(vocabulary);
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
