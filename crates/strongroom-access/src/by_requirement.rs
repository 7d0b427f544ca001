use strongroom_primitives::RequirementName;

/// Things that belong to requirements, such as evidence, found by the name of the requirement without
/// looking at all of them. Made once for a decision that asks for many requirements.
#[derive(Debug, Clone)]
pub struct ByRequirement<'a, T> {
    /// In the order of the keys; under one key, in the order given.
    entries: Vec<(u64, &'a T)>,
    name: fn(&T) -> &RequirementName,
}

impl<'a, T> ByRequirement<'a, T> {
    /// These things, each under its name.
    #[must_use]
    pub fn new(things: impl Iterator<Item = &'a T>, name: fn(&T) -> &RequirementName) -> Self {
        let mut entries: Vec<(u64, &T)> = things.map(|thing| (key(name(thing)), thing)).collect();
        // Stable: things of one name are met in the order given.
        entries.sort_by_key(|(key, _)| *key);
        Self { entries, name }
    }

    /// Everything of this name, in the order given.
    pub fn of<'n>(
        &self,
        name: &'n RequirementName,
    ) -> impl Iterator<Item = &'a T> + Clone + use<'_, 'a, 'n, T> {
        let sought = key(name);
        let start = self.entries.partition_point(|(key, _)| *key < sought);
        let same_key = self.entries.iter().skip(start).take_while(move |(key, _)| *key == sought);
        // Two names may have one key.
        same_key.map(|(_, thing)| *thing).filter(move |thing| (self.name)(thing) == name)
    }
}

/// A number that most often differs where the names differ, of the beginning, the end and the length.
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
