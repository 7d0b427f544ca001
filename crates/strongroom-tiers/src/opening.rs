use strongroom_primitives::{BoundedText, NonEmpty, ReleaseName, RowTier, Timestamp};
use thiserror::Error;

use crate::{ArchivedUse, Catalogue, Copies, NewWork, Release, ReleaseRules, ReleaseState};

/// The publication whose results are to be replicated: its DOI, or how it is cited.
pub type Publication = BoundedText<8, 400>;

/// What for somebody works on a release.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a purpose that nobody judges must not open a release")]
pub enum Intent {
    /// For research of their own.
    Research,
    /// To replicate a publication.
    Replication(Publication),
}

/// How somebody comes to work on a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a way that nobody judges must not open a release")]
pub enum Way<'a> {
    /// They create a workspace on it.
    NewWorkspace,
    /// They copy a workspace onto it.
    Copy {
        /// The release that the workspace is on.
        from: &'a ReleaseName,
    },
    /// They go on in a workspace that is on it.
    ExistingWorkspace,
}

/// What somebody asks of the catalogue: to work on this release, in this way, for this.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    release: &'a ReleaseName,
    way: Way<'a>,
    intent: &'a Intent,
    open_tier: Option<RowTier>,
}

/// That a release can be opened, and for how long that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    release: ReleaseName,
    tier: RowTier,
    until: Timestamp,
}

/// A release that somebody can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice<'a> {
    release: &'a Release,
    is_default: bool,
    only_to_replicate: bool,
}

/// Why a release cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReleaseObjection {
    /// There is none of this name, or it is not published yet: whoever asks learns no more.
    #[error("there is no release {0}; choose one of the catalogue's")]
    Unknown(ReleaseName),
    /// It is withdrawn.
    #[error("the release {release} is withdrawn since {since}; choose a current one")]
    Withdrawn {
        /// The release.
        release: ReleaseName,
        /// Since when.
        since: Timestamp,
    },
    /// It is archived, and good for nothing any more.
    #[error("the release {0} is archived; choose a current one")]
    Archived(ReleaseName),
    /// It is open to those only who replicate a publication.
    #[error(
        "the release {release} is open only to replicate a publication; name the publication, or choose \
         {}", newest.as_ref().map_or("a current release", ReleaseName::as_str)
    )]
    OnlyToReplicate {
        /// The release.
        release: ReleaseName,
        /// The release on which new work begins, if there is one.
        newest: Option<ReleaseName>,
    },
    /// The workspace cannot be copied to another tier.
    #[error(
        "a workspace of the {from} tier cannot be copied to the {to} tier; choose a release of its own tier"
    )]
    OtherTier {
        /// The tier of the workspace.
        from: RowTier,
        /// The tier of the release.
        to: RowTier,
    },
    /// A session of another tier is open.
    #[error("a session of the {open} tier is open; close it before working in the {asked} tier")]
    OtherTierOpen {
        /// The tier that is open.
        open: RowTier,
        /// The tier that was asked for.
        asked: RowTier,
    },
}

impl<'a> Opening<'a> {
    /// To work on this release, in this way, for this.
    #[must_use]
    pub fn new(release: &'a ReleaseName, way: Way<'a>, intent: &'a Intent) -> Self {
        Self { release, way, intent, open_tier: None }
    }

    /// The same, by somebody who has a session of this tier open.
    #[must_use]
    pub fn with_open_tier(mut self, tier: RowTier) -> Self {
        self.open_tier = Some(tier);
        self
    }
}

impl Opened {
    /// The release.
    #[must_use]
    pub fn release(&self) -> &ReleaseName {
        &self.release
    }

    /// Its tier, which the session is of.
    #[must_use]
    pub fn tier(&self) -> RowTier {
        self.tier
    }

    /// The first instant at which the answer may be another one, as far as is planned.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        self.until
    }
}

impl<'a> Choice<'a> {
    /// The release.
    #[must_use]
    pub fn release(&self) -> &'a Release {
        self.release
    }

    /// Whether it is the one on which new work in its tier begins.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.is_default
    }

    /// Whether a publication has to be named.
    #[must_use]
    pub fn only_to_replicate(&self) -> bool {
        self.only_to_replicate
    }
}

impl Catalogue {
    /// Decides whether a release can be opened at this instant: a pure function of catalogue,
    /// rules, request and instant. Whether the person may enter the tier is another decision.
    ///
    /// # Errors
    /// Everything that stands in the way.
    pub fn open(
        &self,
        rules: ReleaseRules,
        opening: &Opening<'_>,
        now: Timestamp,
    ) -> Result<Opened, NonEmpty<ReleaseObjection>> {
        let unknown = |name: &ReleaseName| NonEmpty::new(ReleaseObjection::Unknown(name.clone()));
        let release = self.visible(opening.release, now).ok_or_else(|| unknown(opening.release))?;
        let mut objections: Vec<_> = self.state_objection(rules, release, opening, now).into_iter().collect();
        if let Way::Copy { from } = opening.way {
            let from = self.visible(from, now).ok_or_else(|| unknown(from))?.tier();
            let to = release.tier();
            let allowed = match rules.copies() {
                Copies::SameTier => from == to,
                Copies::SameOrHigherTier => from <= to,
            };
            if !allowed {
                objections.push(ReleaseObjection::OtherTier { from, to });
            }
        }
        if let Some(open) = opening.open_tier.filter(|open| *open != release.tier())
            && rules.one_tier_per_session()
        {
            objections.push(ReleaseObjection::OtherTierOpen { open, asked: release.tier() });
        }
        match NonEmpty::from_vec(objections) {
            Some(objections) => Err(objections),
            None => Ok(Opened {
                release: release.name().clone(),
                tier: release.tier(),
                until: self.next_change(release.tier(), now),
            }),
        }
    }

    /// What somebody with access up to this tier can choose for new work at this instant, the
    /// newest first; nothing of another tier than the one that is open, if one is.
    #[must_use]
    pub fn choices(
        &self,
        rules: ReleaseRules,
        highest: RowTier,
        open_tier: Option<RowTier>,
        now: Timestamp,
    ) -> Vec<Choice<'_>> {
        let choosable = |release: &&Release| {
            release.tier() <= highest
                && match release.state_at(now) {
                    ReleaseState::Current => true,
                    ReleaseState::Archived => rules.archived() != ArchivedUse::Nothing,
                    ReleaseState::InPreparation | ReleaseState::Withdrawn => false,
                }
                && !(rules.one_tier_per_session() && open_tier.is_some_and(|open| open != release.tier()))
        };
        let mut releases: Vec<_> = self.releases().iter().filter(choosable).collect();
        releases.reverse();
        releases.sort_by_key(|release| std::cmp::Reverse((release.tier(), release.published())));
        let choice = |release: &'_ Release| self.is_default(release, now);
        releases
            .into_iter()
            .map(|release| Choice {
                release,
                is_default: choice(release),
                only_to_replicate: self.only_to_replicate(rules, release, now),
            })
            .collect()
    }

    fn visible(&self, name: &ReleaseName, now: Timestamp) -> Option<&Release> {
        self.release(name).filter(|release| release.state_at(now) != ReleaseState::InPreparation)
    }

    fn is_default(&self, release: &Release, now: Timestamp) -> bool {
        self.newest(release.tier(), now).is_some_and(|newest| newest.name() == release.name())
    }

    fn only_to_replicate(&self, rules: ReleaseRules, release: &Release, now: Timestamp) -> bool {
        release.state_at(now) == ReleaseState::Archived
            || (rules.new_work() == NewWork::Newest && !self.is_default(release, now))
    }

    fn state_objection(
        &self,
        rules: ReleaseRules,
        release: &Release,
        opening: &Opening<'_>,
        now: Timestamp,
    ) -> Option<ReleaseObjection> {
        let name = || release.name().clone();
        let existing = opening.way == Way::ExistingWorkspace;
        let replicates = matches!(opening.intent, Intent::Replication(_));
        let open_to_all = match release.state_at(now) {
            ReleaseState::InPreparation => return Some(ReleaseObjection::Unknown(name())),
            ReleaseState::Withdrawn => {
                let since = release.withdrawn().map_or(now, |withdrawal| withdrawal.since());
                return Some(ReleaseObjection::Withdrawn { release: name(), since });
            }
            ReleaseState::Archived => match rules.archived() {
                ArchivedUse::Nothing => return Some(ReleaseObjection::Archived(name())),
                ArchivedUse::Replication => false,
                ArchivedUse::ReplicationAndExistingWork => existing,
            },
            ReleaseState::Current => existing || !self.only_to_replicate(rules, release, now),
        };
        (!open_to_all && !replicates).then(|| ReleaseObjection::OnlyToReplicate {
            release: name(),
            newest: self.newest(release.tier(), now).map(|newest| newest.name().clone()),
        })
    }

    /// The first instant at which something is planned for a release of the tier.
    fn next_change(&self, tier: RowTier, now: Timestamp) -> Timestamp {
        let of_tier = self.releases().iter().filter(|release| release.tier() == tier);
        of_tier.map(|release| release.next_change(now)).min().unwrap_or(Timestamp::LAST)
    }
}
