//! The text spelling: laws over random definitions, worked examples, and what errors look like.
#![cfg(test)]

mod any_definition;
mod errors;
mod examples;
mod laws;
