use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use strongroom_primitives::{Label, RequirementName, RowTier, Sha256Digest};

use crate::draft::PolicyDraft;
use crate::source::Syntax;
use crate::standard::Standard;
use crate::{
    Declaration, Finding, NoticeRules, PolicyError, PublicRules, ReleaseRules, ReviewRules, TierRules, check,
};

const ALL_OF_US: &str = include_str!("../policies/all_of_us.toml");
const SMALL_HOSPITAL: &str = include_str!("../policies/small_hospital.toml");

/// The rules of a programme: for each tier what it asks for, what it shows and what may leave it,
/// and how its releases may be used. Written as a `strongroom-policy/2` document in TOML or JSON.
///
/// A value of this type keeps what was promised about tiers, whatever the document said:
///
/// - whoever meets the controlled tier meets the registered tier;
/// - whatever the registered tier shows, the controlled tier shows as well;
/// - every requirement that is asked for is declared, with a kind that somebody can judge;
/// - no name hides nothing by a slip of spelling, no lease and no excuse is endless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    // INVARIANT: `PolicyDraft::check` finds no error in it.
    draft: PolicyDraft,
}

impl Policy {
    /// A policy with these rules, nothing for the public tier, and the usual rules for releases.
    /// The controlled tier also asks for everything that the registered tier asks for.
    ///
    /// Requirements are taken by name: those of All of Us, and those that are called as a kind
    /// is. For all others, and for everything else, see [`draft`](Self::draft).
    ///
    /// The version is the programme's own count of its policies; it is written into sessions and
    /// audit events, so that a decision can be traced to the rules of its day.
    ///
    /// # Errors
    /// If the rules break one of the promises above.
    pub fn new(version: u64, registered: TierRules, controlled: TierRules) -> Result<Self, PolicyError> {
        let controlled = controlled.including(&registered);
        let names: BTreeSet<_> = controlled.requirements().iter().cloned().collect();
        // Without a name there is nothing to look up: a policy that is shipped is not read for it.
        let standard = if names.is_empty() { None } else { Some(Standard::load()) };
        let declarations = names.iter().filter_map(|name| standard.as_ref()?.declaration(name));
        let draft = Self::draft(version)
            .with_tier(RowTier::Registered, registered)
            .with_tier(RowTier::Controlled, controlled);
        declarations.fold(draft, PolicyDraft::with_declaration).build()
    }

    /// A policy in the making, that asks for nothing yet.
    #[must_use]
    pub fn draft(version: u64) -> PolicyDraft {
        PolicyDraft::new(version)
    }

    pub(crate) fn from_checked(mut draft: PolicyDraft) -> Self {
        draft.share_names();
        Self { draft }
    }

    /// The policy as a draft, to make another one of it.
    #[must_use]
    pub fn into_draft(self) -> PolicyDraft {
        self.draft
    }

    /// Reads a `strongroom-policy/2` document in the notation that it is in.
    ///
    /// # Errors
    /// Every error that [`check`] finds.
    pub fn read(bytes: &[u8]) -> Result<Self, PolicyError> {
        check(bytes, Syntax::of(bytes)).into_result()
    }

    /// Reads a `strongroom-policy/2` document in JSON.
    ///
    /// # Errors
    /// Every error that [`check`] finds.
    pub fn from_json(text: &str) -> Result<Self, PolicyError> {
        check(text.as_bytes(), Syntax::Json).into_result()
    }

    /// Reads a `strongroom-policy/2` document in TOML.
    ///
    /// # Errors
    /// Every error that [`check`] finds.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        check(text.as_bytes(), Syntax::Toml).into_result()
    }

    /// The policy as a document in JSON, which reads back as the same policy.
    #[must_use]
    pub fn to_json(&self) -> String {
        // A policy is texts, numbers and maps with text keys: there is nothing in it that JSON
        // could not write.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The policy as a document in TOML, which reads back as the same policy.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // No number in it is larger than those of TOML, and nothing is null.
        toml::to_string_pretty(self).unwrap_or_default()
    }

    /// The SHA-256 digest of the policy in JSON without white space: the same for the same rules,
    /// in whichever notation and order they were written.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        let json = serde_json::to_vec(self).unwrap_or_default();
        Sha256Digest::from_bytes(Sha256::digest(json).into())
    }

    /// The tiers of All of Us, as far as its public documents give them: six requirements of
    /// persons and an agreement of the institution for the registered tier, one more of each for
    /// the controlled tier; the registered tier with dates moved back, without day and month of
    /// birth, places below the state, sub-categories of race and ethnicity, causes of death and
    /// free text; the controlled tier with the year of birth only; counts of 1 to 20 suppressed
    /// (governance of All of Us: data access tiers, data access modules, Data and Statistics
    /// Dissemination Policy).
    ///
    /// # Errors
    /// None that a caller could meet: the document is part of this crate, and a test reads it.
    pub fn all_of_us() -> Result<Self, PolicyError> {
        Self::from_toml(ALL_OF_US)
    }

    /// An example for a hospital that opens its own records to its own researchers, with the
    /// approval of an ethics committee for every workspace of the controlled tier.
    ///
    /// # Errors
    /// None that a caller could meet: the document is part of this crate, and a test reads it.
    pub fn small_hospital() -> Result<Self, PolicyError> {
        Self::from_toml(SMALL_HOSPITAL)
    }

    /// The programme's number for this policy.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.draft.version
    }

    /// The programme's name, if it is written.
    #[must_use]
    pub fn programme(&self) -> Option<&Label> {
        self.draft.programme.as_ref()
    }

    /// The rules of one tier that holds rows.
    #[must_use]
    pub fn rules(&self, tier: RowTier) -> &TierRules {
        self.draft.tier(tier)
    }

    /// The same rules, to be kept by whoever decides by them without copying what they say.
    #[must_use]
    pub fn shared_rules(&self, tier: RowTier) -> Arc<TierRules> {
        Arc::clone(self.draft.shared_tier(tier))
    }

    /// The rules of the public tier.
    #[must_use]
    pub fn public(&self) -> PublicRules {
        self.draft.public
    }

    /// How releases may be used.
    #[must_use]
    pub fn releases(&self) -> ReleaseRules {
        self.draft.releases
    }

    /// When people are told that something they need is about to lapse.
    #[must_use]
    pub fn notices(&self) -> &NoticeRules {
        &self.draft.notices
    }

    /// When purposes of workspaces are reviewed.
    #[must_use]
    pub fn reviews(&self) -> &ReviewRules {
        &self.draft.reviews
    }

    /// Everything somebody has to meet to enter the tier, each once: what the tiers below ask
    /// for, then what the tier itself adds.
    #[must_use]
    pub fn requirements(&self, tier: RowTier) -> Vec<&RequirementName> {
        let mut seen = BTreeSet::new();
        tier.and_below()
            .flat_map(|tier| self.rules(tier).requirements())
            .filter(|name| seen.insert(*name))
            .collect()
    }

    /// The declarations of what the tier asks for, in the same order as
    /// [`requirements`](Self::requirements).
    pub fn declarations(&self, tier: RowTier) -> impl Iterator<Item = &Declaration> {
        self.requirements(tier).into_iter().filter_map(|name| self.declaration(name))
    }

    /// What a requirement is; `None` if the policy does not declare it, and then no tier asks for
    /// it either.
    #[must_use]
    pub fn declaration(&self, name: &RequirementName) -> Option<&Declaration> {
        self.draft.declarations.get(name)
    }

    /// All declared requirements, by name, whether or not a tier asks for them.
    pub fn all_declarations(&self) -> impl Iterator<Item = &Declaration> {
        self.draft.declarations.values()
    }

    /// What is odd about the policy without being wrong.
    #[must_use]
    pub fn warnings(&self) -> Vec<Finding> {
        self.draft.check()
    }

    /// Whether this policy may take the place of another one that is in force: it is the same, or
    /// its version is larger. An older version that came back would silently undo what was
    /// tightened since.
    ///
    /// # Errors
    /// If it may not.
    pub fn check_succeeds(&self, in_force: &Self) -> Result<(), PolicyError> {
        if self.version() > in_force.version() || self == in_force {
            return Ok(());
        }
        let (version, other) = (self.version(), in_force.version());
        let problem = if version == other {
            format!("another policy of version {version} is in force")
        } else {
            format!("version {version} is older than version {other}, which is in force")
        };
        let path = crate::FieldPath::root().field("version");
        Err(Finding::error(path, problem, format!("write a version from {} on", other + 1)).into())
    }
}

#[derive(Serialize)]
struct Written<'p> {
    format: &'static str,
    version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    programme: Option<&'p Label>,
    releases: ReleaseRules,
    notices: &'p NoticeRules,
    // Left out where nothing is said, so that policies from before it could be said keep their digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    reviews: Option<&'p ReviewRules>,
    tiers: WrittenTiers<'p>,
    requirements: &'p BTreeMap<RequirementName, Declaration>,
}

#[derive(Serialize)]
struct WrittenTiers<'p> {
    public: PublicRules,
    registered: &'p TierRules,
    controlled: &'p TierRules,
}

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let draft = &self.draft;
        let written = Written {
            format: crate::read::FORMAT,
            version: draft.version,
            programme: draft.programme.as_ref(),
            releases: draft.releases,
            notices: &draft.notices,
            reviews: Some(&draft.reviews).filter(|rules| !rules.are_default()),
            tiers: WrittenTiers {
                public: draft.public,
                registered: &draft.registered,
                controlled: &draft.controlled,
            },
            requirements: &draft.declarations,
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // One reader for all: places in the text are lost here, nothing else.
        let value = serde_json::Value::deserialize(deserializer)?;
        Self::from_json(&value.to_string()).map_err(serde::de::Error::custom)
    }
}
