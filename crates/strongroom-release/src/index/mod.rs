//! The binary files of a release: named sections, each a column that is read without the others.

mod bits;
mod container;
mod cursor;
mod error;
pub(crate) mod integers;
pub(crate) mod numbers;
mod packed;
pub(crate) mod people_sets;
pub(crate) mod relative;
pub(crate) mod section;

pub(crate) use bits::BLOCK;
pub(crate) use container::{Content, Header, SectionWriter, read_at};
pub(crate) use cursor::Cursor;
pub use error::IndexError;
