use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::source::{Failure, Source};
use crate::index::{BLOCK, Cursor, IndexError, integers};

/// Writes a list of integers of which a few are read without the others: how many (4 bytes), the
/// bytes of the next part (4 bytes), where the block of every 1,024 ends, the blocks.
#[derive(Debug, Default)]
pub(super) struct IntegersWriter {
    waiting: Vec<i64>,
    count: usize,
    ends: Vec<i64>,
    blocks: Vec<u8>,
    /// The first of each block.
    tops: Vec<i64>,
}

impl IntegersWriter {
    pub(super) fn push(&mut self, value: i64) {
        if self.waiting.is_empty() {
            self.tops.push(value);
        }
        self.waiting.push(value);
        self.count += 1;
        if self.waiting.len() == BLOCK {
            self.flush();
        }
    }

    pub(super) const fn count(&self) -> usize {
        self.count
    }

    fn flush(&mut self) {
        if !self.waiting.is_empty() {
            integers::encode_block(&self.waiting, &mut self.blocks);
            self.waiting.clear();
            self.ends.push(i64::try_from(self.blocks.len()).unwrap_or(i64::MAX));
        }
    }

    /// The list, and one of the first integer of each block.
    pub(super) fn finish(mut self) -> (Vec<u8>, Vec<u8>) {
        let tops: Self = std::mem::take(&mut self.tops).into_iter().collect();
        (self.list(), tops.list())
    }

    /// The list; nothing of one without integers.
    fn list(mut self) -> Vec<u8> {
        self.flush();
        if self.count == 0 {
            return Vec::new();
        }
        let mut ends = Vec::new();
        integers::encode(&self.ends, &mut ends);
        let length = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes();
        let mut bytes = Vec::with_capacity(8 + ends.len() + self.blocks.len());
        bytes.extend(length(self.count));
        bytes.extend(length(ends.len()));
        bytes.extend(ends);
        bytes.extend(self.blocks);
        bytes
    }
}

impl FromIterator<i64> for IntegersWriter {
    fn from_iter<I: IntoIterator<Item = i64>>(values: I) -> Self {
        let mut writer = Self::default();
        values.into_iter().for_each(|value| writer.push(value));
        writer
    }
}

/// A list of integers in a file, block by block.
#[derive(Debug)]
pub(super) struct Integers {
    name: &'static str,
    pub(super) count: usize,
    /// Where the first block begins, and where each ends.
    bounds: Vec<u64>,
    /// The block that was read last: whoever looks for many in order asks for it again.
    last: Mutex<Option<(usize, Arc<[i64]>)>>,
}

impl Integers {
    /// The list in these bytes of a file.
    pub(super) fn open(source: &Source, range: Range<u64>, name: &'static str) -> Result<Self, Failure> {
        if range.is_empty() {
            return Ok(Self { name, count: 0, bounds: vec![range.start], last: Mutex::default() });
        }
        let head = source.bytes(range.start..range.end.min(range.start + 8))?;
        let mut cursor = Cursor::new(&head, name);
        let (count, ends) = (cursor.length()?, cursor.length()?);
        let begin = range.start + 8;
        let blocks = begin.checked_add(ends as u64).filter(|blocks| *blocks <= range.end);
        let blocks = blocks.ok_or(IndexError::Damaged(name))?;
        let ends = source.bytes(begin..blocks)?;
        let mut cursor = Cursor::new(&ends, name);
        let ends = integers::decode_list(&mut cursor, count.div_ceil(BLOCK))?;
        cursor.end()?;
        let ends = ends.into_iter().map(|end| blocks.checked_add_signed(end));
        let bounds: Option<Vec<u64>> = [Some(blocks)].into_iter().chain(ends).collect();
        let fits = |bounds: &Vec<u64>| bounds.is_sorted() && bounds.last() == Some(&range.end);
        let bounds = bounds.filter(fits).ok_or(IndexError::Damaged(name))?;
        Ok(Self { name, count, bounds, last: Mutex::default() })
    }

    pub(super) const fn damaged(&self) -> Failure {
        Failure::Damaged(IndexError::Damaged(self.name))
    }

    /// The integers of a block; none behind the last.
    pub(super) fn block(&self, source: &Source, block: usize) -> Result<Arc<[i64]>, Failure> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, values)) = &*last
            && *at == block
        {
            return Ok(Arc::clone(values));
        }
        let (Some(begin), Some(end)) = (self.bounds.get(block), self.bounds.get(block + 1)) else {
            return Ok(Arc::default());
        };
        let bytes = source.bytes(*begin..*end)?;
        let mut values = vec![0; BLOCK.min(self.count.saturating_sub(block * BLOCK))];
        let mut cursor = Cursor::new(&bytes, self.name);
        integers::decode_block(&mut cursor, &mut values)?;
        cursor.end()?;
        let values = Arc::from(values);
        *last = Some((block, Arc::clone(&values)));
        Ok(values)
    }

    pub(super) fn get(&self, source: &Source, place: usize) -> Result<i64, Failure> {
        self.some(source, place..place.saturating_add(1))?.first().copied().ok_or_else(|| self.damaged())
    }

    /// Those at these places, which must be there.
    pub(super) fn some(&self, source: &Source, places: Range<usize>) -> Result<Vec<i64>, Failure> {
        if places.start > places.end || places.end > self.count {
            return Err(self.damaged());
        }
        let mut values = Vec::with_capacity(places.len());
        for block in places.start / BLOCK..places.end.div_ceil(BLOCK) {
            let first = block * BLOCK;
            let within = places.start.saturating_sub(first)..(places.end - first).min(BLOCK);
            values.extend_from_slice(self.block(source, block)?.get(within).unwrap_or_default());
        }
        Ok(values)
    }

    pub(super) fn all(&self, source: &Source) -> Result<Vec<i64>, Failure> {
        self.some(source, 0..self.count)
    }

    /// From which place to which the list or text at this place reaches, of which these are ends.
    pub(super) fn span(&self, source: &Source, place: usize) -> Result<Range<u64>, Failure> {
        let ends = self.some(source, place.saturating_sub(1)..place.saturating_add(1))?;
        let end = ends.last().copied().unwrap_or(0);
        let begin = if place == 0 { 0 } else { ends.first().copied().unwrap_or(0) };
        match (u64::try_from(begin), u64::try_from(end)) {
            (Ok(begin), Ok(end)) if begin <= end => Ok(begin..end),
            _ => Err(self.damaged()),
        }
    }
}

/// A list in ascending order in which integers are looked for.
#[derive(Debug)]
pub(super) struct Keys {
    pub(super) keys: Integers,
    /// The first of each block.
    tops: Vec<i64>,
}

impl Keys {
    pub(super) fn new(keys: Integers, tops: Vec<i64>) -> Result<Self, Failure> {
        if tops.len() == keys.count.div_ceil(BLOCK) { Ok(Self { keys, tops }) } else { Err(keys.damaged()) }
    }

    /// The last place of a key: of rows with the same key the last one counts.
    pub(super) fn find(&self, source: &Source, key: i64) -> Result<Option<usize>, Failure> {
        Ok(self.find_all(source, key)?.next_back())
    }

    /// All places of a key.
    pub(super) fn find_all(&self, source: &Source, key: i64) -> Result<Range<usize>, Failure> {
        // The first one may stand before the first top that is the key.
        let begin = self.tops.partition_point(|top| *top < key).saturating_sub(1);
        let end = self.tops.partition_point(|top| *top <= key);
        let mut found: Option<Range<usize>> = None;
        for block in begin..end {
            let keys = self.keys.block(source, block)?;
            let first = block * BLOCK + keys.partition_point(|other| *other < key);
            let after = block * BLOCK + keys.partition_point(|other| *other <= key);
            if first < after {
                found = Some(found.map_or(first, |found| found.start)..after);
            }
        }
        Ok(found.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn some_are_read_without_the_others(
            mut values in prop::collection::vec(prop_oneof![any::<i64>(), 0..900_i64], 0..4000),
            places in (0..4000_usize, 0..4000_usize),
            probe in 0..900_i64,
        ) {
            values.sort_unstable();
            let (list, tops) = values.iter().copied().collect::<IntegersWriter>().finish();
            let source = Source::Memory([list.as_slice(), tops.as_slice()].concat());
            let end = list.len() as u64;
            let integers = Integers::open(&source, 0..end, "x").unwrap();
            let tops = Integers::open(&source, end..end + tops.len() as u64, "x").unwrap();
            prop_assert_eq!(&integers.all(&source).unwrap(), &values);
            match values.get(places.0..places.1) {
                Some(some) => prop_assert_eq!(integers.some(&source, places.0..places.1).unwrap(), some),
                None => prop_assert!(integers.some(&source, places.0..places.1).is_err()),
            }
            let keys = Keys::new(integers, tops.all(&source).unwrap()).unwrap();
            for key in values.iter().copied().take(5).chain([probe]) {
                let expected = values.partition_point(|one| *one < key)..values.partition_point(|one| *one <= key);
                let found = keys.find_all(&source, key).unwrap();
                prop_assert!(found == expected || found.is_empty() && expected.is_empty());
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let length = bytes.len() as u64;
            let source = Source::Memory(bytes);
            if let Ok(integers) = Integers::open(&source, 0..length, "x") {
                drop(integers.all(&source));
            }
        }
    }
}
