//! Columns of whole numbers, in blocks of 1,024.
//!
//! | Block | Bytes |
//! |---|---|
//! | nothing known | `0` |
//! | all known | `1`, width, base: `i64`, the numbers less the base, packed |
//! | some known | `2`, width, base: `i64`, the numbers less the base plus one, packed; 0 for unknown |
//! | steps | `3`, width, first: `i64`, least step: `i64`, the steps less the least, packed; 0 for the first |
//! | few different | `4`, width, count: `u16`, a block with the different numbers in order, their places, packed |
//!
//! Whatever takes the fewest bytes is written. The last block may have fewer numbers.

use super::bits::{BLOCK, pack, packed_bytes, unpack, width};
use super::cursor::Cursor;
use super::error::IndexError;

/// What stands for an unknown number.
pub(crate) const UNKNOWN: i64 = i64::MIN;

const NOTHING: u8 = 0;
const KNOWN: u8 = 1;
const SOME_KNOWN: u8 = 2;
const STEPS: u8 = 3;
const FEW: u8 = 4;
/// More different numbers are not looked for a place each.
const MOST: usize = 256;

/// Appends a column.
pub(crate) fn encode(values: &[i64], out: &mut Vec<u8>) {
    for block in values.chunks(BLOCK) {
        encode_block(block, out);
    }
}

/// Reads a column of so many numbers and hands over block by block. The bytes end with it.
pub(crate) fn decode(
    bytes: &[u8],
    count: usize,
    name: &'static str,
    mut take: impl FnMut(&[i64]),
) -> Result<(), IndexError> {
    let mut cursor = Cursor::new(bytes, name);
    decode_some(&mut cursor, count, &mut take)?;
    cursor.end()
}

/// The same, followed by other things.
pub(crate) fn decode_some(
    cursor: &mut Cursor<'_>,
    count: usize,
    mut take: impl FnMut(&[i64]),
) -> Result<(), IndexError> {
    let mut block = [0; BLOCK];
    let mut left = count;
    while left > 0 {
        let values = block.get_mut(..left.min(BLOCK)).unwrap_or_default();
        decode_block(cursor, values)?;
        left -= values.len();
        take(values);
    }
    Ok(())
}

/// Reads a column into a list. `count` is checked against the bytes before room is made.
pub(crate) fn decode_list(cursor: &mut Cursor<'_>, count: usize) -> Result<Vec<i64>, IndexError> {
    let mut values = Vec::with_capacity(cursor.plausible(count)?);
    decode_some(cursor, count, |block| values.extend_from_slice(block))?;
    Ok(values)
}

/// Appends 1,024 numbers, or fewer.
pub(crate) fn encode_block(values: &[i64], out: &mut Vec<u8>) {
    let begin = out.len();
    encode_plain(values, out);
    let plain = out.len() - begin;
    // With four bits for each there is little to gain.
    if plain * 2 > values.len()
        && let Some(few) = encode_few(values).filter(|few| few.len() < plain)
    {
        out.truncate(begin);
        out.extend(few);
    }
}

/// The numbers as places among the different ones; nothing where those are many.
fn encode_few(values: &[i64]) -> Option<Vec<u8>> {
    let mut different = values.to_vec();
    different.sort_unstable();
    different.dedup();
    let count = u16::try_from(different.len()).ok().filter(|count| usize::from(*count) <= MOST)?;
    let mut places = [0; BLOCK];
    for (place, value) in places.iter_mut().zip(values) {
        *place = different.partition_point(|other| other < value) as u64;
    }
    let width = width(u64::from(count) - 1);
    let mut few = vec![FEW, width];
    few.extend(count.to_le_bytes());
    encode_plain(&different, &mut few);
    pack(places.get(..values.len()).unwrap_or_default(), width, &mut few);
    Some(few)
}

fn encode_plain(values: &[i64], out: &mut Vec<u8>) {
    let (mut least, mut most, mut count) = (i64::MAX, i64::MIN, 0_usize);
    for value in values {
        let is_known = *value != UNKNOWN;
        count += usize::from(is_known);
        least = if is_known { least.min(*value) } else { least };
        most = most.max(*value);
    }
    if count == 0 {
        out.push(NOTHING);
        return;
    }
    let mut packed = [0; BLOCK];
    let range = most.abs_diff(least);
    if count < values.len() {
        for (packed, value) in packed.iter_mut().zip(values) {
            *packed = if *value == UNKNOWN { 0 } else { value.abs_diff(least) + 1 };
        }
        put(SOME_KNOWN, width(range + 1), &[least], packed.get(..values.len()).unwrap_or_default(), out);
        return;
    }
    if let Some((least_step, steps)) = steps(values)
        && packed_bytes(values.len(), width(steps)) + 8 < packed_bytes(values.len(), width(range))
    {
        let pairs = values.iter().zip(values.iter().skip(1));
        for (packed, (one, next)) in packed.iter_mut().skip(1).zip(pairs) {
            *packed = (next - one).abs_diff(least_step);
        }
        let first = values.first().copied().unwrap_or_default();
        put(STEPS, width(steps), &[first, least_step], packed.get(..values.len()).unwrap_or_default(), out);
        return;
    }
    for (packed, value) in packed.iter_mut().zip(values) {
        *packed = value.abs_diff(least);
    }
    put(KNOWN, width(range), &[least], packed.get(..values.len()).unwrap_or_default(), out);
}

/// The least step between neighbours, and how much the greatest exceeds it; nothing where a step
/// does not fit.
fn steps(values: &[i64]) -> Option<(i64, u64)> {
    let (mut least, mut most) = (i64::MAX, i64::MIN);
    for (one, next) in values.iter().zip(values.iter().skip(1)) {
        let step = next.checked_sub(*one)?;
        least = least.min(step);
        most = most.max(step);
    }
    (least <= most).then(|| (least, most.abs_diff(least)))
}

fn put(tag: u8, width: u8, heads: &[i64], packed: &[u64], out: &mut Vec<u8>) {
    out.extend([tag, width]);
    out.extend(heads.iter().flat_map(|head| head.to_le_bytes()));
    pack(packed, width, out);
}

/// Reads as many numbers as there is room for: 1,024, or fewer in the last block.
pub(crate) fn decode_block(cursor: &mut Cursor<'_>, values: &mut [i64]) -> Result<(), IndexError> {
    let tag = cursor.byte()?;
    if tag != FEW {
        return decode_plain(tag, cursor, values);
    }
    let width = cursor.byte()?;
    let count = usize::from(u16::from_le_bytes([cursor.byte()?, cursor.byte()?]));
    let mut different = [0; MOST];
    let found = different.get_mut(..count).filter(|found| !found.is_empty()).ok_or(cursor.damaged())?;
    let tag = cursor.byte()?;
    decode_plain(tag, cursor, found)?;
    if width > 8 {
        return Err(cursor.damaged());
    }
    let mut places = [0; BLOCK];
    let places = places.get_mut(..values.len()).unwrap_or_default();
    unpack(cursor.take(packed_bytes(places.len(), width))?, width, places);
    for (value, place) in values.iter_mut().zip(places) {
        // A place has eight bits; one behind the last stands for 0, as damage that does no harm.
        let place = usize::from(place.to_le_bytes()[0]);
        *value = different[place];
    }
    Ok(())
}

fn decode_plain(tag: u8, cursor: &mut Cursor<'_>, values: &mut [i64]) -> Result<(), IndexError> {
    if tag == NOTHING {
        values.fill(UNKNOWN);
        return Ok(());
    }
    let width = cursor.byte()?;
    if !(KNOWN..=STEPS).contains(&tag) || width > 64 {
        return Err(cursor.damaged());
    }
    let base = cursor.i64()?;
    let step = if tag == STEPS { cursor.i64()? } else { 0 };
    let mut packed = [0; BLOCK];
    let packed = packed.get_mut(..values.len()).unwrap_or_default();
    unpack(cursor.take(packed_bytes(packed.len(), width))?, width, packed);
    let pairs = values.iter_mut().zip(packed);
    match tag {
        KNOWN => pairs.for_each(|(value, packed)| *value = base.wrapping_add_unsigned(*packed)),
        SOME_KNOWN => pairs.for_each(|(value, packed)| {
            let known = base.wrapping_add_unsigned(packed.wrapping_sub(1));
            *value = if *packed == 0 { UNKNOWN } else { known };
        }),
        _ => {
            // The first number stands in the head; its step is 0 and is taken back here.
            let mut last = base.wrapping_sub(step);
            for (value, packed) in pairs {
                last = last.wrapping_add(step).wrapping_add_unsigned(*packed);
                *value = last;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(values: &[i64]) -> usize {
        let mut bytes = Vec::new();
        encode(values, &mut bytes);
        let mut read = Vec::new();
        decode(&bytes, values.len(), "x", |block| read.extend_from_slice(block)).unwrap();
        assert_eq!(read, values);
        for cut in 0..bytes.len().min(40) {
            let cut = &bytes[..bytes.len() - 1 - cut];
            assert!(decode(cut, values.len(), "x", |_| ()).is_err());
        }
        bytes.len()
    }

    #[test]
    fn columns_take_what_their_numbers_need() {
        let cases: &[(Vec<i64>, usize)] = &[
            (vec![], 0),
            (vec![UNKNOWN; 5000], 5),
            (vec![32_817; 4096], 40),
            // Counting up takes no bits at all.
            ((0..1024).collect(), 18),
            ((0..1024).map(|value| value * 100 + value % 2).collect(), 18 + 256),
            (vec![i64::MAX, UNKNOWN + 1], 10 + 16),
            (vec![i64::MAX, UNKNOWN, UNKNOWN + 1], 10 + 24),
            (vec![7], 10),
            // Two numbers far apart take a bit each.
            ((0..1024).map(|value| if value % 3 == 0 { 0 } else { 2_000_000_000 }).collect(), 4 + 18 + 128),
        ];
        for (values, bytes) in cases {
            assert_eq!(check(values), *bytes, "{} numbers", values.len());
        }
    }

    fn numbers() -> impl Strategy<Value = Vec<i64>> {
        let number = prop_oneof![Just(UNKNOWN), any::<i64>(), 0..100_i64, -5..5_i64];
        prop_oneof![
            prop::collection::vec(number, 0..30),
            prop::collection::vec(0..1000_i64, 1000..3000),
            prop::collection::vec(prop_oneof![4 => 0..1000_i64, 1 => Just(UNKNOWN)], 1000..3000),
        ]
    }

    proptest! {
        #[test]
        fn columns_come_back(mut values in numbers(), sorted: bool) {
            if sorted {
                values.sort_unstable();
            }
            check(&values);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), count in 0..5000_usize) {
            let _ = decode(&bytes, count, "x", |_| ());
            drop(decode_list(&mut Cursor::new(&bytes, "x"), count));
        }
    }
}
