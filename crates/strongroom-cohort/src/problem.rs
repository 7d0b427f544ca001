use std::fmt;

use crate::path::JsonPath;

/// Something wrong with a definition, and where.
///
/// Printed as `error[E050] at $.steps[0].require.any.concepts: no concept set has this name; …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    kind: ProblemKind,
    path: JsonPath,
}

/// Whether a definition can be run in spite of a [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "whoever shows problems must handle both")]
pub enum Severity {
    /// It can, but it may not mean what was meant.
    Warning,
    /// It cannot.
    Error,
}

macro_rules! problem_kinds {
    ($($(#[$doc:meta])* $kind:ident = $severity:ident $code:literal, $message:literal, $help:literal;)*) => {
        /// The kinds of [`Problem`]. Their codes are stable and never used again for another.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ProblemKind {
            $($(#[$doc])* $kind,)*
        }

        impl ProblemKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The code, such as `E050`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$kind => $code,)* }
            }

            /// Whether it keeps the definition from being run.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$kind => Severity::$severity,)* }
            }

            /// What is wrong.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Self::$kind => $message,)* }
            }

            /// What to do about it.
            #[must_use]
            pub const fn help(self) -> &'static str {
                match self { $(Self::$kind => $help,)* }
            }
        }
    };
}

problem_kinds! {
    /// A day is counted from an index where there is none: everyone enters, or the entry itself is
    /// being decided.
    IndexWithoutMeaning = Error "E040",
        "`index` has no meaning here",
        "let people enter by their first event, or count from `{\"first\": events}`";
    /// Events refer to a concept set that the definition does not have.
    UnknownConceptSet = Error "E050",
        "no concept set has this name",
        "add it to `concept_sets` or correct the name";
    /// `all` or `any_of` without members, or `sex_at_birth` without concepts.
    EmptyGroup = Error "E051",
        "the list is empty, so it says nothing about anybody",
        "add a member or remove the predicate";
    /// A count that everybody reaches.
    AtLeastZero = Error "E052",
        "everybody has at least 0",
        "write 1 or more, or `none` for people who have none";
    /// A range or window that ends before it begins.
    InvertedRange = Error "E053",
        "it ends before it begins, so nothing is ever in it",
        "exchange the two ends";
    /// A date or age range without either end.
    OpenRange = Error "E054",
        "it is open at both ends, so it filters nothing",
        "give it an end or remove it";
    /// A concept set that includes nothing.
    NothingIncluded = Error "E055",
        "the concept set includes nothing",
        "add an item to `include`";
    /// A concept id that is not positive.
    NotAConcept = Error "E056",
        "0 means `no matching concept` and negative numbers mean nothing",
        "name a concept of the vocabulary";
    /// A concept that the vocabulary does not have.
    UnknownConcept = Error "E060",
        "the vocabulary does not have this concept",
        "correct the id, or use a release with a vocabulary that has it";
    /// The vocabulary is empty, which says nothing about the concepts.
    VocabularyNotLoaded = Error "E061",
        "no vocabulary is loaded, so concepts cannot be looked up",
        "use a release that was built with its vocabulary";
    /// Everyone enters, and somebody without a single record could stay (R1).
    NoRecordNeeded = Warning "W203",
        "people without any record can qualify",
        "require some event if that is not meant";
    /// A concept set that nothing refers to.
    UnusedConceptSet = Warning "W220",
        "nothing uses this concept set",
        "refer to it or remove it";
    /// A non-standard concept, which the standard concept columns do not contain.
    NonStandardConcept = Warning "W221",
        "the concept is not standard, so standard concept columns do not contain it",
        "name the standard concept it maps to";
    /// A concept that the vocabulary has withdrawn.
    InvalidConcept = Warning "W222",
        "the vocabulary has withdrawn this concept",
        "name the concept that replaced it";
    /// A concept set that resolves to nothing.
    EmptyConceptSet = Warning "W223",
        "everything included is excluded again, so the set is empty",
        "narrow `exclude`";
}

impl Problem {
    pub(crate) const fn new(kind: ProblemKind, path: JsonPath) -> Self {
        Self { kind, path }
    }

    /// What kind of problem it is.
    #[must_use]
    pub const fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// Where in the definition.
    #[must_use]
    pub const fn path(&self) -> &JsonPath {
        &self.path
    }

    /// Whether it keeps the definition from being run.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.kind.severity()
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, path) = (self.kind, &self.path);
        write!(f, "{}[{}] at {path}: {}; {}", kind.severity(), kind.code(), kind.message(), kind.help())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_begin_with_their_severity() {
        let mut codes = BTreeSet::new();
        for kind in ProblemKind::ALL {
            assert!(codes.insert(kind.code()), "{} stands twice", kind.code());
            let letter = match kind.severity() {
                Severity::Error => 'E',
                Severity::Warning => 'W',
            };
            assert!(kind.code().starts_with(letter), "{}", kind.code());
        }
    }
}
