use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strongroom_primitives::{InvalidValue, Sha256Digest};

/// The first digits of a SHA-256, at least 4 and at most all 64, in small hexadecimal letters: how
/// a document is pinned by hand. The fewer there are, the easier another document fits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DigestPrefix(String);

impl DigestPrefix {
    /// The digits as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a digest begins with them.
    #[must_use]
    pub fn fits(&self, digest: Sha256Digest) -> bool {
        digest.to_string().starts_with(&self.0)
    }
}

impl From<Sha256Digest> for DigestPrefix {
    fn from(digest: Sha256Digest) -> Self {
        Self(digest.to_string())
    }
}

impl FromStr for DigestPrefix {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let hexadecimal = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if hexadecimal && (4..=64).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::new("digest", "expected 4 to 64 hexadecimal digits in small letters"))
        }
    }
}

impl fmt::Display for DigestPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for DigestPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for DigestPrefix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DigestPrefix {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_fits_what_begins_with_it() {
        let digest = Sha256Digest::from_bytes([0x5f; 32]);
        for (prefix, fits) in [("5f5f", true), ("5f5f0", false), (&"5f".repeat(32), true)] {
            assert_eq!(prefix.parse::<DigestPrefix>().unwrap().fits(digest), fits, "{prefix}");
        }
        for odd in ["", "5f5", "5F5F", "xyzw", &"0".repeat(65)] {
            assert!(odd.parse::<DigestPrefix>().is_err(), "{odd:?}");
        }
    }
}
