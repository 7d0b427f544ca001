//! Files of named sections.
//!
//! | Bytes | What |
//! |---|---|
//! | 8 | `SRINDEX` and the version, 1 |
//! | 4 | length of this header |
//! | 1 | what the file is of: 1 events, 2 people, 3 vocabulary |
//! | 4 | rows |
//! | 2 | number of sections |
//! | 1, … , 8, 8 | for each: length of its name, name, offset in the file, length |
//!
//! Numbers are unsigned and little-endian. Digests stand in the release's manifest.

use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;

use super::cursor::Cursor;
use super::error::IndexError;

const MAGIC: &[u8; 8] = b"SRINDEX\x01";
/// Bytes before the part of the header that grows.
const FIXED: usize = 8 + 4 + 1 + 4 + 2;
const LONGEST: usize = 1 << 16;

/// What a file is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Events = 1,
    People = 2,
    Vocabulary = 3,
}

/// Collects the sections of a file.
#[derive(Debug)]
pub(crate) struct SectionWriter {
    content: Content,
    rows: u32,
    sections: Vec<(String, Vec<u8>)>,
}

impl SectionWriter {
    pub(crate) const fn new(content: Content, rows: u32) -> Self {
        Self { content, rows, sections: Vec::new() }
    }

    /// Adds a section. Names have at most 255 bytes.
    pub(crate) fn add(&mut self, name: impl Into<String>, bytes: Vec<u8>) {
        self.sections.push((name.into(), bytes));
    }

    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let too_many = || io::Error::from(io::ErrorKind::InvalidInput);
        let length = FIXED + self.sections.iter().map(|(name, _)| 1 + name.len() + 16).sum::<usize>();
        let mut header = Vec::with_capacity(length);
        header.extend(MAGIC);
        header.extend(u32::try_from(length).map_err(|_| too_many())?.to_le_bytes());
        header.push(self.content as u8);
        header.extend(self.rows.to_le_bytes());
        header.extend(u16::try_from(self.sections.len()).map_err(|_| too_many())?.to_le_bytes());
        let mut offset = length as u64;
        for (name, bytes) in &self.sections {
            header.push(u8::try_from(name.len()).map_err(|_| too_many())?);
            header.extend(name.as_bytes());
            header.extend(offset.to_le_bytes());
            header.extend((bytes.len() as u64).to_le_bytes());
            offset += bytes.len() as u64;
        }
        out.write_all(&header)?;
        self.sections.iter().try_for_each(|(_, bytes)| out.write_all(bytes))
    }
}

/// Where the sections of a file stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) rows: u32,
    sections: Vec<(String, Range<u64>)>,
}

impl Header {
    /// The header of a file that has so many bytes, of which these are the first; or how many are
    /// needed.
    fn parse(bytes: &[u8], file: u64, content: Content) -> Result<Result<Self, usize>, IndexError> {
        let mut cursor = Cursor::new(bytes, "header");
        if cursor.take(8).map_err(|_| IndexError::OtherFormat)? != MAGIC {
            return Err(IndexError::OtherFormat);
        }
        let length = cursor.length()?;
        if length > LONGEST || length as u64 > file {
            return Err(cursor.damaged());
        }
        if bytes.len() < length {
            return Ok(Err(length));
        }
        if cursor.byte()? != content as u8 {
            return Err(IndexError::OtherFormat);
        }
        let rows = cursor.u32()?;
        let count = u16::from_le_bytes([cursor.byte()?, cursor.byte()?]);
        let mut sections: Vec<(String, Range<u64>)> = Vec::new();
        for _ in 0..count {
            let name_length = usize::from(cursor.byte()?);
            let name = str::from_utf8(cursor.take(name_length)?).map_err(|_| cursor.damaged())?;
            let (offset, bytes) = (cursor.u64()?, cursor.u64()?);
            let end = offset.checked_add(bytes).filter(|end| *end <= file && offset >= length as u64);
            let twice = sections.iter().any(|(other, _)| other == name);
            let Some(end) = end.filter(|_| !twice) else { return Err(cursor.damaged()) };
            sections.push((name.to_owned(), offset..end));
        }
        Ok(Ok(Self { rows, sections }))
    }

    /// Reads the header of a file in memory.
    pub(crate) fn of_bytes(bytes: &[u8], content: Content) -> Result<Self, IndexError> {
        Self::parse(bytes, bytes.len() as u64, content)?.map_err(|_| IndexError::Damaged("header"))
    }

    /// Reads the header of a file.
    pub(crate) fn of_file(file: &File, content: Content) -> io::Result<Result<Self, IndexError>> {
        let length = file.metadata()?.len();
        let mut first = usize::try_from(length).unwrap_or(usize::MAX).min(4096);
        loop {
            let bytes = read_at(file, 0, first)?;
            match Self::parse(&bytes, length, content) {
                Ok(Ok(header)) => return Ok(Ok(header)),
                Ok(Err(needed)) if needed > first => first = needed,
                Ok(Err(_)) => return Ok(Err(IndexError::Damaged("header"))),
                Err(error) => return Ok(Err(error)),
            }
        }
    }

    /// Where the section with this name stands; nothing where there is none.
    pub(crate) fn section(&self, name: &str) -> Option<Range<u64>> {
        self.sections.iter().find(|(other, _)| other == name).map(|(_, range)| range.clone())
    }

    /// The bytes of a section of a file in memory; none where there is no such section.
    pub(crate) fn bytes<'b>(&self, file: &'b [u8], name: &str) -> Option<&'b [u8]> {
        let range = self.section(name)?;
        file.get(usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?)
    }

    /// The bytes of a section of a file; nothing where there is no such section.
    pub(crate) fn read(&self, file: &File, name: &str) -> io::Result<Option<Vec<u8>>> {
        let Some(range) = self.section(name) else { return Ok(None) };
        let length = usize::try_from(range.end - range.start).map_err(io::Error::other)?;
        read_at(file, range.start, length).map(Some)
    }

    #[cfg(test)]
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().map(|(name, _)| name.as_str())
    }
}

/// So many bytes of the file from an offset on, wherever others read at the same time.
pub(crate) fn read_at(file: &File, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    #[cfg(unix)]
    std::os::unix::fs::FileExt::read_exact_at(file, &mut bytes, offset)?;
    #[cfg(not(unix))]
    {
        use std::io::{Read, Seek, SeekFrom};
        // A handle of its own: seeking moves the place of all who share one.
        let mut own = file.try_clone()?;
        own.seek(SeekFrom::Start(offset))?;
        own.read_exact(&mut bytes)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(sections: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = SectionWriter::new(Content::People, 17);
        for (name, bytes) in sections {
            writer.add(*name, bytes.to_vec());
        }
        let mut file = Vec::new();
        writer.write(&mut file).unwrap();
        file
    }

    #[test]
    fn sections_are_found_by_name() {
        let file = file(&[("one", b"1"), ("none", b""), ("two", b"22")]);
        let header = Header::of_bytes(&file, Content::People).unwrap();
        assert_eq!(header.rows, 17);
        let found = ["one", "none", "two", "three"].map(|name| header.bytes(&file, name));
        assert_eq!(found, [Some(b"1".as_slice()), Some(b""), Some(b"22"), None]);
        assert_eq!(Header::of_bytes(&file, Content::Events), Err(IndexError::OtherFormat));
        assert!(Header::of_bytes(&file[..file.len() - 1], Content::People).is_err());
    }

    proptest! {
        #[test]
        fn any_header_is_read_or_refused(position in 0..100_usize, byte: u8, tail in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut file = file(&[("one", b"1"), ("two", b"22")]);
            file.extend(tail);
            let position = position % file.len();
            file[position] = byte;
            if let Ok(header) = Header::of_bytes(&file, Content::People) {
                for name in header.names() {
                    prop_assert!(header.bytes(&file, name).is_some());
                }
            }
        }
    }
}
