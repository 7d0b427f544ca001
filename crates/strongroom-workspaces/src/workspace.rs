use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Label, ReleaseName, RowTier, Timestamp, kind};

use crate::stored::{Document, Format};
use crate::{
    Action, Actor, Billing, Circumstances, Content, Deletion, Etag, Lock, Members, Obstacle, Origin,
    Ownership, Publication, Purpose, Review, Role, WorkspaceError,
};

/// A place where some people do research for one purpose on one release of data. Stored as a
/// `strongroom-workspace/2` document; the first format, which knew members and a purpose only, is read
/// as well.
///
/// Release, tier and creator are what they were at the creation. The creator is not necessarily a
/// member: who answers for the workspace now are its owners. The creator pays.
///
/// Every change names the version it was made from and is refused if there is a later one, so
/// that nobody undoes a change they have not seen. [`decide`](Self::decide) says what a command comes
/// to, [`apply`](Self::apply) carries it out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Document")]
pub struct Workspace {
    pub(crate) format: Format,
    pub(crate) id: Id<kind::Workspace>,
    pub(crate) version: u64,
    pub(crate) title: Label,
    // The large parts are elsewhere, so that a workspace is moved cheaply.
    pub(crate) purpose: Box<Purpose>,
    pub(crate) creator: Id<kind::Person>,
    pub(crate) created: Timestamp,
    pub(crate) release: ReleaseName,
    pub(crate) tier: RowTier,
    pub(crate) members: Members,
    pub(crate) former_members: BTreeSet<Id<kind::Person>>,
    pub(crate) billing: Billing,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) origin: Option<Origin>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lock: Option<Lock>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) publication: Option<Publication>,
    pub(crate) published_before: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deletion: Option<Deletion>,
    pub(crate) review: Box<Review>,
    pub(crate) modified_at: Timestamp,
    // INVARIANT: empty if there is a `deletion`.
    pub(crate) content: Box<Content>,
}

impl Workspace {
    /// A new workspace at version 1, whose creator is its only member and owner.
    ///
    /// `tier` is that of the release. [`create`](crate::create) asks for the right to it.
    #[must_use]
    pub fn new(
        id: Id<kind::Workspace>,
        title: Label,
        purpose: Purpose,
        creator: Id<kind::Person>,
        release: ReleaseName,
        tier: RowTier,
        created: Timestamp,
    ) -> Self {
        Self {
            format: Format::V2,
            id,
            version: 1,
            title,
            purpose: Box::new(purpose),
            creator,
            created,
            release,
            tier,
            members: Members::new(creator),
            former_members: BTreeSet::new(),
            billing: Billing::default(),
            origin: None,
            lock: None,
            publication: None,
            published_before: false,
            deletion: None,
            review: Box::default(),
            modified_at: created,
            content: Box::default(),
        }
    }

    pub(crate) fn with_billing(self, billing: Billing) -> Self {
        Self { billing, ..self }
    }

    /// The same workspace as a copy, with this content, and with these members beside its creator.
    pub(crate) fn with_origin(mut self, origin: Origin, content: Content, members: Option<&Members>) -> Self {
        for (person, role) in members.into_iter().flat_map(Members::iter) {
            if person != self.creator {
                // The creator is an owner, so that the role of another can be any.
                self.members.share(person, role).ok();
            }
        }
        Self { origin: Some(origin), content: Box::new(content), ..self }
    }

    /// The person's role: that of a member, or that of a reader if the workspace is published. `None`
    /// if they have none.
    #[must_use]
    pub fn role_of(&self, person: Id<kind::Person>) -> Option<Role> {
        self.members.role_of(person).or_else(|| self.publication.map(|_| Role::Reader))
    }

    /// Whether any owner is in good standing for the tier, as `in_standing` says of each.
    #[must_use]
    pub fn ownership(&self, in_standing: impl Fn(Id<kind::Person>) -> bool) -> Ownership {
        if self.members.owners().any(in_standing) { Ownership::Held } else { Ownership::Orphaned }
    }

    /// Why nobody may do this at present, whatever their role.
    #[must_use]
    pub fn obstacle(&self, action: Action, around: &Circumstances) -> Option<Obstacle> {
        let row = action.row();
        self.lasting_obstacle(action).or_else(|| match around.ownership() {
            Ownership::Orphaned if row.changes => Some(Obstacle::Orphaned),
            _ if !row.while_reviewed && self.review.blocks_work(around.review_policy()) => {
                Some(Obstacle::AwaitingReview)
            }
            _ => None,
        })
    }

    /// Of these reasons the ones that lie in the workspace itself: it is deleted or locked.
    #[must_use]
    pub fn lasting_obstacle(&self, action: Action) -> Option<Obstacle> {
        match (&self.deletion, &self.lock) {
            (Some(deletion), _) => Some(Obstacle::Deleted { since: deletion.at }),
            (None, Some(lock)) if !action.row().while_locked => Some(Obstacle::Locked { since: lock.since }),
            _ => None,
        }
    }

    /// Whether the actor may do this in the workspace as it is now, and who they are. What the actor's
    /// permit says of the past is of no account: role, lock and deletion are those of this state.
    ///
    /// # Errors
    /// If the permit is for something else or has expired, the person has no role or too low a one, or
    /// nobody may do it at present.
    pub fn authorize(
        &self,
        actor: &Actor,
        action: Action,
        around: &Circumstances,
    ) -> Result<Id<kind::Person>, WorkspaceError> {
        let person = match actor {
            Actor::Member(permit) => {
                if permit.workspace() != self.id || permit.action() != action {
                    return Err(WorkspaceError::WrongPermit { action });
                }
                if around.now() >= permit.not_after() {
                    return Err(WorkspaceError::PermitExpired { since: permit.not_after() });
                }
                let role = self.role_of(permit.person()).ok_or(WorkspaceError::NotAMember)?;
                if !role.may(action) {
                    return Err(WorkspaceError::RoleTooLow { action, needed: action.lowest_role() });
                }
                permit.person()
            }
            // Whoever pays for it can end it.
            Actor::Creator(person) if *person == self.creator && action == Action::Delete => *person,
            Actor::Creator(_) => return Err(WorkspaceError::NotAMember),
            Actor::Administrator { .. } | Actor::Policy => {
                return Err(WorkspaceError::WrongPermit { action });
            }
        };
        match self.obstacle(action, around) {
            Some(obstacle) => Err(obstacle.into()),
            None => Ok(person),
        }
    }

    pub(crate) fn check_version(&self, expected: u64) -> Result<(), WorkspaceError> {
        if expected == self.version {
            Ok(())
        } else {
            Err(WorkspaceError::StaleVersion { expected, present: self.version })
        }
    }

    /// Whether the person belongs to the workspace, or ever did.
    pub(crate) fn has_a_part(&self, person: Id<kind::Person>) -> bool {
        self.creator == person
            || self.members.role_of(person).is_some()
            || self.former_members.contains(&person)
    }

    /// The workspace's id.
    #[must_use]
    pub fn id(&self) -> Id<kind::Workspace> {
        self.id
    }

    /// The number of the present version, from 1. Changes of items do not count.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The tag of the present version.
    #[must_use]
    pub fn etag(&self) -> Etag {
        Etag::from_number(self.version)
    }

    /// The title.
    #[must_use]
    pub fn title(&self) -> &Label {
        &self.title
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// Who created it, and pays.
    #[must_use]
    pub fn creator(&self) -> Id<kind::Person> {
        self.creator
    }

    /// When it was created.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// When it was changed last, items included.
    #[must_use]
    pub fn modified_at(&self) -> Timestamp {
        self.modified_at
    }

    /// The release it works on.
    #[must_use]
    pub fn release(&self) -> &ReleaseName {
        &self.release
    }

    /// The tier of that release.
    #[must_use]
    pub fn tier(&self) -> RowTier {
        self.tier
    }

    /// Who works in it.
    #[must_use]
    pub fn members(&self) -> &Members {
        &self.members
    }

    /// Who worked in it and does no longer.
    #[must_use]
    pub fn former_members(&self) -> &BTreeSet<Id<kind::Person>> {
        &self.former_members
    }

    /// Who pays.
    #[must_use]
    pub fn billing(&self) -> &Billing {
        &self.billing
    }

    /// What it was copied from.
    #[must_use]
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// The lock, if administrators locked it.
    #[must_use]
    pub fn lock(&self) -> Option<&Lock> {
        self.lock.as_ref()
    }

    /// Where it is shown to all researchers of its tier, if it is.
    #[must_use]
    pub fn publication(&self) -> Option<&Publication> {
        self.publication.as_ref()
    }

    /// Whether it is shown so, or ever was.
    #[must_use]
    pub fn was_published(&self) -> bool {
        self.published_before
    }

    /// When and by whom it was deleted.
    #[must_use]
    pub fn deletion(&self) -> Option<&Deletion> {
        self.deletion.as_ref()
    }

    /// The review of its purpose.
    #[must_use]
    pub fn review(&self) -> &Review {
        &self.review
    }

    /// What it holds; nothing if it is deleted.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }
}
