use strongroom_access::{Evidence, Institution, Person, Requirement};
use strongroom_primitives::{Id, ReleaseName, RowTier, Timestamp, kind};
use strongroom_tiers::Release;
use strongroom_workspaces::{Action, Workspace};

/// Everything a decision is made from, besides the policy and the instant. Whatever was not
/// loaded, or does not exist, is left out; nothing that is left out can open a door.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    person: &'a Person,
    requirements: &'a [Requirement],
    evidence: &'a [Evidence],
    institution: Option<&'a Institution>,
    workspace: Option<&'a Workspace>,
    release: Option<&'a Release>,
}

impl<'a> Facts<'a> {
    /// The person who asks, the requirements the programme has defined, and this person's
    /// evidence.
    #[must_use]
    pub fn new(person: &'a Person, requirements: &'a [Requirement], evidence: &'a [Evidence]) -> Self {
        Self { person, requirements, evidence, institution: None, workspace: None, release: None }
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
    /// created. Any other release is left aside.
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

    /// The release, if the catalogue has it.
    #[must_use]
    pub fn release(&self) -> Option<&'a Release> {
        self.release
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
