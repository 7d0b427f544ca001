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

    pub(crate) fn u32(&mut self) -> Result<u32, IndexError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, IndexError> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn i64(&mut self) -> Result<i64, IndexError> {
        self.array().map(i64::from_le_bytes)
    }

    /// A length that is written in four bytes.
    pub(crate) fn length(&mut self) -> Result<usize, IndexError> {
        usize::try_from(self.u32()?).map_err(|_| self.damaged())
    }

    /// The count, if the bytes left can hold so many numbers: a block takes one byte at least.
    pub(crate) const fn plausible(&self, count: usize) -> Result<usize, IndexError> {
        if count.div_ceil(BLOCK) <= self.bytes.len() { Ok(count) } else { Err(self.damaged()) }
    }

    /// Nothing may be left.
    pub(crate) const fn end(&self) -> Result<(), IndexError> {
        if self.bytes.is_empty() { Ok(()) } else { Err(self.damaged()) }
    }
}
