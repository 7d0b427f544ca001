//! The decision as a whole: enumerated against a second implementation, printed as a page to
//! read, and held to its laws.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail anywhere, and the world is built outside the test functions"
)]

mod conditions;
mod copies;
mod enumeration;
mod exports;
mod kinds;
mod laws;
mod matrix;
mod oracle;
mod records;
mod rehearsals;
mod reviews;
mod scenarios;
mod seams;
mod threats;
mod world;
