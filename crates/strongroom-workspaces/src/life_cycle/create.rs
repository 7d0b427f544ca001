use strongroom_primitives::{Id, Label, ReleaseName, RowTier, Timestamp, kind};

use super::Billing;
use crate::{Event, EventKind, Purpose, ReviewPolicy, ReviewStep, Workspace, WorkspaceError};

/// The right to create a workspace, as it was given: to whom, on which release, until when.
///
/// That the release is open to new work, and an archived one only to whoever names the publication
/// that they replicate, was decided when the right was given.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the columns of a permit, each named where it is written")]
pub struct CreateGrant {
    /// Who may create it, and will be its creator, payer and owner.
    pub person: Id<kind::Person>,
    /// On which release.
    pub release: ReleaseName,
    /// The tier of that release.
    pub tier: RowTier,
    /// The first instant at which the right is no longer good.
    pub not_after: Timestamp,
}

/// A workspace that somebody wants to create.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the fields of the form, each named where it is written")]
pub struct NewWorkspace {
    /// Its id, which is fresh.
    pub id: Id<kind::Workspace>,
    /// Its title.
    pub title: Label,
    /// What it is for.
    pub purpose: Purpose,
    /// Who pays.
    pub billing: Billing,
}

/// The release for new work: the one that was asked for, or the newest.
///
/// `newest` is the newest release that is open to new work in the tier; `None` if there is none.
#[must_use]
pub fn choose_release(asked: Option<ReleaseName>, newest: Option<&ReleaseName>) -> Option<ReleaseName> {
    asked.or_else(|| newest.cloned())
}

/// A new workspace with its creator as only member and owner, and what happened in it since: it goes
/// to the board if the policy asks for reviews.
///
/// # Errors
/// If the right has expired or the purpose leaves a question open.
pub fn create(
    new: NewWorkspace,
    grant: &CreateGrant,
    policy: ReviewPolicy,
    now: Timestamp,
) -> Result<(Workspace, Vec<Event>), WorkspaceError> {
    if now >= grant.not_after {
        return Err(WorkspaceError::PermitExpired { since: grant.not_after });
    }
    let open = new.purpose.unanswered();
    if !open.is_empty() {
        return Err(WorkspaceError::PurposeIncomplete(open));
    }
    let mut workspace =
        Workspace::new(new.id, new.title, new.purpose, grant.person, grant.release.clone(), grant.tier, now)
            .with_billing(new.billing);
    let submitted = policy.required.then_some(Event {
        at: now,
        by: None,
        kind: EventKind::Reviewed(ReviewStep::Submitted { note: None }),
    });
    let events = Vec::from_iter(submitted);
    workspace.apply_all(&events);
    Ok((workspace, events))
}
