//! Sets of people, one after the other: for each of them where it ends, and its bytes.
//!
//! Up to four people stand as their ordinals in four bytes each; more of them as a Roaring bitmap
//! (`RoaringFormatSpec`, the portable format), which has more than 16 bytes.

use roaring::RoaringBitmap;
use strongroom_timeline::PersonSet;

use super::cursor::Cursor;
use super::error::IndexError;

const SECTION: &str = "people.sets";
/// The longest set that is no bitmap.
const FEW: usize = 16;

/// Appends a set: ordinals in ascending order, each once.
pub(crate) fn encode(people: &[u32], out: &mut Vec<u8>) {
    if people.len() * 4 <= FEW {
        out.extend(people.iter().flat_map(|person| person.to_le_bytes()));
        return;
    }
    let mut bitmap: RoaringBitmap = people.iter().copied().collect();
    let plain = bitmap.clone();
    bitmap.optimize();
    // A short run takes so little that it would be taken for ordinals.
    let bitmap = if bitmap.serialized_size() > FEW { bitmap } else { plain };
    // Writing to a list cannot fail.
    drop(bitmap.serialize_into(out));
}

/// Adds the people of a set to others.
pub(crate) fn add(set: &[u8], people: &mut PersonSet) -> Result<(), IndexError> {
    if set.len() <= FEW {
        let mut cursor = Cursor::new(set, SECTION);
        for _ in 0..set.len() / 4 {
            people.insert(cursor.u32()?);
        }
        return cursor.end();
    }
    let bitmap = RoaringBitmap::deserialize_from(set).map_err(|_| IndexError::Damaged(SECTION))?;
    bitmap.iter().for_each(|person| people.insert(person));
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sets_come_back(people in prop::collection::btree_set(0..70_000_u32, 0..40), run in 0..3000_u32) {
            let mut people: Vec<u32> = people.into_iter().chain(70_000..70_000 + run).collect();
            people.dedup();
            let mut bytes = Vec::new();
            encode(&people, &mut bytes);
            let mut read = PersonSet::none(80_000);
            add(&bytes, &mut read).unwrap();
            prop_assert_eq!(read.iter().collect::<Vec<_>>(), people);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = add(&bytes, &mut PersonSet::none(1000));
        }
    }
}
