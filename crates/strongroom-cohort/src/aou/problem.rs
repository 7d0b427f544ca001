use std::fmt;

use crate::path::JsonPath;
use crate::{LimitError, Severity};

/// Something wrong with, or remarkable about, a definition of the Workbench, and where.
///
/// Printed as `error at $.includes[0].items[1].type: the Workbench has no such type; …`. Neither the
/// path nor the message repeats a value of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AouProblem {
    kind: AouProblemKind,
    path: JsonPath,
}

/// What keeps a definition of the Workbench from being imported: everything that was found in one
/// reading, at least one error, warnings included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AouErrors(Vec<AouProblem>);

macro_rules! problem_kinds {
    ($($(#[$doc:meta])* $kind:ident = $severity:ident, $message:literal, $help:literal;)*) => {
        /// The kinds of [`AouProblem`].
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum AouProblemKind {
            /// The text is not JSON.
            NotJson {
                /// The line, from 1.
                line: usize,
                /// The column, from 1; 0 before the first.
                column: usize,
            },
            /// The definition is larger than allowed.
            TooLarge(LimitError),
            $($(#[$doc])* $kind,)*
        }

        impl AouProblemKind {
            /// Whether it keeps the definition from being imported.
            #[must_use]
            pub const fn severity(&self) -> Severity {
                match self {
                    Self::NotJson { .. } | Self::TooLarge(_) => Severity::Error,
                    $(Self::$kind => Severity::$severity,)*
                }
            }
        }

        impl fmt::Display for AouProblemKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    Self::NotJson { line, column } => {
                        write!(f, "the text is not JSON from line {line}, column {column} on; correct it there")
                    }
                    Self::TooLarge(error) => write!(f, "{error}"),
                    $(Self::$kind => f.write_str(concat!($message, "; ", $help)),)*
                }
            }
        }
    };
}

problem_kinds! {
    /// An object was expected.
    NotAnObject = Error, "this is not an object", "write `{…}`";
    /// A list was expected.
    NotAList = Error, "this is not a list", "write `[…]`";
    /// A text was expected.
    NotAText = Error, "this is not a text", "put it in double quotes";
    /// A whole number was expected.
    NotAnInteger = Error, "this is not a whole number of 64 bits", "write one without a fraction";
    /// A number was expected.
    NotANumber = Error, "this is not a finite number", "write a number";
    /// `true` or `false` was expected.
    NotAFlag = Error, "this is neither `true` nor `false`", "write one of them";
    /// The same field stands twice in an object.
    RepeatedField = Error, "a field of this object stands there twice", "keep one of them";
    /// Neither includes nor excludes.
    NoGroups = Error, "the definition has neither includes nor excludes", "add a group to one of them";
    /// A group without items.
    NoItems = Error, "the group has no items", "add one or remove the group";
    /// An item without search parameters.
    NoParameters = Error, "the item has no search parameters", "add one or remove the item";
    /// An item's type is missing.
    NoType = Error, "the item has no type", "add `type`, such as `CONDITION`";
    /// A word that the Workbench does not know as an item's type.
    UnknownType = Error, "the Workbench has no such type of item", "use one of its domains, such as `CONDITION`";
    /// A word that is no operator.
    UnknownOperator = Error, "the Workbench has no such operator",
        "use one such as `EQUAL`, `GREATER_THAN_OR_EQUAL_TO`, `IN` or `BETWEEN`";
    /// A word that names no modifier.
    UnknownModifier = Error, "the Workbench has no such modifier",
        "use `AGE_AT_EVENT`, `NUM_OF_OCCURRENCES`, `EVENT_DATE`, `ENCOUNTERS` or `CATI`";
    /// A word that names no attribute.
    UnknownAttribute = Error, "the Workbench has no such attribute", "use one such as `NUM`, `CAT` or `ANY`";
    /// A word that is no mention.
    UnknownMention = Error, "the Workbench has no such mention",
        "use `ANY_MENTION`, `FIRST_MENTION` or `LAST_MENTION`";
    /// A modifier or attribute without an operator.
    NoOperator = Error, "the operator is missing", "add `operator`";
    /// A modifier or attribute without operands.
    NoOperands = Error, "there are no operands", "add what to compare with";
    /// Not exactly one operand for an operator that takes one.
    OneOperand = Error, "this operator takes one operand", "leave one, or use `IN` or `BETWEEN`";
    /// Not exactly two operands for `BETWEEN`.
    TwoOperands = Error, "`BETWEEN` takes two operands", "write the lowest and the highest";
    /// An operand that is no date.
    NotADate = Error, "this operand is not a day of the calendar", "write it as YYYY-MM-DD";
    /// An operator that means nothing for what it is applied to.
    OperatorWithoutMeaning = Error, "this operator means nothing here",
        "use another: numbers and days take all but `LIKE`, concepts take `EQUAL` and `IN`";
    /// An attribute that means nothing for this item.
    AttributeWithoutMeaning = Error, "this attribute means nothing for this item",
        "remove it, or move it to an item of the type it belongs to";
    /// A search parameter without a concept.
    NoConcept = Error, "the search parameter names no concept", "add `conceptId`";
    /// More than two values of a blood pressure.
    BloodPressureHasTwoValues = Error, "a blood pressure has a systolic and a diastolic value and no others",
        "keep at most two attributes of the name `NUM`, each with a `conceptId`, and `ANY` beside them";
    /// `strict`: a blood pressure attribute of an unknown concept.
    NotABloodPressure = Error, "this concept is neither the systolic nor the diastolic pressure",
        "use 903118 for the systolic and 903115 for the diastolic pressure, each once";
    /// `PERSON`: a type of search parameter that the Workbench does not search.
    UnsupportedDemographic = Error, "the Workbench does not search people by this type",
        "use `AGE`, `GENDER`, `SEX`, `RACE`, `ETHNICITY`, `SELF_REPORTED_CATEGORY`, `DECEASED` or `HAS_EHR_DATA`";
    /// `AGE` without an age.
    NoAge = Error, "the search parameter asks for an age and has no attribute that names one",
        "let its first attribute be `AGE`, `AGE_AT_CONSENT` or `AGE_AT_CDR`";
    /// A data filter that is no flag of a person.
    UnknownDataFilter = Error, "the Workbench has no such data filter", "use one such as `has_ehr_data`";
    /// A variant search parameter that says nothing.
    NoVariant = Error, "the search parameter names no variant", "add `variantId` or `variantFilter`";
    /// A range of participant counts that cannot be read.
    ParticipantRange = Error, "this range of participants cannot be read",
        "give an operator other than `EQUAL`, `NOT_EQUAL`, `IN` and `LIKE`, with one operand, or two for `BETWEEN`";
    /// An item of a temporal group without a side.
    NoTemporalSide = Error, "the item of a temporal group is on neither side", "set `temporalGroup` to 0 or 1";
    /// A temporal group with a side missing.
    OneTemporalSide = Error, "the temporal group needs items on both sides",
        "set `temporalGroup` to 0 on some items and to 1 on others";
    /// A temporal group without a mention.
    NoMention = Error, "the temporal group has no mention",
        "add `mention`: `ANY_MENTION`, `FIRST_MENTION` or `LAST_MENTION`";
    /// A mention where the group is not temporal.
    MentionWithoutTime = Error, "a group that is not temporal has a mention",
        "remove `mention`, or set `temporal` to true";
    /// A temporal relation that needs days.
    NoDays = Error, "this relation needs a number of days", "add `timeValue`";
    /// A number of days beyond the calendar.
    TooManyDays = Error, "this is more days than a calendar has", "use fewer days";
    /// An item that has no day, in a temporal group.
    NotTemporal = Error, "items of this type have no day and cannot stand in a temporal group",
        "move the item to a group of its own";
    /// `strict`: a temporal group without a relation.
    NoRelation = Error, "the temporal group does not say how its sides lie in time", "add `time`";
    /// `strict`: a number of occurrences in a temporal group.
    OccurrencesInTime = Error, "a temporal group cannot ask for a number of occurrences",
        "remove the modifier, or ask for it in a group of its own";
    /// Fields that the Workbench does not read.
    UnknownField = Warning, "the object has a field that the Workbench does not know",
        "it is not read; remove it if it was meant to say something";
    /// Only excludes.
    ExcludesSelect = Warning, "there are only excludes, so the Workbench selects the people who match them",
        "move them to the includes if that is meant";
    /// The age depends on the day on which the definition is run.
    AgeToday = Warning, "the Workbench takes the age on the day it is asked",
        "give the parameter `today`, or use `AGE_AT_CDR` for an answer that stays the same";
    /// A second modifier or attribute of a name.
    OnlyTheFirst = Warning, "there is one of this name before, and the Workbench reads the first alone",
        "remove one of them";
    /// Several operands of which one is read.
    OnlyTheFirstOperand = Warning, "the Workbench reads the first operand alone", "remove the others";
    /// Modifiers that are not read.
    ModifiersIgnored = Warning, "the Workbench does not read modifiers of items of this type", "remove them";
    /// Standard and source parameters in one item.
    MixedItem = Warning,
        "the item mixes standard and source concepts, so the Workbench applies its modifiers to all events of who matches",
        "split it into two items of one group if only the matching events are meant";
    /// A number of occurrences in a temporal group.
    OccurrencesDropped = Warning, "the Workbench does not count occurrences in a temporal group",
        "ask for them in a group of its own";
    /// A temporal group without a relation.
    SameEncounter = Warning, "the temporal group has no relation that the Workbench knows, and it takes `DURING_SAME_ENCOUNTER_AS`",
        "set `time`";
    /// Blood pressure values in another order than their concepts say.
    BloodPressureByOrder = Warning,
        "the Workbench takes the first value for the systolic and the second for the diastolic pressure, whatever their concepts",
        "write the systolic pressure (903118) first, and with `ANY` alone if it does not matter";
    /// Parameters of different types in one demographic item.
    FirstTypeDecides = Warning, "the Workbench reads every search parameter as being of the first one's type",
        "split the item into one for each type";
    /// A range that ends before it begins, or a number that is never reached.
    NeverTrue = Warning, "nobody can pass this", "correct the operands";
    /// Data filters.
    DataFiltersCounted = Warning,
        "the Workbench applies data filters when it counts people, but not when it exports their data",
        "expect an exported cohort of the Workbench to be larger";
    /// `strict`: a source concept whose descendants are meant.
    SourceTree = Warning, "descendants of source concepts are those of `concept_ancestor`, which has few of them",
        "name the standard concept instead, or list the source concepts";
}

impl AouProblem {
    pub(super) const fn new(kind: AouProblemKind, path: JsonPath) -> Self {
        Self { kind, path }
    }

    /// What kind of problem it is.
    #[must_use]
    pub const fn kind(&self) -> &AouProblemKind {
        &self.kind
    }

    /// Where in the text.
    #[must_use]
    pub const fn path(&self) -> &JsonPath {
        &self.path
    }

    /// Whether it keeps the definition from being imported.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.kind.severity()
    }
}

impl AouErrors {
    pub(super) const fn new(problems: Vec<AouProblem>) -> Self {
        Self(problems)
    }

    /// The problems, in the order in which they were met.
    #[must_use]
    pub fn problems(&self) -> &[AouProblem] {
        &self.0
    }
}

impl fmt::Display for AouProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            // It says itself where it is.
            AouProblemKind::TooLarge(error) => write!(f, "{} {error}", self.severity()),
            kind => write!(f, "{} at {}: {kind}", self.severity(), self.path),
        }
    }
}

/// One problem per line.
impl fmt::Display for AouErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for AouErrors {}
