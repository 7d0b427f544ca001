use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::InvalidValue;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $what:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// 1 to 64 characters of `a`–`z`, `A`–`Z`, `0`–`9`, `.`, `_` and `-`, the first of them a
        /// letter or digit: safe as a file name and in a log, and compared exactly.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(
            // Copied into every objection, event and receipt: shared rather than written again.
            Arc<str>,
        );

        impl $name {
            /// The name, if it keeps the rule above.
            ///
            /// # Errors
            /// If it does not.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidValue> {
                checked(text.into(), $what).map(|text| Self(text.into()))
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                Self::new(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

names! {
    /// The name of one release of a Curated Data Repository, such as `C2024Q3R4`.
    ReleaseName = "release name";
    /// The name of one access requirement, such as `code-of-conduct`.
    RequirementName = "requirement name";
}

fn checked(text: String, what: &'static str) -> Result<String, InvalidValue> {
    let begins_well = text.starts_with(|first: char| first.is_ascii_alphanumeric());
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    if begins_well && plain && text.len() <= 64 {
        Ok(text)
    } else {
        Err(InvalidValue::new(
            what,
            "expected 1 to 64 letters, digits, `.`, `_` or `-`, beginning with a letter or digit",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_folder_or_hide() {
        for good in ["C2024Q3R4", "code-of-conduct", "v5.0_27", "7"] {
            assert_eq!(ReleaseName::new(good).unwrap().to_string(), good);
        }
        let long = "x".repeat(65);
        for odd in
            ["", ".", "..", "../x", "a/b", "a\\b", "-x", ".hidden", "a b", "ä", "a\n", "a\0", long.as_str()]
        {
            assert!(ReleaseName::new(odd).is_err(), "{odd:?} was taken as a name");
        }
    }
}
