use std::fmt;

use crate::path::JsonPath;
use crate::text::Places;

/// Something wrong with a definition, and where.
///
/// Printed as `error[E050] at $.steps[0].require.any.concepts: no concept set has this name; …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    kind: ProblemKind,
    path: JsonPath,
    detail: Option<String>,
    fixes: Vec<Fix>,
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
    /// A number meets a day, a concept a text (R2).
    KindsDoNotAgree = Error "E046",
        "values of different kinds cannot be compared or put together",
        "compare numbers with numbers, days with days and concepts with concepts";
    /// A day is counted from an index where there is none: people enter by a predicate, or the
    /// entry itself is being decided.
    IndexWithoutMeaning = Error "E040",
        "`index` has no meaning here",
        "let people enter by events, or count from events: `of first (…)`";
    /// `this` outside of a row filter.
    ThisWithoutMeaning = Error "E041",
        "`this` has no meaning here: it is the event that a `where` filters",
        "count from `index` or from events";
    /// A column of an event outside of a row filter.
    ColumnWithoutMeaning = Error "E042",
        "an event's column has no meaning here: there are many events",
        "write it into a `where`, or take one value: `last(…).value`";
    /// Something that entries have, in a cohort of people without entries.
    NoEntries = Error "E043",
        "people who enter by a predicate have no entries that begin and end",
        "let people enter by events, or remove it";
    /// Units that no conversion leads from one to the other (R15).
    UnitsDoNotAgree = Error "E044",
        "units do not agree",
        "compare the same concepts in units of one dimension";
    /// A unit that is none (Unified Code for Units of Measure).
    UnknownUnit = Error "E045",
        "no unit is written like this",
        "write it as UCUM does, such as 'mg/dL'; small and capital letters differ";
    /// Events refer to a concept set that the definition does not have.
    UnknownConceptSet = Error "E050",
        "no concept set has this name",
        "add it to the definition or correct the name";
    /// A group or list without members.
    EmptyGroup = Error "E051",
        "the list is empty, so nobody passes",
        "add a member or remove it";
    /// A range that ends before it begins.
    InvertedRange = Error "E053",
        "it ends before it begins, so nothing is ever in it",
        "exchange the two ends";
    /// A concept id that is not positive.
    NotAConcept = Error "E056",
        "0 means `no matching concept` and negative numbers mean nothing",
        "name a concept of the vocabulary";
    /// A name of events that the definition does not have.
    UnknownEvents = Error "E057",
        "no events have this name",
        "define it with `let` or correct the name";
    /// A cohort that the definition does not have.
    UnknownCohort = Error "E058",
        "no cohort has this name",
        "define it in the same document or correct the name";
    /// A parameter that the definition does not have.
    UnknownParameter = Error "E059",
        "no parameter has this name",
        "declare it with `param` or correct the name";
    /// A concept that the vocabulary does not have.
    UnknownConcept = Error "E060",
        "the vocabulary does not have this concept",
        "correct it, or use a release with a vocabulary that has it";
    /// The vocabulary is empty, which says nothing about the concepts.
    VocabularyNotLoaded = Error "E061",
        "no vocabulary is loaded, so concepts cannot be looked up",
        "use a release that was built with its vocabulary";
    /// A parameter of one kind where another is needed.
    ParameterOfOtherKind = Error "E062",
        "the parameter is of another kind than is needed",
        "correct its declaration or its value";
    /// A match that the definition does not have.
    UnknownMatch = Error "E073",
        "no match has this name",
        "add it or correct the name";
    /// The cohort builder's trees, under rules that do not know them.
    ChildrenWithoutTrees = Error "E074",
        "only the profile `aou-workbench/1` has trees of criteria",
        "ask for descendants instead";
    /// A concept set that resolves to other concepts than the lock file says.
    ConceptSetChanged = Error "E070",
        "the concept set changed since it was accepted",
        "look at the difference with `strongroom cohort lock --diff`, then lock it again";
    /// A concept set that the lock file does not have.
    ConceptSetNotLocked = Error "E075",
        "the lock file does not have this concept set",
        "look at what it contains, then lock it";
    /// Cohorts or events that are made of themselves.
    Circle = Error "E063",
        "it is made of itself, directly or through others",
        "break the circle";
    /// Two cohorts of one name.
    NameTwice = Error "E064",
        "another cohort has this name",
        "give one of them another name";
    /// A test expects something of a person whom it does not have.
    UnknownPerson = Error "E065",
        "the test has no person of this name",
        "add the person or correct the name";
    /// A test expects somebody to be dropped at a step that the cohort does not have.
    UnknownStep = Error "E066",
        "the cohort has no step with this label",
        "correct the label";
    /// A definition without a cohort.
    NoCohort = Error "E067",
        "the definition has no cohort",
        "add one";
    /// The position 0, where positions are counted from 1.
    NthZero = Error "E068",
        "positions are counted from 1",
        "write `first`, or a number from 1";
    /// Bands without width.
    EmptyBand = Error "E069",
        "a band needs a width above 0",
        "write the width in the unit of the value";
    /// A parameter without value.
    ParameterMissing = Error "E071",
        "nothing was given for this parameter, and it has no default",
        "give a value, or declare a default";
    /// An import that was not loaded.
    ImportNotLoaded = Error "E072",
        "the imported concept sets were not loaded",
        "load them together with the definition";
    /// `keep first` after the history was required.
    KeepAfterFilter = Warning "W201",
        "this keeps the first entry with enough history, not the first ever",
        "swap the two steps for the first ever; give the step a label to silence this";
    /// Everyone enters, and somebody without a single record could stay (R1).
    NoRecordNeeded = Warning "W203",
        "people without any record can qualify",
        "require some event if that is not meant";
    /// The same step twice.
    StepTwice = Warning "W204",
        "an earlier step asks the same",
        "remove one of them";
    /// A count that everybody reaches.
    AtLeastZero = Warning "W205",
        "everybody has at least 0",
        "write 1 or more, or `no` for people who have none";
    /// A window that holds no day.
    EmptyWindow = Warning "W206",
        "the window holds no day, so no event is ever in it",
        "exchange its edges, or correct their signs";
    /// A group that nobody can pass.
    NeverTrue = Warning "W207",
        "this can never be true",
        "lower the number or add members";
    /// A column that this kind of event does not have: it is always missing.
    NoSuchColumn = Warning "W208",
        "these events do not have this column, so it is always missing",
        "ask another column, or other events";
    /// A step that drops everybody.
    ExcludesEverybody = Warning "W209",
        "this excludes everybody",
        "write what is to be excluded";
    /// `require not p`, where `p` can be unknown.
    RequireNot = Warning "W210",
        "this also drops everybody for whom it is not known",
        "write `exclude` to keep them, or test `is missing` first";
    /// Two steps that no entry passes both.
    Contradiction = Warning "W211",
        "an earlier step asks for the opposite, so nobody is left",
        "remove one of them";
    /// The same member twice in one group.
    MemberTwice = Warning "W212",
        "an earlier member of the group asks the same",
        "remove one of them";
    /// Something that nothing refers to.
    Unused = Warning "W220",
        "nothing uses it",
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
        "the set is empty, so nothing is ever in it",
        "include something, or narrow what is excluded";
    /// An import that may change.
    UnpinnedImport = Warning "W224",
        "the imported document may change without notice",
        "pin it with `@sha256:` and its digest";
    /// A concept that the vocabulary does not have, under rules that pass over it.
    ConceptLeftOut = Warning "W226",
        "the vocabulary does not have this concept, so it is left out",
        "correct the id, or use a release with a vocabulary that has it";
    /// A label that is not the concept's name.
    LabelDisagrees = Warning "W225",
        "the vocabulary gives this concept another name",
        "correct the label, or the code if another concept was meant";
    /// Entry depends on what happens later.
    ReadsTheFuture = Warning "W230",
        "who enters depends on what happens after the index day (immortal time)",
        "look back instead, or begin follow-up when the last piece of evidence is there";
    /// A death that must come before the index.
    DeathBeforeIndex = Warning "W231",
        "nobody dies before the index day",
        "look after the index day, or remove it";
    /// An absence over a longer time than people were observed for.
    HistoryNotRequired = Warning "W232",
        "nothing requires people to be observed for this long, so absence may be ignorance",
        "add `require observed` with the same window";
    /// An absence that is asked of all time, also of what follows the index day.
    AbsenceAtAnyTime = Warning "W233",
        "without a window this also looks at what happens after the index day",
        "write `during [-inf, -1d]`, or the window that is meant";
    /// An import without the document it names, or with another than the one that was pinned.
    ImportChanged = Error "E076",
        "the imported document is not the one that was pinned",
        "look at what changed, then pin its new digest";
    /// An import of a name that the other document does not have.
    ImportWithoutName = Error "E077",
        "the imported document has no concept set of this name",
        "correct the name";
    /// An import of a name that exists already.
    ImportTwice = Error "E078",
        "a concept set of this name exists already",
        "import it once, and under a name of its own";
}

/// A text that would take the place of what a [`Problem`] points at, or of a part around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    explanation: String,
    replacement: String,
    at: Option<JsonPath>,
}

impl Fix {
    pub(crate) fn new(explanation: impl Into<String>, replacement: impl Into<String>) -> Self {
        Self { explanation: explanation.into(), replacement: replacement.into(), at: None }
    }

    /// The same in place of another part than the one that the problem points at.
    pub(crate) fn at(mut self, at: JsonPath) -> Self {
        self.at = Some(at);
        self
    }

    /// What it takes the place of, where that is not what the problem points at.
    #[must_use]
    pub const fn path(&self) -> Option<&JsonPath> {
        self.at.as_ref()
    }

    /// What it does.
    #[must_use]
    pub fn explanation(&self) -> &str {
        &self.explanation
    }

    /// The text.
    #[must_use]
    pub fn replacement(&self) -> &str {
        &self.replacement
    }
}

impl ProblemKind {
    /// Whether it is no mistake under the rules of other tools, whose importers cannot write
    /// otherwise.
    pub(crate) const fn is_about_style(self) -> bool {
        matches!(
            self,
            Self::EmptyGroup
                | Self::InvertedRange
                | Self::NotAConcept
                | Self::KeepAfterFilter
                | Self::NoRecordNeeded
                | Self::StepTwice
                | Self::MemberTwice
                | Self::AbsenceAtAnyTime
                | Self::Unused
                | Self::RequireNot
                | Self::ReadsTheFuture
                | Self::HistoryNotRequired
        )
    }
}

impl Problem {
    pub(crate) const fn new(kind: ProblemKind, path: JsonPath) -> Self {
        Self { kind, path, detail: None, fixes: Vec::new() }
    }

    /// The same about this: names and numbers of the definition, never of the data.
    pub(crate) fn about(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same with this way out.
    pub(crate) fn fixed_by(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// What it is about, in names and numbers of the definition.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// Texts that would take the place of what it points at.
    #[must_use]
    pub fn fixes(&self) -> &[Fix] {
        &self.fixes
    }

    /// The text with one of its fixes made; nothing where the text has no such place.
    #[must_use]
    pub fn corrected(&self, fix: &Fix, source: &str, places: &Places) -> Option<String> {
        let span = places.get(fix.path().unwrap_or(&self.path))?;
        let (before, after) = (source.get(..span.start)?, source.get(span.end..)?);
        Some(format!("{before}{}{after}", fix.replacement))
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
        write!(f, "{}[{}] at {path}: {}", kind.severity(), kind.code(), kind.message())?;
        if let Some(detail) = &self.detail {
            write!(f, " ({detail})")?;
        }
        write!(f, "; {}", kind.help())
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
        for code in crate::text::TextErrorCode::ALL {
            assert!(codes.insert(code.as_str()), "{code} is also a code of the parser");
        }
    }
}
