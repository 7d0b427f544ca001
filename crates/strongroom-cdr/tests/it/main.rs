//! Queries over whole releases: what they answer, to whom, and for how long.
#![cfg(test)]

mod access;
mod agreement;
mod errors;
mod hidden;
mod lease;
mod numbers;
mod omop;
mod operators;
mod operators_refused;
mod permits;
mod questions;
mod release;
mod strategies;
mod vocabulary;
mod withdrawn;
