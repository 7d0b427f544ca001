/// A range of bytes in a text, both ends on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a range has two ends and nothing else")]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The place before the byte `at`, where something can be put in.
    #[must_use]
    pub const fn before(at: usize) -> Self {
        Self { start: at, end: at }
    }

    /// From the start of this to the end of the other.
    #[must_use]
    pub const fn to(self, other: Self) -> Self {
        Self { start: self.start, end: if other.end > self.start { other.end } else { self.start } }
    }

    /// The part of the text; empty where the text has no such part.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// One word, number, sign … of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
    /// Whether it is the first of its line.
    pub(crate) begins_line: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A keyword or a name.
    Word,
    /// A name in backquotes, which is never a keyword.
    Name,
    /// Digits, with or without a fraction.
    Number,
    /// A number with letters at its end, such as `30d`.
    Measure,
    /// A calendar day, such as `2015-03-01`.
    Date,
    /// A text in double quotes.
    Text,
    /// A unit in single quotes.
    Unit,
    /// A code, such as `SNOMED:44054006`.
    Code,
    /// A digest, such as `@sha256:…`.
    Digest,
    /// A sign.
    Sign(Sign),
    /// The end of the text.
    End,
}

macro_rules! signs {
    ($($sign:ident = $text:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Sign { $($sign,)* }

        impl Sign {
            /// Longer signs before those they begin with.
            pub(crate) const ALL: &[Self] = &[$(Self::$sign),*];

            pub(crate) const fn text(self) -> &'static str {
                match self { $(Self::$sign => $text,)* }
            }
        }
    };
}

signs! {
    DotDot = "..";
    AtMost = "<=";
    AtLeast = ">=";
    NotEqual = "!=";
    LeftBrace = "{";
    RightBrace = "}";
    LeftSquare = "[";
    RightSquare = "]";
    LeftRound = "(";
    RightRound = ")";
    Comma = ",";
    Colon = ":";
    Dot = ".";
    Less = "<";
    Equal = "=";
    Greater = ">";
    Plus = "+";
    Minus = "-";
    Star = "*";
    Slash = "/";
}

/// A comment, from `//` to the end of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Comment {
    pub(crate) span: Span,
    /// The position of the token that follows it.
    pub(crate) before: usize,
    /// Whether nothing stands before it on its line.
    pub(crate) own_line: bool,
}
