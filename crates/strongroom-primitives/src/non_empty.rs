use std::fmt;

use serde::{Deserialize, Serialize};

/// A list with at least one element, in the order given.
///
/// A refusal carries its reasons in one of these, so that a refusal without a reason cannot be
/// written down.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<T>", into = "Vec<T>", bound(serialize = "T: Clone + Serialize"))]
pub struct NonEmpty<T> {
    first: T,
    rest: Vec<T>,
}

impl<T> NonEmpty<T> {
    /// A list of one element.
    #[must_use]
    pub fn new(first: T) -> Self {
        Self { first, rest: Vec::new() }
    }

    /// The list, or `None` if there is no element.
    #[must_use]
    pub fn from_vec(elements: Vec<T>) -> Option<Self> {
        let mut elements = elements.into_iter();
        let first = elements.next()?;
        Some(Self { first, rest: elements.collect() })
    }

    /// Adds an element at the end.
    pub fn push(&mut self, element: T) {
        self.rest.push(element);
    }

    /// The first element.
    #[must_use]
    pub fn first(&self) -> &T {
        &self.first
    }

    /// The number of elements, at least 1.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        1 + self.rest.len()
    }

    /// The elements in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// The elements as an ordinary list.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        let mut elements = self.rest;
        elements.insert(0, self.first);
        elements
    }
}

/// A list was empty where at least one element is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptyList;

impl fmt::Display for EmptyList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the list is empty; it needs at least one element")
    }
}

impl std::error::Error for EmptyList {}

impl<T> TryFrom<Vec<T>> for NonEmpty<T> {
    type Error = EmptyList;

    fn try_from(elements: Vec<T>) -> Result<Self, EmptyList> {
        Self::from_vec(elements).ok_or(EmptyList)
    }
}

impl<T> From<NonEmpty<T>> for Vec<T> {
    fn from(list: NonEmpty<T>) -> Self {
        list.into_vec()
    }
}

impl<T: fmt::Debug> fmt::Debug for NonEmpty<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept() {
        let mut list = NonEmpty::new(1);
        list.push(2);
        list.push(3);
        assert_eq!(list.iter().copied().collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(list.into_vec(), [1, 2, 3]);
    }

    #[test]
    fn an_empty_list_is_no_value() {
        assert_eq!(NonEmpty::<u8>::from_vec(Vec::new()), None);
        assert!(serde_json::from_str::<NonEmpty<u8>>("[]").is_err());
        assert_eq!(serde_json::from_str::<NonEmpty<u8>>("[7]").unwrap(), NonEmpty::new(7));
    }
}
