use strongroom_primitives::{Label, ReleaseName, RowTier};
use strongroom_tiers::{Intent, Publication};
use strongroom_workspaces::{Billing, Purpose};

/// A workspace that somebody asks for: on which release, called what, for what, and who pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceRequest {
    pub(crate) release: ReleaseChoice,
    pub(crate) title: Label,
    pub(crate) purpose: Purpose,
    pub(crate) billing: Billing,
    pub(crate) intent: Intent,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReleaseChoice {
    Named(ReleaseName),
    Newest(RowTier),
}

impl WorkspaceRequest {
    /// A workspace on the release of this tier that is the newest when it is asked for.
    #[must_use]
    pub fn on_newest(tier: RowTier, title: Label, purpose: Purpose) -> Self {
        Self::new(ReleaseChoice::Newest(tier), title, purpose)
    }

    /// A workspace on this release.
    #[must_use]
    pub fn on_release(release: ReleaseName, title: Label, purpose: Purpose) -> Self {
        Self::new(ReleaseChoice::Named(release), title, purpose)
    }

    fn new(release: ReleaseChoice, title: Label, purpose: Purpose) -> Self {
        Self { release, title, purpose, billing: Billing::InitialCredits, intent: Intent::Research }
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// The same, paid in this way in place of the creator's initial credits.
    #[must_use]
    pub fn paid_by(self, billing: Billing) -> Self {
        Self { billing, ..self }
    }

    /// The same, to replicate a publication: what an archived release may be open for.
    #[must_use]
    pub fn to_replicate(self, publication: Publication) -> Self {
        Self { intent: Intent::Replication(publication), ..self }
    }
}
