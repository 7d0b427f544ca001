use std::collections::BTreeSet;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, Error as _, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::path::JsonPath;

/// Any JSON text. Definitions are read from this rather than from the text, because it allows an
/// error type of our own: one that knows the path and keeps foreign text out.
pub(crate) enum Tree {
    Null,
    Bool(bool),
    Integer(i64),
    Unsigned(u64),
    Float(f64),
    Text(String),
    List(Vec<Self>),
    /// Fields in the order written, repeated ones included.
    Object(Vec<(String, Self)>),
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyJson;
        impl<'de> Visitor<'de> for AnyJson {
            type Value = Tree;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_unit<E>(self) -> Result<Tree, E> {
                Ok(Tree::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
                Ok(Tree::Bool(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
                Ok(Tree::Integer(value))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
                Ok(Tree::Unsigned(value))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
                Ok(Tree::Float(value))
            }
            fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
                Ok(Tree::Text(value.to_owned()))
            }
            fn visit_string<E>(self, value: String) -> Result<Tree, E> {
                Ok(Tree::Text(value))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tree, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = list.next_element()? {
                    elements.push(element);
                }
                Ok(Tree::List(elements))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Tree, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = object.next_entry()? {
                    fields.push(field);
                }
                Ok(Tree::Object(fields))
            }
        }
        deserializer.deserialize_any(AnyJson)
    }
}

impl Tree {
    fn kind(&self) -> Unexpected<'static> {
        match self {
            Self::Null => Unexpected::Unit,
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::Integer(value) => Unexpected::Signed(*value),
            Self::Unsigned(value) => Unexpected::Unsigned(*value),
            Self::Float(value) => Unexpected::Float(*value),
            Self::Text(_) => Unexpected::Str(""),
            Self::List(_) => Unexpected::Seq,
            Self::Object(_) => Unexpected::Map,
        }
    }
}

impl<'de> Deserializer<'de> for &'de Tree {
    type Error = ShapeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        match self {
            Tree::Null => visitor.visit_unit(),
            Tree::Bool(value) => visitor.visit_bool(*value),
            Tree::Integer(value) => visitor.visit_i64(*value),
            Tree::Unsigned(value) => visitor.visit_u64(*value),
            Tree::Float(value) => visitor.visit_f64(*value),
            Tree::Text(value) => visitor.visit_borrowed_str(value),
            Tree::List(elements) => visitor.visit_seq(Elements { position: 0, rest: elements }),
            Tree::Object(fields) => visitor.visit_map(Fields::new(fields)),
        }
    }

    /// An option that is there is there: `null` is no second way to leave a field out.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        match self {
            Tree::Text(word) => visitor.visit_enum(StrDeserializer::new(word)),
            Tree::Object(fields) if fields.len() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(Fields::new(fields)))
            }
            Tree::Object(fields) => Err(ShapeError::invalid_length(fields.len(), &visitor)),
            other => Err(ShapeError::invalid_type(other.kind(), &visitor)),
        }
    }

    /// Only an object is a structure: derived readers would also take a list of its fields.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        match self {
            Tree::Object(_) => self.deserialize_any(visitor),
            other => Err(ShapeError::invalid_type(other.kind(), &visitor)),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

struct Elements<'de> {
    position: usize,
    rest: &'de [Tree],
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = ShapeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ShapeError> {
        let Some((element, rest)) = self.rest.split_first() else {
            return Ok(None);
        };
        let position = self.position;
        self.position += 1;
        self.rest = rest;
        let value = seed.deserialize(element);
        value.map(Some).map_err(|error| error.within_position(position))
    }
}

struct Fields<'de> {
    all: &'de [(String, Tree)],
    position: usize,
    seen: BTreeSet<&'de str>,
}

impl<'de> Fields<'de> {
    const fn new(all: &'de [(String, Tree)]) -> Self {
        Self { all, position: 0, seen: BTreeSet::new() }
    }
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = ShapeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ShapeError> {
        let Some((name, _)) = self.all.get(self.position) else {
            return Ok(None);
        };
        self.position += 1;
        if !self.seen.insert(name) {
            return Err(ShapeError::new(format!(
                "field {} of the object stands there twice; keep one of them",
                self.position
            )));
        }
        let key: StrDeserializer<'_, ShapeError> = name.as_str().into_deserializer();
        let key = seed.deserialize(key);
        key.map(Some).map_err(|error| error.of_field(self.position))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, ShapeError> {
        let (name, value) = self
            .position
            .checked_sub(1)
            .and_then(|position| self.all.get(position))
            .ok_or_else(|| ShapeError::new("a field has no value".to_owned()))?;
        // The key was accepted before: it is a field name of the language or a concept set name.
        seed.deserialize(value).map_err(|error| error.within_field(name))
    }
}

/// JSON that does not have the shape of a definition: where, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapeError {
    path: JsonPath,
    problem: String,
}

impl ShapeError {
    fn new(problem: String) -> Self {
        Self { path: JsonPath::default(), problem }
    }

    /// Where in the document.
    #[must_use]
    pub const fn path(&self) -> &JsonPath {
        &self.path
    }

    fn within_field(mut self, name: &str) -> Self {
        self.path = self.path.within_field(name);
        self
    }

    fn within_position(mut self, position: usize) -> Self {
        self.path = self.path.within_position(position);
        self
    }

    /// The error of a key, which must not be repeated.
    fn of_field(mut self, position: usize) -> Self {
        self.problem = format!("field {position} of the object: {}", self.problem);
        self
    }
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.path, self.problem)
    }
}

impl std::error::Error for ShapeError {}

impl de::Error for ShapeError {
    /// Messages of the language's own types, which never repeat what they refuse.
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("found {}; expected {expected}", in_words(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("found {} outside what is allowed; expected {expected}", in_words(found)))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::new(format!("found {length} elements or fields; expected {expected}"))
    }

    fn unknown_variant(_found: &str, known: &'static [&'static str]) -> Self {
        Self::new(format!("unknown word; known: {}", quoted(known)))
    }

    fn unknown_field(_found: &str, known: &'static [&'static str]) -> Self {
        Self::new(format!("unknown name; known: {}", quoted(known)))
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(format!("the field `{name}` is missing; add it"))
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::new(format!("the field `{name}` stands there twice; keep one of them"))
    }
}

fn in_words(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "true or false",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
        Unexpected::Float(_) => "a number",
        Unexpected::Str(_) | Unexpected::Char(_) => "a text",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "a list",
        Unexpected::Map => "an object",
        Unexpected::UnitVariant => "a word alone",
        _ => "something else",
    }
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
