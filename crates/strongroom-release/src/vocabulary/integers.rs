use crate::index::IndexError;

/// Appends a list of integers: the bytes that each takes, then each.
pub(super) fn encode(values: &[i64]) -> Vec<u8> {
    let narrow: Option<Vec<u32>> = values.iter().map(|value| u32::try_from(*value).ok()).collect();
    match narrow {
        Some(narrow) => {
            let mut bytes = Vec::with_capacity(1 + narrow.len() * 4);
            bytes.push(4);
            bytes.extend(narrow.iter().flat_map(|value| value.to_le_bytes()));
            bytes
        }
        None => {
            let mut bytes = Vec::with_capacity(1 + values.len() * 8);
            bytes.push(8);
            bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
            bytes
        }
    }
}

/// The integers in these bytes, which stand without their width.
pub(super) fn decode(bytes: &[u8], width: u64) -> impl Iterator<Item = i64> {
    let (narrow, wide) = if width == 4 { (bytes, [].as_slice()) } else { ([].as_slice(), bytes) };
    let narrow = narrow.as_chunks().0.iter().map(|bytes| i64::from(u32::from_le_bytes(*bytes)));
    narrow.chain(wide.as_chunks().0.iter().map(|bytes| i64::from_le_bytes(*bytes)))
}

/// The width in the first byte of a list.
pub(super) fn width(first: Option<&u8>, name: &'static str) -> Result<u64, IndexError> {
    match first {
        Some(width @ (4 | 8)) => Ok(u64::from(*width)),
        _ => Err(IndexError::Damaged(name)),
    }
}
