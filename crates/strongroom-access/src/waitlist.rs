use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strongroom_primitives::Timestamp;

use crate::EmailAddress;

/// Who wants news before applications open. Stored as a `strongroom-waitlist/1` document.
///
/// To be on it gives no right and no place in a queue; it is a list of addresses for news.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waitlist {
    format: Format,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opens: Option<Timestamp>,
    entries: BTreeMap<EmailAddress, WaitlistEntry>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[default]
    #[serde(rename = "strongroom-waitlist/1")]
    V1,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WaitlistEntry {
    signed_up: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmed: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told: Option<Timestamp>,
}

/// The answer to everybody who signs up or leaves. It is the same for addresses that were on the
/// list and for those that were not, so that nobody learns who is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[must_use = "it is what the caller is told"]
#[expect(clippy::exhaustive_structs, reason = "there is nothing in it, and nothing may come into it")]
pub struct CheckYourMail;

impl Waitlist {
    /// The same list, for applications that open at this instant.
    #[must_use]
    pub fn with_opening(mut self, opens: Timestamp) -> Self {
        self.opens = Some(opens);
        self
    }

    /// Whether applications are open; not before an opening was named.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.opens.is_some_and(|opens| opens <= now)
    }

    /// Puts the address on the list, to be confirmed by a message to it. Signing up again changes
    /// nothing.
    pub fn sign_up(&mut self, email: EmailAddress, now: Timestamp) -> CheckYourMail {
        let entry = WaitlistEntry { signed_up: now, confirmed: None, told: None };
        self.entries.entry(email).or_insert(entry);
        CheckYourMail
    }

    /// Notes that whoever reads this address confirmed. An address that is not on the list stays
    /// off it.
    pub fn confirm(&mut self, email: &EmailAddress, now: Timestamp) -> CheckYourMail {
        if let Some(entry) = self.entries.get_mut(email) {
            entry.confirmed.get_or_insert(now);
        }
        CheckYourMail
    }

    /// Forgets the address.
    pub fn leave(&mut self, email: &EmailAddress) -> CheckYourMail {
        self.entries.remove(email);
        CheckYourMail
    }

    /// The confirmed addresses that have yet to be told that applications are open, those that
    /// signed up first in front; none before applications open.
    #[must_use]
    pub fn to_be_told(&self, now: Timestamp) -> Vec<&EmailAddress> {
        let mut waiting: Vec<_> = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.confirmed.is_some() && entry.told.is_none() && self.is_open(now))
            .collect();
        waiting.sort_by_key(|(_, entry)| entry.signed_up);
        waiting.into_iter().map(|(email, _)| email).collect()
    }

    /// Notes that the address was told.
    pub fn mark_told(&mut self, email: &EmailAddress, now: Timestamp) {
        if let Some(entry) = self.entries.get_mut(email) {
            entry.told.get_or_insert(now);
        }
    }

    /// How many addresses are on the list and confirmed.
    #[must_use]
    pub fn confirmed(&self) -> usize {
        self.entries.values().filter(|entry| entry.confirmed.is_some()).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> EmailAddress {
        EmailAddress::new(text).unwrap()
    }

    fn day(day: u32) -> Timestamp {
        Timestamp::parse("2026-03-01T00:00:00Z").unwrap().plus_days(day)
    }

    #[test]
    fn the_confirmed_are_told_once_and_when_it_is_time() {
        let (ada, bea, eve) = (email("ada@uni.edu"), email("bea@uni.edu"), email("eve@uni.edu"));
        let mut list = Waitlist::default();
        for (address, on) in [(&bea, 1), (&ada, 2), (&eve, 3), (&ada, 0)] {
            assert_eq!(list.sign_up(address.clone(), day(on)), CheckYourMail);
        }
        for address in [&ada, &bea, &email("nobody@uni.edu")] {
            assert_eq!(list.confirm(address, day(4)), CheckYourMail);
        }
        assert_eq!(list.confirmed(), 2);
        assert_eq!(list.to_be_told(day(9)), Vec::<&EmailAddress>::new(), "no opening was named");

        let mut list = list.with_opening(day(10));
        assert!(list.to_be_told(day(9)).is_empty());
        assert_eq!(list.to_be_told(day(10)), [&bea, &ada]);
        list.mark_told(&bea, day(10));
        assert_eq!(list.leave(&ada), CheckYourMail);
        assert!(list.to_be_told(day(11)).is_empty());

        let json = serde_json::to_string(&list).unwrap();
        assert_eq!(serde_json::from_str::<Waitlist>(&json).unwrap(), list);
    }
}
