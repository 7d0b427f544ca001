//! The `strongroom` command from outside: what it says, with which code it ends, and what it leaves
//! behind, even if it is killed.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail anywhere, in its helpers too")]

mod cohort;
mod command;
mod commands;
mod conformance;
mod demo;
mod deployment;
mod lsp;
mod omop;
mod policy;
mod release_kill;
