//! Columns of texts: number of distinct texts and of their bytes (4 and 8 bytes), a column of their
//! lengths, the texts in ascending order, then for each row the position of its text.

use std::collections::BTreeMap;
use std::sync::Arc;

use strongroom_engine::Texts;

use super::cursor::Cursor;
use super::error::IndexError;
use super::integers::{self, UNKNOWN};

/// Appends a column.
pub(crate) fn encode<'t>(rows: impl Iterator<Item = Option<&'t str>> + Clone, out: &mut Vec<u8>) {
    let mut distinct: BTreeMap<&str, i64> = rows.clone().flatten().map(|text| (text, 0)).collect();
    for (position, place) in (0..).zip(distinct.values_mut()) {
        *place = position;
    }
    let bytes: usize = distinct.keys().map(|text| text.len()).sum();
    let count = u32::try_from(distinct.len()).unwrap_or(u32::MAX);
    out.extend(count.to_le_bytes());
    out.extend((bytes as u64).to_le_bytes());
    let lengths: Vec<i64> = distinct.keys().map(|text| i64::try_from(text.len()).unwrap_or(0)).collect();
    integers::encode(&lengths, out);
    distinct.keys().for_each(|text| out.extend(text.as_bytes()));
    let places: Vec<i64> =
        rows.map(|text| text.and_then(|text| distinct.get(text)).copied().unwrap_or(UNKNOWN)).collect();
    integers::encode(&places, out);
}

/// Reads a column of so many rows.
pub(crate) fn decode(bytes: &[u8], rows: usize, name: &'static str) -> Result<Texts, IndexError> {
    let mut cursor = Cursor::new(bytes, name);
    let distinct = list(&mut cursor)?.into_iter().map(Arc::from).collect();
    let mut places = Vec::with_capacity(cursor.plausible(rows)?);
    integers::decode_some(&mut cursor, rows, |block| {
        places.extend(block.iter().map(|place| u32::try_from(*place).unwrap_or(u32::MAX)));
    })?;
    cursor.end()?;
    Ok(Texts::new(distinct, places))
}

/// Reads distinct texts.
fn list<'b>(cursor: &mut Cursor<'b>) -> Result<Vec<&'b str>, IndexError> {
    let count = cursor.length()?;
    let bytes = usize::try_from(cursor.u64()?).map_err(|_| cursor.damaged())?;
    // Of distinct texts one is empty at most.
    if count.saturating_sub(1) > bytes {
        return Err(cursor.damaged());
    }
    let lengths = integers::decode_list(cursor, count)?;
    let mut texts = str::from_utf8(cursor.take(bytes)?).map_err(|_| cursor.damaged())?;
    let mut list = Vec::with_capacity(count.min(bytes + 1));
    for length in lengths {
        let split = usize::try_from(length).ok().and_then(|length| texts.split_at_checked(length));
        let (text, rest) = split.ok_or(cursor.damaged())?;
        list.push(text);
        texts = rest;
    }
    if texts.is_empty() { Ok(list) } else { Err(cursor.damaged()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_come_back(rows in prop::collection::vec(prop::option::of("[a-cé]{0,3}"), 0..60)) {
            let mut bytes = Vec::new();
            encode(rows.iter().map(Option::as_deref), &mut bytes);
            let read = decode(&bytes, rows.len(), "x").unwrap();
            let read: Vec<_> = (0..rows.len()).map(|row| read.get(row).map(ToString::to_string)).collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..100), rows in 0..3000_usize) {
            drop(decode(&bytes, rows, "x"));
        }
    }
}
