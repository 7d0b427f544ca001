use serde::{Deserialize, Serialize};
use strongroom_primitives::{InvalidValue, Paragraph, ReleaseName, RowTier, Timestamp};

/// One release of a Curated Data Repository, as policy sees it: its data lie elsewhere.
///
/// Its state is not stored. It follows from the instants at which the release is published,
/// archived and withdrawn, which may lie ahead, and from the instant at which somebody asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Release {
    name: ReleaseName,
    tier: RowTier,
    family: ReleaseName,
    published: Option<Timestamp>,
    archived: Option<Timestamp>,
    withdrawn: Option<Withdrawal>,
}

/// That a release is no longer used by anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    since: Timestamp,
    reason: Paragraph,
}

/// What a release may be used for at one instant, from its first state to its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a new state must be handled by everyone who decides by it")]
pub enum ReleaseState {
    /// Not yet: for researchers it does not exist.
    InPreparation,
    /// New work may begin on it.
    Current,
    /// It is kept so that a study can be repeated.
    Archived,
    /// It is used by nobody any more, for instance because somebody took their consent back.
    Withdrawn,
}

impl Release {
    /// A release that has been current for as long as anybody can ask.
    ///
    /// It is a family of its own tier's name. The tier is said, never guessed from the name.
    #[must_use]
    pub fn new(name: ReleaseName, tier: RowTier) -> Self {
        Self {
            published: Some(Timestamp::from_unix_microseconds(i64::MIN)),
            ..Self::in_preparation(name, tier)
        }
    }

    /// A release that is not yet published.
    #[must_use]
    pub fn in_preparation(name: ReleaseName, tier: RowTier) -> Self {
        let family = family_of(tier).unwrap_or_else(|| name.clone());
        Self { name, tier, family, published: None, archived: None, withdrawn: None }
    }

    /// The same release in another family: the releases that move a person's dates alike.
    #[must_use]
    pub fn with_family(mut self, family: ReleaseName) -> Self {
        self.family = family;
        self
    }

    /// The same release, current from this instant on.
    #[must_use]
    pub fn with_published(mut self, at: Timestamp) -> Self {
        self.published = Some(at);
        self
    }

    /// The same release, archived from this instant on.
    #[must_use]
    pub fn with_archived(mut self, at: Timestamp) -> Self {
        self.archived = Some(at);
        self
    }

    /// The same release, withdrawn from this instant on.
    #[must_use]
    pub fn with_withdrawn(mut self, since: Timestamp, reason: Paragraph) -> Self {
        self.withdrawn = Some(Withdrawal { since, reason });
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &ReleaseName {
        &self.name
    }

    /// The tier whose rows it holds.
    #[must_use]
    pub fn tier(&self) -> RowTier {
        self.tier
    }

    /// The family with which it shares the key of moved dates.
    #[must_use]
    pub fn family(&self) -> &ReleaseName {
        &self.family
    }

    /// From when on it is current; `None` if that is not yet known.
    #[must_use]
    pub fn published(&self) -> Option<Timestamp> {
        self.published
    }

    /// From when on it is archived, if that is known.
    #[must_use]
    pub fn archived(&self) -> Option<Timestamp> {
        self.archived
    }

    /// Since or from when it is withdrawn, and why.
    #[must_use]
    pub fn withdrawn(&self) -> Option<&Withdrawal> {
        self.withdrawn.as_ref()
    }

    /// What it may be used for at this instant.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> ReleaseState {
        let reached = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        if reached(self.withdrawn.as_ref().map(|withdrawal| withdrawal.since)) {
            ReleaseState::Withdrawn
        } else if !reached(self.published) {
            ReleaseState::InPreparation
        } else if reached(self.archived) {
            ReleaseState::Archived
        } else {
            ReleaseState::Current
        }
    }

    /// The first instant after this one at which the state may change; [`Timestamp::LAST`] if
    /// nothing is planned.
    #[must_use]
    pub fn next_change(&self, now: Timestamp) -> Timestamp {
        let withdrawn = self.withdrawn.as_ref().map(|withdrawal| withdrawal.since);
        let planned = [self.published, self.archived, withdrawn].into_iter().flatten();
        planned.filter(|at| *at > now).min().unwrap_or(Timestamp::LAST)
    }

    /// Archives it; the earliest instant counts.
    pub(crate) fn archive(&mut self, at: Timestamp) {
        self.archived = Some(self.archived.map_or(at, |earlier| earlier.min(at)));
    }

    /// Withdraws it; the earliest instant counts, and the reason that came with it.
    pub(crate) fn withdraw(&mut self, withdrawal: Withdrawal) {
        if self.withdrawn.as_ref().is_none_or(|earlier| withdrawal.since < earlier.since) {
            self.withdrawn = Some(withdrawal);
        }
    }
}

impl Withdrawal {
    /// Withdrawn from this instant on, for this reason.
    #[must_use]
    pub fn new(since: Timestamp, reason: Paragraph) -> Self {
        Self { since, reason }
    }

    /// The first instant at which nobody uses it.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &Paragraph {
        &self.reason
    }
}

fn family_of(tier: RowTier) -> Option<ReleaseName> {
    ReleaseName::new(tier.to_string()).ok()
}

/// The stored form of a [`Release`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    name: ReleaseName,
    tier: RowTier,
    family: ReleaseName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    published: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    archived: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withdrawn: Option<Withdrawal>,
}

impl TryFrom<Fields> for Release {
    type Error = InvalidValue;

    fn try_from(fields: Fields) -> Result<Self, InvalidValue> {
        let Fields { name, tier, family, published, archived, withdrawn } = fields;
        if archived.is_some_and(|archived| published.is_none_or(|published| archived < published)) {
            return Err(InvalidValue::new("release", "it is archived before it is published; correct one"));
        }
        Ok(Self { name, tier, family, published, archived, withdrawn })
    }
}

impl From<Release> for Fields {
    fn from(release: Release) -> Self {
        let Release { name, tier, family, published, archived, withdrawn } = release;
        Self { name, tier, family, published, archived, withdrawn }
    }
}
