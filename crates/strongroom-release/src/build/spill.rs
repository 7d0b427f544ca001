//! Rows on their way from the source to their shard: one file for each table and shard, in frames
//! of some ten thousand rows, whose columns are read one by one.
//!
//! A frame: rows and columns (4 bytes each), the length of every column (8 bytes each), the columns
//! in the encodings of an index. A column without any value has length 0; one of texts is a column
//! of lengths and the texts.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, StringBuilder, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use arrow::error::ArrowError;
use strongroom_omop::{ColumnType, Table};

use super::error::BuildError;
use crate::index::integers::{self, UNKNOWN};
use crate::index::{Cursor, IndexError, numbers, read_at};

/// The rows of a frame, at most; fewer where memory is short.
const FRAME_ROWS: usize = 1 << 16;
/// The bytes of texts that an Arrow array of this kind can hold.
const MOST_TEXT: usize = i32::MAX as usize;
const NAME: &str = "spill";

/// Distributes the rows of one table among shards.
pub(super) struct Spill {
    table: &'static Table,
    folder: PathBuf,
    /// Bytes that may wait in memory.
    room: usize,
    waiting: BTreeMap<u32, Waiting>,
    bytes: usize,
    files: BTreeMap<u32, BufWriter<File>>,
}

#[derive(Default)]
struct Waiting {
    batches: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
}

impl Spill {
    pub(super) const fn new(table: &'static Table, folder: PathBuf, room: usize) -> Self {
        Self { table, folder, room, waiting: BTreeMap::new(), bytes: 0, files: BTreeMap::new() }
    }

    /// Takes rows whose shards are known, each row's one.
    pub(super) fn push(&mut self, batch: &RecordBatch, shards: &[u32]) -> Result<(), BuildError> {
        let Some(first) = shards.first() else { return Ok(()) };
        if shards.iter().all(|shard| shard == first) {
            return self.wait(*first, batch.clone());
        }
        let mut rows: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (row, shard) in (0..).zip(shards) {
            rows.entry(*shard).or_default().push(row);
        }
        for (shard, rows) in rows {
            let part =
                take_record_batch(batch, &UInt32Array::from(rows)).map_err(|error| self.arrow(&error))?;
            self.wait(shard, part)?;
        }
        Ok(())
    }

    fn wait(&mut self, shard: u32, batch: RecordBatch) -> Result<(), BuildError> {
        let bytes = batch.get_array_memory_size();
        let waiting = self.waiting.entry(shard).or_default();
        waiting.rows += batch.num_rows();
        waiting.bytes += bytes;
        waiting.batches.push(batch);
        self.bytes += bytes;
        if waiting.rows >= FRAME_ROWS {
            return self.write(shard);
        }
        while self.bytes > self.room {
            let largest =
                self.waiting.iter().max_by_key(|(_, waiting)| waiting.bytes).map(|(shard, _)| *shard);
            let Some(largest) = largest else { break };
            self.write(largest)?;
        }
        Ok(())
    }

    /// Writes what waits for a shard as a frame.
    fn write(&mut self, shard: u32) -> Result<(), BuildError> {
        let Some(waiting) = self.waiting.remove(&shard) else { return Ok(()) };
        self.bytes = self.bytes.saturating_sub(waiting.bytes);
        let Some(first) = waiting.batches.first() else { return Ok(()) };
        let batch = concat_batches(&first.schema(), &waiting.batches).map_err(|error| self.arrow(&error))?;
        drop(waiting);
        let frame = frame(self.table, &batch).ok_or_else(|| self.encode())?;
        let writing = BuildError::writing("");
        let file = match self.files.entry(shard) {
            std::collections::btree_map::Entry::Occupied(file) => file.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                let path = spill_path(&self.folder, self.table, shard);
                let file = OpenOptions::new().create(true).write(true).truncate(true).open(path);
                place.insert(BufWriter::new(file.map_err(&writing)?))
            }
        };
        file.write_all(&frame).map_err(writing)
    }

    /// Writes everything that waits. The shards that have rows.
    pub(super) fn finish(mut self) -> Result<Vec<u32>, BuildError> {
        for shard in self.waiting.keys().copied().collect::<Vec<_>>() {
            self.write(shard)?;
        }
        let writing = BuildError::writing("");
        for file in self.files.values_mut() {
            file.flush().map_err(&writing)?;
            file.get_ref().sync_data().map_err(&writing)?;
        }
        Ok(self.files.into_keys().collect())
    }

    fn arrow(&self, _: &ArrowError) -> BuildError {
        self.encode()
    }

    fn encode(&self) -> BuildError {
        BuildError::Encode { path: self.table.name().to_owned() }
    }
}

/// Where the rows of a table wait that belong to a shard.
pub(super) fn spill_path(folder: &Path, table: &Table, shard: u32) -> PathBuf {
    folder.join(format!("{}.{shard:05}", table.name()))
}

/// The bytes of a frame; nothing where a column does not have its type.
fn frame(table: &Table, batch: &RecordBatch) -> Option<Vec<u8>> {
    let mut columns = Vec::new();
    for (column, array) in table.columns().iter().zip(batch.columns()) {
        columns.push(encode(column.column_type(), array)?);
    }
    let mut frame = Vec::with_capacity(8 + columns.iter().map(|column| column.len() + 8).sum::<usize>());
    frame.extend(u32::try_from(batch.num_rows()).ok()?.to_le_bytes());
    frame.extend(u32::try_from(columns.len()).ok()?.to_le_bytes());
    frame.extend(columns.iter().flat_map(|column| (column.len() as u64).to_le_bytes()));
    columns.iter().for_each(|column| frame.extend(column));
    Some(frame)
}

fn encode(column_type: ColumnType, array: &ArrayRef) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    if array.null_count() == array.len() {
        return Some(out);
    }
    match column_type {
        ColumnType::Integer => {
            integers::encode(&known(array.as_primitive_opt::<Int64Type>()?.iter()), &mut out);
        }
        ColumnType::Date => {
            let days = array.as_primitive_opt::<Date32Type>()?;
            integers::encode(&known(days.iter().map(|day| day.map(i64::from))), &mut out);
        }
        ColumnType::Timestamp => {
            integers::encode(&known(array.as_primitive_opt::<TimestampMicrosecondType>()?.iter()), &mut out);
        }
        ColumnType::Float => {
            let values = array.as_primitive_opt::<Float64Type>()?;
            numbers::encode(
                &values.iter().map(|value| value.unwrap_or(f64::NAN)).collect::<Vec<_>>(),
                &mut out,
            );
        }
        ColumnType::Text => {
            let texts = array.as_string_opt::<i32>()?;
            integers::encode(&known(texts.iter().map(|text| i64::try_from(text?.len()).ok())), &mut out);
            texts.iter().flatten().for_each(|text| out.extend(text.as_bytes()));
        }
    }
    Some(out)
}

fn known(values: impl Iterator<Item = Option<i64>>) -> Vec<i64> {
    values.map(|value| value.unwrap_or(UNKNOWN)).collect()
}

/// The rows of one table and shard, in the order in which they came.
#[derive(Debug)]
pub(super) struct Spilled {
    table: &'static Table,
    /// Nothing where no row came.
    file: Option<File>,
    frames: Vec<Frame>,
    rows: usize,
}

#[derive(Debug)]
struct Frame {
    rows: usize,
    /// Offset and length of every column.
    columns: Vec<(u64, usize)>,
}

impl Spilled {
    pub(super) fn open(folder: &Path, table: &'static Table, shard: u32) -> Result<Self, BuildError> {
        let reading = BuildError::writing("");
        let file = match File::open(spill_path(folder, table, shard)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { table, file: None, frames: Vec::new(), rows: 0 });
            }
            Err(error) => return Err(reading(error)),
        };
        let length = file.metadata().map_err(&reading)?.len();
        let mut spilled = Self { table, file: None, frames: Vec::new(), rows: 0 };
        let mut offset = 0;
        while offset < length {
            let head = read_at(&file, offset, 8).map_err(&reading)?;
            let mut cursor = Cursor::new(&head, NAME);
            let (rows, columns) = cursor
                .length()
                .and_then(|rows| Ok((rows, cursor.length()?)))
                .map_err(|error| spilled.damaged(error))?;
            let lengths = read_at(&file, offset + 8, columns * 8).map_err(&reading)?;
            offset += 8 + columns as u64 * 8;
            let mut cursor = Cursor::new(&lengths, NAME);
            let mut frame = Frame { rows, columns: Vec::new() };
            for _ in 0..columns {
                let length = cursor.u64().map_err(|error| spilled.damaged(error))?;
                frame.columns.push((offset, usize::try_from(length).unwrap_or(usize::MAX)));
                offset += length;
            }
            spilled.rows += rows;
            spilled.frames.push(frame);
        }
        spilled.file = Some(file);
        Ok(spilled)
    }

    pub(super) const fn rows(&self) -> usize {
        self.rows
    }

    pub(super) const fn table(&self) -> &'static Table {
        self.table
    }

    /// The position of the column with this name.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.table.columns().iter().position(|column| column.name() == name)
    }

    /// Whether no row has a value in a column.
    pub(super) fn is_unknown(&self, column: usize) -> bool {
        self.frames.iter().all(|frame| frame.columns.get(column).is_none_or(|(_, length)| *length == 0))
    }

    /// A column of integers, dates or timestamps; [`UNKNOWN`] where there is no value.
    pub(super) fn integers(&self, column: usize) -> Result<Vec<i64>, BuildError> {
        let mut values = Vec::with_capacity(self.rows);
        for frame in &self.frames {
            match self.bytes(frame, column)? {
                None => values.resize(values.len() + frame.rows, UNKNOWN),
                Some(bytes) => {
                    integers::decode(&bytes, frame.rows, NAME, |block| values.extend_from_slice(block))
                        .map_err(|error| self.damaged(error))?;
                }
            }
        }
        Ok(values)
    }

    /// The column with this name, if the table has it and any row a value in it.
    pub(super) fn integers_of(&self, name: &str) -> Result<Option<Vec<i64>>, BuildError> {
        match self.position(name).filter(|column| !self.is_unknown(*column)) {
            Some(column) => self.integers(column).map(Some),
            None => Ok(None),
        }
    }

    /// A column of numbers with fractions; not a number where there is no value.
    pub(super) fn numbers(&self, column: usize) -> Result<Vec<f64>, BuildError> {
        let mut values = Vec::with_capacity(self.rows);
        for frame in &self.frames {
            match self.bytes(frame, column)? {
                None => values.resize(values.len() + frame.rows, f64::NAN),
                Some(bytes) => {
                    numbers::decode(&bytes, frame.rows, NAME, |block| values.extend_from_slice(block))
                        .map_err(|error| self.damaged(error))?;
                }
            }
        }
        Ok(values)
    }

    /// A column of texts.
    pub(super) fn texts(&self, column: usize) -> Result<StringArray, BuildError> {
        let bytes =
            self.frames.iter().filter_map(|frame| frame.columns.get(column)).map(|(_, length)| *length);
        if bytes.fold(0, usize::saturating_add) > MOST_TEXT {
            let name = self.table.columns().get(column).map_or("", |column| column.name());
            return Err(BuildError::TooMuchText { table: self.table.name(), column: name });
        }
        let mut texts = StringBuilder::new();
        for frame in &self.frames {
            let Some(bytes) = self.bytes(frame, column)? else {
                texts.append_nulls(frame.rows);
                continue;
            };
            let mut cursor = Cursor::new(&bytes, NAME);
            let lengths =
                integers::decode_list(&mut cursor, frame.rows).map_err(|error| self.damaged(error))?;
            for length in lengths {
                let text = match usize::try_from(length) {
                    Ok(length) => Some(cursor.take(length).map_err(|error| self.damaged(error))?),
                    Err(_) => None,
                };
                texts.append_option(text.and_then(|text| str::from_utf8(text).ok()));
            }
        }
        Ok(texts.finish())
    }

    fn bytes(&self, frame: &Frame, column: usize) -> Result<Option<Vec<u8>>, BuildError> {
        match (frame.columns.get(column), &self.file) {
            (None | Some((_, 0)), _) | (_, None) => Ok(None),
            (Some((offset, length)), Some(file)) => {
                read_at(file, *offset, *length).map(Some).map_err(BuildError::writing(""))
            }
        }
    }

    fn damaged(&self, _: IndexError) -> BuildError {
        BuildError::Encode { path: self.table.name().to_owned() }
    }
}
