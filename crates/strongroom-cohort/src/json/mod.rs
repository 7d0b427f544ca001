//! The JSON form of a definition, in and out.

mod tree;

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use strongroom_primitives::Sha256Digest;
use thiserror::Error;

use crate::ast::Definition;
use crate::limits::{LimitError, Limits};

pub use self::tree::ShapeError;
pub(crate) use self::tree::Tree;

/// A text is not a definition in the format `cohort-ast/1`.
///
/// No error repeats anything of the text but the language's own field names, positions, and the
/// names of concept sets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JsonError {
    /// The text is not JSON.
    #[error("the text is not JSON from line {line}, column {column} on; correct it there")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 before the first.
        column: usize,
    },
    /// The text is JSON, but does not have the shape of a definition.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The definition is larger than allowed.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

impl Definition {
    /// Reads the JSON form, of which every field is known and stands once.
    ///
    /// Reading is total: whatever the text, the answer is a definition within the limits or an
    /// error. Whether the definition makes sense is for [`check`](crate::check) to say.
    ///
    /// # Errors
    /// If the text is not JSON, not a definition, or passes a limit.
    pub fn from_json(text: &str, limits: &Limits) -> Result<Self, JsonError> {
        // Nesting is limited here, on the text, because whatever reads JSON recurses. One level of
        // the language is at most five of JSON; the rest is room for what surrounds it.
        let deepest = limits.nesting.saturating_mul(5).saturating_add(24);
        limits.check_json(text, deepest)?;
        let tree = read_tree(text)?;
        let definition = Self::deserialize(&tree)?;
        limits.check(&definition)?;
        Ok(definition)
    }

    /// Writes the JSON form, indented, with fields in alphabetical order.
    #[must_use]
    pub fn to_json(&self) -> String {
        format!("{:#}", self.to_value())
    }

    /// The JSON form: every field that does not have its default, in alphabetical order.
    pub(crate) fn to_value(&self) -> Value {
        // Fails only for maps without text keys and for readers that fail: there are neither.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The SHA-256 of the whole document, titles and labels included: the *document hash* of R18.
    ///
    /// It is taken over the canonical form: the JSON form without white space, with fields in
    /// alphabetical order and absent options left out (for these documents the form of RFC 8785).
    /// However a document was written, it has one digest.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        document_digest(&self.to_value())
    }
}

/// The document hash of a definition with this JSON form.
pub(crate) fn document_digest(json: &Value) -> Sha256Digest {
    Sha256Digest::from_bytes(Sha256::digest(json.to_string()).into())
}

/// Any JSON, whose nesting the caller has limited: reading recurses.
pub(crate) fn read_tree(text: &str) -> Result<Tree, JsonError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.disable_recursion_limit();
    Tree::deserialize(&mut deserializer)
        .and_then(|tree| deserializer.end().map(|()| tree))
        .map_err(|error| JsonError::Syntax { line: error.line(), column: error.column() })
}

/// How large JSON is that nobody has read yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct JsonSize {
    /// How deep objects and lists stand inside each other.
    pub(crate) nesting: usize,
    /// How many values there are, objects, lists and the names of fields included, at most.
    pub(crate) values: usize,
}

/// The size of JSON. Correct for JSON; for other text an upper bound of what a reader can meet before
/// it refuses.
pub(crate) fn json_size(text: &str) -> JsonSize {
    let (mut depth, mut size) = (0_usize, JsonSize { nesting: 0, values: 1 });
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth += 1;
                size.nesting = size.nesting.max(depth);
                size.values += 1;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => size.values += 1,
            _ => {}
        }
    }
    size
}
