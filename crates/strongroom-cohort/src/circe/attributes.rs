use super::ranges::Scale;
use crate::ast::{
    Anchor, AnchorBase, ArithmeticOperator, Column, CountUnit, Endpoint, EventKind, Moment, PersonColumn,
    Value,
};

/// One kind of criterion.
pub(super) struct Criterion {
    /// The word in Circe's JSON.
    pub(super) name: &'static str,
    pub(super) kind: EventKind,
    /// Whether `CodesetId` is read.
    pub(super) codeset: bool,
    /// The property that names a set of source concepts.
    pub(super) source: Option<&'static str>,
    /// Whether `First` is read.
    pub(super) first: bool,
    pub(super) adjustment: Adjustment,
    /// Whether `UserDefinedPeriod` is read.
    pub(super) period: bool,
    pub(super) attributes: &'static [Attribute],
    /// The words that `CountColumn` may be, beyond those of every kind.
    pub(super) counts: &'static [(&'static str, CountUnit)],
}

/// What a `DateAdjustment` does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Adjustment {
    /// What it says.
    Full,
    /// `StartWith` and `EndWith` are not looked at: each end moves by its own offset.
    OffsetsOnly,
    /// Nothing.
    None,
}

/// One property of a criterion.
pub(super) struct Attribute {
    pub(super) property: &'static str,
    pub(super) test: Test,
}

/// How a property is read.
#[derive(Clone, Copy)]
pub(super) enum Test {
    Numeric(Subject, Scale),
    Days(Subject),
    Text(Column),
    /// A list of concepts, without descendants; an empty one does nothing. The second property, if
    /// true, turns it around, and does nothing alone.
    Concepts(Subject, Option<&'static str>),
    /// `{"CodesetId", "IsExclusion"}`
    Selection(Subject),
    /// The id of a concept set.
    Set(Column),
    /// `Measurement.Abnormal`
    Abnormal,
    /// `DrugEra.GapDays`: compared with the range of `EraLength`.
    GapOfEraLength,
    /// Read, and without any effect.
    NoEffect,
    /// Needs what the CDM from version 5.3 on does not have.
    Unsupported(&'static str),
}

/// What a property tests.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Column(Column),
    Person(PersonColumn),
    /// The age in calendar years at this end.
    Age(Endpoint),
    /// The day of this end of the anchor.
    Day(Endpoint),
    /// The days from start to end.
    Length,
    /// The value over the lower or upper end of its normal range.
    Ratio(Column),
}

impl Subject {
    /// The value, of the row that `anchor` stands for.
    pub(super) fn value(self, anchor: &AnchorBase) -> Value {
        let at = |endpoint| Anchor { on: anchor.clone(), endpoint };
        let arithmetic = |left, op, right| Value::Arithmetic {
            left: Box::new(Value::Column(left)),
            op,
            right: Box::new(Value::Column(right)),
        };
        match self {
            Self::Column(column) => Value::Column(column),
            Self::Person(column) => Value::Person(column),
            Self::Age(endpoint) => Value::Age(Moment::Anchor(at(endpoint))),
            Self::Day(endpoint) => Value::DateOf(at(endpoint)),
            Self::Length => arithmetic(Column::End, ArithmeticOperator::Subtract, Column::Start),
            Self::Ratio(range) => arithmetic(Column::Value, ArithmeticOperator::Divide, range),
        }
    }
}

/// The concepts "low" and "high" that `Abnormal` looks for.
pub(super) const ABNORMAL_VALUES: [i64; 2] = [4_155_142, 4_155_143];
