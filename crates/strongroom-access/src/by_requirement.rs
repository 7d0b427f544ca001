use strongroom_primitives::RequirementName;

/// Things that belong to requirements, such as evidence, found by the name of the requirement without
/// looking at all of them. Made once for a decision that asks for many requirements, in time
/// proportional to their number.
#[derive(Debug)]
pub struct ByRequirement<'a, T> {
    /// In the order given.
    entries: Vec<Entry<'a, T>>,
    /// For each bucket of keys the first of its entries, or [`END`]. As many as a power of two.
    first: Vec<usize>,
}

#[derive(Debug)]
struct Entry<'a, T> {
    key: u64,
    /// The next entry of the same bucket, or [`END`].
    next: usize,
    name: &'a RequirementName,
    thing: &'a T,
}

/// A position at which there is no entry.
const END: usize = usize::MAX;

impl<'a, T> ByRequirement<'a, T> {
    /// These things, each under its name.
    #[must_use]
    #[inline]
    pub fn new(things: impl Iterator<Item = &'a T>, name_of: impl Fn(&'a T) -> &'a RequirementName) -> Self {
        let entry = |thing| {
            let name = name_of(thing);
            Entry { key: key(name), next: END, name, thing }
        };
        let mut entries: Vec<Entry<'a, T>> = things.map(entry).collect();
        let buckets = entries.len().next_power_of_two().max(2);
        let mut first = vec![END; buckets];
        // From the last to the first, so that things of one name are met in the order given.
        for (position, entry) in entries.iter_mut().enumerate().rev() {
            if let Some(head) = first.get_mut(bucket(entry.key, buckets)) {
                entry.next = std::mem::replace(head, position);
            }
        }
        Self { entries, first }
    }

    /// Everything of this name, in the order given.
    #[inline]
    pub fn of<'n>(
        &self,
        name: &'n RequirementName,
    ) -> impl Iterator<Item = &'a T> + Clone + use<'_, 'a, 'n, T> {
        let (entries, sought) = (&self.entries, key(name));
        let first = self.first.get(bucket(sought, self.first.len()));
        std::iter::successors(first.and_then(|first| entries.get(*first)), |last| entries.get(last.next))
            // Two names may have one key, and two keys one bucket.
            .filter(move |entry| entry.key == sought && entry.name == name)
            .map(|entry| entry.thing)
    }
}

/// A number that most often differs where the names differ, of the beginning, the end and the length.
#[inline]
fn key(name: &RequirementName) -> u64 {
    let bytes = name.as_str().as_bytes();
    let length = bytes.len() as u64;
    match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => {
            u64::from_be_bytes(*last) ^ u64::from_be_bytes(*first).rotate_left(29) ^ length
        }
        _ => bytes.iter().fold(length, |key, byte| key << 8 | u64::from(*byte)),
    }
}

/// The bucket of a key among so many, a power of two from 2 on: the upper bits of its product with an
/// odd number near 2^64 divided by the golden ratio, which spreads keys that differ in any bit.
#[inline]
fn bucket(key: u64, buckets: usize) -> usize {
    let upper = key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - buckets.ilog2());
    #[expect(clippy::cast_possible_truncation, reason = "it is below the number of buckets")]
    let bucket = upper as usize;
    bucket
}

#[cfg(test)]
mod tests {
    use strongroom_primitives::{Label, Timestamp};

    use super::*;
    use crate::Evidence;

    fn name(text: &str) -> RequirementName {
        RequirementName::new(text).unwrap()
    }

    /// Names of every length around the width of a key, and pairs that share a beginning and an end.
    const NAMES: [&str; 8] = [
        "a",
        "b",
        "training",
        "trainings",
        "training-of-training",
        "training-in-training",
        "abcdefg",
        "abcdefh",
    ];

    #[test]
    fn everything_of_a_name_is_found_in_order_and_nothing_else() {
        assert_eq!(key(&name("training-of-training")), key(&name("training-in-training")));
        let source = Label::new("test").unwrap();
        let at = |number: i64| Timestamp::from_unix_microseconds(number);
        let pieces: Vec<Evidence> = (0..3 * NAMES.len())
            .map(|number| Evidence::new(name(NAMES[number % NAMES.len()]), at(number as i64), source.clone()))
            .collect();
        let index = ByRequirement::new(pieces.iter(), Evidence::requirement);
        for sought in NAMES.iter().copied().chain(["c", "training-on-training"]) {
            let expected: Vec<_> =
                pieces.iter().filter(|piece| piece.requirement().as_str() == sought).collect();
            assert_eq!(index.of(&name(sought)).collect::<Vec<_>>(), expected, "{sought}");
        }
    }
}
