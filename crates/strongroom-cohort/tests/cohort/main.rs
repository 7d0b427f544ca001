//! What definitions mean: resolution and the reference evaluator, one module for each group of rules.
#![cfg(test)]

mod ages;
mod chance;
mod circe;
mod circe_groups;
mod concepts;
mod counting;
mod days;
mod examples;
mod exits;
mod explain;
mod hashes;
mod laws;
mod logic;
mod names;
mod order;
mod pathological;
mod people;
mod round_trip;
mod strategies;
mod units;
mod visits;
mod windows;
mod workbench;
