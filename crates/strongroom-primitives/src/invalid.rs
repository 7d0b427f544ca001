use std::fmt;

/// A text that is not a value of the type it was read as.
///
/// The message names the type and the rule that was broken. It never repeats the text: it may
/// come from a stranger, or hold something that must not reach a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidValue {
    what: &'static str,
    rule: String,
}

impl InvalidValue {
    /// An error for the type called `what`, saying the `rule` that a value has to keep.
    #[must_use]
    pub fn new(what: &'static str, rule: impl Into<String>) -> Self {
        Self { what, rule: rule.into() }
    }

    /// The type that the text was read as, in words: `"workspace id"`, `"label"`.
    #[must_use]
    pub fn what(&self) -> &'static str {
        self.what
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a valid {}: {}", self.what, self.rule)
    }
}

impl std::error::Error for InvalidValue {}
