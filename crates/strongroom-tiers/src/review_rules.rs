use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// When the Resource Access Board reviews purposes of workspaces (governance of All of Us: it reviews on
/// request, and what the programme's policy gives to it).
///
/// Whatever is said here, an owner may ask for a review.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ReviewRules {
    // INVARIANT: without those on request, so that the same rules are written in one way.
    purposes: BTreeMap<PurposeKind, ReviewTiming>,
}

/// What a workspace is for, without the words of its owners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a kind of purpose that no policy can name could not be reviewed"
)]
pub enum PurposeKind {
    /// Research on one disease.
    DiseaseFocused,
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
    Other,
}

/// When a purpose is reviewed. Ordered from the loosest to the strictest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a choice of the policy's must be handled by whoever decides")]
pub enum ReviewTiming {
    /// When an owner asks for it; nobody waits for it.
    #[default]
    OnRequest,
    /// In any case; nobody waits for it.
    BesideWork,
    /// In any case; nobody works with the data before the board has approved.
    BeforeWork,
}

impl ReviewTiming {
    pub(crate) const WORDS: [(&'static str, Self); 3] = [
        ("on-request", Self::OnRequest),
        ("beside-work", Self::BesideWork),
        ("before-work", Self::BeforeWork),
    ];
}

impl PurposeKind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::DiseaseFocused,
        Self::MethodsDevelopment,
        Self::ControlSet,
        Self::Genetic,
        Self::SocialBehavioural,
        Self::PopulationHealth,
        Self::DrugDevelopment,
        Self::ForProfit,
        Self::Educational,
        Self::Other,
    ];

    /// The word of the document.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DiseaseFocused => "disease-focused",
            Self::MethodsDevelopment => "methods-development",
            Self::ControlSet => "control-set",
            Self::Genetic => "genetic",
            Self::SocialBehavioural => "social-behavioural",
            Self::PopulationHealth => "population-health",
            Self::DrugDevelopment => "drug-development",
            Self::ForProfit => "for-profit",
            Self::Educational => "educational",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for PurposeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl ReviewRules {
    /// The same, with purposes of this kind being reviewed then.
    #[must_use]
    pub fn with(mut self, kind: PurposeKind, timing: ReviewTiming) -> Self {
        if timing == ReviewTiming::OnRequest {
            self.purposes.remove(&kind);
        } else {
            self.purposes.insert(kind, timing);
        }
        self
    }

    /// When purposes of this kind are reviewed.
    #[must_use]
    pub fn timing(&self, kind: PurposeKind) -> ReviewTiming {
        self.purposes.get(&kind).copied().unwrap_or_default()
    }

    /// When a purpose of several kinds is reviewed: as the strictest of them asks.
    #[must_use]
    pub fn strictest(&self, kinds: impl IntoIterator<Item = PurposeKind>) -> ReviewTiming {
        kinds.into_iter().map(|kind| self.timing(kind)).max().unwrap_or_default()
    }

    pub(crate) fn are_default(&self) -> bool {
        self.purposes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strictest_of_several_kinds_counts() {
        use PurposeKind::{ForProfit, Genetic, Other};
        use ReviewTiming::{BeforeWork, BesideWork, OnRequest};

        let rules = ReviewRules::default().with(ForProfit, BeforeWork).with(Other, BesideWork);
        for (kinds, expected) in [
            (&[][..], OnRequest),
            (&[Genetic], OnRequest),
            (&[Genetic, Other], BesideWork),
            (&[ForProfit, Other], BeforeWork),
            (&[Other, Genetic, ForProfit], BeforeWork),
        ] {
            assert_eq!(rules.strictest(kinds.iter().copied()), expected, "{kinds:?}");
        }
        assert_eq!(rules.with(ForProfit, OnRequest).with(Other, OnRequest), ReviewRules::default());
    }

    #[test]
    fn every_kind_is_written_as_it_is_read() {
        for kind in PurposeKind::ALL {
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
        }
    }
}
