use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer};

/// The id of a case: a number in most collections, a text in others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CaseId(String);

impl CaseId {
    /// The id with this text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn number(&self) -> Option<u64> {
        self.0.parse().ok()
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Numbers come first, by their size; texts follow.
impl Ord for CaseId {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |id: &Self| id.number().map_or((1, 0), |number| (0, number));
        key(self).cmp(&key(other)).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for CaseId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<'de> Deserialize<'de> for CaseId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl serde::de::Visitor<'_> for Visitor {
            type Value = CaseId;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a text")
            }

            fn visit_u64<E>(self, number: u64) -> Result<CaseId, E> {
                Ok(CaseId(number.to_string()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<CaseId, E> {
                Ok(CaseId(number.to_string()))
            }

            fn visit_str<E>(self, text: &str) -> Result<CaseId, E> {
                Ok(CaseId(text.to_owned()))
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ordered_by_size_before_texts() {
        let mut ids: Vec<CaseId> = serde_json::from_str(r#"["b", 100, "20", 3, "a"]"#).unwrap();
        ids.sort();
        assert_eq!(ids.iter().map(CaseId::as_str).collect::<Vec<_>>(), ["3", "20", "100", "a", "b"]);
    }
}
