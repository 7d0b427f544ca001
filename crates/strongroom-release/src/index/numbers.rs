//! Columns of numbers with fractions, in blocks of 1,024.
//!
//! | Block | Bytes |
//! |---|---|
//! | decimals | digits after the point: 0 to 6, then a block of whole numbers: the numbers × 10^digits |
//! | others | `255`, eight bytes for each number |
//!
//! What people measure has few digits, so that most blocks are decimals. Unknown numbers are not a
//! number. Every number comes back bit by bit.

use super::bits::BLOCK;
use super::cursor::Cursor;
use super::error::IndexError;
use super::integers::{self, UNKNOWN};

const RAW: u8 = 255;
const POWERS: [f64; 7] = [1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0, 1_000_000.0];
/// Whole numbers up to here have a `f64` of their own.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// Appends a column.
pub(crate) fn encode(values: &[f64], out: &mut Vec<u8>) {
    for block in values.chunks(BLOCK) {
        match (0_u8..).zip(&POWERS).find_map(|(digits, power)| Some((digits, all_scaled(block, *power)?))) {
            Some((digits, whole)) => {
                out.push(digits);
                integers::encode_block(whole.get(..block.len()).unwrap_or_default(), out);
            }
            None => {
                out.push(RAW);
                out.extend(block.iter().flat_map(|value| value.to_bits().to_le_bytes()));
            }
        }
    }
}

fn all_scaled(values: &[f64], power: f64) -> Option<[i64; BLOCK]> {
    let mut whole = [0; BLOCK];
    for (whole, value) in whole.iter_mut().zip(values) {
        *whole = scaled(*value, power)?;
    }
    Some(whole)
}

/// The whole number that stands for this one, if it gives exactly this one back.
fn scaled(value: f64, power: f64) -> Option<i64> {
    if value.is_nan() {
        return Some(UNKNOWN);
    }
    let whole = (value * power).round();
    if whole.abs() >= LARGEST {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "small enough to be exact")]
    let whole = whole as i64;
    (whole as f64 / power).to_bits().eq(&value.to_bits()).then_some(whole)
}

/// Reads a column of so many numbers and hands over block by block. The bytes end with it.
pub(crate) fn decode(
    bytes: &[u8],
    count: usize,
    name: &'static str,
    mut take: impl FnMut(&[f64]),
) -> Result<(), IndexError> {
    let mut cursor = Cursor::new(bytes, name);
    decode_some(&mut cursor, count, &mut take)?;
    cursor.end()
}

/// The same, followed by other things.
pub(crate) fn decode_some(
    cursor: &mut Cursor<'_>,
    count: usize,
    mut take: impl FnMut(&[f64]),
) -> Result<(), IndexError> {
    let (mut numbers, mut whole) = ([0.0; BLOCK], [0; BLOCK]);
    let mut left = count;
    while left > 0 {
        let length = left.min(BLOCK);
        let numbers = numbers.get_mut(..length).unwrap_or_default();
        match cursor.byte()? {
            RAW => {
                let (bytes, _) = cursor.take(length * 8)?.as_chunks();
                for (number, bytes) in numbers.iter_mut().zip(bytes) {
                    *number = f64::from_bits(u64::from_le_bytes(*bytes));
                }
            }
            digits => {
                let power = POWERS.get(usize::from(digits)).ok_or(cursor.damaged())?;
                let whole = whole.get_mut(..length).unwrap_or_default();
                integers::decode_block(cursor, whole)?;
                for (number, whole) in numbers.iter_mut().zip(&*whole) {
                    *number = if *whole == UNKNOWN { f64::NAN } else { *whole as f64 / power };
                }
            }
        }
        left -= length;
        take(numbers);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(values: &[f64]) -> usize {
        let mut bytes = Vec::new();
        encode(values, &mut bytes);
        let mut read = Vec::new();
        decode(&bytes, values.len(), "x", |block| read.extend_from_slice(block)).unwrap();
        let same =
            |(one, other): (&f64, &f64)| one.to_bits() == other.to_bits() || one.is_nan() && other.is_nan();
        assert!(
            read.len() == values.len() && read.iter().zip(values).all(same),
            "{values:?} became {read:?}"
        );
        bytes.len()
    }

    #[test]
    fn decimals_take_little() {
        assert_eq!(check(&[48.1, 7.4, f64::NAN]), 1 + 3 + 5);
        assert_eq!(check(&[0.1 + 0.2]), 9);
        assert_eq!(check(&[-0.0]), 9);
        assert_eq!(check(&[1e300, 1.0]), 17);
        assert_eq!(check(&[0.000_001, 3.0]), 1 + 7);
    }

    proptest! {
        #[test]
        fn numbers_come_back(
            values in prop_oneof![
                prop::collection::vec(prop_oneof![any::<f64>(), (-5000..5000_i32).prop_map(|n| f64::from(n) / 100.0)], 0..50),
                prop::collection::vec((0..5000_i32).prop_map(|n| f64::from(n) / 10.0), 1000..2500),
            ],
        ) {
            check(&values);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), count in 0..5000_usize) {
            let _ = decode(&bytes, count, "x", |_| ());
        }
    }
}
