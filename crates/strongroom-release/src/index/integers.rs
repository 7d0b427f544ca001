//! Columns of whole numbers, in blocks of 1,024.
//!
//! | Block | Bytes |
//! |---|---|
//! | nothing known | `0` |
//! | all known | `1`, base, the numbers less the base, packed |
//! | some known | `2`, base, the numbers less the base plus one, packed; 0 for unknown |
//! | steps | `3`, first, least step, the steps less the least, packed; 0 for the first |
//! | few different | `4`, count: `u16`, a block with the different numbers in order, their places, packed |
//! | runs | `5`, count: `u16`, a block with the number of each run, a block with their lengths |
//!
//! Bases, firsts and least steps have seven bits in each byte, the sign lowest ([`Cursor::signed`]);
//! packing is [`packed`](super::packed)'s. Whatever takes the fewest bytes is written. The last
//! block may have fewer numbers.

use super::bits::BLOCK;
use super::cursor::{Cursor, put_signed, signed_bytes};
use super::error::IndexError;
use super::packed::{self, Packing};

/// What stands for an unknown number.
pub(crate) const UNKNOWN: i64 = i64::MIN;

const NOTHING: u8 = 0;
const KNOWN: u8 = 1;
const SOME_KNOWN: u8 = 2;
const STEPS: u8 = 3;
const FEW: u8 = 4;
const RUNS: u8 = 5;
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
    for other in [encode_runs, encode_few] {
        let shortest = out.len() - begin;
        if let Some(other) = other(values, shortest).filter(|other| other.len() < shortest) {
            out.truncate(begin);
            out.extend(other);
        }
    }
}

/// The numbers as runs of equal ones; nothing where those are many.
fn encode_runs(values: &[i64], shortest: usize) -> Option<Vec<u8>> {
    let runs = 1 + values.iter().zip(values.iter().skip(1)).filter(|(one, next)| one != next).count();
    // Not one of them takes less than a byte.
    if runs + 5 >= shortest || runs > values.len() / 2 {
        return None;
    }
    let runs = values.chunk_by(|one, next| one == next);
    let (numbers, lengths): (Vec<i64>, Vec<i64>) =
        runs.filter_map(|run| Some((*run.first()?, i64::try_from(run.len()).ok()?))).unzip();
    let mut bytes = vec![RUNS];
    bytes.extend(u16::try_from(numbers.len()).ok()?.to_le_bytes());
    encode_plain(&numbers, &mut bytes);
    encode_plain(&lengths, &mut bytes);
    Some(bytes)
}

/// The numbers as places among the different ones; nothing where those are many.
fn encode_few(values: &[i64], shortest: usize) -> Option<Vec<u8>> {
    // With four bits for each there is little to gain.
    if shortest * 2 <= values.len() || different_exceed_most(values) {
        return None;
    }
    let mut different = values.to_vec();
    different.sort_unstable();
    different.dedup();
    let mut places = [0; BLOCK];
    for (place, value) in places.iter_mut().zip(values) {
        *place = different.partition_point(|other| other < value) as u64;
    }
    let mut few = vec![FEW];
    few.extend(u16::try_from(different.len()).ok()?.to_le_bytes());
    encode_plain(&different, &mut few);
    let places = places.get(..values.len()).unwrap_or_default();
    Packing::of(places).put(places, &mut few);
    Some(few)
}

/// Whether more numbers are different than can have a place. Mostly that is seen soon.
fn different_exceed_most(values: &[i64]) -> bool {
    let mut seen = [None; 4 * MOST];
    let mut different = 0;
    for value in values {
        // Fibonacci hashing: the upper bits of the product are spread best.
        let hash = value.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54;
        let mut place = usize::try_from(hash).unwrap_or(0) % seen.len();
        while let Some(slot) = seen.get_mut(place) {
            match slot {
                Some(other) if *other != *value => place = (place + 1) % (4 * MOST),
                Some(_) => break,
                None => {
                    *slot = Some(*value);
                    different += 1;
                    break;
                }
            }
        }
        if different > MOST {
            return true;
        }
    }
    false
}

fn encode_plain(values: &[i64], out: &mut Vec<u8>) {
    let (mut least, mut count) = (i64::MAX, 0_usize);
    for value in values {
        let is_known = *value != UNKNOWN;
        count += usize::from(is_known);
        least = if is_known { least.min(*value) } else { least };
    }
    if count == 0 {
        out.push(NOTHING);
        return;
    }
    let unknown = count < values.len();
    let mut room = [0; BLOCK];
    let packed = room.get_mut(..values.len()).unwrap_or_default();
    for (packed, value) in packed.iter_mut().zip(values) {
        *packed = if *value == UNKNOWN { 0 } else { value.abs_diff(least) + u64::from(unknown) };
    }
    let packing = Packing::of(packed);
    if !unknown && let Some(steps) = Steps::of(values).filter(|steps| steps.is_shorter(packing, least)) {
        steps.put(out);
        return;
    }
    out.push(if unknown { SOME_KNOWN } else { KNOWN });
    put_signed(least, out);
    packing.put(packed, out);
}

/// Numbers as what each adds to the one before.
struct Steps {
    first: i64,
    least: i64,
    steps: [u64; BLOCK],
    count: usize,
    packing: Packing,
}

impl Steps {
    /// Nothing where a step does not fit.
    fn of(values: &[i64]) -> Option<Self> {
        let first = *values.first()?;
        let mut least = i64::MAX;
        for (one, next) in values.iter().zip(values.iter().skip(1)) {
            least = least.min(next.checked_sub(*one)?);
        }
        // A single number is no step.
        let least = if values.len() > 1 { least } else { return None };
        let mut steps = [0; BLOCK];
        let pairs = values.iter().zip(values.iter().skip(1));
        for (step, (one, next)) in steps.iter_mut().skip(1).zip(pairs) {
            *step = (next - one).abs_diff(least);
        }
        let packing = Packing::of(steps.get(..values.len())?);
        Some(Self { first, least, steps, count: values.len(), packing })
    }

    fn is_shorter(&self, plain: Packing, base: i64) -> bool {
        self.packing.bytes() + signed_bytes(self.first) + signed_bytes(self.least)
            < plain.bytes() + signed_bytes(base)
    }

    fn put(&self, out: &mut Vec<u8>) {
        out.push(STEPS);
        put_signed(self.first, out);
        put_signed(self.least, out);
        self.packing.put(self.steps.get(..self.count).unwrap_or_default(), out);
    }
}

/// Reads as many numbers as there is room for: 1,024, or fewer in the last block.
pub(crate) fn decode_block(cursor: &mut Cursor<'_>, values: &mut [i64]) -> Result<(), IndexError> {
    match cursor.byte()? {
        FEW => decode_few(cursor, values),
        RUNS => decode_runs(cursor, values),
        tag => decode_plain(tag, cursor, values),
    }
}

fn decode_runs(cursor: &mut Cursor<'_>, values: &mut [i64]) -> Result<(), IndexError> {
    let count = usize::from(cursor.u16()?);
    let (mut numbers, mut lengths) = ([0; BLOCK], [0; BLOCK]);
    let numbers = numbers.get_mut(..count).ok_or(cursor.damaged())?;
    let lengths = lengths.get_mut(..count).ok_or(cursor.damaged())?;
    for part in [&mut *numbers, &mut *lengths] {
        let tag = cursor.byte()?;
        decode_plain(tag, cursor, part)?;
    }
    let mut left = values;
    for (number, length) in numbers.iter().zip(lengths) {
        let length = usize::try_from(*length).ok().filter(|length| *length <= left.len());
        let (run, rest) = left.split_at_mut(length.ok_or(cursor.damaged())?);
        run.fill(*number);
        left = rest;
    }
    if left.is_empty() { Ok(()) } else { Err(cursor.damaged()) }
}

fn decode_few(cursor: &mut Cursor<'_>, values: &mut [i64]) -> Result<(), IndexError> {
    let count = usize::from(cursor.u16()?);
    let mut different = [0; MOST];
    let found = different.get_mut(..count).filter(|found| !found.is_empty()).ok_or(cursor.damaged())?;
    let tag = cursor.byte()?;
    decode_plain(tag, cursor, found)?;
    let mut places = [0; BLOCK];
    let places = places.get_mut(..values.len()).unwrap_or_default();
    packed::take(cursor, places)?;
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
    if !(KNOWN..=STEPS).contains(&tag) {
        return Err(cursor.damaged());
    }
    let base = cursor.signed()?;
    let step = if tag == STEPS { cursor.signed()? } else { 0 };
    let mut packed = [0; BLOCK];
    let packed = packed.get_mut(..values.len()).unwrap_or_default();
    packed::take(cursor, packed)?;
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
            (vec![32_817; 4096], 4 * 5),
            // Counting up takes no bits at all.
            ((0..1024).collect(), 4),
            ((0..1024).map(|value| value * 100 + value % 2).collect(), 5 + 256),
            (vec![i64::MAX, UNKNOWN + 1], 11 + 14),
            (vec![i64::MAX, UNKNOWN, UNKNOWN + 1], 11 + 15),
            (vec![7], 3),
            // Two numbers far apart take a bit each.
            ((0..1024).map(|value| if value % 3 == 0 { 0 } else { 2_000_000_000 }).collect(), 3 + 8 + 129),
            // Each again and again: the numbers and the lengths of four runs.
            ((0..1024).map(|value| value / 256 * 7_000_000).collect(), 3 + 7 + 4),
            // One that is far away.
            (
                (0..1024).map(|value| if value == 500 { 1 << 30 } else { value * 7 % 8 }).collect(),
                3 + 384 + 9,
            ),
        ];
        for (values, bytes) in cases {
            assert_eq!(check(values), *bytes, "{} numbers: {:?}", values.len(), values.get(..3));
        }
    }

    fn numbers() -> impl Strategy<Value = Vec<i64>> {
        let number = prop_oneof![Just(UNKNOWN), any::<i64>(), 0..100_i64, -5..5_i64];
        let run = (prop_oneof![Just(UNKNOWN), any::<i64>(), -5..5_i64], 1..400_usize);
        prop_oneof![
            prop::collection::vec(number, 0..30),
            prop::collection::vec(0..1000_i64, 1000..3000),
            prop::collection::vec(prop_oneof![4 => 0..1000_i64, 1 => Just(UNKNOWN)], 1000..3000),
            prop::collection::vec(run, 0..20).prop_map(|runs| {
                runs.into_iter().flat_map(|(value, length)| vec![value; length]).collect()
            }),
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
