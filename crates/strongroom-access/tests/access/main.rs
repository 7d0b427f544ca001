//! People, evidence and requirements as a whole: what the rules of a real workbench ask for, what
//! went wrong there, and the laws that hold for all facts.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail anywhere, and the facts are built outside the test functions"
)]

mod arbitrary;
mod as_of;
mod bypasses;
mod emails;
mod evaluation;
mod laws;
mod notices;
mod page;
mod round_trips;
mod workbench;
mod world;
