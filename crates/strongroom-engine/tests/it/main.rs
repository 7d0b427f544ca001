//! The engine against the executable specification.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail anywhere, in its helpers too")]

#[path = "../../../strongroom-cohort/tests/cohort/people.rs"]
#[expect(dead_code, reason = "what the tests of the language alone need")]
mod people;

mod agreement;
mod sharing;
mod stopping;
mod words;
