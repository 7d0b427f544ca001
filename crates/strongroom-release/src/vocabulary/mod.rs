//! The vocabulary of a release: what definitions ask of it, without a scan.
//!
//! | Section | Content |
//! |---|---|
//! | `concept.keys` | ids in ascending order |
//! | `concept.facts` | a byte for each: 0 non-standard, 1 standard, 2 classification; plus 4 if valid |
//! | `below.keys`, `.ends`, `.values` | ancestors in ascending order; where the list of each ends; descendants |
//! | `mapped.keys`, `.ends`, `.values` | the same of concepts, and of those that map to them |
//! | `code.keys`, `.values` | hashes of vocabulary and code in ascending order; concepts |
//! | `code.texts.ends`, `code.texts` | vocabulary, a byte 0, code |
//! | `name.texts.ends`, `name.texts` | names of the concepts, in their order |
//! | `unit.values`, `unit.texts.ends`, `unit.texts` | concepts of the vocabulary UCUM and their codes |
//!
//! A list of integers begins with the bytes that each takes, 4 (unsigned) or 8 (signed); they have
//! the same width, so that one is found without the others. Of keys, every 1,024th stands again in
//! a section `….tops`.

mod integers;
mod reader;
mod writer;

pub use reader::ReleaseVocabulary;
pub(crate) use writer::{ConceptRow, sections};

/// Keys between two that stand among the tops.
const STRIDE: usize = 1024;

/// The hash by which a code is found: FNV-1a of the vocabulary, a byte 0 and the code, the highest
/// bit left out so that it is no negative number.
fn hash(vocabulary: &str, code: &str) -> i64 {
    let bytes = vocabulary.bytes().chain([0]).chain(code.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    (hash >> 1).cast_signed()
}

/// What stands between a vocabulary and a code.
const BETWEEN: char = '\0';

#[cfg(test)]
mod tests;
