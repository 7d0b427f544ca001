use serde::{Deserialize, Serialize};
use strongroom_primitives::RequirementName;

use crate::Hidden;

/// What one tier that holds rows asks for, and how it shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierRules {
    pub(crate) requirements: Vec<RequirementName>,
    #[serde(default = "default_suppress_up_to")]
    pub(crate) suppress_up_to: u32,
    #[serde(default = "default_maximum_lease_minutes")]
    pub(crate) maximum_lease_minutes: u32,
    #[serde(default)]
    pub(crate) hidden: Hidden,
}

/// The stricter reading of the All of Us dissemination policy: no count of 1 to 20.
const fn default_suppress_up_to() -> u32 {
    20
}

/// How long somebody may go on working after their access ended for a reason that no fact
/// announced, such as a closed account.
const fn default_maximum_lease_minutes() -> u32 {
    15
}

impl TierRules {
    /// Rules that ask for these requirements, suppress counts of 1 to 20 people, lease for 15
    /// minutes, and hide nothing.
    #[must_use]
    pub fn new(requirements: Vec<RequirementName>) -> Self {
        Self {
            requirements,
            suppress_up_to: default_suppress_up_to(),
            maximum_lease_minutes: default_maximum_lease_minutes(),
            hidden: Hidden::nothing(),
        }
    }

    /// The same rules, suppressing counts of 1 to so many people; 0 suppresses nothing.
    #[must_use]
    pub fn with_suppress_up_to(mut self, people: u32) -> Self {
        self.suppress_up_to = people;
        self
    }

    /// The same rules with sessions of so many minutes at most.
    #[must_use]
    pub fn with_maximum_lease_minutes(mut self, minutes: u32) -> Self {
        self.maximum_lease_minutes = minutes;
        self
    }

    /// The same rules, hiding this.
    #[must_use]
    pub fn with_hidden(mut self, hidden: Hidden) -> Self {
        self.hidden = hidden;
        self
    }

    /// What the tier itself asks for. What somebody has to meet is
    /// [`Policy::requirements`](crate::Policy::requirements).
    #[must_use]
    pub fn requirements(&self) -> &[RequirementName] {
        &self.requirements
    }

    /// The largest positive number of people that is not shown; 0 if every number is.
    #[must_use]
    pub fn suppress_up_to(&self) -> u32 {
        self.suppress_up_to
    }

    /// The longest time in minutes for which one decision is good.
    #[must_use]
    pub fn maximum_lease_minutes(&self) -> u32 {
        self.maximum_lease_minutes
    }

    /// What the tier does not show.
    #[must_use]
    pub fn hidden(&self) -> &Hidden {
        &self.hidden
    }
}
