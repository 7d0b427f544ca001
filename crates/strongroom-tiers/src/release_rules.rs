use std::collections::BTreeSet;

use serde::Serialize;

/// How releases of data may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ReleaseRules {
    pub(crate) new_work: NewWork,
    pub(crate) archived: ArchivedUse,
    pub(crate) copies: Copies,
    pub(crate) one_tier_per_session: bool,
}

/// On which release new work begins, unless it replicates a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a choice of the policy's must be handled by whoever decides")]
pub enum NewWork {
    /// On the newest current release of the tier.
    Newest,
    /// On any current release of the tier.
    AnyCurrent,
}

/// What an archived release is still good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a choice of the policy's must be handled by whoever decides")]
pub enum ArchivedUse {
    /// For nothing.
    Nothing,
    /// For replicating a publication that is named.
    Replication,
    /// For that, and for going on in workspaces that were on it when it was archived.
    ReplicationAndExistingWork,
}

/// Where a workspace may be copied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a choice of the policy's must be handled by whoever decides")]
pub enum Copies {
    /// Onto releases of its own tier.
    SameTier,
    /// Onto releases of its own or a higher tier, never onto a lower one.
    SameOrHigherTier,
}

impl Default for ReleaseRules {
    /// The strict ones: new work on the newest release, archived releases to replicate, copies
    /// within the tier, one tier at a time.
    fn default() -> Self {
        Self {
            new_work: NewWork::Newest,
            archived: ArchivedUse::Replication,
            copies: Copies::SameTier,
            one_tier_per_session: true,
        }
    }
}

impl ReleaseRules {
    /// The same, with new work beginning here.
    #[must_use]
    pub fn with_new_work(mut self, new_work: NewWork) -> Self {
        self.new_work = new_work;
        self
    }

    /// The same, with archived releases being good for this.
    #[must_use]
    pub fn with_archived(mut self, archived: ArchivedUse) -> Self {
        self.archived = archived;
        self
    }

    /// The same, with workspaces being copied to here.
    #[must_use]
    pub fn with_copies(mut self, copies: Copies) -> Self {
        self.copies = copies;
        self
    }

    /// The same, with sessions that may be open in several tiers at a time.
    #[must_use]
    pub fn with_several_tiers_per_session(mut self) -> Self {
        self.one_tier_per_session = false;
        self
    }

    /// On which release new work begins.
    #[must_use]
    pub fn new_work(self) -> NewWork {
        self.new_work
    }

    /// What archived releases are good for.
    #[must_use]
    pub fn archived(self) -> ArchivedUse {
        self.archived
    }

    /// Where workspaces may be copied to.
    #[must_use]
    pub fn copies(self) -> Copies {
        self.copies
    }

    /// Whether somebody works in one tier at a time.
    #[must_use]
    pub fn one_tier_per_session(self) -> bool {
        self.one_tier_per_session
    }
}

/// When people are told that something they need is about to lapse.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NoticeRules {
    pub(crate) warn_days_before: BTreeSet<u32>,
}

impl NoticeRules {
    /// Warnings on these days before a lapse.
    #[must_use]
    pub fn new(warn_days_before: impl IntoIterator<Item = u32>) -> Self {
        Self { warn_days_before: warn_days_before.into_iter().collect() }
    }

    /// The days before a lapse on which people are warned.
    #[must_use]
    pub fn warn_days_before(&self) -> &BTreeSet<u32> {
        &self.warn_days_before
    }
}
