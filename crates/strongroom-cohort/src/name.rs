use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strongroom_primitives::InvalidValue;

const LONGEST: usize = 64;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $what:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// 1 to 64 of `a`–`z`, `A`–`Z`, `0`–`9` and `_`, the first of them a letter; compared
        /// exactly. Being plain identifiers, names may stand in paths and messages.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The name, if it keeps the rule above.
            ///
            /// # Errors
            /// If it does not.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidValue> {
                identifier(text.into(), $what).map(Self)
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// Compared, ordered and hashed as its text is, so that maps can be asked with text.
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
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
    /// The name of one cohort definition, such as `metformin_new_users`.
    CohortName = "cohort name";
    /// The name of one concept set within a definition, such as `t2dm_dx`.
    SetName = "concept set name";
    /// The name of some events within a definition, such as `dx`.
    EventsName = "events name";
    /// The name of a parameter of a definition, such as `a1c_cut`.
    ParameterName = "parameter name";
    /// A plain name: of a column of a dataset, a person of a test, a disclosure policy.
    ColumnName = "name";
}

fn identifier(text: String, what: &'static str) -> Result<String, InvalidValue> {
    let begins_well = text.starts_with(|first: char| first.is_ascii_alphabetic());
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if begins_well && plain && text.len() <= LONGEST {
        Ok(text)
    } else {
        Err(InvalidValue::new(what, "expected 1 to 64 letters, digits or `_`, beginning with a letter"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_identifiers() {
        for good in ["t2dm_dx", "A", "x1"] {
            assert_eq!(SetName::new(good).unwrap().as_str(), good);
        }
        let long = "x".repeat(65);
        for odd in ["", "1x", "_x", "a-b", "a b", "ä", "a\n", "a.b", "$", long.as_str()] {
            assert!(SetName::new(odd).is_err(), "{odd:?} was taken as a name");
        }
    }
}
