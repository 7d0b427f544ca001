use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Label, kind};

use crate::{AccountState, EmailAddress, InstitutionalRole, Profile};

/// A person with an account. Stored as a `strongroom-person/1` document.
///
/// There is no administrator here: whoever administers the programme meets the requirements of a
/// tier like everybody else before they see its data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    format: Format,
    id: Id<kind::Person>,
    name: Label,
    email: EmailAddress,
    institution: Option<Id<kind::Institution>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<InstitutionalRole>,
    #[serde(default, skip_serializing_if = "Profile::is_empty")]
    profile: Profile,
    account: AccountState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-person/1")]
    V1,
}

impl Person {
    /// A person without an institution, whose account is active.
    #[must_use]
    pub fn new(id: Id<kind::Person>, name: Label, email: EmailAddress) -> Self {
        Self {
            format: Format::V1,
            id,
            name,
            email,
            institution: None,
            role: None,
            profile: Profile::default(),
            account: AccountState::Active,
        }
    }

    /// The same person, belonging to this institution and to no other.
    #[must_use]
    pub fn with_institution(mut self, institution: Id<kind::Institution>) -> Self {
        self.institution = Some(institution);
        self
    }

    /// The same person, being this at their institution.
    #[must_use]
    pub fn with_role(mut self, role: InstitutionalRole) -> Self {
        self.role = Some(role);
        self
    }

    /// The same person with this profile. It confirms nothing: a confirmation is evidence.
    #[must_use]
    pub fn with_profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// The same person with this state of the account.
    #[must_use]
    pub fn with_account(mut self, account: AccountState) -> Self {
        self.account = account;
        self
    }

    /// The person's id.
    #[must_use]
    pub fn id(&self) -> Id<kind::Person> {
        self.id
    }

    /// The person's name, for people to read; never compared.
    #[must_use]
    pub fn name(&self) -> &Label {
        &self.name
    }

    /// The address by which an institution may vouch for the person.
    #[must_use]
    pub fn email(&self) -> &EmailAddress {
        &self.email
    }

    /// The one institution to which the person says they belong. Whether the institution agrees
    /// is the matter of its [`Agreement`](crate::Agreement)s.
    #[must_use]
    pub fn institution(&self) -> Option<Id<kind::Institution>> {
        self.institution
    }

    /// What the person is at their institution, if they said so.
    #[must_use]
    pub fn role(&self) -> Option<&InstitutionalRole> {
        self.role.as_ref()
    }

    /// What the person says about themselves.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The state of the account.
    #[must_use]
    pub fn account(&self) -> &AccountState {
        &self.account
    }
}

#[cfg(test)]
mod tests {
    use strongroom_primitives::{Paragraph, Timestamp};

    use super::*;

    fn ada() -> Person {
        Person::new(
            Id::from_u128(1),
            Label::new("Ada Lovelace").unwrap(),
            EmailAddress::new("ada@uni.edu").unwrap(),
        )
    }

    #[test]
    fn the_document_round_trips() {
        let disabled = AccountState::Disabled {
            since: Timestamp::parse("2026-03-01T09:00:00Z").unwrap(),
            reason: Paragraph::new("shared a password").unwrap(),
        };
        for person in [ada(), ada().with_institution(Id::from_u128(2)), ada().with_account(disabled)] {
            let json = serde_json::to_string(&person).unwrap();
            assert!(json.contains(r#""format":"strongroom-person/1""#));
            assert_eq!(serde_json::from_str::<Person>(&json).unwrap(), person);
        }
    }

    #[test]
    fn other_formats_and_unknown_fields_are_refused() {
        let json = serde_json::to_string(&ada()).unwrap();
        for odd in [
            json.replace("strongroom-person/1", "strongroom-person/2"),
            json.replace(r#""format":"strongroom-person/1","#, ""),
            json.replace(r#""account":"#, r#""administrator":true,"account":"#),
        ] {
            assert_ne!(odd, json);
            assert!(serde_json::from_str::<Person>(&odd).is_err(), "{odd} was read");
        }
    }
}
