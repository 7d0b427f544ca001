use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The most characters that are kept.
const LONGEST: usize = 200;
/// What stands where something could have deceived a reader, or where text was cut off.
const REPLACEMENT: char = '\u{FFFD}';

/// Text of a stranger's, made fit for a log: at most 200 characters, on one line, without anything
/// that can make one text look like another (CWE-117).
///
/// Where control characters, line and paragraph separators, characters that reorder text (Unicode
/// Standard Annex 9) and characters that are not visible stood, U+FFFD stands now, so that it shows
/// that there was something. What a person writes for the record is a
/// [`Paragraph`](strongroom_primitives::Paragraph), which refuses such characters instead.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CleanText(String);

impl CleanText {
    /// The text, cleaned. Nothing that is already clean is changed.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut clean: String =
            text.trim().chars().take(LONGEST).map(|c| if deceives(c) { REPLACEMENT } else { c }).collect();
        if text.trim().chars().nth(LONGEST).is_some() {
            clean.pop();
            clean.push(REPLACEMENT);
        }
        // Cutting may have left a space at the end only if it was replaced: U+FFFD is none.
        if clean.is_empty() {
            clean.push(REPLACEMENT);
        }
        Self(clean)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn deceives(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

impl fmt::Display for CleanText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for CleanText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Serialize for CleanText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for CleanText {
    /// Only what is clean: a trail holds nothing else.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let clean = Self::new(&text);
        if clean.0 == text { Ok(clean) } else { Err(serde::de::Error::custom("the text is not clean")) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_could_deceive_is_replaced_and_shown() {
        for (text, clean) in [
            ("login.example.org", "login.example.org"),
            ("  Zürich 医院 ", "Zürich 医院"),
            ("a\nb\r\u{0}c\td", "a\u{FFFD}b\u{FFFD}\u{FFFD}c\u{FFFD}d"),
            ("\u{1b}[31mred", "\u{FFFD}[31mred"),
            ("gro.\u{202E}elpmaxe", "gro.\u{FFFD}elpmaxe"),
            ("a\u{200B}b\u{2028}c\u{FEFF}d\u{E0041}", "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}"),
            ("", "\u{FFFD}"),
        ] {
            assert_eq!(CleanText::new(text).as_str(), clean, "{text:?}");
        }
        let long = "x".repeat(300);
        assert_eq!(CleanText::new(&long).as_str(), format!("{}\u{FFFD}", "x".repeat(199)));
    }

    proptest! {
        #[test]
        fn what_is_clean_stays_and_comes_back(text in "(?s).{0,300}") {
            let clean = CleanText::new(&text);
            prop_assert_eq!(&CleanText::new(clean.as_str()), &clean);
            prop_assert!(clean.as_str().chars().count() <= LONGEST);
            prop_assert!(!clean.as_str().chars().any(deceives));
            let json = serde_json::to_string(&clean).unwrap();
            prop_assert_eq!(serde_json::from_str::<CleanText>(&json).unwrap(), clean);
        }
    }
}
