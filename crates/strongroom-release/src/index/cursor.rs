use super::bits::BLOCK;
use super::error::IndexError;

/// Reads bytes from the front; what is not there is an error.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'b> {
    bytes: &'b [u8],
    name: &'static str,
}

impl<'b> Cursor<'b> {
    /// The name is for errors.
    pub(crate) const fn new(bytes: &'b [u8], name: &'static str) -> Self {
        Self { bytes, name }
    }

    pub(crate) const fn damaged(&self) -> IndexError {
        IndexError::Damaged(self.name)
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'b [u8], IndexError> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or(self.damaged())?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], IndexError> {
        let (taken, rest) = self.bytes.split_first_chunk().ok_or(self.damaged())?;
        self.bytes = rest;
        Ok(*taken)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, IndexError> {
        self.array().map(|[byte]| byte)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, IndexError> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, IndexError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, IndexError> {
        self.array().map(u64::from_le_bytes)
    }

    /// A number of seven bits in each byte, the lowest first; the highest bit of a byte says that
    /// another follows.
    pub(crate) fn unsigned(&mut self) -> Result<u64, IndexError> {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            value |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(value);
            }
            shift += 7;
            if shift > 63 {
                return Err(self.damaged());
            }
        }
    }

    /// The same, with the sign in the lowest bit.
    pub(crate) fn signed(&mut self) -> Result<i64, IndexError> {
        let value = self.unsigned()?;
        Ok((value >> 1).cast_signed() ^ -((value & 1).cast_signed()))
    }

    /// A length that is written in four bytes.
    pub(crate) fn length(&mut self) -> Result<usize, IndexError> {
        usize::try_from(self.u32()?).map_err(|_| self.damaged())
    }

    /// The count, if the bytes left can hold so many numbers: a block takes one byte at least.
    pub(crate) const fn plausible(&self, count: usize) -> Result<usize, IndexError> {
        if count.div_ceil(BLOCK) <= self.bytes.len() { Ok(count) } else { Err(self.damaged()) }
    }

    /// What is left.
    pub(crate) const fn rest(&self) -> &'b [u8] {
        self.bytes
    }

    /// Nothing may be left.
    pub(crate) const fn end(&self) -> Result<(), IndexError> {
        if self.bytes.is_empty() { Ok(()) } else { Err(self.damaged()) }
    }
}

/// Appends what [`Cursor::unsigned`] reads.
pub(crate) fn put_unsigned(mut value: u64, out: &mut Vec<u8>) {
    loop {
        let low = value.to_le_bytes()[0] & 127;
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 128);
    }
}

/// Appends what [`Cursor::signed`] reads.
pub(crate) fn put_signed(value: i64, out: &mut Vec<u8>) {
    put_unsigned(signed(value), out);
}

/// The bytes that [`put_signed`] appends.
pub(crate) const fn signed_bytes(value: i64) -> usize {
    let bits = 64 - signed(value).leading_zeros() as usize;
    if bits == 0 { 1 } else { bits.div_ceil(7) }
}

const fn signed(value: i64) -> u64 {
    (value << 1 ^ value >> 63).cast_unsigned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_come_back(value in prop_oneof![any::<i64>(), -300..300_i64]) {
            let mut bytes = Vec::new();
            put_signed(value, &mut bytes);
            prop_assert_eq!(bytes.len(), signed_bytes(value));
            put_unsigned(value.cast_unsigned(), &mut bytes);
            let mut cursor = Cursor::new(&bytes, "x");
            prop_assert_eq!(cursor.signed().unwrap(), value);
            prop_assert_eq!(cursor.unsigned().unwrap(), value.cast_unsigned());
            cursor.end().unwrap();
        }
    }
}
