use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strongroom_primitives::{InvalidValue, Timestamp};

use crate::{Evidence, Proof, RequirementGap, RequirementStatus};

/// A country by the two letters of ISO 3166-1 alpha-2, in upper case. Whether the letters are
/// assigned is not checked: rules name the countries they are about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// The country with these two letters.
    ///
    /// # Errors
    /// If the text is not two ASCII letters in upper case.
    pub fn new(text: &str) -> Result<Self, InvalidValue> {
        match *text.as_bytes() {
            [first @ b'A'..=b'Z', second @ b'A'..=b'Z'] => Ok(Self([first, second])),
            _ => Err(InvalidValue::new("country", "expected two letters of ISO 3166-1, such as NZ")),
        }
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.0;
        write!(f, "{}{}", char::from(first), char::from(second))
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for CountryCode {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::new(text)
    }
}

impl Serialize for CountryCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CountryCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// From which countries access is allowed (NIH NOT-OD-25-083 and 28 CFR 202 name countries of
/// concern).
///
/// Every country on record at the instant has to be allowed: of residence, of the employer, of the
/// sign-in. It is the one kind of requirement for which more evidence can narrow, because a forbidden
/// country on record outweighs any number of allowed ones; without any on record it is not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a rule that nobody judges would be met or refused by accident")]
pub enum CountryRule {
    /// From these and no others.
    Only(BTreeSet<CountryCode>),
    /// From all but these.
    AllBut(BTreeSet<CountryCode>),
}

impl CountryRule {
    /// Whether access from this country is allowed.
    #[must_use]
    pub fn allows(&self, country: CountryCode) -> bool {
        match self {
            Self::Only(allowed) => allowed.contains(&country),
            Self::AllBut(excluded) => !excluded.contains(&country),
        }
    }

    /// Judges the countries on record. `span` says from when until when a piece counts by its own
    /// times, or why it never does.
    pub(crate) fn status<'e>(
        &self,
        pieces: impl Iterator<Item = &'e Evidence>,
        span: impl Fn(&Evidence) -> Result<(Timestamp, Timestamp), RequirementGap>,
        now: Timestamp,
    ) -> RequirementStatus {
        let mut allowed_until = None;
        let mut next_excluded = Timestamp::LAST;
        let mut gap = RequirementGap::Missing;
        for piece in pieces {
            let Some(Proof::Country(country)) = piece.proof() else { continue };
            let (starts, ends) = match span(piece) {
                Ok(span) => span,
                Err(why) => {
                    gap = gap.max(why);
                    continue;
                }
            };
            if self.allows(*country) {
                if starts <= now && now < ends {
                    allowed_until = allowed_until.max(Some(ends));
                } else if ends <= now {
                    gap = gap.max(RequirementGap::Lapsed { since: ends });
                }
            } else if starts <= now && now < ends {
                return RequirementStatus::NotMet(RequirementGap::CountryExcluded);
            } else if starts > now && starts < ends {
                next_excluded = next_excluded.min(starts);
            }
        }
        match allowed_until {
            Some(ends) => RequirementStatus::Met { until: ends.min(next_excluded) },
            None => RequirementStatus::NotMet(gap),
        }
    }
}

#[cfg(test)]
mod tests {
    use strongroom_primitives::{Label, Paragraph, RequirementName};

    use super::*;
    use crate::{Requirement, RequirementKind};

    fn day(day: u32) -> Timestamp {
        Timestamp::parse("2026-01-01T00:00:00Z").unwrap().plus_days(day)
    }

    fn name() -> RequirementName {
        RequirementName::new("country").unwrap()
    }

    fn seen(country: &str, from: u32, until: u32) -> Evidence {
        Evidence::new(name(), day(from), Label::new("profile").unwrap())
            .with_valid_until(day(until))
            .with_proof(Proof::Country(CountryCode::new(country).unwrap()))
    }

    #[test]
    fn one_excluded_country_on_record_outweighs_the_others() {
        let excluded = [CountryCode::new("XC").unwrap()].into();
        let requirement = Requirement::new(
            name(),
            Label::new("Country").unwrap(),
            RequirementKind::Country(CountryRule::AllBut(excluded)),
            Paragraph::new("Work from a country that is not excluded.").unwrap(),
        );
        let met = |until| RequirementStatus::Met { until: day(until) };
        let unmet = RequirementStatus::NotMet;
        for (evidence, expected) in [
            (vec![], unmet(RequirementGap::Missing)),
            (vec![seen("NZ", 0, 20)], met(20)),
            (vec![seen("NZ", 0, 20), seen("DE", 5, 40)], met(40)),
            (vec![seen("NZ", 0, 20), seen("XC", 10, 11)], unmet(RequirementGap::CountryExcluded)),
            (vec![seen("NZ", 0, 20), seen("XC", 9, 10)], met(20)),
            // Known today to be elsewhere from day 15: what is met now does not outlive that.
            (vec![seen("NZ", 0, 20), seen("XC", 15, 30)], met(15)),
            (vec![seen("NZ", 0, 10)], unmet(RequirementGap::Lapsed { since: day(10) })),
            (vec![seen("XC", 0, 5)], unmet(RequirementGap::Missing)),
        ] {
            assert_eq!(requirement.status(&evidence, day(10)), expected, "{evidence:?}");
        }
    }

    #[test]
    fn only_two_capital_letters_are_a_country() {
        assert_eq!(CountryCode::new("NZ").unwrap().to_string(), "NZ");
        for odd in ["", "N", "nz", "NZL", "N1", "\u{39d}Z", "NZ "] {
            assert!(CountryCode::new(odd).is_err(), "{odd:?} was taken as a country");
        }
        let only = CountryRule::Only([CountryCode::new("NZ").unwrap()].into());
        assert!(
            only.allows(CountryCode::new("NZ").unwrap()) && !only.allows(CountryCode::new("DE").unwrap())
        );
    }
}
