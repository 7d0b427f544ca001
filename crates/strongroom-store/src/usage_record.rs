use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, kind};
use strongroom_workspaces::{CreditAccount, RateWindow, Recents};
use thiserror::Error;

/// What a person uses of the programme: their credits, what they worked on last, and how often they
/// looked for people and invited some. Stored as a `strongroom-usage-record/1` document.
///
/// It is apart from their [`PersonRecord`](crate::PersonRecord), as it changes with everything that they
/// do and decides on nothing that they may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Document", into = "Document")]
pub struct UsageRecord {
    // INVARIANT: `credits` and `recents` are this person's.
    person: Id<kind::Person>,
    credits: Option<CreditAccount>,
    recents: Recents,
    searches: RateWindow,
    invitations: RateWindow,
}

impl UsageRecord {
    /// The record of a person who has used nothing yet.
    #[must_use]
    pub fn new(person: Id<kind::Person>) -> Self {
        Self {
            person,
            credits: None,
            recents: Recents::new(person),
            searches: RateWindow::default(),
            invitations: RateWindow::default(),
        }
    }

    /// Whose it is.
    #[must_use]
    pub fn person(&self) -> Id<kind::Person> {
        self.person
    }

    /// Their credits, if they were given any.
    #[must_use]
    pub fn credits(&self) -> Option<&CreditAccount> {
        self.credits.as_ref()
    }

    /// What they worked on last.
    #[must_use]
    pub fn recents(&self) -> &Recents {
        &self.recents
    }

    /// When they looked for people.
    #[must_use]
    pub fn searches(&self) -> &RateWindow {
        &self.searches
    }

    /// When they invited people.
    #[must_use]
    pub fn invitations(&self) -> &RateWindow {
        &self.invitations
    }

    /// The record with these credits. Those of another person are left aside.
    #[must_use]
    pub fn with_credits(mut self, credits: CreditAccount) -> Self {
        if credits.person() == self.person {
            self.credits = Some(credits);
        }
        self
    }

    /// The record with these recents. Those of another person are left aside.
    #[must_use]
    pub fn with_recents(mut self, recents: Recents) -> Self {
        if recents.person() == self.person {
            self.recents = recents;
        }
        self
    }

    /// The record after this many searches for people.
    #[must_use]
    pub fn with_searches(self, searches: RateWindow) -> Self {
        Self { searches, ..self }
    }

    /// The record after this many invitations.
    #[must_use]
    pub fn with_invitations(self, invitations: RateWindow) -> Self {
        Self { invitations, ..self }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "format", deny_unknown_fields)]
enum Document {
    #[serde(rename = "strongroom-usage-record/1")]
    V1 {
        person: Id<kind::Person>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        credits: Option<Box<CreditAccount>>,
        recents: Recents,
        searches: RateWindow,
        invitations: RateWindow,
    },
}

/// Why a document is no record.
#[derive(Debug, Error)]
#[error("a record of what a person uses holds what is another person's")]
struct OfAnother;

impl TryFrom<Document> for UsageRecord {
    type Error = OfAnother;

    fn try_from(document: Document) -> Result<Self, OfAnother> {
        let Document::V1 { person, credits, recents, searches, invitations } = document;
        let of_another = credits.as_ref().is_some_and(|credits| credits.person() != person);
        if of_another || recents.person() != person {
            return Err(OfAnother);
        }
        Ok(Self { person, credits: credits.map(|credits| *credits), recents, searches, invitations })
    }
}

impl From<UsageRecord> for Document {
    fn from(record: UsageRecord) -> Self {
        let UsageRecord { person, credits, recents, searches, invitations } = record;
        Self::V1 { person, credits: credits.map(Box::new), recents, searches, invitations }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use strongroom_primitives::Timestamp;
    use strongroom_workspaces::{CreditPolicy, RateLimit};

    use super::*;

    fn minute(minute: u32) -> Timestamp {
        Timestamp::parse("2026-03-01T09:00:00Z").unwrap().plus_minutes(minute)
    }

    fn credits(person: u128) -> CreditAccount {
        CreditAccount::new(Id::from_u128(person), CreditPolicy::ALL_OF_US, minute(0))
    }

    #[test]
    fn nothing_passes_from_another_person() {
        let record = UsageRecord::new(Id::from_u128(1));
        let other = record.clone().with_credits(credits(2)).with_recents(Recents::new(Id::from_u128(2)));
        assert_eq!(other, record);
        let json = serde_json::to_string(&record.with_credits(credits(1))).unwrap();
        let [one, two] = [1, 2].map(|number| Id::<kind::Person>::from_u128(number).to_string());
        for odd in [
            json.replacen(&one, &two, 1),
            json.replace("usage-record/1", "usage-record/2"),
            json.replace("\"searches\"", "\"administrator\":true,\"searches\""),
        ] {
            assert_ne!(odd, json);
            assert!(serde_json::from_str::<UsageRecord>(&odd).is_err(), "{odd} was read");
        }
    }

    proptest! {
        #[test]
        fn the_document_round_trips(
            has_credits in any::<bool>(),
            used in prop::collection::vec((0_u128..5, 0_u128..5), 0..6),
            searched in prop::collection::vec(0_u32..100, 0..5),
        ) {
            let person = Id::from_u128(1);
            let recents = used.into_iter().fold(Recents::new(person), |recents, (workspace, item)| {
                let workspace = Id::from_u128(workspace);
                recents.with_workspace(workspace).with_item(workspace, Id::from_u128(item))
            });
            let window = searched.into_iter().fold(RateWindow::default(), |window, at| {
                window.take(RateLimit::SEARCHES, minute(at)).unwrap()
            });
            let mut record = UsageRecord::new(person)
                .with_recents(recents)
                .with_searches(window.clone())
                .with_invitations(window);
            if has_credits {
                record = record.with_credits(credits(1));
            }
            let json = serde_json::to_string(&record).unwrap();
            prop_assert!(json.starts_with(r#"{"format":"strongroom-usage-record/1""#), "{}", json);
            prop_assert_eq!(serde_json::from_str::<UsageRecord>(&json).unwrap(), record);
        }
    }
}
