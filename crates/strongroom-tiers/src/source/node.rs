use std::ops::Range;

/// A value of a document and its place, in bytes from the start of the text.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) value: Value,
}

/// What TOML and JSON have in common, as far as a policy needs it.
#[derive(Debug)]
pub(crate) enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    /// A number that is no integer of 64 bits.
    OtherNumber,
    Text(String),
    /// A date or time of TOML, as it is written.
    Instant(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A field of a table.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    /// The place of the key.
    pub(crate) span: Range<usize>,
    pub(crate) node: Node,
}

impl Value {
    /// What it is, in words.
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "true or false",
            Self::Integer(_) => "an integer",
            Self::OtherNumber => "a number that is not an integer of 64 bits",
            Self::Text(_) => "a text",
            Self::Instant(_) => "a date or time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}
