use serde::{Deserialize, Serialize};
use strongroom_primitives::BoundedText;

use super::Choices;

/// Whom the research is about in particular.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(clippy::exhaustive_enums, reason = "the question has these three answers")]
pub enum PopulationsOfInterest {
    /// Nobody in particular.
    NobodyInParticular,
    /// Groups that were historically underrepresented in research.
    Underrepresented {
        /// Which ones.
        groups: Choices<Population>,
    },
    /// Groups in comparison with each other.
    ComparisonAcrossGroups {
        /// By what they differ, or which they are.
        groups: Choices<Population>,
    },
}

/// The groups that a purpose can name (All of Us Researcher Workbench, populations of interest).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Population {
    /// By race or ethnicity.
    RaceEthnicity,
    /// Asian.
    RaceAsian,
    /// Black, African or African American.
    RaceAfricanAmerican,
    /// Hispanic, Latino or Spanish.
    RaceHispanic,
    /// American Indian or Alaska Native.
    RaceAmericanIndianAlaskaNative,
    /// Middle Eastern or North African.
    RaceMiddleEasternNorthAfrican,
    /// Native Hawaiian or other Pacific Islander.
    RaceNativeHawaiianPacificIslander,
    /// Of more than one race or ethnicity.
    RaceMoreThanOne,
    /// By age.
    AgeGroups,
    /// Children, up to 11 years.
    AgeChildren,
    /// Adolescents, 12 to 17 years.
    AgeAdolescents,
    /// Older adults, 65 to 74 years.
    AgeOlder,
    /// Older adults from 75 years on.
    AgeOlderThan75,
    /// By sex at birth.
    Sex,
    /// By gender identity.
    GenderIdentity,
    /// By sexual orientation.
    SexualOrientation,
    /// By where people live.
    Geography,
    /// By disability.
    DisabilityStatus,
    /// By access to care.
    AccessToCare,
    /// By education.
    EducationLevel,
    /// By income.
    IncomeLevel,
    /// Another group.
    Other {
        /// Which one, in 1 to 100 characters.
        details: BoundedText<1, 100>,
    },
}

/// What the research has to do with American Indian and Alaska Native participants (All of Us
/// Researcher Workbench, research purpose).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "one answer and its explanation")]
pub struct AmericanIndianAlaskaNative {
    /// The answer.
    pub research: AmericanIndianAlaskaNativeResearch,
    /// Its explanation, in 1 to 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<BoundedText<1, 1000>>,
}

/// The possible answers about American Indian and Alaska Native participants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "the question has these four answers")]
pub enum AmericanIndianAlaskaNativeResearch {
    /// The research is about them alone.
    ExclusivePopulation,
    /// They are the cases or the controls of a study.
    CaseControl,
    /// Findings will be given for them separately.
    FindingsByGroup,
    /// There is no analysis of them.
    NoAnalysis,
}

impl PopulationsOfInterest {
    /// The groups, if any are named.
    pub fn groups(&self) -> impl Iterator<Item = &Population> {
        let groups = match self {
            Self::NobodyInParticular => None,
            Self::Underrepresented { groups } | Self::ComparisonAcrossGroups { groups } => Some(groups),
        };
        groups.into_iter().flat_map(Choices::iter)
    }
}
