//! Columns of whole numbers that lie close to something else of their rows.
//!
//! | First byte | What follows |
//! |---|---|
//! | `0` | a column |
//! | `1` | a number and a step (seven bits in each byte); a column with a base for each person; a column. Each value is the number plus (base plus value) steps |
//! | `2` | a column, whose values are added to the starts of their rows |
//!
//! Records and visits are mostly numbered person by person, and ends mostly lie soon after starts:
//! what is left to say of each takes a few bits.

use super::cursor::{Cursor, put_signed, put_unsigned};
use super::error::IndexError;
use super::integers::{self, UNKNOWN};

const PLAIN: u8 = 0;
const BY_PERSON: u8 = 1;
const BY_START: u8 = 2;

/// What the values of a column may lie close to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reference<'r> {
    /// Nothing.
    Nothing,
    /// The people of the rows, by ordinals below a number.
    Persons(&'r [u32], u32),
    /// The starts of the rows.
    Starts(&'r [i64]),
}

/// What is needed to read a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    Nothing,
    Persons,
    Starts,
}

/// Appends a column.
pub(crate) fn encode(values: &[i64], reference: Reference<'_>, out: &mut Vec<u8>) {
    let begin = out.len();
    out.push(PLAIN);
    integers::encode(values, out);
    let plain = out.len() - begin;
    let other = match reference {
        Reference::Nothing => None,
        Reference::Persons(persons, people) => by_person(values, persons, people),
        Reference::Starts(starts) => by_start(values, starts),
    };
    // Reading it takes longer, which an eighth of the bytes makes up for.
    if let Some(other) = other.filter(|other| other.len() < plain - plain / 8) {
        out.truncate(begin);
        out.extend(other);
    }
}

fn by_person(values: &[i64], persons: &[u32], people: u32) -> Option<Vec<u8>> {
    let mut bases = vec![UNKNOWN; people as usize];
    let (mut origin, mut step) = (None, 0);
    for (value, person) in values.iter().zip(persons).filter(|(value, _)| **value != UNKNOWN) {
        let base = bases.get_mut(*person as usize)?;
        *base = if *base == UNKNOWN { *value } else { (*base).min(*value) };
        step = divisor(step, value.abs_diff(*origin.get_or_insert(*value)));
    }
    let origin = bases.iter().copied().filter(|base| *base != UNKNOWN).min()?;
    let divisor = i64::try_from(step.max(1)).ok()?;
    let rests = values.iter().zip(persons).map(|(value, person)| match *value {
        UNKNOWN => Some(UNKNOWN),
        value => Some(value.checked_sub(*bases.get(*person as usize)?)? / divisor),
    });
    let rests: Vec<i64> = rests.collect::<Option<_>>()?;
    // Whoever has no row takes the base of the person before: that is no step.
    let mut last = 0;
    for base in &mut bases {
        last = if *base == UNKNOWN { last } else { base.checked_sub(origin)? / divisor };
        *base = last;
    }
    let mut bytes = vec![BY_PERSON];
    put_signed(origin, &mut bytes);
    put_unsigned(step.max(1), &mut bytes);
    integers::encode(&bases, &mut bytes);
    integers::encode(&rests, &mut bytes);
    Some(bytes)
}

fn by_start(values: &[i64], starts: &[i64]) -> Option<Vec<u8>> {
    let after = values.iter().zip(starts).map(|(value, start)| match (*value, *start) {
        (UNKNOWN, _) => Some(UNKNOWN),
        (_, UNKNOWN) => None,
        (value, start) => value.checked_sub(start).filter(|after| *after != UNKNOWN),
    });
    let mut bytes = vec![BY_START];
    integers::encode(&after.collect::<Option<Vec<_>>>()?, &mut bytes);
    Some(bytes)
}

/// The greatest common divisor.
const fn divisor(mut one: u64, mut other: u64) -> u64 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

/// What must be at hand to read a column.
pub(crate) fn needs(bytes: &[u8], name: &'static str) -> Result<Needs, IndexError> {
    match bytes.first() {
        Some(&PLAIN) => Ok(Needs::Nothing),
        Some(&BY_PERSON) => Ok(Needs::Persons),
        Some(&BY_START) => Ok(Needs::Starts),
        _ => Err(IndexError::Damaged(name)),
    }
}

/// Reads a column of so many values, and hands over block by block.
///
/// `start` gives the start of a row, and [`UNKNOWN`] where none is known.
pub(crate) fn decode(
    bytes: &[u8],
    count: usize,
    name: &'static str,
    reference: Reference<'_>,
    mut take: impl FnMut(&[i64]),
) -> Result<(), IndexError> {
    let mut cursor = Cursor::new(bytes, name);
    let tag = cursor.byte()?;
    let mut place = 0;
    match (tag, reference) {
        (PLAIN, _) => integers::decode_some(&mut cursor, count, take)?,
        (BY_PERSON, Reference::Persons(persons, people)) => {
            let origin = cursor.signed()?;
            let step = cursor.unsigned()?.cast_signed();
            let mut bases = integers::decode_list(&mut cursor, people as usize)?;
            bases.iter_mut().for_each(|base| *base = base.wrapping_mul(step).wrapping_add(origin));
            let mut values = [0; super::bits::BLOCK];
            integers::decode_some(&mut cursor, count, |block| {
                let persons = persons.get(place..).unwrap_or_default();
                let values = values.get_mut(..block.len()).unwrap_or_default();
                for ((value, rest), person) in values.iter_mut().zip(block).zip(persons) {
                    let base = bases.get(*person as usize).copied().unwrap_or(0);
                    let known = rest.wrapping_mul(step).wrapping_add(base);
                    *value = if *rest == UNKNOWN { UNKNOWN } else { known };
                }
                place += block.len();
                take(values);
            })?;
        }
        (BY_START, Reference::Starts(starts)) => {
            let mut values = [0; super::bits::BLOCK];
            integers::decode_some(&mut cursor, count, |block| {
                let starts = starts.get(place..).unwrap_or_default();
                let values = values.get_mut(..block.len()).unwrap_or_default();
                for ((value, after), start) in values.iter_mut().zip(block).zip(starts) {
                    *value = if *after == UNKNOWN { UNKNOWN } else { after.wrapping_add(*start) };
                }
                place += block.len();
                take(values);
            })?;
        }
        _ => return Err(cursor.damaged()),
    }
    cursor.end()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PEOPLE: u32 = 50;

    fn check(values: &[i64], reference: Reference<'_>) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(values, reference, &mut bytes);
        let mut read = Vec::new();
        decode(&bytes, values.len(), "x", reference, |block| read.extend_from_slice(block)).unwrap();
        assert_eq!(read, values);
        bytes
    }

    #[test]
    fn what_lies_close_takes_little() {
        // Three thousand records in steps of 16, person by person, in the order of something else.
        let rows: Vec<u32> = (0..3000).map(|row| row * 7 % 3000).collect();
        let records: Vec<i64> = rows.iter().map(|row| i64::from(*row) * 16 + 3).collect();
        let persons: Vec<u32> = rows.iter().map(|row| row * PEOPLE / 3000).collect();
        let bytes = check(&records, Reference::Persons(&persons, PEOPLE));
        // Sixty of each: six bits for a record.
        assert!(bytes.len() < 3000 * 6 / 8 + 100, "{} bytes", bytes.len());
        assert_eq!(needs(&bytes, "x"), Ok(Needs::Persons));
        let starts: Vec<i64> = rows.iter().map(|row| i64::from(*row) + 18_000).collect();
        let ends: Vec<i64> = starts.iter().map(|start| start + start % 4).collect();
        let bytes = check(&ends, Reference::Starts(&starts));
        assert!(bytes.len() < 3000 * 2 / 8 + 50, "{} bytes", bytes.len());
        assert_eq!(needs(&bytes, "x"), Ok(Needs::Starts));
        assert_eq!(needs(&check(&ends, Reference::Nothing), "x"), Ok(Needs::Nothing));
    }

    fn number() -> impl Strategy<Value = i64> {
        prop_oneof![Just(UNKNOWN), any::<i64>(), 0..100_i64, (0..1000_i64).prop_map(|one| one * 16)]
    }

    proptest! {
        #[test]
        fn columns_come_back(rows in prop::collection::vec((0..PEOPLE, number(), number()), 0..2500)) {
            let persons: Vec<u32> = rows.iter().map(|(person, ..)| *person).collect();
            let values: Vec<i64> = rows.iter().map(|(_, value, _)| *value).collect();
            let starts: Vec<i64> = rows.iter().map(|(.., start)| *start).collect();
            check(&values, Reference::Persons(&persons, PEOPLE));
            check(&values, Reference::Starts(&starts));
            let close: Vec<i64> = rows.iter().map(|(person, value, _)| i64::from(*person) * 999 + value % 7).collect();
            check(&close, Reference::Persons(&persons, PEOPLE));
            check(&close, Reference::Starts(&close));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), count in 0..3000_usize) {
            let (persons, starts) = (vec![7; count], vec![UNKNOWN; count]);
            for reference in [Reference::Nothing, Reference::Persons(&persons, 9), Reference::Starts(&starts)] {
                let _ = decode(&bytes, count, "x", reference, |_| ());
            }
        }
    }
}
