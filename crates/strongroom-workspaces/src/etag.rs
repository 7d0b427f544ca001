use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use strongroom_primitives::InvalidValue;

/// Which state of something a change was made from. Whoever changes something names the tag of
/// what they saw, and is refused if there is a later one.
///
/// Written as the opaque tag of HTTP (RFC 9110, section 8.8.3) with a decimal number in it: `"7"`,
/// quotation marks included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Etag(u64);

impl Etag {
    /// The tag of something new.
    pub const FIRST: Self = Self(1);

    /// The tag with this number.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The tag's number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The tag after one more change.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

impl FromStr for Etag {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let invalid =
            || InvalidValue::new("entity tag", "expected a number in quotation marks, such as \"7\"");
        let digits = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or_else(invalid)?;
        let tag = Self(digits.parse().map_err(|_| invalid())?);
        // One spelling per tag: neither a sign nor leading zeros.
        if tag.to_string() == text { Ok(tag) } else { Err(invalid()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_tag_has_one_spelling() {
        assert_eq!("\"7\"".parse(), Ok(Etag::from_number(7)));
        assert_eq!(Etag::from_number(7).next().to_string(), "\"8\"");
        for odd in ["", "7", "\"\"", "\"07\"", "\"+7\"", "\"-7\"", "W/\"7\"", "*", "\"7", "\" 7\""] {
            assert!(odd.parse::<Etag>().is_err(), "{odd} was read as a tag");
        }
    }
}
