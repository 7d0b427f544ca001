use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use strongroom_primitives::Sha256Digest;

/// The value as canonical JSON (RFC 8785): keys in order, no white space. The documents here have no
/// number but integers and no key beyond ASCII, for which this is all there is to it.
pub(crate) fn to_canonical_json(value: &impl Serialize) -> String {
    // Documents are texts, integers, lists and maps with text keys: JSON holds them all.
    let mut text = String::new();
    write(&mut text, &serde_json::to_value(value).unwrap_or_default());
    text
}

pub(crate) fn digest_of(value: &impl Serialize) -> Sha256Digest {
    digest_of_text(&to_canonical_json(value))
}

pub(crate) fn digest_of_text(text: &str) -> Sha256Digest {
    Sha256Digest::from_bytes(Sha256::digest(text).into())
}

// Maps are sorted here and not by `serde_json`, which keeps the order of insertion as soon as some
// crate of the build asks for that.
fn write(text: &mut String, value: &Value) {
    match value {
        Value::Array(elements) => {
            text.push('[');
            for (position, element) in elements.iter().enumerate() {
                separate(text, position);
                write(text, element);
            }
            text.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (position, (key, value)) in entries.into_iter().enumerate() {
                separate(text, position);
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(text, value);
            }
            text.push('}');
        }
        leaf => text.push_str(&leaf.to_string()),
    }
}

fn separate(text: &mut String, position: usize) {
    if position > 0 {
        text.push(',');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_and_the_space_of_a_document_are_of_no_account() {
        for (document, expected) in [
            (
                r#"{ "b": [ 2, 1 ], "a": { "d": null, "c": "\u00e9\n" } }"#,
                "{\"a\":{\"c\":\"é\\n\",\"d\":null},\"b\":[2,1]}",
            ),
            ("[]", "[]"),
            ("{}", "{}"),
            (r#"{"":-1}"#, r#"{"":-1}"#),
        ] {
            let value: Value = serde_json::from_str(document).unwrap();
            assert_eq!(to_canonical_json(&value), expected);
        }
    }
}
