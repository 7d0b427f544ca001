use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::{Refusal, Rule};

/// A JSON value in which every object has each name once.
///
/// The general readers keep the last of two members of one name, and other readers the first: two
/// parties then see two different tokens under one signature.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Boolean,
    Number(f64),
    Text(String),
    List(Vec<Self>),
    Object(Object),
}

/// The members of an object, in the order written, each name once.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Object {
    members: Vec<(String, Json)>,
}

impl Object {
    /// Reads an object that nests at most `depth` deep, itself included.
    pub(crate) fn read(bytes: &[u8], depth: usize) -> Result<Self, Refusal> {
        let fault = Cell::new(Rule::NotJson);
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let read = Reader { depth, fault: &fault }.deserialize(&mut reader);
        let value = read.and_then(|value| reader.end().map(|()| value));
        match value {
            Ok(Json::Object(object)) => Ok(object),
            Ok(_) => Err(Refusal::of(Rule::NotJson)),
            Err(_) => Err(Refusal::of(fault.get())),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.members.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.members.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The text of this name; `None` if there is no such member.
    pub(crate) fn optional_text(&self, name: &'static str) -> Result<Option<&str>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::at(Rule::MalformedClaim, name)),
        }
    }

    pub(crate) fn text(&self, name: &'static str) -> Result<&str, Refusal> {
        self.optional_text(name)?.ok_or(Refusal::at(Rule::MissingClaim, name))
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, up to the end of the year 9999. A fraction is cut
    /// off, which ends a token no later than it says (RFC 7519, section 2, NumericDate).
    pub(crate) fn optional_seconds(&self, name: &'static str) -> Result<Option<i64>, Refusal> {
        const LAST: f64 = 253_402_300_799.0;
        match self.get(name) {
            None => Ok(None),
            Some(Json::Number(number)) if (0.0..=LAST).contains(number) => {
                #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
                let seconds = *number as i64;
                Ok(Some(seconds))
            }
            Some(_) => Err(Refusal::at(Rule::MalformedClaim, name)),
        }
    }

    pub(crate) fn seconds(&self, name: &'static str) -> Result<i64, Refusal> {
        self.optional_seconds(name)?.ok_or(Refusal::at(Rule::MissingClaim, name))
    }
}

/// Reads one value; notes which rule is broken, as an error of serde is only text.
#[derive(Clone, Copy)]
struct Reader<'a> {
    depth: usize,
    fault: &'a Cell<Rule>,
}

impl Reader<'_> {
    fn inner<E: Error>(self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth, ..self }),
            None => Err(self.broken(Rule::TooDeep)),
        }
    }

    fn broken<E: Error>(self, rule: Rule) -> E {
        self.fault.set(rule);
        E::custom(rule.code())
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Boolean)
    }

    #[expect(clippy::cast_precision_loss, reason = "every number that is used lies far below 2^53")]
    fn visit_i64<E: Error>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "every number that is used lies far below 2^53")]
    fn visit_u64<E: Error>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json, A::Error> {
        let inner = self.inner()?;
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(inner)? {
            list.push(element);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let inner = self.inner()?;
        let mut object = Object::default();
        let mut names = std::collections::BTreeSet::new();
        while let Some(name) = entries.next_key::<String>()? {
            if !names.insert(name.clone()) {
                return Err(self.broken(Rule::DuplicateMember));
            }
            object.members.push((name, entries.next_value_seed(inner)?));
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_objects_are_read() {
        for (text, expected) in [
            ("{}", Ok(())),
            (r#"{"a":[{"b":null,"c":true,"d":-1,"e":1.5}]}"#, Ok(())),
            (r#"{"a":1,"a":1}"#, Err(Rule::DuplicateMember)),
            (r#"{"a":[{"b":1,"\u0062":2}]}"#, Err(Rule::DuplicateMember)),
            (r#"{"a":[{"b":{}}]}"#, Err(Rule::TooDeep)),
            ("[]", Err(Rule::NotJson)),
            ("{} {}", Err(Rule::NotJson)),
            ("", Err(Rule::NotJson)),
            (r#"{"a":NaN}"#, Err(Rule::NotJson)),
            (r#"{"a":"\ud800"}"#, Err(Rule::NotJson)),
            ("{\"a\":\"\u{0}\"}", Err(Rule::NotJson)),
        ] {
            let read = Object::read(text.as_bytes(), 3).map(drop).map_err(|refusal| refusal.rule());
            assert_eq!(read, expected, "{text}");
        }
        assert_eq!(Object::read(b"{\"a\":\"\xff\"}", 3).unwrap_err().rule(), Rule::NotJson);
    }

    #[test]
    fn a_deep_text_is_refused_before_it_can_exhaust_the_stack() {
        let deep = format!(r#"{{"a":{}"#, "[".repeat(1_000_000));
        assert_eq!(Object::read(deep.as_bytes(), 16).unwrap_err().rule(), Rule::TooDeep);
    }

    #[test]
    fn instants_are_seconds_that_can_be_written() {
        for (text, expected) in [
            ("0", Some(0)),
            ("1580000000", Some(1_580_000_000)),
            ("1580000000.9", Some(1_580_000_000)),
            ("-1", None),
            ("253402300800", None),
            ("1e300", None),
            (r#""1580000000""#, None),
            ("null", None),
            ("[1]", None),
        ] {
            let object = Object::read(format!(r#"{{"exp":{text}}}"#).as_bytes(), 3).unwrap();
            assert_eq!(object.seconds("exp").ok(), expected, "{text}");
        }
    }
}
