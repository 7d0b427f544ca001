use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use strongroom_workspaces::Workspace;

use crate::{PersonRecord, StoreError, UsageRecord};

/// The documents in which things are stored, and the newest version of each that this version of
/// the program reads.
const KNOWN: &[(&str, u32)] = &[
    ("strongroom-audit", 1),
    ("strongroom-journal", 1),
    ("strongroom-person", 1),
    ("strongroom-credit-account", 2),
    ("strongroom-person-record", 2),
    ("strongroom-rate-window", 1),
    ("strongroom-recents", 1),
    ("strongroom-usage-record", 1),
    ("strongroom-workspace", 2),
];

/// Something that is stored as a JSON document that names its format. For stores; the trait is
/// implemented by whatever they keep.
pub trait Document: Serialize + DeserializeOwned + sealed::Sealed {}

impl Document for PersonRecord {}
impl Document for Workspace {}
impl Document for UsageRecord {}

mod sealed {
    #[expect(unnameable_types, reason = "a sealed trait is one that nobody else can name")]
    pub trait Sealed {}
    impl Sealed for super::PersonRecord {}
    impl Sealed for super::Workspace {}
    impl Sealed for super::UsageRecord {}
}

/// The document as JSON, in the newest format.
///
/// # Errors
/// If there is no room for it.
pub fn write_document(document: &impl Document) -> Result<String, StoreError> {
    serde_json::to_string(document).map_err(StoreError::unavailable)
}

/// Reads a document in whatever format this version of the program knows.
///
/// # Errors
/// [`NewerFormat`](crate::StoreErrorKind::NewerFormat) if it, or something in it, has a later
/// format; [`Corrupt`](crate::StoreErrorKind::Corrupt) if it is none.
pub fn read_document<T: Document>(json: &str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|_| why_unreadable(json))
}

/// Why this text, which should be a document, is none. The text is not repeated: it is about
/// people, and may be anything.
fn why_unreadable(json: &str) -> StoreError {
    if is_of_later_format(json.as_bytes()) {
        StoreError::newer_format()
    } else {
        StoreError::corrupt("a document cannot be read")
    }
}

/// Whether the text is JSON in which something names a later format than is known.
pub(crate) fn is_of_later_format(json: &[u8]) -> bool {
    serde_json::from_slice(json).is_ok_and(|value| is_newer(&value))
}

/// Whether the value, or one in it, names a later format than is known. The depth is that which
/// the parser of JSON allows.
fn is_newer(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Object(fields) => {
            let tag = fields.get("format").and_then(|tag| Format::deserialize(tag).ok());
            tag.is_some_and(|tag| tag.is_newer()) || fields.values().any(is_newer)
        }
        serde_json::Value::Array(values) => values.iter().any(is_newer),
        _ => false,
    }
}

/// A format's name and version, such as `strongroom-workspace/1`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Format {
    name: String,
    version: u32,
}

impl Format {
    fn is_newer(&self) -> bool {
        KNOWN.iter().any(|(name, newest)| *name == self.name && self.version > *newest)
    }
}

impl TryFrom<String> for Format {
    type Error = &'static str;

    fn try_from(tag: String) -> Result<Self, Self::Error> {
        let (name, version) = tag.rsplit_once('/').ok_or("no version")?;
        let version = version.parse().map_err(|_| "the version is no number")?;
        Ok(Self { name: name.to_owned(), version })
    }
}

#[cfg(test)]
mod tests {
    use strongroom_access::{EmailAddress, Person};
    use strongroom_primitives::{Id, Label};

    use super::*;
    use crate::StoreErrorKind;

    #[test]
    fn later_formats_are_told_from_damage() {
        let email = EmailAddress::new("ada@uni.edu").unwrap();
        let record = PersonRecord::new(Person::new(Id::from_u128(1), Label::new("Ada").unwrap(), email));
        let json = write_document(&record).unwrap();
        assert_eq!(read_document::<PersonRecord>(&json).unwrap(), record);
        for (from, to, kind) in [
            ("strongroom-person-record/2", "strongroom-person-record/3", StoreErrorKind::NewerFormat),
            ("strongroom-person/1", "strongroom-person/2", StoreErrorKind::NewerFormat),
            ("strongroom-person-record/2", "strongroom-person-record/x", StoreErrorKind::Corrupt),
            ("strongroom-person-record/2", "strongroom-workspace/1", StoreErrorKind::Corrupt),
            ("\"evidence\"", "\"evidences\"", StoreErrorKind::Corrupt),
            ("}", "", StoreErrorKind::Corrupt),
        ] {
            let odd = json.replace(from, to);
            assert_ne!(odd, json);
            let error = read_document::<PersonRecord>(&odd).unwrap_err();
            assert_eq!(error.kind(), kind, "{odd}");
            assert!(!error.to_string().contains("Ada"), "{error}");
        }
    }
}
