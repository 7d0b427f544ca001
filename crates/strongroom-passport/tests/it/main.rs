//! Passports and visas from the outside.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail anywhere, in its helpers too")]

mod corpus;
mod evidence;
mod issue;
mod mint;
mod mutation;
