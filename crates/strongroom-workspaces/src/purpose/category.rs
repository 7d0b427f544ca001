use serde::{Deserialize, Serialize};
use strongroom_primitives::{Label, Paragraph};

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

impl PurposeCategory {
    /// A fixed word for the category, the same as in its stored form.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::DiseaseFocused { .. } => "disease-focused",
            Self::MethodsDevelopment => "methods-development",
            Self::ControlSet => "control-set",
            Self::Genetic => "genetic",
            Self::SocialBehavioural => "social-behavioural",
            Self::PopulationHealth => "population-health",
            Self::DrugDevelopment => "drug-development",
            Self::ForProfit => "for-profit",
            Self::Educational => "educational",
            Self::Other { .. } => "other",
        }
    }
}
