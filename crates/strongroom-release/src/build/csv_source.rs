use std::fs::File;
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};
use strongroom_omop::{Column, Table};

use super::chunk::{Chunk, ROWS};
use super::column_builder::{ColumnBuilder, ReadColumn};
use super::error::BuildError;
use super::header::Header;
use super::source::SourceFile;

/// The bytes of one record, at most: a quote that is never closed would otherwise draw the rest of
/// the file into memory.
pub(super) const LONGEST_RECORD: usize = 64 << 20;
/// The bytes of a chunk, about; long texts make it end before [`ROWS`] rows.
const CHUNK_BYTES: usize = 8 << 20;

/// Reads one CSV file.
///
/// Cells are separated by commas or tabs, whichever the header has. In files with commas, cells
/// may be quoted (RFC 4180). In files with tabs a quote is an ordinary character unless the header
/// itself is quoted: the vocabularies that OHDSI Athena exports are unquoted, and names in them
/// contain lone quotes.
#[derive(Debug)]
pub(super) struct CsvSource {
    shown: String,
    bytes: u64,
    reader: Reader<Limited>,
    cells: usize,
    /// For each cell of a row, the column that takes it.
    takers: Vec<Option<usize>>,
    columns: Vec<CsvColumn>,
    record: ByteRecord,
    ended: bool,
}

#[derive(Debug)]
enum CsvColumn {
    Present(ColumnBuilder),
    Missing(&'static Column),
}

impl CsvSource {
    pub(super) fn open(table: &'static Table, file: &SourceFile) -> Result<(Self, Header), BuildError> {
        let reading = BuildError::reading(&file.shown);
        let mut input = BufReader::with_capacity(1 << 18, File::open(&file.path).map_err(&reading)?);
        let mut first_line = Vec::new();
        (&mut input).take(1 << 16).read_until(b'\n', &mut first_line).map_err(&reading)?;
        let tabs = first_line.contains(&b'\t');
        let reader = ReaderBuilder::new()
            .delimiter(if tabs { b'\t' } else { b',' })
            .quoting(!tabs || first_line.contains(&b'"'))
            .has_headers(false)
            .flexible(true)
            // The default ends a record at `\r` and loses count of lines where `\n` follows.
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(1 << 18)
            .from_reader(Limited {
                // The added line end gives the last record one, so that its line is known as well.
                input: Cursor::new(first_line).chain(input).chain(b"\n"),
                since_record: 0,
            });
        let mut source = Self {
            shown: file.shown.clone(),
            bytes: file.bytes,
            reader,
            cells: 0,
            takers: Vec::new(),
            columns: Vec::new(),
            record: ByteRecord::new(),
            ended: false,
        };
        if source.next_record()?.is_none() {
            return Err(BuildError::NoHeader { path: file.shown.clone() });
        }
        let names: Vec<_> = source.record.iter().map(String::from_utf8_lossy).collect();
        let header = Header::read(table, &file.shown, names.iter().map(AsRef::as_ref))?;
        source.cells = names.len();
        source.takers = header.positions().to_vec();
        source.columns = table
            .columns()
            .iter()
            .enumerate()
            .map(|(position, column)| match source.takers.contains(&Some(position)) {
                true => CsvColumn::Present(ColumnBuilder::new(column.column_type())),
                false => CsvColumn::Missing(column),
            })
            .collect();
        Ok((source, header))
    }

    /// Reads the next record, and returns the line at which it begins.
    fn next_record(&mut self) -> Result<Option<u64>, BuildError> {
        loop {
            let before = self.reader.position().line();
            let found = self.reader.read_byte_record(&mut self.record);
            let found = found.map_err(|error| self.error(error, before))?;
            self.reader.get_mut().since_record = 0;
            if !found {
                return Ok(None);
            }
            // The CSV reader skips blank lines, but not those that end as on Windows.
            if self.record.as_slice() != b"\r" {
                // Counted back from the end, because blank lines may precede the record.
                let within = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
                return Ok(Some(before.max(self.reader.position().line().saturating_sub(within + 1))));
            }
        }
    }

    fn error(&self, error: csv::Error, line: u64) -> BuildError {
        let path = self.shown.clone();
        match error.into_kind() {
            csv::ErrorKind::Io(source) if source.get_ref().is_some_and(|inner| inner.is::<TooLong>()) => {
                BuildError::RecordTooLong { path, line }
            }
            csv::ErrorKind::Io(source) => BuildError::Read { path, source },
            // Cells are read as bytes and rows may have any length, so nothing else can go wrong.
            _ => BuildError::Read { path, source: io::ErrorKind::InvalidData.into() },
        }
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>, BuildError> {
        let begins = self.reader.position().byte();
        let mut places = Vec::with_capacity(ROWS);
        let mut ragged = Vec::new();
        while places.len() + ragged.len() < ROWS
            && self.reader.position().byte() - begins < CHUNK_BYTES as u64
        {
            let Some(line) = self.next_record()? else {
                self.ended = true;
                break;
            };
            if self.record.len() != self.cells {
                ragged.push(line);
                continue;
            }
            places.push(line);
            let last = self.record.len() - 1;
            for (index, (cell, taker)) in self.record.iter().zip(&self.takers).enumerate() {
                let cell = if index == last { without_return(cell) } else { cell };
                if let Some(CsvColumn::Present(column)) = taker.and_then(|taker| self.columns.get_mut(taker))
                {
                    column.append(cell);
                }
            }
        }
        if places.is_empty() && ragged.is_empty() {
            return Ok(None);
        }
        let columns = self.columns.iter_mut().map(|column| match column {
            CsvColumn::Present(column) => column.finish(),
            CsvColumn::Missing(column) => ReadColumn::missing(column.column_type(), places.len()),
        });
        Ok(Some(Chunk {
            columns: columns.collect(),
            places,
            ragged,
            bytes: self.reader.position().byte().min(self.bytes),
        }))
    }
}

impl Iterator for CsvSource {
    type Item = Result<Chunk, BuildError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let chunk = self.next_chunk().transpose();
        self.ended |= !matches!(chunk, Some(Ok(_)));
        chunk
    }
}

type Input = Chain<Chain<Cursor<Vec<u8>>, BufReader<File>>, &'static [u8]>;

/// The last cell of a line that ends as on Windows.
fn without_return(cell: &[u8]) -> &[u8] {
    cell.strip_suffix(b"\r").unwrap_or(cell)
}

/// The file, refusing to go on when a record has no end.
#[derive(Debug)]
struct Limited {
    input: Input,
    since_record: usize,
}

#[derive(Debug, thiserror::Error)]
#[error("the record is too long")]
struct TooLong;

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.since_record > LONGEST_RECORD {
            return Err(io::Error::other(TooLong));
        }
        let length = self.input.read(buffer)?;
        self.since_record += length;
        Ok(length)
    }
}
