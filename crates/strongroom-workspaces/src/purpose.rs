use serde::{Deserialize, Serialize};
use strongroom_primitives::{Label, NonEmpty, Paragraph};

/// What a workspace is for, in its owners' words. Public, and public still when the workspace is
/// gone: participants may read what is done with their data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    categories: NonEmpty<PurposeCategory>,
    scientific_question: Paragraph,
    approach: Paragraph,
    anticipated_findings: Paragraph,
}

/// The kinds of research (governance of All of Us, research purpose).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum PurposeCategory {
    /// Research on one disease.
    DiseaseFocused {
        /// The disease.
        disease: Label,
    },
    /// Developing or validating methods.
    MethodsDevelopment,
    /// Controls for a study elsewhere.
    ControlSet,
    /// Genetic research.
    Genetic,
    /// Social and behavioural research.
    SocialBehavioural,
    /// Population and public health.
    PopulationHealth,
    /// Developing drugs and other therapies.
    DrugDevelopment,
    /// Research for profit.
    ForProfit,
    /// Teaching and learning.
    Educational,
    /// Something else.
    Other {
        /// What it is.
        details: Paragraph,
    },
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
        Self { categories: NonEmpty::new(category), scientific_question, approach, anticipated_findings }
    }

    /// The same purpose, of this category as well.
    #[must_use]
    pub fn with_category(mut self, category: PurposeCategory) -> Self {
        self.categories.push(category);
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_round_trips() {
        use PurposeCategory as Category;

        let text = |text| Paragraph::new(text).unwrap();
        let mut purpose = Purpose::new(
            Category::DiseaseFocused { disease: Label::new("Type 2 diabetes").unwrap() },
            text("Which?"),
            text("So."),
            text("This."),
        );
        for category in [
            Category::MethodsDevelopment,
            Category::ControlSet,
            Category::Genetic,
            Category::SocialBehavioural,
            Category::PopulationHealth,
            Category::DrugDevelopment,
            Category::ForProfit,
            Category::Educational,
            Category::Other { details: text("a game") },
        ] {
            purpose = purpose.with_category(category);
        }
        let json = serde_json::to_string(&purpose).unwrap();
        assert!(json.contains(r#"{"disease-focused":{"disease":"Type 2 diabetes"}},"methods-development""#));
        assert_eq!(serde_json::from_str::<Purpose>(&json).unwrap(), purpose);
    }
}
