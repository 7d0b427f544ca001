use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Anchor, Column, CountUnit, Events, Number, PersonColumn, Quantity, Unit, is_default};
use crate::ParameterName;

/// One value per person, per entry, or, in a row filter, per event; or none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "snake_case",
    expecting = "a value, such as {\"column\": \"value\"}"
)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every value")]
pub enum Value {
    /// A number.
    Number(Number),
    /// A number with a unit (R15).
    Quantity(Quantity),
    /// A calendar day.
    Date(NaiveDate),
    /// A text.
    Text(String),
    /// What was given for a parameter.
    Parameter(ParameterName),
    /// A column of the event whose filter this stands in.
    Column(Column),
    /// A column of the person.
    Person(PersonColumn),
    /// The age in years on a day (R13).
    Age(Moment),
    /// The day of an anchor.
    DateOf(Anchor),
    /// One value out of many.
    Aggregate {
        /// How.
        function: AggregateFunction,
        /// Of which events.
        of: Box<Events>,
        /// Of which of their columns.
        column: Column,
        /// The unit in which it is wanted.
        #[serde(default, skip_serializing_if = "is_default")]
        unit: Option<Unit>,
    },
    /// How many events there are.
    CountOf {
        /// What is counted.
        unit: CountUnit,
        /// The events.
        of: Box<Events>,
    },
    /// Two values put together. The difference of two days is a number of days. Division by zero
    /// is unknown.
    Arithmetic {
        /// The left side.
        left: Box<Self>,
        /// How.
        op: ArithmeticOperator,
        /// The right side.
        right: Box<Self>,
    },
    /// The lower end of the band in which a number lies: `band(47, 10)` is 40.
    Band {
        /// The number.
        value: Box<Self>,
        /// How wide bands are; more than 0.
        width: Number,
    },
}

/// A moment at which an age is asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "{\"anchor\": …}, {\"date\": day} or {\"parameter\": name}")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum Moment {
    /// The day of an anchor.
    Anchor(Anchor),
    /// A calendar day.
    Date(NaiveDate),
    /// The day given for a parameter.
    Parameter(ParameterName),
}

/// How many values become one. Only known values count; of none it is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "an aggregate, such as \"last\"")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum AggregateFunction {
    /// The first in the order R9.
    First,
    /// The last in the order R9.
    Last,
    /// The one that starts nearest to the index day; the earlier of two.
    Nearest,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The arithmetic mean.
    Mean,
    /// The sum.
    Sum,
}

/// How two values are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(expecting = "one of \"+\", \"-\", \"*\", \"/\"")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum ArithmeticOperator {
    /// `+`
    #[serde(rename = "+")]
    Add,
    /// `-`
    #[serde(rename = "-")]
    Subtract,
    /// `*`
    #[serde(rename = "*")]
    Multiply,
    /// `/`
    #[serde(rename = "/")]
    Divide,
}

impl Value {
    /// The whole number.
    #[must_use]
    pub fn integer(value: i32) -> Self {
        Self::Number(value.into())
    }
}

impl ArithmeticOperator {
    /// The sign.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }
}
