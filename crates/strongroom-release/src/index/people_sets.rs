//! Sets of people, one after the other: for each of them where it ends, and its bytes.
//!
//! | First byte | What follows |
//! |---|---|
//! | `0` | the least ordinal, then how many people there are between each and the next, seven bits in each byte |
//! | `1` | a Roaring bitmap (`RoaringFormatSpec`, the portable format) |
//!
//! Whatever takes the fewest bytes is written: bitmaps for what many people have.

use roaring::RoaringBitmap;
use strongroom_timeline::PersonSet;

use super::cursor::{Cursor, put_unsigned};
use super::error::IndexError;

const SECTION: &str = "people.sets";
const GAPS: u8 = 0;
const BITMAP: u8 = 1;

/// Appends a set: ordinals in ascending order, each once.
pub(crate) fn encode(people: &[u32], out: &mut Vec<u8>) {
    let begin = out.len();
    out.push(GAPS);
    let mut next = 0;
    for person in people {
        put_unsigned(u64::from(person - next), out);
        next = person + 1;
    }
    let mut bitmap = RoaringBitmap::new();
    // A bitmap has a head of eight bytes at least.
    if people.len() > 8 {
        bitmap.extend(people);
        bitmap.optimize();
    }
    if !bitmap.is_empty() && 1 + bitmap.serialized_size() < out.len() - begin {
        out.truncate(begin);
        out.push(BITMAP);
        // Writing to a list cannot fail.
        drop(bitmap.serialize_into(out));
    }
}

fn for_each(set: &[u8], most: u64, mut person: impl FnMut(u32)) -> Result<(), IndexError> {
    let mut cursor = Cursor::new(set, SECTION);
    match cursor.byte()? {
        // Byte by byte rather than number by number: most gaps are a byte.
        GAPS => {
            let (mut next, mut gap, mut shift) = (0_u64, 0_u64, 0_u32);
            for byte in cursor.rest() {
                gap |= u64::from(byte & 127) << shift;
                if *byte >= 128 {
                    shift += 7;
                    if shift > 28 {
                        return Err(cursor.damaged());
                    }
                    continue;
                }
                let ordinal = u32::try_from(next + gap).map_err(|_| cursor.damaged())?;
                person(ordinal);
                (next, gap, shift) = (u64::from(ordinal) + 1, 0, 0);
            }
            if shift > 0 {
                return Err(cursor.damaged());
            }
        }
        BITMAP => {
            let bitmap = RoaringBitmap::deserialize_from(cursor.rest()).map_err(|_| cursor.damaged())?;
            if bitmap.len() > most {
                return Err(cursor.damaged());
            }
            bitmap.iter().for_each(person);
        }
        _ => return Err(cursor.damaged()),
    }
    Ok(())
}

/// Adds the people of a set to others.
pub(crate) fn add(set: &[u8], people: &mut PersonSet) -> Result<(), IndexError> {
    for_each(set, u64::MAX, |person| people.insert(person))
}

/// Appends the people of a set, in ascending order. A set of more than `most` is damaged: a short
/// bitmap may stand for a great many.
pub(crate) fn list(set: &[u8], most: usize, people: &mut Vec<u32>) -> Result<(), IndexError> {
    for_each(set, most as u64, |person| people.push(person))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(people: impl IntoIterator<Item = u32>) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(&people.into_iter().collect::<Vec<_>>(), &mut bytes);
        bytes
    }

    #[test]
    fn sets_take_what_their_people_need() {
        assert_eq!(bytes([5]).len(), 2);
        assert_eq!(bytes([200, 201, 329]).len(), 1 + 2 + 1 + 1);
        // One run; a bit for each of 65,536.
        assert!(bytes(0..60_000).len() < 32);
        assert!(bytes((0..60_000).step_by(3)).len() < 8250);
    }

    proptest! {
        #[test]
        fn sets_come_back(people in prop::collection::btree_set(0..70_000_u32, 0..40), run in 0..3000_u32) {
            let mut people: Vec<u32> = people.into_iter().chain(70_000..70_000 + run).collect();
            people.dedup();
            let mut read = PersonSet::none(80_000);
            add(&bytes(people.iter().copied()), &mut read).unwrap();
            prop_assert_eq!(read.iter().collect::<Vec<_>>(), people);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = add(&bytes, &mut PersonSet::none(1000));
            let mut people = Vec::new();
            let _ = list(&bytes, 1000, &mut people);
            prop_assert!(people.len() <= 1000);
        }
    }
}
