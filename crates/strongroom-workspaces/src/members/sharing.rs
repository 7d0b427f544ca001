use std::fmt;

use serde::Serialize;
use strongroom_primitives::{Label, NonEmpty};

/// What an owner is told who shares a workspace with somebody.
///
/// Sharing with somebody who lacks the tier is allowed: they are members, and come in as soon as they
/// meet what the tier asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a new outcome must be told to people in words")]
pub enum ShareOutcome {
    /// They can come in.
    Shared,
    /// They are invited and cannot come in yet.
    AccessPending {
        /// The requirements that they lack, by title.
        missing: NonEmpty<Label>,
    },
    /// Nobody is registered under this address.
    NoSuchAccount,
}

impl ShareOutcome {
    /// The outcome for somebody who lacks these requirements; `None` for an address that nobody is
    /// registered under.
    #[must_use]
    pub fn of(missing: Option<Vec<Label>>) -> Self {
        match missing {
            None => Self::NoSuchAccount,
            Some(missing) => match NonEmpty::from_vec(missing) {
                Some(missing) => Self::AccessPending { missing },
                None => Self::Shared,
            },
        }
    }
}

impl fmt::Display for ShareOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shared => f.write_str("shared"),
            Self::AccessPending { missing } => {
                let titles: Vec<&str> = missing.iter().map(Label::as_str).collect();
                write!(f, "invited, access pending: missing {}", titles.join(", "))
            }
            Self::NoSuchAccount => f.write_str("no such account"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_owner_is_told() {
        let label = |text| Label::new(text).unwrap();
        for (missing, expected) in [
            (None, "no such account"),
            (Some(vec![]), "shared"),
            (Some(vec![label("Training")]), "invited, access pending: missing Training"),
            (
                Some(vec![label("Training"), label("Code of conduct")]),
                "invited, access pending: missing Training, Code of conduct",
            ),
        ] {
            assert_eq!(ShareOutcome::of(missing).to_string(), expected);
        }
    }
}
