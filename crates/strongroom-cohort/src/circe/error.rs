use std::fmt;

use thiserror::Error;

use crate::limits::LimitError;
use crate::path::JsonPath;

/// Something in a Circe document that has no meaning here, and where.
///
/// Nothing of the document is repeated but its field names, all of them Circe's own.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("at {path}: {problem}")]
pub struct CirceError {
    path: JsonPath,
    problem: CirceProblem,
}

/// What is wrong with a place of a Circe document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CirceProblem {
    /// The text is not JSON.
    #[error("the text is not JSON from line {line}, column {column} on; correct it there")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 before the first.
        column: usize,
    },
    /// A value of another type than Circe reads there.
    #[error("found {found}; write {expected}")]
    Shape {
        /// What stands there, in words.
        found: &'static str,
        /// What Circe reads there.
        expected: &'static str,
    },
    /// A property without which Circe makes no query.
    #[error("`{property}` is missing; {remedy}")]
    Missing {
        /// Its name.
        property: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A word outside a closed list.
    #[error("unknown word; known: {known}")]
    Word {
        /// The list.
        known: &'static str,
    },
    /// A number that no engine could use there.
    #[error("the number is out of range; write {expected}")]
    Number {
        /// Which numbers can stand there.
        expected: &'static str,
    },
    /// No concept set has the id.
    #[error("no concept set has this id; add one with it to `ConceptSets`, or name another")]
    UnknownSet,
    /// Two concept sets have the same id.
    #[error("an earlier concept set has the same id; give this one another")]
    DuplicateSet,
    /// Something that Circe knows and this language, or the CDM it speaks of, does not.
    #[error("{what}; {remedy}")]
    Unsupported {
        /// What, and why.
        what: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// The definition is larger than allowed. The path is that of the definition in `cohort-ast/1`.
    #[error("the definition is too large: {0}")]
    Limit(#[from] LimitError),
}

/// Why a Circe document cannot be imported: everything that was found, in the order of the
/// document, up to [`CirceErrors::MOST`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CirceErrors(Vec<CirceError>);

impl CirceError {
    pub(super) const fn new(path: JsonPath, problem: CirceProblem) -> Self {
        Self { path, problem }
    }

    /// Where in the Circe document.
    #[must_use]
    pub const fn path(&self) -> &JsonPath {
        &self.path
    }

    /// What is wrong there.
    #[must_use]
    pub const fn problem(&self) -> &CirceProblem {
        &self.problem
    }
}

impl CirceErrors {
    /// How many problems are reported at most.
    pub const MOST: usize = 100;

    /// These, of which there is at least one.
    pub(super) const fn new(errors: Vec<CirceError>) -> Self {
        Self(errors)
    }

    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, CirceError> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a CirceErrors {
    type Item = &'a CirceError;
    type IntoIter = std::slice::Iter<'a, CirceError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for CirceErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a Circe definition that can be imported")?;
        for error in &self.0 {
            write!(f, "\n{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CirceErrors {}
