//! Releases as shards of events for an engine.

mod cache;
mod decode;
mod joined;
mod open;
mod places;
mod sets;
mod shard;
mod stored;
#[cfg(test)]
mod tests;
mod visits;
mod whole;

pub use open::Release;
pub use shard::ReleaseShard;
pub use whole::read_index;
