use std::fmt;

use thiserror::Error;

use super::token::Span;

/// Something wrong with a text, and where.
///
/// It is data: whoever shows it marks `span` in the text, writes `label` next to it, and lists the
/// suggestions. Messages and labels hold words of the language, plain names and small numbers, never
/// other text of the document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("error[{code}] at bytes {} to {}: {message}", span.start, span.end)]
#[non_exhaustive]
pub struct TextError {
    /// What kind of error it is.
    pub code: TextErrorCode,
    /// The part of the text that is wrong; empty where something is missing.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to write next to the marked part.
    pub label: String,
    /// What there is to know about it.
    pub note: Option<&'static str>,
    /// Ways to correct it; none where only the writer can know.
    pub help: Vec<Suggestion>,
}

/// A way to correct a text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suggestion {
    /// What is replaced; empty where something is put in.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
    /// What it means, such as "without the index day".
    pub explanation: String,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        /// The kinds of [`TextError`]. Codes are stable and never used again for another; those from
        /// `E040` on belong to the checker.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum TextErrorCode {
            $($(#[$doc])* $name,)*
        }

        impl TextErrorCode {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code, such as `E031`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }
        }
    };
}

codes! {
    /// A character that the language does not use.
    UnknownCharacter = "E001";
    /// A quotation mark without its partner on the same line.
    OpenQuote = "E002";
    /// An escape in a text that is none.
    UnknownEscape = "E003";
    /// A bracket that is never closed.
    UnclosedBracket = "E004";
    /// Something else was expected.
    Unexpected = "E005";
    /// A word that means nothing here.
    UnknownWord = "E006";
    /// A closing bracket without an opening one.
    StrayBracket = "E007";
    /// A number that is no number, or out of range.
    BadNumber = "E008";
    /// A day that is not in the calendar.
    BadDate = "E009";
    /// A name that breaks the rule for names.
    BadName = "E010";
    /// A length of time in an unknown or unfit unit.
    BadDuration = "E011";
    /// A window that does not say whether the anchor's own day counts.
    AnchorDayUnsaid = "E012";
    /// No `language 1` at the beginning.
    NoLanguage = "E013";
    /// A language or profile that does not exist.
    UnknownLanguage = "E014";
    /// Something said twice.
    SaidTwice = "E015";
    /// Something that must be said is not.
    Unsaid = "E016";
    /// A word reserved for a later language.
    Reserved = "E017";
    /// A code that names no concept.
    BadCode = "E018";
    /// A unit, title or digest that breaks its rule.
    BadLiteral = "E019";
    /// A value where a statement is needed.
    StatementNeeded = "E020";
    /// Many rows where one value is needed.
    ManyRows = "E021";
    /// A statement where a value is needed.
    ValueNeeded = "E022";
    /// Deeper, longer or more than is allowed.
    TooLarge = "E030";
    /// A count that does not say what is counted.
    CountUnsaid = "E031";
}

impl TextError {
    pub(crate) fn new(
        code: TextErrorCode,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self { code, span, message: message.into(), label: label.into(), note: None, help: Vec::new() }
    }

    pub(crate) const fn with_note(mut self, note: &'static str) -> Self {
        self.note = Some(note);
        self
    }

    pub(crate) fn suggest(
        mut self,
        span: Span,
        replacement: impl Into<String>,
        explanation: impl Into<String>,
    ) -> Self {
        let (replacement, explanation) = (replacement.into(), explanation.into());
        self.help.push(Suggestion { span, replacement, explanation });
        self
    }
}

impl Suggestion {
    /// The text with this correction made.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        let before = text.get(..self.span.start).unwrap_or_default();
        let after = text.get(self.span.end..).unwrap_or_default();
        format!("{before}{}{after}", self.replacement)
    }
}

impl fmt::Display for TextErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::TextErrorCode;

    #[test]
    fn codes_are_unique_and_below_those_of_the_checker() {
        let codes: BTreeSet<&str> = TextErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), TextErrorCode::ALL.len());
        assert!(codes.iter().all(|code| ("E001".."E040").contains(code)), "{codes:?}");
    }
}
