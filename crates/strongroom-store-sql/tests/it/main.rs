//! The stores on real databases.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail anywhere, in its helpers too"
)]

mod bed;
mod copies;
mod faults;
mod killing;
mod kills;
mod postgres;
mod server;
mod sqlite;
