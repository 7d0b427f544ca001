//! Packing blocks of 1,024 numbers into as few bits each as the largest needs.
//!
//! The numbers stand in lanes: number `row × lanes + lane` is the `row`th of its lane, and the
//! lanes' words alternate. One step handles a word of every lane by the same shifts, which
//! compilers turn into vector instructions (Afroozeh and Boncz, "The FastLanes Compression Layout",
//! PVLDB 16(9), 2023, without its transposition).

/// The numbers of a whole block.
pub(crate) const BLOCK: usize = 1024;

macro_rules! lanes {
    ($pack:ident, $unpack:ident, $word:ty, $lanes:expr) => {
        /// Appends the block, `width` bits for each number; those above are lost.
        fn $pack(values: &[u64; BLOCK], width: usize, out: &mut Vec<u8>) {
            const LANES: usize = $lanes;
            const BITS: usize = <$word>::BITS as usize;
            let mut words = [0 as $word; BLOCK];
            for (row, values) in values.chunks_exact(LANES).enumerate() {
                let (word, shift) = (row * width / BITS, row * width % BITS);
                for (lane, value) in values.iter().enumerate() {
                    let value =
                        value.to_le_bytes().first_chunk().map_or(0, |low| <$word>::from_le_bytes(*low));
                    if let Some(low) = words.get_mut(word * LANES + lane) {
                        *low |= value << shift;
                    }
                    if shift + width > BITS
                        && let Some(high) = words.get_mut((word + 1) * LANES + lane)
                    {
                        *high |= value >> (BITS - shift);
                    }
                }
            }
            out.extend(words.iter().take(width * LANES).flat_map(|word| word.to_le_bytes()));
        }

        /// Reads a block that was packed with this width, from `BLOCK / 8 × width` bytes.
        fn $unpack(packed: &[u8], width: usize, values: &mut [$word; BLOCK]) {
            const LANES: usize = $lanes;
            const BITS: usize = <$word>::BITS as usize;
            const BYTES: usize = BITS / 8;
            // One row more than any width needs, so that a step may look at the next row.
            let mut words = [0 as $word; BLOCK + LANES];
            let (bytes, _) = packed.as_chunks::<BYTES>();
            for (word, bytes) in words.iter_mut().zip(bytes) {
                *word = <$word>::from_le_bytes(*bytes);
            }
            let mask = <$word>::MAX >> (BITS - width.clamp(1, BITS));
            let (rows, _) = values.as_chunks_mut::<LANES>();
            let (words, _) = words.as_chunks::<LANES>();
            for (row, values) in rows.iter_mut().enumerate() {
                let (word, shift) = (row * width / BITS, row * width % BITS);
                let (Some(low), Some(high)) = (words.get(word), words.get(word + 1)) else { return };
                if shift + width > BITS {
                    for lane in 0..LANES {
                        values[lane] = (low[lane] >> shift | high[lane] << (BITS - shift)) & mask;
                    }
                } else {
                    for lane in 0..LANES {
                        values[lane] = low[lane] >> shift & mask;
                    }
                }
            }
        }
    };
}

lanes!(pack_narrow, unpack_narrow, u32, 32);
lanes!(pack_wide, unpack_wide, u64, 16);

/// The bits that a number needs: none for 0.
pub(crate) const fn width(value: u64) -> u8 {
    #[expect(clippy::cast_possible_truncation, reason = "64 at most")]
    let width = (u64::BITS - value.leading_zeros()) as u8;
    width
}

/// The bytes that so many numbers of a block take.
pub(crate) const fn packed_bytes(count: usize, width: u8) -> usize {
    (count * width as usize).div_ceil(8)
}

/// Appends the numbers of one block, 1,024 or, in the last one, fewer. None has more bits than
/// `width`, which is 64 at most.
pub(crate) fn pack(values: &[u64], width: u8, out: &mut Vec<u8>) {
    match <&[u64; BLOCK]>::try_from(values) {
        _ if width == 0 => {}
        Ok(values) if width <= 32 => pack_narrow(values, usize::from(width), out),
        Ok(values) => pack_wide(values, usize::from(width), out),
        Err(_) => pack_few(values, width, out),
    }
}

/// Reads the numbers of one block; `packed` has the [`packed_bytes`] of as many, `width` is 64 at
/// most.
pub(crate) fn unpack(packed: &[u8], width: u8, values: &mut [u64]) {
    match <&mut [u64; BLOCK]>::try_from(&mut *values) {
        _ if width == 0 => values.fill(0),
        Ok(values) if width <= 32 => {
            let mut narrow = [0; BLOCK];
            unpack_narrow(packed, usize::from(width), &mut narrow);
            for (value, narrow) in values.iter_mut().zip(narrow) {
                *value = u64::from(narrow);
            }
        }
        Ok(values) => unpack_wide(packed, usize::from(width), values),
        Err(_) => unpack_few(packed, width, values),
    }
}

/// Number after number, lowest bits first, without lanes.
fn pack_few(values: &[u64], width: u8, out: &mut Vec<u8>) {
    let (mut held, mut bits) = (0_u128, 0);
    for value in values {
        held |= u128::from(*value) << bits;
        bits += u32::from(width);
        while bits >= 8 {
            out.extend(held.to_le_bytes().first());
            held >>= 8;
            bits -= 8;
        }
    }
    if bits > 0 {
        out.extend(held.to_le_bytes().first());
    }
}

fn unpack_few(packed: &[u8], width: u8, values: &mut [u64]) {
    let mut bytes = packed.iter();
    let (mut held, mut bits) = (0_u128, 0);
    let mask = u64::MAX >> (64 - u32::from(width).clamp(1, 64));
    for value in values {
        while bits < u32::from(width) {
            held |= u128::from(bytes.next().copied().unwrap_or(0)) << bits;
            bits += 8;
        }
        #[expect(clippy::cast_possible_truncation, reason = "the low half is wanted")]
        let low = held as u64;
        *value = low & mask;
        held >>= width;
        bits -= u32::from(width);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_width_and_length_comes_back(
            width in 0..=64_u8,
            count in prop_oneof![Just(BLOCK), 1..BLOCK],
            seed: u64,
        ) {
            let mask = if width == 0 { 0 } else { u64::MAX >> (64 - u32::from(width)) };
            let next = |value: u64| value.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let mut value = seed;
            let values: Vec<u64> = (0..count).map(|_| { value = next(value); value.rotate_left(17) & mask }).collect();
            let mut packed = Vec::new();
            pack(&values, width, &mut packed);
            prop_assert_eq!(packed.len(), packed_bytes(count, width));
            let mut read = vec![7; count];
            unpack(&packed, width, &mut read);
            prop_assert_eq!(read, values);
        }
    }
}
