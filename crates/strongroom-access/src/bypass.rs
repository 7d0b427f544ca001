use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Paragraph, RequirementName, Timestamp, kind};
use thiserror::Error;

use crate::retraction::retracted_since;
use crate::{Requirement, Retraction, Subject};

/// The longest time for which a requirement can be set aside, in days of 24 hours.
pub const LONGEST_BYPASS_DAYS: u32 = 30;

/// That a requirement is set aside for somebody, for a short time, for a reason, by two people.
///
/// A bypass never makes a requirement met: a standing names it beside the status that the evidence
/// gives, so that every explanation shows it. It always ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Bypass {
    subject: Subject,
    requirement: RequirementName,
    reason: Paragraph,
    granted_by: Id<kind::Person>,
    confirmed_by: Id<kind::Person>,
    starts: Timestamp,
    ends: Timestamp,
    recorded_at: Timestamp,
    retractions: Vec<Retraction>,
}

/// The two people who set a requirement aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "there are two, and each is named where it is written")]
pub struct BypassedBy {
    /// Who did it.
    pub granted_by: Id<kind::Person>,
    /// The second person, who agreed.
    pub confirmed_by: Id<kind::Person>,
}

/// Why a requirement was not set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BypassError {
    /// Requirements of this kind are never set aside.
    #[error("identity, training, agreements and countries are never set aside; bring the evidence")]
    NeverBypassed,
    /// The requirement is about another kind of subject.
    #[error("the requirement is about another kind of subject; name the one that it is about")]
    WrongSubject,
    /// One person cannot do it alone.
    #[error("a second person has to confirm; ask somebody else")]
    SecondPersonMissing,
    /// Nobody sets a requirement aside for themselves.
    #[error("nobody sets a requirement aside for themselves; ask two others")]
    OwnCase,
    /// It would end before or when it begins.
    #[error("it must end after it begins")]
    EndsBeforeItBegins,
    /// It would last too long.
    #[error("it must end within {LONGEST_BYPASS_DAYS} days of its beginning")]
    TooLong,
}

impl Bypass {
    /// Sets the requirement aside for the subject, from `starts` until just before `ends`. It is
    /// recorded at `starts`.
    ///
    /// # Errors
    /// If the requirement is of a kind that is never set aside or is about another kind of
    /// subject, if the two people are one or one of them is the subject, or if it would not end
    /// within [`LONGEST_BYPASS_DAYS`].
    pub fn new(
        requirement: &Requirement,
        subject: Subject,
        reason: Paragraph,
        by: BypassedBy,
        starts: Timestamp,
        ends: Timestamp,
    ) -> Result<Self, BypassError> {
        if !requirement.kind().may_be_bypassed() {
            return Err(BypassError::NeverBypassed);
        }
        if requirement.subject() != subject.kind() {
            return Err(BypassError::WrongSubject);
        }
        Fields {
            subject,
            requirement: requirement.name().clone(),
            reason,
            granted_by: by.granted_by,
            confirmed_by: by.confirmed_by,
            starts,
            ends,
            recorded_at: starts,
            retractions: Vec::new(),
        }
        .try_into()
    }

    /// The same bypass, of which one knows only since this instant.
    #[must_use]
    pub fn with_recorded_at(mut self, recorded_at: Timestamp) -> Self {
        self.recorded_at = recorded_at;
        self
    }

    /// The same bypass, taken back.
    #[must_use]
    pub fn retracted(mut self, retraction: Retraction) -> Self {
        self.retractions.push(retraction);
        self
    }

    /// What was known of this bypass at `known`; `None` if it was not yet recorded.
    #[must_use]
    pub fn as_known_at(&self, known: Timestamp) -> Option<Self> {
        (self.recorded_at <= known).then(|| {
            let mut then = self.clone();
            then.retractions.retain(|retraction| retraction.recorded_at() <= known);
            then
        })
    }

    /// The first instant at which it no longer helps, if it does now.
    #[must_use]
    pub fn live_until(&self, now: Timestamp) -> Option<Timestamp> {
        let ends = retracted_since(&self.retractions).map_or(self.ends, |since| since.min(self.ends));
        (self.starts <= now && now < ends).then_some(ends)
    }

    /// For whom or what.
    #[must_use]
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// What is set aside.
    #[must_use]
    pub fn requirement(&self) -> &RequirementName {
        &self.requirement
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &Paragraph {
        &self.reason
    }

    /// Who did it.
    #[must_use]
    pub fn granted_by(&self) -> Id<kind::Person> {
        self.granted_by
    }

    /// The second person, who agreed.
    #[must_use]
    pub fn confirmed_by(&self) -> Id<kind::Person> {
        self.confirmed_by
    }

    /// The first instant at which it helps.
    #[must_use]
    pub fn starts(&self) -> Timestamp {
        self.starts
    }

    /// The first instant at which it no longer does, if it is not taken back before.
    #[must_use]
    pub fn ends(&self) -> Timestamp {
        self.ends
    }

    /// Since when one knows.
    #[must_use]
    pub fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }

    /// How it was taken back, if it was.
    #[must_use]
    pub fn retractions(&self) -> &[Retraction] {
        &self.retractions
    }
}

/// The bypasses that help at this instant, those that end first in front: for the report that
/// somebody reads every week.
#[must_use]
pub fn live_bypasses<'a>(bypasses: impl IntoIterator<Item = &'a Bypass>, now: Timestamp) -> Vec<&'a Bypass> {
    let mut live: Vec<_> = bypasses
        .into_iter()
        .filter_map(|bypass| bypass.live_until(now).map(|until| (until, bypass)))
        .collect();
    live.sort_by_key(|(until, bypass)| (*until, bypass.subject));
    live.into_iter().map(|(_, bypass)| bypass).collect()
}

/// The stored form of a [`Bypass`], before its rules were checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    subject: Subject,
    requirement: RequirementName,
    reason: Paragraph,
    granted_by: Id<kind::Person>,
    confirmed_by: Id<kind::Person>,
    starts: Timestamp,
    ends: Timestamp,
    recorded_at: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    retractions: Vec<Retraction>,
}

impl TryFrom<Fields> for Bypass {
    type Error = BypassError;

    fn try_from(fields: Fields) -> Result<Self, BypassError> {
        let Fields {
            subject,
            requirement,
            reason,
            granted_by,
            confirmed_by,
            starts,
            ends,
            recorded_at,
            retractions,
        } = fields;
        if granted_by == confirmed_by {
            return Err(BypassError::SecondPersonMissing);
        }
        if [granted_by, confirmed_by].map(Some).contains(&subject.person()) {
            return Err(BypassError::OwnCase);
        }
        if ends <= starts {
            return Err(BypassError::EndsBeforeItBegins);
        }
        if ends > starts.plus_days(LONGEST_BYPASS_DAYS) {
            return Err(BypassError::TooLong);
        }
        Ok(Self {
            subject,
            requirement,
            reason,
            granted_by,
            confirmed_by,
            starts,
            ends,
            recorded_at,
            retractions,
        })
    }
}

impl From<Bypass> for Fields {
    fn from(bypass: Bypass) -> Self {
        let Bypass {
            subject,
            requirement,
            reason,
            granted_by,
            confirmed_by,
            starts,
            ends,
            recorded_at,
            retractions,
        } = bypass;
        Self {
            subject,
            requirement,
            reason,
            granted_by,
            confirmed_by,
            starts,
            ends,
            recorded_at,
            retractions,
        }
    }
}
