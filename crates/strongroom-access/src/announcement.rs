use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, InvalidValue, Label, Paragraph, RowTier, Timestamp, kind};

/// Something to be shown to an audience for a time. Stored as a `strongroom-announcement/1`
/// document.
///
/// The time is half-open: shown from `starts`, no longer at `ends`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Announcement {
    id: Id<kind::Announcement>,
    title: Label,
    body: Paragraph,
    audience: Audience,
    starts: Timestamp,
    ends: Timestamp,
}

/// For whom an announcement is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new audience must be recognised by everyone who shows announcements"
)]
pub enum Audience {
    /// Everybody, signed in or not.
    Everybody,
    /// Everybody who is signed in.
    SignedIn,
    /// Those to whom this tier is open.
    Tier(RowTier),
    /// Those who belong to one of these institutions.
    Institutions(BTreeSet<Id<kind::Institution>>),
}

/// Who reads announcements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "somebody is signed in, or is not")]
pub enum Reader {
    /// Somebody who is not signed in.
    Anonymous,
    /// Somebody who is.
    SignedIn {
        /// The highest tier that is open to them.
        tier: Option<RowTier>,
        /// The institution they belong to.
        institution: Option<Id<kind::Institution>>,
    },
}

impl Announcement {
    /// An announcement for this audience, shown from `starts` until just before `ends`.
    ///
    /// # Errors
    /// If it would end before or when it begins.
    pub fn new(
        id: Id<kind::Announcement>,
        title: Label,
        body: Paragraph,
        audience: Audience,
        starts: Timestamp,
        ends: Timestamp,
    ) -> Result<Self, InvalidValue> {
        if starts < ends {
            Ok(Self { id, title, body, audience, starts, ends })
        } else {
            Err(InvalidValue::new("announcement", "it must end after it begins"))
        }
    }

    /// Whether this reader is shown it at this instant.
    #[must_use]
    pub fn is_shown_to(&self, reader: Reader, now: Timestamp) -> bool {
        let in_audience = match (&self.audience, reader) {
            (Audience::Everybody, _) | (Audience::SignedIn, Reader::SignedIn { .. }) => true,
            (Audience::Tier(needed), Reader::SignedIn { tier, .. }) => tier >= Some(*needed),
            (Audience::Institutions(theirs), Reader::SignedIn { institution, .. }) => {
                institution.is_some_and(|institution| theirs.contains(&institution))
            }
            (_, Reader::Anonymous) => false,
        };
        in_audience && self.starts <= now && now < self.ends
    }

    /// The announcement's id.
    #[must_use]
    pub fn id(&self) -> Id<kind::Announcement> {
        self.id
    }

    /// The heading.
    #[must_use]
    pub fn title(&self) -> &Label {
        &self.title
    }

    /// The text.
    #[must_use]
    pub fn body(&self) -> &Paragraph {
        &self.body
    }

    /// For whom it is.
    #[must_use]
    pub fn audience(&self) -> &Audience {
        &self.audience
    }

    /// The first instant at which it is shown.
    #[must_use]
    pub fn starts(&self) -> Timestamp {
        self.starts
    }

    /// The first instant at which it no longer is.
    #[must_use]
    pub fn ends(&self) -> Timestamp {
        self.ends
    }
}

/// What the reader is shown at this instant, newest first.
#[must_use]
pub fn announcements_for(
    announcements: &[Announcement],
    reader: Reader,
    now: Timestamp,
) -> Vec<&Announcement> {
    let mut shown: Vec<_> = announcements.iter().filter(|one| one.is_shown_to(reader, now)).collect();
    shown.sort_by_key(|one| (std::cmp::Reverse(one.starts), one.id));
    shown
}

/// The stored form of an [`Announcement`], before its times were compared.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    format: Format,
    id: Id<kind::Announcement>,
    title: Label,
    body: Paragraph,
    audience: Audience,
    starts: Timestamp,
    ends: Timestamp,
}

#[derive(Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-announcement/1")]
    V1,
}

impl TryFrom<Fields> for Announcement {
    type Error = InvalidValue;

    fn try_from(fields: Fields) -> Result<Self, InvalidValue> {
        Self::new(fields.id, fields.title, fields.body, fields.audience, fields.starts, fields.ends)
    }
}

impl From<Announcement> for Fields {
    fn from(one: Announcement) -> Self {
        let Announcement { id, title, body, audience, starts, ends } = one;
        Self { format: Format::V1, id, title, body, audience, starts, ends }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> Timestamp {
        Timestamp::parse("2026-03-01T00:00:00Z").unwrap().plus_days(day)
    }

    fn announcement(number: u128, audience: Audience, starts: u32) -> Announcement {
        let (title, body) = (Label::new("Release").unwrap(), Paragraph::new("There is a new one.").unwrap());
        Announcement::new(Id::from_u128(number), title, body, audience, day(starts), day(starts + 10))
            .unwrap()
    }

    #[test]
    fn an_audience_is_shown_it_in_its_time() {
        let university = Id::from_u128(7);
        let all = [
            announcement(1, Audience::Everybody, 0),
            announcement(2, Audience::SignedIn, 1),
            announcement(3, Audience::Tier(RowTier::Registered), 2),
            announcement(4, Audience::Tier(RowTier::Controlled), 2),
            announcement(5, Audience::Institutions([university].into()), 0),
            announcement(6, Audience::Everybody, 5),
        ];
        let reader = |tier, institution| Reader::SignedIn { tier, institution };
        for (who, on, expected) in [
            (Reader::Anonymous, 0, &[1][..]),
            (Reader::Anonymous, 9, &[6, 1]),
            (Reader::Anonymous, 10, &[6]),
            (reader(None, None), 3, &[2, 1]),
            (reader(Some(RowTier::Registered), None), 3, &[3, 2, 1]),
            (reader(Some(RowTier::Controlled), Some(university)), 3, &[3, 4, 2, 1, 5]),
            (reader(None, Some(Id::from_u128(8))), 3, &[2, 1]),
        ] {
            let shown: Vec<u128> =
                announcements_for(&all, who, day(on)).into_iter().map(|one| one.id().as_u128()).collect();
            assert_eq!(shown, expected, "{who:?} on day {on}");
        }
    }

    #[test]
    fn it_ends_after_it_begins_also_when_read() {
        let one = announcement(1, Audience::Everybody, 0);
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Announcement>(&json).unwrap(), one);
        let backwards = json.replace("2026-03-11", "2026-03-01");
        assert!(backwards != json && serde_json::from_str::<Announcement>(&backwards).is_err());
    }
}
