use serde::{Deserialize, Serialize};

/// Which numbers of persons are too small to be shown: those from 1 up to a limit.
///
/// The default is 20, the stricter reading of the dissemination policy of All of Us, whose pages
/// say both "1 to 20" and "fewer than 20". Zero is not small: it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct DisclosureRule {
    suppress_up_to: u32,
}

impl DisclosureRule {
    /// Every number is shown. For people who may see the rows themselves: a count tells them
    /// nothing that they could not add up, and the small-count rule meets them where results leave.
    pub const SHOW_EVERYTHING: Self = Self { suppress_up_to: 0 };

    /// Numbers from 1 to `limit` persons are not shown; 0 shows everything.
    ///
    /// # Errors
    /// If the limit is 1: the mark "≤ 1" would say the number.
    pub fn suppressing_up_to(limit: u32) -> Result<Self, InvalidLimit> {
        if limit == 1 {
            return Err(InvalidLimit);
        }
        Ok(Self { suppress_up_to: limit })
    }

    /// The greatest number of persons that is not shown.
    #[must_use]
    pub const fn suppress_up_to(self) -> u32 {
        self.suppress_up_to
    }

    pub(crate) fn limit(self) -> u64 {
        u64::from(self.suppress_up_to)
    }

    pub(crate) fn is_small(self, persons: u64) -> bool {
        (1..=self.limit()).contains(&persons)
    }
}

impl Default for DisclosureRule {
    fn default() -> Self {
        Self { suppress_up_to: 20 }
    }
}

/// A limit of 1 was asked for: a mark that stands for one number hides nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a limit of 1 hides nothing, as `≤ 1` says the number; use 0 to show everything, or at least 2")]
pub struct InvalidLimit;

/// The rule as it stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    suppress_up_to: u32,
}

impl From<DisclosureRule> for Written {
    fn from(rule: DisclosureRule) -> Self {
        Self { suppress_up_to: rule.suppress_up_to }
    }
}

impl TryFrom<Written> for DisclosureRule {
    type Error = InvalidLimit;

    fn try_from(written: Written) -> Result<Self, InvalidLimit> {
        Self::suppressing_up_to(written.suppress_up_to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_small_and_zero_is_not() {
        let rule = DisclosureRule::default();
        let small: Vec<u64> = (0..30).filter(|&persons| rule.is_small(persons)).collect();
        assert_eq!(small, (1..=20).collect::<Vec<_>>());
        assert!(!DisclosureRule::SHOW_EVERYTHING.is_small(1));
    }

    #[test]
    fn a_rule_is_read_as_it_is_written() {
        let rule = DisclosureRule::suppressing_up_to(7).unwrap();
        let json = serde_json::to_string(&rule).unwrap();
        assert_eq!(json, r#"{"suppress_up_to":7}"#);
        assert_eq!(serde_json::from_str::<DisclosureRule>(&json).unwrap(), rule);
        for odd in
            [r#"{"suppress_up_to":1}"#, r#"{"suppress_up_to":-1}"#, r#"{"suppress_up_to":7,"round":5}"#, "{}"]
        {
            assert!(serde_json::from_str::<DisclosureRule>(odd).is_err(), "{odd} was read as a rule");
        }
    }
}
