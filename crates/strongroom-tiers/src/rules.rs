use serde::Serialize;
use strongroom_primitives::RequirementName;

use crate::{DateShift, DisclosureProfile, ExportRules, Generalised, Hidden};

/// What one tier that holds rows asks for, how it shows them, and what may leave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TierRules {
    pub(crate) requirements: Vec<RequirementName>,
    pub(crate) maximum_lease_minutes: u32,
    pub(crate) disclosure: DisclosureProfile,
    pub(crate) export: ExportRules,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date_shift: Option<DateShift>,
    pub(crate) hidden: Hidden,
    pub(crate) generalised: Generalised,
}

/// How the public tier shows its numbers. It has no rows and asks for nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct PublicRules {
    pub(crate) disclosure: DisclosureProfile,
}

/// How a tier shows a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a class that nobody applies would show what is protected")]
pub enum ColumnClass {
    /// Not at all: for whoever works in the tier it does not exist.
    Hidden,
    /// In a coarser form.
    Generalised(crate::Generalisation),
    /// As it is, but for its dates being moved per person.
    DateShifted,
    /// As it is.
    Shown,
}

/// How long somebody may go on working after their access ended for a reason that no fact
/// announced, such as a closed account.
pub(crate) const USUAL_LEASE_MINUTES: u32 = 15;

impl TierRules {
    /// Rules that ask for these requirements, suppress counts of 1 to 20 people, lease for 15
    /// minutes, hide, generalise and shift nothing, and let writers write rows to the workspace
    /// and nobody export anything else.
    #[must_use]
    pub fn new(requirements: Vec<RequirementName>) -> Self {
        Self {
            requirements,
            maximum_lease_minutes: USUAL_LEASE_MINUTES,
            disclosure: DisclosureProfile::default(),
            export: ExportRules::default(),
            date_shift: None,
            hidden: Hidden::nothing(),
            generalised: Generalised::nothing(),
        }
    }

    /// The same rules, asking for these requirements instead.
    #[must_use]
    pub fn with_requirements(mut self, requirements: Vec<RequirementName>) -> Self {
        self.requirements = requirements;
        self
    }

    /// The same rules, suppressing counts of 1 to so many people; 0 suppresses nothing.
    #[must_use]
    pub fn with_suppress_up_to(mut self, people: u32) -> Self {
        self.disclosure.suppress_up_to = people;
        self
    }

    /// The same rules, showing numbers like this.
    #[must_use]
    pub fn with_disclosure(mut self, disclosure: DisclosureProfile) -> Self {
        self.disclosure = disclosure;
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

    /// The same rules, showing this in a coarser form.
    #[must_use]
    pub fn with_generalised(mut self, generalised: Generalised) -> Self {
        self.generalised = generalised;
        self
    }

    /// The same rules, moving dates like this.
    #[must_use]
    pub fn with_date_shift(mut self, shift: DateShift) -> Self {
        self.date_shift = Some(shift);
        self
    }

    /// The same rules with these about exports.
    #[must_use]
    pub fn with_export(mut self, export: ExportRules) -> Self {
        self.export = export;
        self
    }

    /// Everything somebody has to meet to enter the tier, each once.
    #[must_use]
    pub fn requirements(&self) -> &[RequirementName] {
        &self.requirements
    }

    /// The largest positive number of people that is not shown; 0 if every number is.
    #[must_use]
    pub fn suppress_up_to(&self) -> u32 {
        self.disclosure.suppress_up_to
    }

    /// How numbers are shown.
    #[must_use]
    pub fn disclosure(&self) -> DisclosureProfile {
        self.disclosure
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

    /// What the tier shows in a coarser form.
    #[must_use]
    pub fn generalised(&self) -> &Generalised {
        &self.generalised
    }

    /// How dates are moved; `None` if they are real.
    #[must_use]
    pub fn date_shift(&self) -> Option<&DateShift> {
        self.date_shift.as_ref()
    }

    /// Who may export what.
    #[must_use]
    pub fn export(&self) -> &ExportRules {
        &self.export
    }

    /// How the tier shows this column. Hiding goes before all else, a coarser form before moved
    /// dates.
    #[must_use]
    pub fn class_of(&self, table: &str, column: &str) -> ColumnClass {
        if self.hidden.hides_column(table, column) {
            ColumnClass::Hidden
        } else if let Some(form) = self.generalised.form_of(table, column) {
            ColumnClass::Generalised(form)
        } else if self.date_shift.as_ref().is_some_and(|shift| shift.moves(table, column)) {
            ColumnClass::DateShifted
        } else {
            ColumnClass::Shown
        }
    }

    /// The same rules, asking for everything that a lower tier asks for, before its own.
    pub(crate) fn including(mut self, lower: &Self) -> Self {
        let own = self.requirements.into_iter().filter(|name| !lower.requirements.contains(name));
        self.requirements = lower.requirements.iter().cloned().chain(own).collect();
        self
    }
}

impl PublicRules {
    /// Rules that show numbers like this.
    #[must_use]
    pub fn new(disclosure: DisclosureProfile) -> Self {
        Self { disclosure }
    }

    /// How numbers are shown.
    #[must_use]
    pub fn disclosure(self) -> DisclosureProfile {
        self.disclosure
    }
}
