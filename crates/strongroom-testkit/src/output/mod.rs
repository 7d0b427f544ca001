//! From rows to files: which field of a row stands in which column, and how tables become files.

mod cells;
mod clinical;
mod error;
mod file;
mod pipeline;
mod reference;
mod summary;

pub use error::SynthesisError;
pub(crate) use file::Format;
pub(crate) use pipeline::write;
pub use summary::Summary;
