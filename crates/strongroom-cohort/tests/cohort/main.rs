//! What definitions mean, case by case and as laws.
#![cfg(test)]

mod cases;
mod laws;
mod meaning;
mod people;
mod resolution;
mod strategies;
