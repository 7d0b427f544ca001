//! The vocabulary of a release: what definitions ask of it, without a scan.
//!
//! | Section | Content |
//! |---|---|
//! | `concept.keys` | ids in ascending order, one for each row of the table `concept` |
//! | `concept.facts` | for each: 0 non-standard, 1 standard, 2 classification; plus 4 if valid |
//! | `below.keys`, `.ends` | ancestors in ascending order; the row of the table `concept_ancestor` behind the last of each |
//! | `mapped.keys`, `.ends`, `.values` | concepts in ascending order; where the list of each ends; those that map to them |
//! | `code.keys`, `.rows` | hashes of vocabulary and code in ascending order; rows of the table `concept` |
//! | `unit.values`, `unit.texts.ends`, `unit.texts` | concepts of the vocabulary UCUM and their codes |
//!
//! Lists of integers are packed in blocks of 1,024, each read without the others. Of keys, the
//! first of each block stands again in a section `….tops`. Names, codes and
//! descendants stand in the tables `concept` and `concept_ancestor` alone: a hash leads to the rows that
//! may have a code.

mod integers;
mod reader;
mod source;
mod tables;
mod writer;

pub use reader::ReleaseVocabulary;
pub(crate) use writer::{ConceptRow, VocabularyWriter};

/// The hash by which a code is found: the upper 32 bits of FNV-1a of the vocabulary, a byte 0 and
/// the code.
fn hash(vocabulary: &str, code: &str) -> i64 {
    let bytes = vocabulary.bytes().chain([0]).chain(code.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    (hash >> 32).cast_signed()
}

#[cfg(test)]
mod tests;
