use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strongroom_primitives::InvalidValue;

/// A finite number. There is one zero, and numbers are equal if they have the same bits, so that
/// documents can be compared and hashed.
#[derive(Clone, Copy, PartialEq)]
pub struct Number(f64);

impl Number {
    /// The number, if it is finite.
    ///
    /// # Errors
    /// If it is not.
    pub fn new(value: f64) -> Result<Self, InvalidValue> {
        if value.is_finite() {
            // Adding zero makes the negative one positive.
            Ok(Self(value + 0.0))
        } else {
            Err(InvalidValue::new("number", "expected a finite number"))
        }
    }

    /// Its value.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.0
    }
}

impl From<i32> for Number {
    fn from(value: i32) -> Self {
        Self(f64::from(value))
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// The shortest decimal that reads back as the same number, never with an exponent.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Whole numbers are written without a fraction, as RFC 8785 does.
        #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small before")]
        if self.0.fract() == 0.0 && self.0.abs() < 9e15 {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(f64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A unit in the case-sensitive form of UCUM, such as `mg/dL`, `%` or `mL/min/{1.73_m2}`.
///
/// Printable ASCII without blanks and single quotes, 1 to 64 characters. Whether UCUM has it is for
/// the checker to say.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit(String);

impl Unit {
    /// The unit, if it keeps the rule above.
    ///
    /// # Errors
    /// If it does not.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidValue> {
        let text = text.into();
        if (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\'')
        {
            Ok(Self(text))
        } else {
            Err(InvalidValue::new(
                "unit",
                "expected 1 to 64 printable ASCII characters without blanks and quotes",
            ))
        }
    }

    /// The unit as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Serialize for Unit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A number with its unit (R15).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a quantity, such as {\"number\": 6.5, \"unit\": \"%\"}")]
#[expect(clippy::exhaustive_structs, reason = "a pair with names")]
pub struct Quantity {
    /// How many.
    pub number: Number,
    /// Of what.
    pub unit: Unit,
}
