//! What a command comes to: a pure function of workspace, actor, command and circumstances.

use strongroom_primitives::{Id, kind};

use crate::review::{self, Party};
use crate::{
    Action, Actor, Authority, Category, Change, Circumstances, Command, Deletion, Event, EventKind, Lock,
    Obstacle, Ownership, Publication, ReviewCommand, ReviewState, ReviewStep, Role, Workspace,
    WorkspaceError, content,
};

impl Workspace {
    /// What the command comes to, to be recorded and then [applied](Self::apply): nothing, if all is as
    /// it should be already.
    ///
    /// The right to it is checked on this very state, whatever was decided before about another.
    /// Somebody who is no member learns nothing but that.
    ///
    /// # Errors
    /// If the actor may not do it, nobody may at present, it was made from an earlier state, or it
    /// cannot be done. Nothing is to be applied then.
    pub fn decide(
        &self,
        actor: &Actor,
        command: &Command,
        around: &Circumstances,
    ) -> Result<Vec<Event>, WorkspaceError> {
        let kinds = match command {
            Command::Content(command) => {
                // Without the item it is not known what is done to it; the permit says for what it is.
                let asked = match actor {
                    Actor::Member(permit) => permit.action(),
                    _ => Action::EditCohort,
                };
                let action = command.action(&self.content).unwrap_or(asked);
                let person = self.authorize(actor, action, around)?;
                content::decide(self, person, command, around.now())?
            }
            Command::Change { expected, change } => {
                let by = self.authorize_change(actor, change, around)?;
                self.check_version(expected.number())?;
                self.decide_change(actor, by, change, around)?
            }
        };
        let (at, by) = (around.now(), actor.person());
        Ok(kinds.into_iter().map(|kind| Event { at, by, kind }).collect())
    }

    /// Who makes the change, if they may; nobody if it is the policy.
    fn authorize_change(
        &self,
        actor: &Actor,
        change: &Change,
        around: &Circumstances,
    ) -> Result<Option<Id<kind::Person>>, WorkspaceError> {
        match (actor, change.action()) {
            (Actor::Member(_) | Actor::Creator(_), Some(action)) => {
                self.authorize(actor, action, around).map(Some)
            }
            (_, action) => {
                let needed = change
                    .authority()
                    .ok_or(WorkspaceError::WrongPermit { action: action.unwrap_or(Action::View) })?;
                match actor {
                    Actor::Policy if matches!(change, Change::Review(ReviewCommand::Submit { .. })) => {
                        self.check_deleted().map(|()| None)
                    }
                    Actor::Administrator { person, authority } if *authority == needed => {
                        self.check_deleted().map(|()| Some(*person))
                    }
                    _ => Err(WorkspaceError::NeedsAuthority(needed)),
                }
            }
        }
    }

    fn check_deleted(&self) -> Result<(), WorkspaceError> {
        match &self.deletion {
            Some(deletion) => Err(Obstacle::Deleted { since: deletion.at }.into()),
            None => Ok(()),
        }
    }

    fn decide_change(
        &self,
        actor: &Actor,
        by: Option<Id<kind::Person>>,
        change: &Change,
        around: &Circumstances,
    ) -> Result<Vec<EventKind>, WorkspaceError> {
        // Only the policy is nobody, and it does nothing but to submit.
        let person = by.unwrap_or(self.creator);
        let at = around.now();
        match change {
            Change::Rename(title) if *title == self.title => Ok(Vec::new()),
            Change::Rename(title) => Ok(vec![EventKind::Renamed(title.clone())]),
            Change::RestatePurpose(purpose) if *purpose == self.purpose => Ok(Vec::new()),
            Change::RestatePurpose(purpose) => {
                let open = purpose.unanswered();
                if !open.is_empty() {
                    return Err(WorkspaceError::PurposeIncomplete(open));
                }
                let mut events = vec![EventKind::PurposeRestated(purpose.clone())];
                match self.review.state() {
                    // What was approved was the purpose of before.
                    ReviewState::Approved => events.push(EventKind::Reviewed(ReviewStep::PurposeChanged)),
                    // A purpose that the policy gives to the board may come later than the workspace.
                    ReviewState::NotRequested if around.review_policy().required => {
                        events.push(EventKind::Reviewed(ReviewStep::Submitted { note: None }));
                    }
                    _ => {}
                }
                Ok(events)
            }
            Change::ChangeBilling(billing) if *billing == self.billing => Ok(Vec::new()),
            Change::ChangeBilling(billing) => Ok(vec![EventKind::BillingChanged(billing.clone())]),
            Change::Share { with, role } => {
                let mut members = self.members.clone();
                let before = members.share(*with, *role)?;
                Ok(given(*with, *role, before))
            }
            Change::ChangeRole { of, role } => {
                let mut members = self.members.clone();
                members.role_of(*of).ok_or(WorkspaceError::NoSuchMember)?;
                let before = members.share(*of, *role)?;
                Ok(given(*of, *role, before))
            }
            Change::Unshare(with) => self.decide_removal(*with),
            Change::Leave => self.decide_removal(person),
            Change::AppointOwner(with) => {
                if around.ownership() != Ownership::Orphaned {
                    return Err(WorkspaceError::NotOrphaned);
                }
                if *with == person {
                    return Err(WorkspaceError::SelfAppointed);
                }
                Ok(given(*with, Role::Owner, self.members.role_of(*with)))
            }
            Change::Lock(_) if self.lock.is_some() => Err(WorkspaceError::LockUnchanged { locked: true }),
            Change::Lock(reason) => {
                Ok(vec![EventKind::Locked(Lock { since: at, by: person, reason: reason.clone() })])
            }
            Change::Unlock if self.lock.is_none() => Err(WorkspaceError::LockUnchanged { locked: false }),
            Change::Unlock => Ok(vec![EventKind::Unlocked]),
            Change::Publish(category) => self.decide_publication(actor, person, *category, around),
            Change::Withdraw => match &self.publication {
                None => Err(WorkspaceError::NotPublished),
                Some(one) if one.by_administrators && !is_administrator(actor) => {
                    Err(WorkspaceError::NeedsAuthority(Authority::Publication))
                }
                Some(_) => Ok(vec![EventKind::Withdrawn]),
            },
            Change::Delete => Ok(vec![EventKind::Deleted(Deletion { at, by: person })]),
            Change::Review(command) => {
                let party = Party {
                    person: by,
                    // A member was authorised as one who may change the purpose.
                    is_owner: matches!(actor, Actor::Member(_)),
                    is_of_the_board: is_administrator(actor),
                };
                let step = review::decide(&self.review, &party, |one| self.has_a_part(one), command)?;
                Ok(vec![EventKind::Reviewed(step)])
            }
        }
    }

    fn decide_removal(&self, of: Id<kind::Person>) -> Result<Vec<EventKind>, WorkspaceError> {
        let mut members = self.members.clone();
        let before = members.remove(of)?;
        Ok(before.map(|before| EventKind::RoleTaken { person: of, before }).into_iter().collect())
    }

    fn decide_publication(
        &self,
        actor: &Actor,
        person: Id<kind::Person>,
        category: Category,
        around: &Circumstances,
    ) -> Result<Vec<EventKind>, WorkspaceError> {
        let by_administrators = is_administrator(actor);
        if let Some(obstacle) = self.lasting_obstacle(Action::Publish) {
            return Err(obstacle.into());
        }
        if self.publication.is_some() {
            return Err(WorkspaceError::AlreadyPublished);
        }
        if !by_administrators && category != Category::Community {
            return Err(WorkspaceError::CategoryNotForOwners);
        }
        if !by_administrators && self.published_before {
            return Err(WorkspaceError::PublishedBefore);
        }
        let since = around.now();
        Ok(vec![EventKind::Published(Publication { category, since, by: person, by_administrators })])
    }

    /// Carries out what [`decide`](Self::decide) came to. It is total: an event that does not fit this
    /// state, as it was decided on another, changes nothing that must not change.
    pub fn apply(&mut self, event: &Event) {
        if self.deletion.is_some() {
            return;
        }
        self.modified_at = event.at;
        match &event.kind {
            EventKind::ItemPut(item) => return self.content.put((**item).clone()),
            EventKind::ItemTaken(item) => return self.content.take(*item),
            EventKind::Renamed(title) => self.title = title.clone(),
            EventKind::PurposeRestated(purpose) => self.purpose.clone_from(purpose),
            EventKind::BillingChanged(billing) => self.billing = billing.clone(),
            EventKind::RoleGiven { person, role, .. } => {
                self.members.share(*person, *role).ok();
            }
            EventKind::RoleTaken { person, .. } => {
                if self.members.remove(*person).is_ok() {
                    self.former_members.insert(*person);
                }
            }
            EventKind::Locked(lock) => self.lock = Some(lock.clone()),
            EventKind::Unlocked => self.lock = None,
            EventKind::Published(publication) => {
                self.publication = Some(*publication);
                self.published_before = true;
            }
            EventKind::Withdrawn => self.publication = None,
            EventKind::Deleted(deletion) => {
                self.deletion = Some(*deletion);
                *self.content = content::Content::default();
                self.publication = None;
            }
            EventKind::Reviewed(step) => {
                self.review.apply(&review::ReviewEvent { at: event.at, by: event.by, step: step.clone() });
            }
        }
        self.version = self.version.saturating_add(1);
    }

    /// Carries out several events, one after the other.
    pub fn apply_all(&mut self, events: &[Event]) {
        events.iter().for_each(|event| self.apply(event));
    }
}

fn given(person: Id<kind::Person>, role: Role, before: Option<Role>) -> Vec<EventKind> {
    if before == Some(role) { Vec::new() } else { vec![EventKind::RoleGiven { person, role, before }] }
}

fn is_administrator(actor: &Actor) -> bool {
    matches!(actor, Actor::Administrator { .. })
}
