use std::ops::Not;

/// A truth value of Kleene's three-valued logic (R7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the logic has three values")]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// A value is missing that would decide.
    Unknown,
}

impl Truth {
    /// False if either is false, true if both are true, otherwise unknown.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// True if either is true, false if both are false, otherwise unknown.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::False, Self::False) => Self::False,
            _ => Self::Unknown,
        }
    }
}

impl Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

/// A comparison with a missing value is unknown.
impl From<Option<bool>> for Truth {
    fn from(value: Option<bool>) -> Self {
        value.map_or(Self::Unknown, Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, False, True, Unknown};

    #[test]
    fn the_tables_of_kleene() {
        let all = [True, False, Unknown];
        let table =
            |operation: fn(Truth, Truth) -> Truth| all.map(|one| all.map(|other| operation(one, other)));
        assert_eq!(
            table(Truth::and),
            [[True, False, Unknown], [False, False, False], [Unknown, False, Unknown]]
        );
        assert_eq!(table(Truth::or), [[True, True, True], [True, False, Unknown], [True, Unknown, Unknown]]);
        assert_eq!(all.map(|one| !one), [False, True, Unknown]);
    }
}
