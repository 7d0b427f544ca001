//! The public directory: what is done with the data, for anybody to read.

mod catalogue;
mod entry;
mod index;
#[cfg(test)]
mod tests;
mod words;

pub use catalogue::{Directory, DirectoryDocument, DirectoryHit, DirectoryQuery};
pub use entry::{DirectoryEntry, ProjectKind, ProjectStatus};
