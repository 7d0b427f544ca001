use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray};
use arrow::datatypes::{ArrowPrimitiveType, DataType, Date32Type, Int64Type};
use arrow::error::ArrowError;
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strongroom_cohort::ast::Comparison;

/// What may be asked of one column inside of the leaf that reads it: a comparison with a constant of
/// the column's own type, or membership in a set of constants.
///
/// There are no functions, no casts and nothing that can fail, so it does not matter on which rows it
/// is evaluated. Rows without a value are not among those that are found, whatever is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnPredicate {
    column: String,
    test: ColumnTest,
}

/// What is asked of the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum ColumnTest {
    /// That it compares so with a constant.
    Is(Comparison, ColumnLiteral),
    /// That it is one of these integers, such as the concepts of a set.
    OneOf(IntegerSet),
}

/// A constant, of the type of its column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum ColumnLiteral {
    /// For columns of integers, concepts among them.
    Integer(i64),
    /// For columns of days.
    Day(NaiveDate),
    /// For columns of texts, which are compared byte by byte.
    Text(String),
}

/// Integers, each once. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegerSet(Arc<[i64]>);

impl ColumnPredicate {
    /// What is asked of the column of this name.
    #[must_use]
    pub fn new(column: impl Into<String>, test: ColumnTest) -> Self {
        Self { column: column.into(), test }
    }

    /// The column is one of these integers.
    #[must_use]
    pub fn one_of(column: impl Into<String>, values: impl IntoIterator<Item = i64>) -> Self {
        Self::new(column, ColumnTest::OneOf(values.into_iter().collect()))
    }

    /// The column's name.
    #[must_use]
    pub fn column(&self) -> &str {
        &self.column
    }

    /// What is asked of it.
    #[must_use]
    pub const fn test(&self) -> &ColumnTest {
        &self.test
    }
}

impl IntegerSet {
    /// The integers, in ascending order.
    #[must_use]
    pub fn values(&self) -> &[i64] {
        &self.0
    }
}

impl FromIterator<i64> for IntegerSet {
    fn from_iter<I: IntoIterator<Item = i64>>(values: I) -> Self {
        let mut values = Vec::from_iter(values);
        values.sort_unstable();
        values.dedup();
        Self(values.into())
    }
}

impl Serialize for IntegerSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter())
    }
}

impl<'de> Deserialize<'de> for IntegerSet {
    /// In any order; a repeated one counts once.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<i64>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// A test of values as a reader of rows does it.
#[derive(Debug, Clone)]
pub(crate) enum RowTest {
    OneOf(IntegerSet),
    /// What hides rows.
    NoneOf(IntegerSet),
    Integer(Comparison, i64),
    Day(Comparison, i32),
    Text(Comparison, Arc<str>),
}

impl ColumnTest {
    /// The test of the values of a column of this type; nothing if they are not of the type of what
    /// they are compared with.
    pub(crate) fn of_rows(&self, data_type: &DataType) -> Option<RowTest> {
        match (self, data_type) {
            (Self::OneOf(values), DataType::Int64) => Some(RowTest::OneOf(values.clone())),
            (Self::Is(comparison, ColumnLiteral::Integer(value)), DataType::Int64) => {
                Some(RowTest::Integer(*comparison, *value))
            }
            (Self::Is(comparison, ColumnLiteral::Day(day)), DataType::Date32) => {
                Some(RowTest::Day(*comparison, Date32Type::from_naive_date(*day)))
            }
            (Self::Is(comparison, ColumnLiteral::Text(text)), DataType::Utf8) => {
                Some(RowTest::Text(*comparison, text.as_str().into()))
            }
            _ => None,
        }
    }

    /// The integers that alone may pass, if they are told one by one.
    pub(crate) fn only_integers(&self) -> Option<IntegerSet> {
        match self {
            Self::OneOf(values) => Some(values.clone()),
            Self::Is(Comparison::Equal, ColumnLiteral::Integer(value)) => {
                Some(IntegerSet::from_iter([*value]))
            }
            Self::Is(..) => None,
        }
    }
}

impl RowTest {
    /// Which of the values pass. What has no value never does: what cannot be checked is not shown.
    pub(crate) fn passes(&self, column: &dyn Array) -> Result<BooleanArray, ArrowError> {
        let holds = |set: &IntegerSet, value: i64| set.0.binary_search(&value).is_ok();
        match self {
            Self::OneOf(set) => each::<Int64Type>(column, |value| holds(set, value)),
            Self::NoneOf(set) => each::<Int64Type>(column, |value| !holds(set, value)),
            Self::Integer(comparison, with) => {
                each::<Int64Type>(column, |value| compares(*comparison, &value, with))
            }
            Self::Day(comparison, with) => {
                each::<Date32Type>(column, |value| compares(*comparison, &value, with))
            }
            Self::Text(comparison, with) => {
                let texts = column.as_string_opt::<i32>().ok_or_else(other_type)?;
                let passes = |text: Option<&str>| text.is_some_and(|text| compares(*comparison, text, with));
                Ok(BooleanArray::from_iter(texts.iter().map(|text| Some(passes(text)))))
            }
        }
    }
}

fn each<T: ArrowPrimitiveType>(
    column: &dyn Array,
    passes: impl Fn(T::Native) -> bool,
) -> Result<BooleanArray, ArrowError> {
    let values = column.as_primitive_opt::<T>().ok_or_else(other_type)?;
    Ok(BooleanArray::from_iter(values.iter().map(|value| Some(value.is_some_and(&passes)))))
}

fn other_type() -> ArrowError {
    ArrowError::SchemaError("a guarded column has another type than its table says".into())
}

fn compares<T: Ord + ?Sized>(comparison: Comparison, one: &T, other: &T) -> bool {
    match comparison {
        Comparison::Less => one < other,
        Comparison::AtMost => one <= other,
        Comparison::Equal => one == other,
        Comparison::NotEqual => one != other,
        Comparison::AtLeast => one >= other,
        Comparison::Greater => one > other,
    }
}
