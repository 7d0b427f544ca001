use serde::{Deserialize, Serialize};
use strongroom_primitives::{Paragraph, Timestamp};

/// Whether an account may be used at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(clippy::exhaustive_enums, reason = "a new state must be handled by everyone who decides by it")]
pub enum AccountState {
    /// It may be used.
    Active,
    /// It may not be used for a while, and may be used again without anybody's doing.
    Suspended {
        /// When it was suspended.
        since: Timestamp,
        /// The first instant at which it may be used again.
        until: Timestamp,
        /// Why, for the programme's staff.
        reason: Paragraph,
    },
    /// Programme staff closed it; everything is refused until they open it again.
    Disabled {
        /// When it was closed.
        since: Timestamp,
        /// Why, for the programme's staff. Not shown to the person, as it may speak of an
        /// inquiry.
        reason: Paragraph,
    },
    /// The person left. What they did stays on record under their id.
    Closed {
        /// When they left.
        since: Timestamp,
    },
}

/// Why an account may not be used. It says no reason: that is for the programme's staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AccountGap {
    /// It is suspended.
    Suspended {
        /// The first instant at which it may be used again.
        until: Timestamp,
    },
    /// It is disabled.
    Disabled {
        /// Since when.
        since: Timestamp,
    },
    /// The person left.
    Closed {
        /// Since when.
        since: Timestamp,
    },
}

impl AccountState {
    /// Why the account may not be used at this instant; `None` if it may.
    ///
    /// A state counts from when it is recorded, whatever its `since`: a clock that goes wrong opens
    /// no account.
    #[must_use]
    pub fn gap(&self, now: Timestamp) -> Option<AccountGap> {
        match self {
            Self::Active => None,
            Self::Suspended { until, .. } => {
                (now < *until).then_some(AccountGap::Suspended { until: *until })
            }
            Self::Disabled { since, .. } => Some(AccountGap::Disabled { since: *since }),
            Self::Closed { since } => Some(AccountGap::Closed { since: *since }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_suspension_ends_by_itself() {
        let day = |day| Timestamp::parse("2026-03-01T00:00:00Z").unwrap().plus_days(day);
        let reason = || Paragraph::new("inquiry").unwrap();
        let suspended = AccountState::Suspended { since: day(1), until: day(3), reason: reason() };
        let disabled = AccountState::Disabled { since: day(1), reason: reason() };
        let closed = AccountState::Closed { since: day(1) };
        for (state, on, expected) in [
            (&AccountState::Active, 0, None),
            (&suspended, 0, Some(AccountGap::Suspended { until: day(3) })),
            (&suspended, 2, Some(AccountGap::Suspended { until: day(3) })),
            (&suspended, 3, None),
            (&disabled, 0, Some(AccountGap::Disabled { since: day(1) })),
            (&disabled, 9_999, Some(AccountGap::Disabled { since: day(1) })),
            (&closed, 9_999, Some(AccountGap::Closed { since: day(1) })),
        ] {
            assert_eq!(state.gap(day(on)), expected, "{state:?} on day {on}");
        }
    }
}
