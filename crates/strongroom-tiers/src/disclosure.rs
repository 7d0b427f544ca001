use serde::{Deserialize, Serialize};

/// How a tier shows numbers of persons. The numbers are protected elsewhere, by these parameters.
///
/// All of Us forbids counts of 1 to 20 in its frequently asked questions and "fewer than 20" in
/// its code of conduct, so that both the threshold and its boundary are parameters here; the
/// stricter reading is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DisclosureProfile {
    pub(crate) suppress_up_to: u32,
    pub(crate) rounding: Rounding,
    pub(crate) zero: ZeroCount,
}

/// What becomes of a number that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(clippy::exhaustive_enums, reason = "a rounding that nobody applies would show exact numbers")]
pub enum Rounding {
    /// It is shown as it is.
    Exact,
    /// It is rounded up to the next multiple; zero stays zero.
    Up {
        /// The multiple; at least 2.
        to_multiple_of: u32,
    },
    /// It is rounded to the nearest multiple, halves up.
    Nearest {
        /// The multiple; at least 2.
        to_multiple_of: u32,
    },
}

/// What is said when there is nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "there is no third answer")]
pub enum ZeroCount {
    /// That there is nobody.
    Shown,
    /// The same as of a small number, so that presence is not revealed.
    Suppressed,
}

impl Default for DisclosureProfile {
    /// Exact numbers, but none of 1 to 20.
    fn default() -> Self {
        Self { suppress_up_to: 20, rounding: Rounding::Exact, zero: ZeroCount::Shown }
    }
}

impl DisclosureProfile {
    /// Exact numbers, but none from 1 to this many persons; 0 suppresses nothing.
    #[must_use]
    pub fn suppressing_up_to(people: u32) -> Self {
        Self { suppress_up_to: people, ..Self::default() }
    }

    /// The same profile with this rounding.
    #[must_use]
    pub fn with_rounding(mut self, rounding: Rounding) -> Self {
        self.rounding = rounding;
        self
    }

    /// The same profile with this answer when there is nobody.
    #[must_use]
    pub fn with_zero(mut self, zero: ZeroCount) -> Self {
        self.zero = zero;
        self
    }

    /// The largest positive number of persons that is not shown; 0 if every number is.
    #[must_use]
    pub fn suppress_up_to(self) -> u32 {
        self.suppress_up_to
    }

    /// What becomes of a number that is shown.
    #[must_use]
    pub fn rounding(self) -> Rounding {
        self.rounding
    }

    /// What is said when there is nobody.
    #[must_use]
    pub fn zero(self) -> ZeroCount {
        self.zero
    }

    /// The largest positive number of persons that a reader cannot tell from one person.
    #[must_use]
    pub fn indistinct_up_to(self) -> u32 {
        let rounded = match self.rounding {
            Rounding::Exact => 1,
            Rounding::Up { to_multiple_of } => to_multiple_of,
            // What rounds to nothing looks like nobody; 1 does as soon as the multiple exceeds 2.
            Rounding::Nearest { to_multiple_of } => to_multiple_of.div_ceil(2).saturating_sub(1).max(1),
        };
        rounded.max(self.suppress_up_to)
    }
}

impl Rounding {
    /// The multiple, unless numbers stay exact.
    pub(crate) fn multiple(self) -> Option<u32> {
        match self {
            Self::Exact => None,
            Self::Up { to_multiple_of } | Self::Nearest { to_multiple_of } => Some(to_multiple_of),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_indistinct_as_far_as_the_profile_says() {
        let exact = DisclosureProfile::suppressing_up_to;
        for (profile, expected) in [
            (exact(0), 1),
            (exact(20), 20),
            // The bins of the public browser: 1 to 20 all read 20.
            (exact(0).with_rounding(Rounding::Up { to_multiple_of: 20 }), 20),
            (exact(0).with_rounding(Rounding::Nearest { to_multiple_of: 10 }), 4),
            (exact(0).with_rounding(Rounding::Nearest { to_multiple_of: 5 }), 2),
            (exact(7).with_rounding(Rounding::Nearest { to_multiple_of: 5 }), 7),
            (exact(0).with_rounding(Rounding::Nearest { to_multiple_of: 2 }), 1),
        ] {
            assert_eq!(profile.indistinct_up_to(), expected, "{profile:?}");
        }
    }
}
