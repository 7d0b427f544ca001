//! What the crate promises, on its public face.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail anywhere, in its helpers too")]

mod all_of_us;
mod errors;
mod generate;
mod laws;
mod migration;
mod releases;
mod schema;
mod shown;
mod totality;
