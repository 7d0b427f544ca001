use serde_json::Value;

use crate::{Direction, Generalisation, Rounding};

/// How to tell the direction of a change from what was there before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// What lies inside is compared field by field.
    Inside,
    /// It says nothing about strictness.
    Neutral,
    /// The larger number is stricter.
    More,
    /// The smaller number is stricter.
    Less,
    /// The smaller number is stricter, and without one there is no limit.
    Limit,
    /// True is stricter.
    Flag,
    /// The words from the strictest to the loosest.
    Words(&'static [&'static str]),
    /// The same, where the last one holds if none is written.
    WordsOrLast(&'static [&'static str]),
    /// A list in which the order says nothing.
    Members {
        /// The direction of an addition.
        added: Direction,
    },
    /// Something that is there or not; what lies inside is not compared any more.
    Presence {
        /// The direction of its appearing.
        added: Direction,
    },
    /// The versions of a code of conduct.
    Versions,
    /// The rounding of numbers.
    Rounded,
    /// The coarser form of a column.
    Form,
}

use Direction::{Looser, Neither, Stricter};
use Measure::{
    Flag, Form, Less, Limit, Members, More, Neutral, Presence, Rounded, Versions, Words, WordsOrLast,
};

/// How each field is measured; `*` stands for any name. What is not listed is neutral, or a table
/// to look into.
const FIELDS: &[(&str, Measure)] = &[
    ("releases.new_work", Words(&["newest", "any-current"])),
    ("releases.archived", Words(&["nothing", "replication", "replication-and-existing-work"])),
    ("releases.copies", Words(&["same-tier", "same-or-higher-tier"])),
    ("releases.one_tier_per_session", Flag),
    ("reviews.*", WordsOrLast(&["before-work", "beside-work", "on-request"])),
    ("notices.warn_days_before", Members { added: Neither }),
    ("tiers.*.requirements", Members { added: Stricter }),
    ("tiers.*.maximum_lease_minutes", Less),
    ("tiers.*.disclosure.suppress_up_to", More),
    ("tiers.*.disclosure.rounding", Rounded),
    ("tiers.*.disclosure.zero", Words(&["suppressed", "shown"])),
    ("tiers.*.export.*.who", Words(&["nobody", "owner", "writer", "reader"])),
    ("tiers.*.export.*.reviewers", More),
    ("tiers.*.date_shift", Presence { added: Stricter }),
    ("tiers.*.date_shift.earliest_days", Less),
    ("tiers.*.date_shift.latest_days", More),
    ("tiers.*.date_shift.never_zero", Flag),
    ("tiers.*.date_shift.except.*", Members { added: Looser }),
    ("tiers.*.hidden.tables", Members { added: Stricter }),
    ("tiers.*.hidden.source_values", Flag),
    ("tiers.*.hidden.columns.*", Members { added: Stricter }),
    ("tiers.*.generalised.*.*", Form),
    ("requirements.*", Presence { added: Neither }),
    ("requirements.*.valid_for_days", Limit),
    ("requirements.*.trusted_sources", Presence { added: Stricter }),
    ("requirements.*.trusted_sources.", Members { added: Looser }),
    ("requirements.*.bypass", Presence { added: Looser }),
    ("requirements.*.bypass.longest_days", Less),
    ("requirements.*.evidence.assurance_level", More),
    ("requirements.*.evidence.verifiers", Members { added: Looser }),
    ("requirements.*.evidence.documents", Members { added: Looser }),
    ("requirements.*.evidence.courses", Members { added: Stricter }),
    ("requirements.*.evidence.minimum_score_percent", More),
    ("requirements.*.evidence.versions", Versions),
    ("requirements.*.evidence.versions.*", Presence { added: Neither }),
    ("requirements.*.evidence.versions.*.grace_days", Less),
    ("requirements.*.evidence.only", Presence { added: Neither }),
    ("requirements.*.evidence.only.", Members { added: Looser }),
    ("requirements.*.evidence.all_but", Presence { added: Neither }),
    ("requirements.*.evidence.all_but.", Members { added: Stricter }),
];

/// How to measure the change of this field between these two values.
pub(crate) fn measure_of(path: &[&str], old: Option<&Value>, new: Option<&Value>) -> Measure {
    let of = |path: &[&str]| {
        FIELDS.iter().find(|(pattern, _)| matches(pattern, path)).map(|(_, measure)| *measure)
    };
    let both = old.is_some() && new.is_some();
    // Evidence of another kind is another thing; its parameters cannot be compared.
    if let ["requirements", _, "evidence"] = path {
        let kind = |value: Option<&Value>| value.and_then(|value| value.get("kind").cloned());
        return if kind(old) == kind(new) { Measure::Inside } else { Neutral };
    }
    match of(path) {
        // What is there in both is not a matter of presence: it is compared inside, as a list by
        // the line whose path ends with a dot.
        Some(Presence { .. }) if both => {
            let inner: Vec<&str> = path.iter().copied().chain([""]).collect();
            of(&inner).unwrap_or(Measure::Inside)
        }
        Some(measure) => measure,
        None if old.or(new).is_some_and(Value::is_object) => Measure::Inside,
        None => Neutral,
    }
}

fn matches(pattern: &str, path: &[&str]) -> bool {
    let mut names = path.iter();
    pattern
        .split('.')
        .all(|part| names.next().is_some_and(|name| (part == "*" && !name.is_empty()) || part == *name))
        && names.next().is_none()
}

impl Measure {
    /// The direction of the change from one value to another one.
    pub(crate) fn direction(self, old: Option<&Value>, new: Option<&Value>) -> Direction {
        let number = |value: Option<&Value>| value.and_then(Value::as_i64);
        let ordered = |old: Option<i64>, new: Option<i64>| match (old, new) {
            (Some(old), Some(new)) if old < new => Stricter,
            (Some(old), Some(new)) if old > new => Looser,
            _ => Neither,
        };
        match self {
            Self::More => ordered(number(old), number(new)),
            Self::Less => ordered(number(old), number(new)).reversed(),
            Self::Limit => {
                let endless = |value| Some(number(value).unwrap_or(i64::MAX));
                ordered(endless(old), endless(new)).reversed()
            }
            Self::Flag => {
                let flag = |value: Option<&Value>| value.and_then(Value::as_bool).map(i64::from);
                ordered(flag(old), flag(new))
            }
            Self::Words(words) => ordered(rank(words, old), rank(words, new)).reversed(),
            Self::WordsOrLast(words) => {
                let last = words.last().map(|word| Value::from(*word));
                let [old, new] = [old, new].map(|value| rank(words, value.or(last.as_ref())));
                ordered(old, new).reversed()
            }
            Self::Presence { added } => match (old, new) {
                (None, Some(_)) => added,
                (Some(_), None) => added.reversed(),
                _ => Neither,
            },
            Self::Rounded => coarser(old, new, is_rounded_at_least_as),
            Self::Form => match (old, new) {
                (None, Some(_)) => Stricter,
                (Some(_), None) => Looser,
                _ => coarser(old, new, Generalisation::is_at_least_as_coarse_as),
            },
            Self::Inside | Self::Neutral | Self::Members { .. } | Self::Versions => Neither,
        }
    }
}

/// The place of a word among these.
fn rank(words: &[&str], value: Option<&Value>) -> Option<i64> {
    let position = words.iter().position(|word| value.is_some_and(|value| value == word))?;
    i64::try_from(position).ok()
}

fn coarser<T: serde::de::DeserializeOwned + Copy>(
    old: Option<&Value>,
    new: Option<&Value>,
    at_least_as_coarse: fn(T, T) -> bool,
) -> Direction {
    let read =
        |value: Option<&Value>| value.and_then(|value| serde_json::from_value::<T>(value.clone()).ok());
    let (Some(old), Some(new)) = (read(old), read(new)) else { return Neither };
    match (at_least_as_coarse(new, old), at_least_as_coarse(old, new)) {
        (true, false) => Stricter,
        (false, true) => Looser,
        _ => Neither,
    }
}

/// Whether what this rounding shows can be calculated from what the other one shows.
fn is_rounded_at_least_as(coarse: Rounding, fine: Rounding) -> bool {
    let nests = |coarse: u32, fine: u32| fine != 0 && coarse.is_multiple_of(fine);
    match (coarse, fine) {
        (_, Rounding::Exact) => true,
        (Rounding::Up { to_multiple_of: coarse }, Rounding::Up { to_multiple_of: fine }) => {
            nests(coarse, fine)
        }
        (Rounding::Nearest { to_multiple_of: coarse }, Rounding::Nearest { to_multiple_of: fine }) => {
            // Of halves that are rounded up, the borders lie on each other for odd ratios only.
            nests(coarse, fine) && !(coarse / fine).is_multiple_of(2) || coarse == fine
        }
        _ => false,
    }
}
