//! Workspaces as a whole: their commands by tables and against models, the threats to them, and what
//! is stored and published of them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail anywhere, and the world is built outside the test functions"
)]

mod bounded_model;
mod commands;
mod copies;
mod known_bugs;
mod naive_model;
mod naive_reviews;
mod page;
mod schema;
mod stored;
mod threats;
mod world;
