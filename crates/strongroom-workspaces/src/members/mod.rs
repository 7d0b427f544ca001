//! Who works in a workspace, and how others are found and asked in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, kind};
use thiserror::Error;

use crate::Role;

mod rate_limit;
mod search;
mod sharing;

pub use rate_limit::{RateLimit, RateWindow, TooOften};
pub use search::{Candidate, FoundPeople, FoundPerson, PeopleQuery, search_people};
pub use sharing::ShareOutcome;

/// The members of a workspace and their roles. There is always at least one owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<Id<kind::Person>, Role>", into = "BTreeMap<Id<kind::Person>, Role>")]
pub struct Members {
    // INVARIANT: some value is `Role::Owner`.
    roles: BTreeMap<Id<kind::Person>, Role>,
}

/// The workspace would be left without an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a workspace needs at least one owner; make somebody else an owner first")]
pub struct LastOwner;

impl Members {
    /// One owner and nobody else.
    #[must_use]
    pub fn new(owner: Id<kind::Person>) -> Self {
        Self { roles: BTreeMap::from([(owner, Role::Owner)]) }
    }

    /// The person's role; `None` if they are no member.
    #[must_use]
    pub fn role_of(&self, person: Id<kind::Person>) -> Option<Role> {
        self.roles.get(&person).copied()
    }

    /// Gives a person this role in place of the one they had, which is returned.
    ///
    /// # Errors
    /// If the person is the last owner and would be so no longer. Nothing is changed then.
    pub fn share(&mut self, person: Id<kind::Person>, role: Role) -> Result<Option<Role>, LastOwner> {
        if role < Role::Owner {
            self.check_another_owner(person)?;
        }
        Ok(self.roles.insert(person, role))
    }

    /// Takes a person's role away and returns it; `None` if there was none.
    ///
    /// # Errors
    /// If the person is the last owner. Nothing is changed then.
    pub fn remove(&mut self, person: Id<kind::Person>) -> Result<Option<Role>, LastOwner> {
        self.check_another_owner(person)?;
        Ok(self.roles.remove(&person))
    }

    /// All members, by id.
    pub fn iter(&self) -> impl Iterator<Item = (Id<kind::Person>, Role)> {
        self.roles.iter().map(|(person, role)| (*person, *role))
    }

    /// The owners, by id; never none.
    pub fn owners(&self) -> impl Iterator<Item = Id<kind::Person>> {
        self.iter().filter(|(_, role)| *role == Role::Owner).map(|(person, _)| person)
    }

    fn check_another_owner(&self, person: Id<kind::Person>) -> Result<(), LastOwner> {
        if self.owners().any(|owner| owner != person) { Ok(()) } else { Err(LastOwner) }
    }
}

impl TryFrom<BTreeMap<Id<kind::Person>, Role>> for Members {
    type Error = LastOwner;

    fn try_from(roles: BTreeMap<Id<kind::Person>, Role>) -> Result<Self, LastOwner> {
        if roles.values().any(|role| *role == Role::Owner) { Ok(Self { roles }) } else { Err(LastOwner) }
    }
}

impl From<Members> for BTreeMap<Id<kind::Person>, Role> {
    fn from(members: Members) -> Self {
        members.roles
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn person(number: u128) -> Id<kind::Person> {
        Id::from_u128(number)
    }

    #[test]
    fn the_last_owner_stays() {
        let mut members = Members::new(person(1));
        assert_eq!(members.share(person(2), Role::Writer), Ok(None));
        assert_eq!(members.remove(person(1)), Err(LastOwner));
        assert_eq!(members.share(person(1), Role::Reader), Err(LastOwner));
        assert_eq!(members.role_of(person(1)), Some(Role::Owner));

        assert_eq!(members.share(person(2), Role::Owner), Ok(Some(Role::Writer)));
        assert_eq!(members.remove(person(1)), Ok(Some(Role::Owner)));
        assert_eq!(members.role_of(person(1)), None);
        assert_eq!(members.remove(person(2)), Err(LastOwner));
    }

    #[test]
    fn a_stranger_can_be_removed_without_effect() {
        let mut members = Members::new(person(1));
        assert_eq!(members.remove(person(9)), Ok(None));
    }

    #[test]
    fn members_without_an_owner_are_not_read() {
        let mut members = Members::new(person(1));
        members.share(person(2), Role::Reader).unwrap();
        let json = serde_json::to_string(&members).unwrap();
        assert_eq!(serde_json::from_str::<Members>(&json).unwrap(), members);
        assert!(serde_json::from_str::<Members>(&json.replace("owner", "writer")).is_err());
        assert!(serde_json::from_str::<Members>("{}").is_err());
    }

    proptest! {
        #[test]
        fn no_sequence_of_changes_leaves_no_owner(
            changes in prop::collection::vec((1u128..4, prop::option::of(0usize..3)), 0..40),
        ) {
            let mut members = Members::new(person(1));
            for (number, role) in changes {
                let before = members.clone();
                let result = match role {
                    Some(role) => members.share(person(number), Role::ALL[role]),
                    None => members.remove(person(number)),
                };
                match result {
                    Ok(previous) => prop_assert_eq!(previous, before.role_of(person(number))),
                    Err(LastOwner) => prop_assert_eq!(&members, &before),
                }
                prop_assert!(members.owners().next().is_some());
            }
        }
    }
}
