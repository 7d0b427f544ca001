use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use strongroom_primitives::{Label, RequirementName, RowTier};

use crate::checks;
use crate::{
    Declaration, Finding, NoticeRules, Policy, PolicyError, PublicRules, ReleaseRules, ReviewRules, Severity,
    TierRules,
};

/// A policy in the making. It may be nonsense; [`build`](Self::build) says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDraft {
    pub(crate) version: u64,
    pub(crate) programme: Option<Label>,
    pub(crate) releases: ReleaseRules,
    pub(crate) notices: NoticeRules,
    pub(crate) reviews: ReviewRules,
    pub(crate) public: PublicRules,
    // Shared: every session of the tier holds them.
    pub(crate) registered: Arc<TierRules>,
    pub(crate) controlled: Arc<TierRules>,
    pub(crate) declarations: BTreeMap<RequirementName, Declaration>,
}

impl PolicyDraft {
    pub(crate) fn new(version: u64) -> Self {
        Self {
            version,
            programme: None,
            releases: ReleaseRules::default(),
            notices: NoticeRules::default(),
            reviews: ReviewRules::default(),
            public: PublicRules::default(),
            registered: Arc::new(TierRules::new(Vec::new())),
            controlled: Arc::new(TierRules::new(Vec::new())),
            declarations: BTreeMap::new(),
        }
    }

    /// The same under this version.
    #[must_use]
    pub fn with_version(mut self, version: u64) -> Self {
        self.version = version;
        self
    }

    /// The same with the programme's name.
    #[must_use]
    pub fn with_programme(mut self, programme: Label) -> Self {
        self.programme = Some(programme);
        self
    }

    /// The same with these rules for a tier. They have to ask for everything that a lower tier
    /// asks for.
    #[must_use]
    pub fn with_tier(mut self, tier: RowTier, rules: TierRules) -> Self {
        match tier {
            RowTier::Registered => self.registered = Arc::new(rules),
            RowTier::Controlled => self.controlled = Arc::new(rules),
        }
        self
    }

    /// The same with these rules for the public tier.
    #[must_use]
    pub fn with_public(mut self, rules: PublicRules) -> Self {
        self.public = rules;
        self
    }

    /// The same with these rules for releases.
    #[must_use]
    pub fn with_releases(mut self, rules: ReleaseRules) -> Self {
        self.releases = rules;
        self
    }

    /// The same with these rules for notices.
    #[must_use]
    pub fn with_notices(mut self, rules: NoticeRules) -> Self {
        self.notices = rules;
        self
    }

    /// The same with these rules for reviews of purposes.
    #[must_use]
    pub fn with_reviews(mut self, rules: ReviewRules) -> Self {
        self.reviews = rules;
        self
    }

    /// The same with this requirement declared, in place of one of the same name.
    #[must_use]
    pub fn with_declaration(mut self, declaration: Declaration) -> Self {
        self.declarations.insert(declaration.name().clone(), declaration);
        self
    }

    pub(crate) fn tier(&self, tier: RowTier) -> &TierRules {
        self.shared_tier(tier)
    }

    pub(crate) fn shared_tier(&self, tier: RowTier) -> &Arc<TierRules> {
        match tier {
            RowTier::Registered => &self.registered,
            RowTier::Controlled => &self.controlled,
        }
    }

    /// The names that some tier asks for.
    pub(crate) fn asked_for(&self) -> BTreeSet<&RequirementName> {
        RowTier::ALL.into_iter().flat_map(|tier| self.tier(tier).requirements()).collect()
    }

    /// Writes the names that tiers ask for as their declarations do: two names that share their text are
    /// compared without reading it, in every decision.
    pub(crate) fn share_names(&mut self) {
        for tier in [&mut self.registered, &mut self.controlled] {
            for name in &mut Arc::make_mut(tier).requirements {
                if let Some(declaration) = self.declarations.get(name) {
                    *name = declaration.name().clone();
                }
            }
        }
    }

    /// Everything that is wrong or odd with it.
    #[must_use]
    pub fn check(&self) -> Vec<Finding> {
        checks::all(self)
    }

    /// The policy.
    ///
    /// # Errors
    /// Every error that [`check`](Self::check) finds.
    pub fn build(self) -> Result<Policy, PolicyError> {
        let errors = self.check().into_iter().filter(|finding| finding.severity() == Severity::Error);
        match PolicyError::of(errors) {
            Some(error) => Err(error),
            None => Ok(Policy::from_checked(self)),
        }
    }
}
