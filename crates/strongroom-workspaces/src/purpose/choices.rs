use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What somebody chose from a list: at least one thing, each once, in the order of the list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    try_from = "Vec<T>",
    into = "Vec<T>",
    bound(serialize = "T: Clone + Ord + Serialize", deserialize = "T: Ord + Deserialize<'de>")
)]
pub struct Choices<T> {
    // INVARIANT: not empty.
    chosen: BTreeSet<T>,
}

/// Why something is no choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidChoices {
    /// Nothing was chosen.
    #[error("nothing is chosen; choose at least one")]
    Nothing,
    /// Something was chosen twice.
    #[error("something is chosen twice; choose it once")]
    Twice,
}

impl<T: Ord> Choices<T> {
    /// One thing alone.
    #[must_use]
    pub fn one(choice: T) -> Self {
        Self { chosen: BTreeSet::from([choice]) }
    }

    /// These things.
    ///
    /// # Errors
    /// If there is none, or one is there twice.
    pub fn new(choices: impl IntoIterator<Item = T>) -> Result<Self, InvalidChoices> {
        let mut chosen = BTreeSet::new();
        for choice in choices {
            if !chosen.insert(choice) {
                return Err(InvalidChoices::Twice);
            }
        }
        if chosen.is_empty() { Err(InvalidChoices::Nothing) } else { Ok(Self { chosen }) }
    }

    /// What was chosen, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chosen.iter()
    }

    /// Whether this was chosen.
    #[must_use]
    pub fn contains(&self, choice: &T) -> bool {
        self.chosen.contains(choice)
    }
}

impl<T: Ord> TryFrom<Vec<T>> for Choices<T> {
    type Error = InvalidChoices;

    fn try_from(choices: Vec<T>) -> Result<Self, InvalidChoices> {
        Self::new(choices)
    }
}

impl<T: Ord> From<Choices<T>> for Vec<T> {
    fn from(choices: Choices<T>) -> Self {
        choices.chosen.into_iter().collect()
    }
}

impl<T: fmt::Debug> fmt::Debug for Choices<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(&self.chosen).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_is_chosen_and_nothing_twice() {
        assert_eq!(Choices::<u8>::new([]), Err(InvalidChoices::Nothing));
        assert_eq!(Choices::new([2, 1, 2]), Err(InvalidChoices::Twice));
        assert_eq!(Vec::from(Choices::new([2, 1]).unwrap()), [1, 2]);
        assert!(serde_json::from_str::<Choices<u8>>("[]").is_err());
        assert!(serde_json::from_str::<Choices<u8>>("[3,3]").is_err());
        assert_eq!(serde_json::from_str::<Choices<u8>>("[3]").unwrap(), Choices::one(3));
    }
}
