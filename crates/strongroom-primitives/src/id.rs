use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::InvalidValue;

/// The kind of thing an [`Id`] names. One line per kind in [`kind`]; embedders may add their own.
pub trait IdKind: 'static {
    /// The word before the dash in the written form, in lower case: `"workspace"`.
    const NAME: &'static str;
    /// The type's name in errors: `"workspace id"`.
    const WHAT: &'static str;
}

/// The registry of kinds.
pub mod kind {
    use super::IdKind;

    macro_rules! kinds {
        ($($(#[$doc:meta])* $kind:ident = $name:literal;)*) => {$(
            $(#[$doc])*
            #[derive(Debug)]
            #[expect(clippy::exhaustive_enums, reason = "uninhabited marker: there is nothing to match")]
            pub enum $kind {}
            impl IdKind for $kind {
                const NAME: &'static str = $name;
                const WHAT: &'static str = concat!($name, " id");
            }
        )*};
    }

    kinds! {
        /// A person with an account: researcher, reviewer or steward. Never a participant of the
        /// data: those are OMOP persons.
        Person = "person";
        /// An institution that people belong to.
        Institution = "institution";
        /// A workspace.
        Workspace = "workspace";
        /// One request, from the decision to the answer; links the audit events of one act.
        Request = "request";
        /// A question to the help desk, with its answers.
        HelpRequest = "help-request";
        /// An announcement to readers or researchers.
        Announcement = "announcement";
        /// Something that a workspace holds: a cohort, a concept set, a data set, a review or a
        /// notebook.
        Item = "item";
        /// One entry of a ledger of costs.
        LedgerEntry = "ledger-entry";
    }
}

/// A 128-bit identifier of one thing of the kind `K`, opaque and compared exactly.
///
/// Written as `kind-uuid`, in text and in JSON. Ids of different kinds are different types:
///
/// ```compile_fail
/// use strongroom_primitives::{Id, kind};
/// fn open(workspace: Id<kind::Workspace>) {}
/// let person: Id<kind::Person> = "person-00000000-0000-0000-0000-000000000001".parse().unwrap();
/// open(person);
/// ```
pub struct Id<K> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

impl<K: IdKind> Id<K> {
    /// The id with these 128 bits. Fresh ids come from an [`IdSource`](crate::IdSource).
    #[must_use]
    pub fn from_u128(bits: u128) -> Self {
        Self { uuid: Uuid::from_u128(bits), kind: PhantomData }
    }

    /// The id's 128 bits.
    #[must_use]
    pub fn as_u128(self) -> u128 {
        self.uuid.as_u128()
    }
}

impl<K: IdKind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", K::NAME, self.uuid)
    }
}

impl<K: IdKind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: IdKind> FromStr for Id<K> {
    type Err = InvalidValue;

    /// Reads exactly the form that `Display` writes: lower case, with dashes.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let invalid =
            || InvalidValue::new(K::WHAT, format!("expected `{}-` and a UUID in lower case", K::NAME));
        let bits = text.strip_prefix(K::NAME).and_then(|rest| rest.strip_prefix('-')).ok_or_else(invalid)?;
        let uuid = Uuid::try_parse(bits).map_err(|_| invalid())?;
        let id = Self { uuid, kind: PhantomData };
        // One spelling per id: UUID parsers also take upper case, braces and missing dashes.
        if id.to_string() == text { Ok(id) } else { Err(invalid()) }
    }
}

impl<K: IdKind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: IdKind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

// Written by hand because a derive would demand the traits of the marker `K`, which has none.
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_written_form_is_read() {
        let written = "person-0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
        assert_eq!(written.parse::<Id<kind::Person>>().unwrap().to_string(), written);

        for odd in [
            "",
            "person",
            "person-",
            "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
            "workspace-0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
            "person-0190A1B2-C3D4-7E5F-8A9B-0C1D2E3F4A5B",
            "Person-0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
            "person-{0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b}",
            "person-0190a1b2c3d47e5f8a9b0c1d2e3f4a5b",
            " person-0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
        ] {
            assert!(odd.parse::<Id<kind::Person>>().is_err(), "{odd:?} was read as an id");
        }
    }

    proptest! {
        #[test]
        fn text_and_json_round_trip(bits: u128) {
            let id = Id::<kind::Workspace>::from_u128(bits);
            prop_assert_eq!(id.to_string().parse::<Id<kind::Workspace>>().unwrap(), id);
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<Id<kind::Workspace>>(&json).unwrap(), id);
        }

        #[test]
        fn reading_any_text_never_panics(text in ".*") {
            drop(text.parse::<Id<kind::Person>>());
        }
    }
}
