use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;
use strongroom_primitives::{InvalidValue, Sensitive};

/// Separates these codes from all others that are made with the same key, now and later.
const DOMAIN: &[u8] = b"strongroom-date-shift/1";

/// A shorter key is guessed more easily than the codes made with it (RFC 2104, section 3).
const SHORTEST_KEY: usize = 32;

/// By how much the dates of a tier are moved: every date of a person by the same number of days,
/// which depends on the person and on a secret key, and on nothing else.
///
/// The interval between two dates of one person stays true; where the dates lie does not. All of
/// Us moves the dates of the registered tier back by 1 to 365 days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DateShift {
    pub(crate) earliest_days: i32,
    pub(crate) latest_days: i32,
    pub(crate) never_zero: bool,
    pub(crate) except: BTreeMap<String, BTreeSet<String>>,
}

/// The secret key of a family of releases, from which the days of its people are derived.
///
/// Releases of one family move a person's dates alike, so that a study can be continued on the
/// next release. Two families, such as those of two tiers, do so independently, so that laying
/// them side by side gives nobody's offset away.
#[derive(Clone)]
pub struct DateShiftKey(Sensitive<Hmac<Sha256>>);

impl DateShift {
    /// Moves dates by this many days at the earliest (negative: back) and at the latest. Nobody's
    /// dates stay where they are, even if zero lies between.
    #[must_use]
    pub fn between(earliest_days: i32, latest_days: i32) -> Self {
        Self { earliest_days, latest_days, never_zero: true, except: BTreeMap::new() }
    }

    /// The same, where zero days are as likely as any other number.
    #[must_use]
    pub fn with_zero(mut self) -> Self {
        self.never_zero = false;
        self
    }

    /// The same, leaving this column as it is.
    #[must_use]
    pub fn with_exception(mut self, table: impl Into<String>, column: impl Into<String>) -> Self {
        self.except.entry(table.into()).or_default().insert(column.into());
        self
    }

    /// The least number of days, negative to move back.
    #[must_use]
    pub fn earliest_days(&self) -> i32 {
        self.earliest_days
    }

    /// The greatest number of days.
    #[must_use]
    pub fn latest_days(&self) -> i32 {
        self.latest_days
    }

    /// Whether nobody's dates stay where they are.
    #[must_use]
    pub fn never_zero(&self) -> bool {
        self.never_zero
    }

    /// The date columns that are left as they are, as (table, column), by name.
    pub fn exceptions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.except
            .iter()
            .flat_map(|(table, columns)| columns.iter().map(|column| (table.as_str(), column.as_str())))
    }

    /// Whether the values of this column are moved: those of every column that is a date by its
    /// name in the Common Data Model (`…_date`, `…_datetime`), except the exceptions.
    #[must_use]
    pub fn moves(&self, table: &str, column: &str) -> bool {
        (column.ends_with("_date") || column.ends_with("_datetime"))
            && !self.except.get(table).is_some_and(|columns| columns.contains(column))
    }

    /// How many different offsets there are; 0 if the range holds none.
    #[must_use]
    pub fn choices(&self) -> u64 {
        let days = i64::from(self.latest_days) - i64::from(self.earliest_days) + 1;
        u64::try_from(days).unwrap_or(0).saturating_sub(u64::from(self.skips_zero()))
    }

    /// By how many days the dates of this person are moved, uniform in the range.
    ///
    /// The 64-bit words of HMAC-SHA-256 of the person's id are taken in turn; one that would make
    /// some offsets likelier than others is passed over. A range without an offset moves nothing;
    /// no policy has one.
    #[must_use]
    pub fn offset_days(&self, key: &DateShiftKey, person_id: i64) -> i32 {
        let choices = self.choices();
        let Some(remainder) = u64::MAX.checked_rem(choices) else { return 0 };
        // The greatest word for which all offsets are equally likely.
        let last_fair = u64::MAX - (remainder + 1) % choices;
        let words = (0..=u32::MAX).flat_map(|round| key.words(person_id, round));
        let word = { words }.find(|word| *word <= last_fair).unwrap_or(0);
        let days = i64::from(self.earliest_days).saturating_add_unsigned(word % choices);
        let days = if self.skips_zero() && days >= 0 { days + 1 } else { days };
        i32::try_from(days).unwrap_or(self.latest_days)
    }

    fn skips_zero(&self) -> bool {
        self.never_zero && (self.earliest_days..=self.latest_days).contains(&0)
    }
}

impl DateShiftKey {
    /// The key of the family with this name, from the secret bytes of the programme. The secret
    /// may be the same for all families: their names make them independent.
    ///
    /// # Errors
    /// If the secret has fewer than 32 bytes.
    pub fn new(family: &str, secret: &[u8]) -> Result<Self, InvalidValue> {
        let invalid = || InvalidValue::new("date shift key", "expected at least 32 secret random bytes");
        if secret.len() < SHORTEST_KEY {
            return Err(invalid());
        }
        let mut code = Hmac::<Sha256>::new_from_slice(secret).map_err(|_| invalid())?;
        code.update(DOMAIN);
        code.update(&u64::try_from(family.len()).unwrap_or(u64::MAX).to_be_bytes());
        code.update(family.as_bytes());
        Ok(Self(Sensitive::new(code)))
    }

    fn words(&self, person_id: i64, round: u32) -> [u64; 4] {
        let mut code = self.0.expose().clone();
        code.update(&person_id.to_be_bytes());
        code.update(&round.to_be_bytes());
        let bytes: [u8; 32] = code.finalize().into_bytes().into();
        let mut words = [0; 4];
        for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = chunk.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
        }
        words
    }
}

impl fmt::Debug for DateShiftKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DateShiftKey").field(&self.0).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: [u8; 32] = [7; 32];

    fn key(family: &str) -> DateShiftKey {
        DateShiftKey::new(family, &SECRET).unwrap()
    }

    #[test]
    fn the_hash_is_that_of_the_standard() {
        // RFC 4231, test case 2.
        let mut code = Hmac::<Sha256>::new_from_slice(b"Jefe").unwrap();
        code.update(b"what do ya want for nothing?");
        let bytes: [u8; 32] = code.finalize().into_bytes().into();
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(strongroom_primitives::Sha256Digest::from_bytes(bytes).to_string(), expected);
    }

    #[test]
    fn offsets_never_change_between_versions_of_this_crate() {
        // Two releases of one family, built years apart, have to agree. Calculated once more with
        // another implementation: Python's `hmac`.
        let shift = DateShift::between(-365, -1);
        let offsets = [0, 1, 2, -1, i64::MAX].map(|person| shift.offset_days(&key("registered"), person));
        assert_eq!(offsets, [-282, -269, -173, -345, -82]);
    }

    #[test]
    fn offsets_are_uniform_within_the_range() {
        for (shift, expected) in [
            (DateShift::between(-365, -1), (-365..=-1).collect::<Vec<_>>()),
            (DateShift::between(-3, 3), vec![-3, -2, -1, 1, 2, 3]),
            (DateShift::between(-3, 3).with_zero(), (-3..=3).collect()),
            (DateShift::between(0, 2), vec![1, 2]),
            (DateShift::between(5, 5), vec![5]),
        ] {
            let key = key("registered");
            let people = 2_000 * i64::try_from(expected.len()).unwrap();
            let mut counts = BTreeMap::<i32, u32>::new();
            for person in 0..people {
                *counts.entry(shift.offset_days(&key, person)).or_default() += 1;
            }
            assert_eq!(counts.keys().copied().collect::<Vec<_>>(), expected, "{shift:?}");
            let squares: f64 =
                counts.values().map(|count| (f64::from(*count) - 2_000.0).powi(2) / 2_000.0).sum();
            // Chi-squared has mean k and variance 2k: six deviations.
            let freedom = f64::from(u32::try_from(expected.len()).unwrap()) - 1.0;
            assert!(squares <= freedom + 6.0 * (2.0 * freedom).sqrt(), "{shift:?}: {squares}");
        }
    }

    #[test]
    fn families_and_secrets_are_independent() {
        let shift = DateShift::between(-365, -1);
        let other_secret = DateShiftKey::new("registered", &[8; 32]).unwrap();
        for other in [key("controlled"), key("registere"), other_secret] {
            let same = (0..10_000)
                .filter(|person| {
                    shift.offset_days(&key("registered"), *person) == shift.offset_days(&other, *person)
                })
                .count();
            // 10,000 / 365 agree by accident.
            assert!((5..60).contains(&same), "{same} of 10,000 people have the same offset");
        }
    }

    #[test]
    fn a_key_is_long_enough_and_never_shown() {
        assert!(DateShiftKey::new("registered", &[7; 31]).is_err());
        assert_eq!(format!("{:?}", key("registered")), "DateShiftKey([not shown])");
    }

    #[test]
    fn dates_are_moved_by_their_name() {
        let shift = DateShift::between(-365, -1).with_exception("cdm_source", "cdm_release_date");
        for (table, column, expected) in [
            ("condition_occurrence", "condition_start_date", true),
            ("person", "birth_datetime", true),
            ("person", "year_of_birth", false),
            ("cdm_source", "cdm_release_date", false),
            ("cdm_source", "source_release_date", true),
        ] {
            assert_eq!(shift.moves(table, column), expected, "{table}.{column}");
        }
    }

    proptest! {
        #[test]
        fn every_offset_is_in_its_range(
            earliest in any::<i32>(),
            latest in any::<i32>(),
            never_zero: bool,
            person: i64,
        ) {
            let shift = DateShift { never_zero, ..DateShift::between(earliest, latest) };
            let days = shift.offset_days(&key("registered"), person);
            if shift.choices() == 0 {
                prop_assert_eq!(days, 0);
            } else {
                prop_assert!((earliest..=latest).contains(&days));
                prop_assert!(!never_zero || days != 0);
            }
        }
    }
}
