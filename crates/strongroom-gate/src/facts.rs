use strongroom_access::{Bypass, Dossier, Evidence, Institution, Person, Requirement};
use strongroom_primitives::{Id, ReleaseName, RowTier, Timestamp, kind};
use strongroom_tiers::{Catalogue, Intent, Release};
use strongroom_workspaces::{Action, Ownership, ReviewPolicy, Workspace};

/// Everything a decision is made from, besides the policy and the instant. Whatever was not
/// loaded, or does not exist, is left out; nothing that is left out can open a door.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    person: &'a Person,
    requirements: &'a [Requirement],
    evidence: &'a [Evidence],
    bypasses: &'a [Bypass],
    dossiers: &'a [Dossier],
    institution: Option<&'a Institution>,
    workspace: Option<&'a Workspace>,
    release: Option<&'a Release>,
    catalogue: Option<&'a Catalogue>,
    intent: &'a Intent,
    open_tier: Option<RowTier>,
    ownership: Option<Ownership>,
    review_policy: ReviewPolicy,
}

/// What somebody works for who names no publication.
const RESEARCH: &Intent = &Intent::Research;

impl<'a> Facts<'a> {
    /// The person who asks, the requirements the programme has defined, and this person's
    /// evidence.
    #[must_use]
    pub fn new(person: &'a Person, requirements: &'a [Requirement], evidence: &'a [Evidence]) -> Self {
        Self {
            person,
            requirements,
            evidence,
            bypasses: &[],
            dossiers: &[],
            institution: None,
            workspace: None,
            release: None,
            catalogue: None,
            intent: RESEARCH,
            open_tier: None,
            ownership: None,
            review_policy: ReviewPolicy::default(),
        }
    }

    /// The same facts under other definitions of what can be required.
    #[must_use]
    pub fn with_requirements(mut self, requirements: &'a [Requirement]) -> Self {
        self.requirements = requirements;
        self
    }

    /// The same facts, and what was set aside for a time. Those for other subjects, and those that
    /// the policy does not provide for, are left aside.
    #[must_use]
    pub fn with_bypasses(mut self, bypasses: &'a [Bypass]) -> Self {
        self.bypasses = bypasses;
        self
    }

    /// The same facts, and what was recorded about the institution, the workspace or the person in
    /// the workspace. Dossiers of other subjects are left aside.
    #[must_use]
    pub fn with_dossiers(mut self, dossiers: &'a [Dossier]) -> Self {
        self.dossiers = dossiers;
        self
    }

    /// The same facts, and the releases there are. Then [`with_release`](Self::with_release) is of
    /// no account.
    #[must_use]
    pub fn with_catalogue(mut self, catalogue: &'a Catalogue) -> Self {
        self.catalogue = Some(catalogue);
        self
    }

    /// The same facts, and what for the person works on the release; without this, for research of
    /// their own.
    #[must_use]
    pub fn with_intent(mut self, intent: &'a Intent) -> Self {
        self.intent = intent;
        self
    }

    /// The same facts, and the tier in which the person has a session open.
    #[must_use]
    pub fn with_open_tier(mut self, tier: RowTier) -> Self {
        self.open_tier = Some(tier);
        self
    }

    /// The same facts, and whether any owner of the workspace has access to its tier. Without this,
    /// nobody is known to have, but for a person who asks and is an owner.
    #[must_use]
    pub fn with_ownership(mut self, ownership: Ownership) -> Self {
        self.ownership = Some(ownership);
        self
    }

    /// The same facts, and whether work waits for the review of the workspace's purpose also where the
    /// policy does not say so; without this, it waits where the policy says so only.
    #[must_use]
    pub fn with_review_policy(mut self, review_policy: ReviewPolicy) -> Self {
        self.review_policy = review_policy;
        self
    }

    /// The same facts, and the person's institution. Any other institution is left aside.
    #[must_use]
    pub fn with_institution(mut self, institution: &'a Institution) -> Self {
        self.institution = Some(institution);
        self
    }

    /// The same facts, and the workspace that was asked for. Any other workspace is left aside.
    #[must_use]
    pub fn with_workspace(mut self, workspace: &'a Workspace) -> Self {
        self.workspace = Some(workspace);
        self
    }

    /// The same facts, and the release: that of the workspace, or that on which one shall be
    /// created. Any other release is left aside. What depends on the other releases of the tier, as
    /// what is the newest, is decided as if there were none: see
    /// [`with_catalogue`](Self::with_catalogue).
    #[must_use]
    pub fn with_release(mut self, release: &'a Release) -> Self {
        self.release = Some(release);
        self
    }

    /// The person who asks.
    #[must_use]
    pub fn person(&self) -> &'a Person {
        self.person
    }

    /// The requirements the programme has defined, whether or not the tier asks for them.
    #[must_use]
    pub fn requirements(&self) -> &'a [Requirement] {
        self.requirements
    }

    /// The person's evidence.
    #[must_use]
    pub fn evidence(&self) -> &'a [Evidence] {
        self.evidence
    }

    /// The institution, if it is known.
    #[must_use]
    pub fn institution(&self) -> Option<&'a Institution> {
        self.institution
    }

    /// The workspace, if there is one.
    #[must_use]
    pub fn workspace(&self) -> Option<&'a Workspace> {
        self.workspace
    }

    /// The release, if it was given alone.
    #[must_use]
    pub fn release(&self) -> Option<&'a Release> {
        self.release
    }

    /// The releases there are, if they were given.
    #[must_use]
    pub fn catalogue(&self) -> Option<&'a Catalogue> {
        self.catalogue
    }

    /// What was set aside, for whomever.
    #[must_use]
    pub fn bypasses(&self) -> &'a [Bypass] {
        self.bypasses
    }

    /// What was recorded about others than the person, and of the person beside the evidence.
    #[must_use]
    pub fn dossiers(&self) -> &'a [Dossier] {
        self.dossiers
    }

    /// What for the person works on the release.
    #[must_use]
    pub fn intent(&self) -> &'a Intent {
        self.intent
    }

    /// Whether any owner of the workspace has access to its tier, if that is known.
    #[must_use]
    pub fn ownership(&self) -> Option<Ownership> {
        self.ownership
    }

    /// Whether work waits for the review of the workspace's purpose, whatever the policy says.
    #[must_use]
    pub fn review_policy(&self) -> ReviewPolicy {
        self.review_policy
    }

    /// The tier in which the person has a session open, if there is one.
    #[must_use]
    pub fn open_tier(&self) -> Option<RowTier> {
        self.open_tier
    }
}

/// What a person asks for: to do this in that workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    workspace: Id<kind::Workspace>,
    action: Action,
}

impl Ask {
    /// To do this in that workspace.
    #[must_use]
    pub fn new(workspace: Id<kind::Workspace>, action: Action) -> Self {
        Self { workspace, action }
    }

    /// The workspace, which need not exist.
    #[must_use]
    pub fn workspace(&self) -> Id<kind::Workspace> {
        self.workspace
    }

    /// What shall be done in it.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }
}

/// What somebody is about to do, in the eyes of a [`Rule`](crate::Rule).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a rule that did not know an operation could not object to it")]
pub enum Operation {
    /// An action in a workspace of which the person is a member.
    InWorkspace(Action),
    /// The creation of a workspace.
    CreateWorkspace,
}

/// The matter on which a [`Rule`](crate::Rule) is heard: who wants to do what, with which data,
/// and when.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) operation: Operation,
    pub(crate) release: &'a ReleaseName,
    pub(crate) tier: RowTier,
    pub(crate) now: Timestamp,
}

impl<'a> Case<'a> {
    /// Everything that is known.
    #[must_use]
    pub fn facts(&self) -> &'a Facts<'a> {
        self.facts
    }

    /// What is about to be done.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The release of data it is about.
    #[must_use]
    pub fn release(&self) -> &'a ReleaseName {
        self.release
    }

    /// The tier of those data.
    #[must_use]
    pub fn tier(&self) -> RowTier {
        self.tier
    }

    /// The instant of the decision.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }
}
