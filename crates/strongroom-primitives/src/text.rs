use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::InvalidValue;

const WHAT: &str = "text";

/// Text that a person wrote, from `MIN` to `MAX` characters (Unicode scalar values), without
/// control characters other than line feeds, without bidirectional controls, and without space
/// at either end.
///
/// Control and bidirectional characters are refused rather than stripped: in a log, a title or a
/// terminal they can make one text look like another.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoundedText<const MIN: usize, const MAX: usize>(
    // Copied into every objection, event and receipt: shared rather than written again.
    Arc<str>,
);

/// One line of 1 to 80 characters: names and titles.
pub type Label = BoundedText<1, 80>;
/// 1 to 4,000 characters: reasons, purposes, descriptions.
pub type Paragraph = BoundedText<1, 4000>;

impl<const MIN: usize, const MAX: usize> BoundedText<MIN, MAX> {
    /// The text, if it keeps the limits.
    ///
    /// # Errors
    /// If it is too short, too long, begins or ends with white space, or holds a control or
    /// bidirectional character.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidValue> {
        let text = text.into();
        let length = text.chars().count();
        if !(MIN..=MAX).contains(&length) {
            return Err(InvalidValue::new(
                WHAT,
                format!("it has {length} characters; allowed are {MIN} to {MAX}"),
            ));
        }
        if text.trim() != text {
            return Err(InvalidValue::new(WHAT, "it begins or ends with white space; remove it"));
        }
        if let Some(position) = text.chars().position(is_unprintable) {
            let position = position + 1;
            return Err(InvalidValue::new(
                WHAT,
                format!("character {position} is a control character; remove it"),
            ));
        }
        Ok(Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters but the line feed, and the characters that reorder what a reader sees
/// (Unicode Standard Annex 9, section 2).
fn is_unprintable(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

impl<const MIN: usize, const MAX: usize> fmt::Display for BoundedText<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Debug for BoundedText<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<const MIN: usize, const MAX: usize> FromStr for BoundedText<MIN, MAX> {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::new(text)
    }
}

impl<const MIN: usize, const MAX: usize> Serialize for BoundedText<MIN, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, const MIN: usize, const MAX: usize> Deserialize<'de> for BoundedText<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn limits_count_characters_not_bytes() {
        assert!(BoundedText::<1, 3>::new("äöü").is_ok());
        assert!(BoundedText::<1, 3>::new("äöüß").is_err());
        assert!(Label::new("").is_err());
    }

    #[test]
    fn what_could_deceive_a_reader_is_refused() {
        for odd in [" title", "title ", "a\u{0}b", "a\rb", "a\u{1b}[31mb", "a\u{202E}b", "a\u{2066}b", "\n"] {
            assert!(Label::new(odd).is_err(), "{odd:?} was taken as a label");
        }
        assert!(Paragraph::new("first line\nsecond line").is_ok());
    }

    #[test]
    fn the_error_never_repeats_the_text() {
        let error = Label::new("secret\u{0}").unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
    }

    proptest! {
        #[test]
        fn what_was_taken_once_is_taken_again(text in ".{0,90}") {
            if let Ok(label) = Label::new(text) {
                let json = serde_json::to_string(&label).unwrap();
                prop_assert_eq!(serde_json::from_str::<Label>(&json).unwrap(), label);
            }
        }
    }
}
