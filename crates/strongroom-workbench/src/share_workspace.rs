use strongroom_access::EmailAddress;
use strongroom_primitives::{Id, InvalidValue, Label, kind};
use strongroom_store::{PersonRecord, StoreErrorKind, Stored};
use strongroom_workspaces::{Action, Change, Command, Etag, RateLimit, Role, ShareOutcome};

use crate::{Workbench, WorkbenchError};

/// With whom somebody shares a workspace.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "people are found by a search or known by their address")]
pub enum Invitee {
    /// Somebody whom a [search](Workbench::find_people) found.
    Person(Id<kind::Person>),
    /// Somebody whose whole address is known.
    Email(EmailAddress),
}

/// What came of sharing a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shared {
    /// What the person who shared it is told.
    pub outcome: ShareOutcome,
    /// The workspace's tag now.
    pub etag: Etag,
}

impl Workbench {
    /// Gives a person a role in a workspace, or another role. Sharing opens the workspace to them only if
    /// they meet the tier's requirements themselves; what they still lack is told.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not share it; or if they have shared too much within
    /// the hour, the last owner would lose the role, the workspace was changed meanwhile, or the store
    /// fails.
    pub async fn share_workspace(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        expected: Etag,
        with: &Invitee,
        role: Role,
    ) -> Result<Shared, WorkbenchError> {
        let admission = self.admit(person, workspace, Action::Share).await?;
        // Also an invitation of somebody who is not there counts: it tells that they are not.
        self.change_usage(person, |record| {
            let window = record.invitations().take(RateLimit::INVITATIONS, self.now())?;
            let event = self.usage_changed(admission.request, person, person, "invitations")?;
            Ok((record.with_invitations(window), vec![event], ()))
        })
        .await?;
        let Some(invited) = self.find_invitee(with).await? else {
            let etag = admission.workspace.value().etag();
            return Ok(Shared { outcome: ShareOutcome::NoSuchAccount, etag });
        };
        let share = Change::Share { with: invited.person().id(), role };
        let tier = admission.session.tier();
        let (actor, around) = (self.actor(&admission)?, self.circumstances(admission.ownership));
        let command = Command::change(expected, share);
        let changed =
            self.carry_out(admission.request, admission.workspace, &actor, &command, &around).await?;
        let page = self.page(&invited, tier)?;
        let missing = page.missing().map(|line| Label::new(line.asked.to_string()));
        let missing = missing.collect::<Result<Vec<_>, InvalidValue>>()?;
        Ok(Shared { outcome: ShareOutcome::of(Some(missing)), etag: changed.etag })
    }

    async fn find_invitee(&self, with: &Invitee) -> Result<Option<PersonRecord>, WorkbenchError> {
        match with {
            Invitee::Email(email) => Ok(self.persons().find(email).await?.map(Stored::into_value)),
            Invitee::Person(person) => match self.persons().load(*person).await {
                Ok(stored) => Ok(Some(stored.into_value())),
                Err(error) if error.kind() == StoreErrorKind::NotFound => Ok(None),
                Err(error) => Err(error.into()),
            },
        }
    }
}

impl std::fmt::Debug for Invitee {
    /// Without the address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person(person) => f.debug_tuple("Person").field(person).finish(),
            Self::Email(_) => f.write_str("Email([not shown])"),
        }
    }
}
