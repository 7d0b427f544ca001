use serde::{Deserialize, Serialize};
use strongroom_primitives::BoundedText;

use super::Choices;

/// How findings will be made known (All of Us Researcher Workbench, dissemination of findings).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Dissemination {
    /// In peer-reviewed journals.
    PeerReviewedJournals,
    /// At scientific conferences.
    ScientificConferences,
    /// By the press.
    PressRelease,
    /// On blogs of communities.
    CommunityBlog,
    /// On a personal blog.
    PersonalBlog,
    /// On social media.
    SocialMedia,
    /// Before advisory groups.
    AdvisoryGroups,
    /// In another way.
    Other {
        /// Which one, in 1 to 100 characters.
        details: BoundedText<1, 100>,
    },
}

/// What good the research is meant to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(clippy::exhaustive_enums, reason = "some outcome is intended or none is")]
pub enum IntendedOutcomes {
    /// None of the outcomes that the form offers.
    NoneApply,
    /// These outcomes.
    Intended(Choices<Outcome>),
}

/// The outcomes that the form offers (All of Us Researcher Workbench, outcome of the research).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// People live healthier.
    PromoteHealthyLiving,
    /// More health equality for underrepresented populations.
    ImproveHealthEquality,
    /// Risks are assessed and prevented better.
    ImproveRiskAssessment,
    /// Diagnoses come earlier and more exactly, and illness is less of a burden.
    DecreaseIllnessBurden,
    /// Interventions fit the person.
    PrecisionIntervention,
}
