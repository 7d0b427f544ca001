//! Blocks of numbers in as few bits as most of them need: those that need more give their upper
//! bits apart (Zukowski et al., "Super-Scalar RAM-CPU Cache Compression", ICDE 2006).
//!
//! | Bytes | What |
//! |---|---|
//! | 1 | the width in bits, 64 at most; plus 128 if some numbers need more |
//! | 2, 1, … | of those: how many, the width of their upper bits, their places of 10 bits each, the upper bits |
//! | … | the lower bits of all numbers |

use super::bits::{BLOCK, pack, packed_bytes, unpack, width};
use super::cursor::Cursor;
use super::error::IndexError;

const PATCHED: u8 = 128;
/// The bits of a place in a block.
const PLACE: u8 = 10;

const _: () = assert!(1 << PLACE == BLOCK);

/// How numbers of one block are packed best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Packing {
    width: u8,
    /// The numbers that need more bits, and how many more the largest needs.
    more: Option<(usize, u8)>,
    bytes: usize,
}

impl Packing {
    /// The packing that takes the fewest bytes; `counts` says how many numbers have each width.
    fn of_widths(count: usize, counts: &[usize; 65]) -> Self {
        let widest = counts.iter().rposition(|count| *count > 0).unwrap_or(0);
        #[expect(clippy::cast_possible_truncation, reason = "64 at most")]
        let as_width = |width: usize| width as u8;
        let mut best =
            Self { width: as_width(widest), more: None, bytes: 1 + packed_bytes(count, as_width(widest)) };
        let mut wider = 0;
        for width in (0..widest).rev() {
            wider += counts.get(width + 1).copied().unwrap_or(0);
            let upper = as_width(widest - width);
            let patches = 3 + packed_bytes(wider, PLACE) + packed_bytes(wider, upper);
            let bytes = 1 + packed_bytes(count, as_width(width)) + patches;
            if bytes < best.bytes {
                best = Self { width: as_width(width), more: Some((wider, upper)), bytes };
            }
        }
        best
    }

    /// The packing of these numbers, 1,024 at most.
    pub(crate) fn of(values: &[u64]) -> Self {
        let mut counts = [0; 65];
        for value in values {
            if let Some(count) = counts.get_mut(usize::from(width(*value))) {
                *count += 1;
            }
        }
        Self::of_widths(values.len(), &counts)
    }

    /// The bytes that it takes.
    pub(crate) const fn bytes(self) -> usize {
        self.bytes
    }

    /// Appends the numbers of which it is the packing.
    pub(crate) fn put(self, values: &[u64], out: &mut Vec<u8>) {
        let Some((count, upper)) = self.more else {
            out.push(self.width);
            pack(values, self.width, out);
            return;
        };
        out.push(self.width | PATCHED);
        out.extend(u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes());
        out.push(upper);
        let wider = (0_u64..).zip(values).filter(|(_, value)| width(**value) > self.width);
        let (places, uppers): (Vec<u64>, Vec<u64>) =
            wider.map(|(place, value)| (place, value >> self.width)).unzip();
        pack(&places, PLACE, out);
        pack(&uppers, upper, out);
        let mask = u64::MAX.checked_shr(u32::from(64 - self.width)).unwrap_or(0);
        let mut lower = [0; BLOCK];
        for (lower, value) in lower.iter_mut().zip(values) {
            *lower = value & mask;
        }
        pack(lower.get(..values.len()).unwrap_or_default(), self.width, out);
    }
}

/// Reads as many numbers as there is room for, 1,024 at most.
pub(crate) fn take(cursor: &mut Cursor<'_>, values: &mut [u64]) -> Result<(), IndexError> {
    let head = cursor.byte()?;
    if head < PATCHED {
        return lower(cursor, head, values);
    }
    let width = head - PATCHED;
    let count = usize::from(cursor.u16()?);
    let upper = cursor.byte()?;
    if count > values.len() || u32::from(upper) + u32::from(width) > u64::BITS || upper == 0 {
        return Err(cursor.damaged());
    }
    let (mut places, mut uppers) = ([0; BLOCK], [0; BLOCK]);
    let places = places.get_mut(..count).ok_or(cursor.damaged())?;
    let uppers = uppers.get_mut(..count).ok_or(cursor.damaged())?;
    unpack(cursor.take(packed_bytes(count, PLACE))?, PLACE, places);
    unpack(cursor.take(packed_bytes(count, upper))?, upper, uppers);
    lower(cursor, width, values)?;
    for (place, upper) in places.iter().zip(uppers) {
        let value = usize::try_from(*place).ok().and_then(|place| values.get_mut(place));
        *value.ok_or(cursor.damaged())? |= *upper << width;
    }
    Ok(())
}

fn lower(cursor: &mut Cursor<'_>, width: u8, values: &mut [u64]) -> Result<(), IndexError> {
    if u32::from(width) > u64::BITS {
        return Err(cursor.damaged());
    }
    unpack(cursor.take(packed_bytes(values.len(), width))?, width, values);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(values: &[u64]) -> usize {
        let mut bytes = Vec::new();
        let packing = Packing::of(values);
        packing.put(values, &mut bytes);
        assert_eq!(bytes.len(), packing.bytes());
        let mut read = vec![7; values.len()];
        let mut cursor = Cursor::new(&bytes, "x");
        take(&mut cursor, &mut read).unwrap();
        cursor.end().unwrap();
        assert_eq!(read, values);
        bytes.len()
    }

    #[test]
    fn a_few_large_numbers_do_not_make_all_wide() {
        let mut values = vec![5; 1024];
        assert_eq!(check(&values), 1 + 384);
        values[17] = u64::MAX;
        values[1023] = 1 << 40;
        assert_eq!(check(&values), 1 + 384 + 3 + 3 + 16);
        assert_eq!(check(&[u64::MAX; 1024]), 1 + 8192);
        assert_eq!(check(&[0; 1000]), 1);
    }

    proptest! {
        #[test]
        fn numbers_come_back(
            values in prop::collection::vec(prop_oneof![9 => 0..200_u64, 1 => any::<u64>()], 0..=BLOCK),
        ) {
            check(&values);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..100), count in 0..=BLOCK) {
            let _ = take(&mut Cursor::new(&bytes, "x"), &mut vec![0; count]);
        }
    }
}
