//! Releases as shards of events for an engine.

mod cache;
mod decode;
mod open;
mod shard;
#[cfg(test)]
mod tests;
mod whole;

pub use open::Release;
pub use shard::ReleaseShard;
pub use whole::read_index;
