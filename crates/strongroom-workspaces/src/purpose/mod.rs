//! What a workspace is for.

use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{BoundedText, NonEmpty, Paragraph};

mod category;
mod choices;
mod plans;
mod population;
#[cfg(test)]
pub(crate) mod tests;

pub use category::PurposeCategory;
pub use choices::{Choices, InvalidChoices};
pub use plans::{Dissemination, IntendedOutcomes, Outcome};
pub use population::{
    AmericanIndianAlaskaNative, AmericanIndianAlaskaNativeResearch, Population, PopulationsOfInterest,
};

/// What a workspace is for, in its owners' words. Public, and public still when the workspace is
/// gone: participants may read what is done with their data.
///
/// The categories and the three texts are always there. The questions that were added to the form
/// later may be [unanswered](Self::unanswered) in purposes from before; a workspace is neither
/// created nor changed to a purpose that leaves one open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    categories: NonEmpty<PurposeCategory>,
    scientific_question: Paragraph,
    approach: Paragraph,
    anticipated_findings: Paragraph,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<BoundedText<1, 500>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dissemination: Option<Choices<Dissemination>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcomes: Option<IntendedOutcomes>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    populations: Option<PopulationsOfInterest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    american_indian_alaska_native: Option<AmericanIndianAlaskaNative>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notes: Option<BoundedText<1, 1024>>,
}

/// A question of the form that has to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PurposeQuestion {
    /// How findings will be made known.
    Dissemination,
    /// What good the research is meant to do.
    Outcomes,
    /// Whom it is about in particular.
    Populations,
}

impl Purpose {
    /// A purpose of one category: the question, how it will be approached, and what is expected.
    #[must_use]
    pub fn new(
        category: PurposeCategory,
        scientific_question: Paragraph,
        approach: Paragraph,
        anticipated_findings: Paragraph,
    ) -> Self {
        Self {
            categories: NonEmpty::new(category),
            scientific_question,
            approach,
            anticipated_findings,
            reason: None,
            dissemination: None,
            outcomes: None,
            populations: None,
            american_indian_alaska_native: None,
            notes: None,
        }
    }

    /// The same purpose, of this category as well.
    #[must_use]
    pub fn with_category(mut self, category: PurposeCategory) -> Self {
        self.categories.push(category);
        self
    }

    /// The same purpose, and why the data of this programme are needed for it.
    #[must_use]
    pub fn with_reason(mut self, reason: BoundedText<1, 500>) -> Self {
        self.reason = Some(reason);
        self
    }

    /// The same purpose, with findings made known in these ways.
    #[must_use]
    pub fn with_dissemination(mut self, ways: Choices<Dissemination>) -> Self {
        self.dissemination = Some(ways);
        self
    }

    /// The same purpose, with these intended outcomes.
    #[must_use]
    pub fn with_outcomes(mut self, outcomes: IntendedOutcomes) -> Self {
        self.outcomes = Some(outcomes);
        self
    }

    /// The same purpose, about these people in particular.
    #[must_use]
    pub fn with_populations(mut self, populations: PopulationsOfInterest) -> Self {
        self.populations = Some(populations);
        self
    }

    /// The same purpose, with this answer about American Indian and Alaska Native participants.
    #[must_use]
    pub fn with_american_indian_alaska_native(mut self, answer: AmericanIndianAlaskaNative) -> Self {
        self.american_indian_alaska_native = Some(answer);
        self
    }

    /// The same purpose, with notes.
    #[must_use]
    pub fn with_notes(mut self, notes: BoundedText<1, 1024>) -> Self {
        self.notes = Some(notes);
        self
    }

    /// The kinds of research, in the order given.
    #[must_use]
    pub fn categories(&self) -> &NonEmpty<PurposeCategory> {
        &self.categories
    }

    /// What is asked.
    #[must_use]
    pub fn scientific_question(&self) -> &Paragraph {
        &self.scientific_question
    }

    /// How it will be answered.
    #[must_use]
    pub fn approach(&self) -> &Paragraph {
        &self.approach
    }

    /// What is expected, and of what use it would be.
    #[must_use]
    pub fn anticipated_findings(&self) -> &Paragraph {
        &self.anticipated_findings
    }

    /// Why the data of this programme are needed, in 1 to 500 characters.
    #[must_use]
    pub fn reason(&self) -> Option<&BoundedText<1, 500>> {
        self.reason.as_ref()
    }

    /// How findings will be made known.
    #[must_use]
    pub fn dissemination(&self) -> Option<&Choices<Dissemination>> {
        self.dissemination.as_ref()
    }

    /// What good the research is meant to do.
    #[must_use]
    pub fn outcomes(&self) -> Option<&IntendedOutcomes> {
        self.outcomes.as_ref()
    }

    /// Whom it is about in particular.
    #[must_use]
    pub fn populations(&self) -> Option<&PopulationsOfInterest> {
        self.populations.as_ref()
    }

    /// What it has to do with American Indian and Alaska Native participants, where that was asked.
    #[must_use]
    pub fn american_indian_alaska_native(&self) -> Option<&AmericanIndianAlaskaNative> {
        self.american_indian_alaska_native.as_ref()
    }

    /// Notes, in 1 to 1,024 characters.
    #[must_use]
    pub fn notes(&self) -> Option<&BoundedText<1, 1024>> {
        self.notes.as_ref()
    }

    /// The questions that have to be answered and are not.
    #[must_use]
    pub fn unanswered(&self) -> Vec<PurposeQuestion> {
        [
            (PurposeQuestion::Dissemination, self.dissemination.is_none()),
            (PurposeQuestion::Outcomes, self.outcomes.is_none()),
            (PurposeQuestion::Populations, self.populations.is_none()),
        ]
        .into_iter()
        .filter_map(|(question, open)| open.then_some(question))
        .collect()
    }

    /// Whether it has nothing but the four parts that the first stored form knew.
    pub(crate) fn is_of_the_first_form(&self) -> bool {
        let first = Self {
            categories: self.categories.clone(),
            ..Self::new(
                self.categories.first().clone(),
                self.scientific_question.clone(),
                self.approach.clone(),
                self.anticipated_findings.clone(),
            )
        };
        *self == first
    }
}

impl fmt::Display for PurposeQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Dissemination => "how findings will be made known",
            Self::Outcomes => "what good the research is meant to do",
            Self::Populations => "whom it is about in particular",
        })
    }
}
