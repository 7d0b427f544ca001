use std::fmt;

use serde::{Deserialize, Serialize};

use crate::DisclosureRule;
use crate::suppression::suppress;

/// A number of distinct persons that nobody may see yet.
///
/// It can be made, copied and handed to this crate; it cannot be printed, written, compared or
/// calculated with. The only way out is a [`ReleasedCount`].
///
/// ```compile_fail
/// # let raw = strongroom_disclosure::RawCount::of_persons(3);
/// println!("{raw}");
/// ```
/// ```compile_fail
/// # let raw = strongroom_disclosure::RawCount::of_persons(3);
/// serde_json::to_string(&raw);
/// ```
/// ```compile_fail
/// # let raw = strongroom_disclosure::RawCount::of_persons(3);
/// let _ = raw == strongroom_disclosure::RawCount::of_persons(3);
/// ```
/// ```compile_fail
/// # let raw = strongroom_disclosure::RawCount::of_persons(3);
/// let _ = raw < strongroom_disclosure::RawCount::of_persons(3);
/// ```
/// ```compile_fail
/// # let raw = strongroom_disclosure::RawCount::of_persons(3);
/// let _: u64 = raw.into();
/// ```
/// ```compile_fail
/// # let raw = strongroom_disclosure::RawCount::of_persons(3);
/// let _ = raw.0;
/// ```
#[derive(Clone, Copy)]
pub struct RawCount(u64);

impl RawCount {
    /// So many distinct persons. Rows and events are no persons: one person with a thousand
    /// records counts once, otherwise a limit on counts protects nobody.
    #[must_use]
    pub const fn of_persons(persons: u64) -> Self {
        Self(persons)
    }

    pub(crate) const fn persons(self) -> u64 {
        self.0
    }
}

impl fmt::Debug for RawCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawCount([not shown])")
    }
}

/// What is said about a number of persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "persons", rename_all = "snake_case", deny_unknown_fields)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new way of not telling a number must be handled wherever numbers are shown"
)]
pub enum ReleasedCount {
    /// The number itself: zero, or more than the rule's limit.
    Exact(u64),
    /// At least one person and at most so many.
    Suppressed {
        /// The rule's limit.
        at_most: u32,
    },
    /// Nothing is said, because it would betray another number.
    Withheld,
}

impl ReleasedCount {
    /// The number, where it is shown. Percentages and totals calculated from these alone say
    /// nothing that is not already said.
    #[must_use]
    pub const fn exact(self) -> Option<u64> {
        match self {
            Self::Exact(persons) => Some(persons),
            Self::Suppressed { .. } | Self::Withheld => None,
        }
    }
}

impl fmt::Display for ReleasedCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(persons) => fmt::Display::fmt(persons, f),
            Self::Suppressed { at_most } => f.pad(&format!("≤ {at_most}")),
            Self::Withheld => f.pad("withheld"),
        }
    }
}

/// What may be said about the number of `persons` in a cohort taken from a `universe`.
///
/// The universe is everybody the cohort could have been drawn from, usually all persons of the
/// release, and its size is taken to be public: release notes print it. Therefore the persons
/// *outside* the cohort are a number that the reader can calculate, and it is protected like the
/// one inside: where fewer than the limit are left out, the cohort's size is
/// [`Withheld`](ReleasedCount::Withheld).
///
/// In a universe of at most twice the limit and one, there is too little on one side or the other
/// for any mark, so every number but zero and the universe itself is withheld; in one of at most
/// the limit and one, those as well. A cohort larger than its universe is withheld too, as one of
/// the two numbers is wrong.
#[must_use]
pub fn release_count(rule: DisclosureRule, universe: RawCount, persons: RawCount) -> ReleasedCount {
    let inside = persons.persons();
    let Some(outside) = universe.persons().checked_sub(inside) else {
        return ReleasedCount::Withheld;
    };
    suppress(rule, universe.persons(), &[inside, outside]).first().copied().unwrap_or(ReleasedCount::Withheld)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(universe: u64, expected: &[(u64, &str)]) {
        for &(persons, shown) in expected {
            let released = release_count(
                DisclosureRule::default(),
                RawCount::of_persons(universe),
                RawCount::of_persons(persons),
            );
            assert_eq!(released.to_string(), shown, "{persons} of {universe}");
        }
    }

    #[test]
    fn small_counts_and_small_complements_are_hidden() {
        check(
            1000,
            &[
                (0, "0"),
                (1, "≤ 20"),
                (20, "≤ 20"),
                (21, "21"),
                (979, "979"),
                (980, "withheld"),
                (999, "withheld"),
                (1000, "1000"),
                (1001, "withheld"),
            ],
        );
    }

    #[test]
    fn a_small_universe_allows_few_answers() {
        check(42, &[(20, "≤ 20"), (21, "21"), (22, "withheld"), (42, "42"), (0, "0")]);
        check(41, &[(20, "withheld"), (21, "withheld"), (41, "41"), (0, "0")]);
        check(21, &[(0, "withheld"), (7, "withheld"), (21, "withheld")]);
        check(0, &[(0, "0")]);
    }

    #[test]
    fn who_may_see_rows_sees_every_number() {
        for persons in 0..=5 {
            let released = release_count(
                DisclosureRule::SHOW_EVERYTHING,
                RawCount::of_persons(5),
                RawCount::of_persons(persons),
            );
            assert_eq!(released, ReleasedCount::Exact(persons));
        }
    }

    #[test]
    fn a_raw_count_prints_no_number() {
        assert_eq!(format!("{:?}", Some(RawCount::of_persons(4711))), "Some(RawCount([not shown]))");
    }

    #[test]
    fn marks_are_aligned_like_numbers() {
        let marks =
            [ReleasedCount::Exact(4711), ReleasedCount::Suppressed { at_most: 20 }, ReleasedCount::Withheld];
        assert_eq!(marks.map(|mark| format!("[{mark:>8}]")), ["[    4711]", "[    ≤ 20]", "[withheld]"]);
    }

    #[test]
    fn json_says_which_kind_of_answer_it_is() {
        for (released, json) in [
            (ReleasedCount::Exact(21), r#"{"kind":"exact","persons":21}"#),
            (ReleasedCount::Suppressed { at_most: 20 }, r#"{"kind":"suppressed","persons":{"at_most":20}}"#),
            (ReleasedCount::Withheld, r#"{"kind":"withheld"}"#),
        ] {
            assert_eq!(serde_json::to_string(&released).unwrap(), json);
            assert_eq!(serde_json::from_str::<ReleasedCount>(json).unwrap(), released);
        }
        assert!(serde_json::from_str::<ReleasedCount>(r#"{"kind":"withheld","note":1}"#).is_err());
    }
}
