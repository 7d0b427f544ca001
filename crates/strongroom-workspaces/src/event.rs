use strongroom_primitives::{Id, Label, Timestamp, kind};

use crate::{Billing, Deletion, Item, Lock, Publication, Purpose, ReviewStep, Role};

/// Something that happened in a workspace: what a command comes to, to be applied and to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Who did it; nobody if the policy did.
    pub by: Option<Id<kind::Person>>,
    /// What.
    pub kind: EventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// It got another title.
    Renamed(Label),
    /// Its purpose was stated anew.
    PurposeRestated(Box<Purpose>),
    /// Its costs go elsewhere.
    BillingChanged(Billing),
    /// A person got a role.
    RoleGiven {
        /// Who.
        person: Id<kind::Person>,
        /// Which one.
        role: Role,
        /// The role they had.
        before: Option<Role>,
    },
    /// A person lost their role.
    RoleTaken {
        /// Who.
        person: Id<kind::Person>,
        /// The role they had.
        before: Role,
    },
    /// Administrators locked it.
    Locked(Lock),
    /// Administrators unlocked it.
    Unlocked,
    /// It is shown to all researchers of its tier.
    Published(Publication),
    /// It is shown to them no longer.
    Withdrawn,
    /// It was deleted, and everything in it.
    Deleted(Deletion),
    /// The review of its purpose went a step on.
    Reviewed(ReviewStep),
    /// An item was put in, or changed.
    ItemPut(Box<Item>),
    /// An item was taken out.
    ItemTaken(Id<kind::Item>),
}

impl EventKind {
    /// A fixed word for the kind of event, for the audit trail and for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Renamed(_) => "renamed",
            Self::PurposeRestated(_) => "purpose-restated",
            Self::BillingChanged(_) => "billing-changed",
            Self::RoleGiven { .. } => "role-given",
            Self::RoleTaken { .. } => "role-taken",
            Self::Locked(_) => "locked",
            Self::Unlocked => "unlocked",
            Self::Published(_) => "published",
            Self::Withdrawn => "withdrawn",
            Self::Deleted(_) => "deleted",
            Self::Reviewed(_) => "reviewed",
            Self::ItemPut(_) => "item-put",
            Self::ItemTaken(_) => "item-taken",
        }
    }
}

/// Who got and who lost the right to run up costs by these events: owners have it.
///
/// It follows from what each event says about the time before it. Who compares owners before and
/// after the members were written compares the new list with itself.
#[must_use]
pub fn cost_bearers_changed(events: &[Event]) -> Vec<(Id<kind::Person>, bool)> {
    let owns = |role: Option<Role>| role == Some(Role::Owner);
    events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::RoleGiven { person, role, before } => Some((person, owns(before), owns(Some(role)))),
            EventKind::RoleTaken { person, before } => Some((person, owns(Some(before)), false)),
            _ => None,
        })
        .filter_map(|(person, before, after)| (before != after).then_some((person, after)))
        .collect()
}
