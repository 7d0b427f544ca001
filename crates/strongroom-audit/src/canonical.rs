use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// The one spelling of a value: compact JSON in printable ASCII, fields in the order in which the
/// type declares them, absent ones left out.
///
/// ASCII, because a text may hold line separators other than the line feed (U+2028), characters
/// that are not visible, and letters of one script that look like another's; in a log each of
/// them could make one entry look like two, or like another (CWE-117).
pub(crate) fn to_canonical_json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::with_capacity(256);
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Ascii))?;
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}

struct Ascii;

impl Formatter for Ascii {
    fn write_string_fragment<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Runs of plain characters are written at once: nearly every text is one.
        for run in fragment.split_inclusive(|character| !is_plain(character)) {
            let plain = run.trim_end_matches(|character| !is_plain(character));
            writer.write_all(plain.as_bytes())?;
            for character in run.chars().skip(plain.len()) {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }
}

fn is_plain(character: char) -> bool {
    character.is_ascii() && !character.is_ascii_control()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn everything_but_printable_ascii_is_escaped() {
        for (text, json) in [
            ("a\nb\u{0}", r#""a\nb\u0000""#),
            ("\u{7f}\u{2028}", r#""\u007f\u2028""#),
            ("Zürich 😀", r#""Z\u00fcrich \ud83d\ude00""#),
            (r#""\"#, r#""\"\\""#),
        ] {
            assert_eq!(to_canonical_json(&text).unwrap(), json);
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "(?s).*") {
            let json = to_canonical_json(&text).unwrap();
            prop_assert!(json.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
