use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Label, RequirementName, RowTier, Timestamp, kind};

use crate::{
    AccountGap, Actor, AgreementGap, AgreementStatus, Requirement, RequirementKind, RequirementStatus,
    Standing, TierAgreement,
};

/// Something that somebody should be told in time. Written as a `strongroom-notice/1` document.
///
/// It names people by id only; whoever delivers it looks up where to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    format: Format,
    to: Recipient,
    about: NoticeSubject,
    next_step: String,
    taken_by: Actor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-notice/1")]
    V1,
}

/// Who should be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "whoever delivers notices must find every recipient")]
pub enum Recipient {
    /// A person.
    Person(Id<kind::Person>),
    /// The staff of the programme.
    ProgrammeStaff,
}

/// What they should be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum NoticeSubject {
    /// A requirement will lapse.
    RequirementLapses {
        /// Which one.
        requirement: RequirementName,
        /// Its name for people.
        title: Label,
        /// The first instant at which it is no longer met.
        until: Timestamp,
        /// Whole days of 24 hours until then.
        days_left: u32,
    },
    /// A requirement has lapsed, or its evidence was withdrawn.
    RequirementLapsed {
        /// Which one.
        requirement: RequirementName,
        /// Its name for people.
        title: Label,
        /// The first instant at which it was no longer met.
        since: Timestamp,
    },
    /// A bypass of a requirement that is not met will end.
    BypassEnds {
        /// What was set aside.
        requirement: RequirementName,
        /// Its name for people.
        title: Label,
        /// The first instant at which it no longer is.
        until: Timestamp,
        /// Whole days of 24 hours until then.
        days_left: u32,
    },
    /// The institution's agreement will end.
    AgreementEnds {
        /// The tier it is for.
        tier: RowTier,
        /// The first instant at which it is no longer in force.
        until: Timestamp,
        /// Whole days of 24 hours until then.
        days_left: u32,
    },
    /// The institution's agreement has ended.
    AgreementEnded {
        /// The tier it was for.
        tier: RowTier,
        /// The first instant at which it was no longer in force.
        since: Timestamp,
    },
    /// A new version of a code of conduct is to be signed by everybody.
    ConductVersionPublished {
        /// Which requirement it is about.
        requirement: RequirementName,
        /// The version.
        version: Label,
        /// The first instant at which signatures of earlier versions no longer count.
        grace_ends: Timestamp,
    },
}

/// How many days before something ends people are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NoticeDays(BTreeSet<u32>);

impl NoticeDays {
    /// So many days of 24 hours before the end, each. The day of the end itself needs no mention.
    #[must_use]
    pub fn new(days: BTreeSet<u32>) -> Self {
        Self(days)
    }

    /// Whether a day of notice fell after `after` and not after `now`, for what ends at `until`.
    fn is_due(&self, until: Timestamp, after: Timestamp, now: Timestamp) -> bool {
        until < Timestamp::LAST
            && self.0.iter().any(|days| {
                let day = until.minus_days(*days);
                after < day && day <= now
            })
    }
}

impl Default for NoticeDays {
    /// 30, 15, 7 and 1 days before.
    fn default() -> Self {
        Self([30, 15, 7, 1].into())
    }
}

/// What a person has to be told at `now`, if they were told up to `after`.
///
/// `standing` is the person's at `now`, for the highest tier they use. Every requirement and agreement
/// is looked at by itself, whatever the others are: one that never lapses, is missing or is set
/// aside keeps nobody from hearing of the rest. If a run is missed, the next one tells what it would
/// have told, once. People whose account is disabled or closed are told nothing.
#[must_use]
pub fn expiry_notices(
    standing: &Standing<'_>,
    days: &NoticeDays,
    after: Timestamp,
    now: Timestamp,
) -> Vec<Notice> {
    if matches!(standing.account_gap(), Some(AccountGap::Disabled { .. } | AccountGap::Closed { .. })) {
        return Vec::new();
    }
    let to = Recipient::Person(standing.person());
    let recent = |since: &Timestamp| after < *since && *since <= now;
    let mut notices = Vec::new();
    for one in standing.requirements() {
        let asked = one.requirement;
        let (requirement, title) = (asked.name().clone(), asked.title().clone());
        let about = match one.status {
            RequirementStatus::Met { until } if days.is_due(until, after, now) => {
                let days_left = now.whole_days_until(until);
                Some(NoticeSubject::RequirementLapses { requirement, title, until, days_left })
            }
            RequirementStatus::Met { .. } => None,
            RequirementStatus::NotMet(gap) => match (gap.since().filter(recent), one.bypass) {
                (Some(since), _) => Some(NoticeSubject::RequirementLapsed { requirement, title, since }),
                (None, Some(bypass)) if days.is_due(bypass.until, after, now) => {
                    let until = bypass.until;
                    let days_left = now.whole_days_until(until);
                    Some(NoticeSubject::BypassEnds { requirement, title, until, days_left })
                }
                (None, _) => None,
            },
        };
        let notice = |about| Notice::new(to, about, asked.next_step().to_string(), asked.taken_by());
        notices.extend(about.map(notice));
    }
    for agreement in standing.agreements() {
        let TierAgreement { tier, status, .. } = *agreement;
        let about = match status {
            AgreementStatus::InForce { until } if days.is_due(until, after, now) => {
                let days_left = now.whole_days_until(until);
                Some(NoticeSubject::AgreementEnds { tier, until, days_left })
            }
            AgreementStatus::NotInForce(AgreementGap::Ended { since }) if recent(&since) => {
                Some(NoticeSubject::AgreementEnded { tier, since })
            }
            _ => None,
        };
        let gap = AgreementGap::Ended { since: now };
        notices.extend(about.map(|about| Notice::new(to, about, gap.next_step(tier), gap.taken_by())));
    }
    notices
}

/// What the programme's staff has to be told at `now`, if they were told up to `after`: that a new
/// version of a code of conduct is to be signed.
#[must_use]
pub fn staff_notices<'a>(
    requirements: impl IntoIterator<Item = &'a Requirement>,
    after: Timestamp,
    now: Timestamp,
) -> Vec<Notice> {
    let mut notices = Vec::new();
    for requirement in requirements {
        let RequirementKind::CodeOfConduct(code) = requirement.kind() else { continue };
        let new = code.versions().iter().filter(|one| after < one.published() && one.published() <= now);
        notices.extend(new.map(|version| {
            let about = NoticeSubject::ConductVersionPublished {
                requirement: requirement.name().clone(),
                version: version.version().clone(),
                grace_ends: version.grace_ends(),
            };
            let next_step = "Tell the researchers that there is a new version to sign.".to_owned();
            Notice::new(Recipient::ProgrammeStaff, about, next_step, Actor::ProgrammeStaff)
        }));
    }
    notices
}

impl Notice {
    fn new(to: Recipient, about: NoticeSubject, next_step: String, taken_by: Actor) -> Self {
        Self { format: Format::V1, to, about, next_step, taken_by }
    }

    /// Who should be told.
    #[must_use]
    pub fn to(&self) -> Recipient {
        self.to
    }

    /// What they should be told.
    #[must_use]
    pub fn about(&self) -> &NoticeSubject {
        &self.about
    }

    /// What to do about it, as a sentence to whoever [can](Self::taken_by).
    #[must_use]
    pub fn next_step(&self) -> &str {
        &self.next_step
    }

    /// Who can do so.
    #[must_use]
    pub fn taken_by(&self) -> Actor {
        self.taken_by
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.about {
            NoticeSubject::RequirementLapses { title, until, days_left, .. } => {
                write!(f, "{title} lapses in {days_left} days, at {until}")
            }
            NoticeSubject::RequirementLapsed { title, since, .. } => write!(f, "{title} lapsed at {since}"),
            NoticeSubject::BypassEnds { title, until, days_left, .. } => {
                write!(f, "{title} is set aside for another {days_left} days, until {until}")
            }
            NoticeSubject::AgreementEnds { tier, until, days_left } => {
                write!(
                    f,
                    "the institution's agreement for the {tier} tier ends in {days_left} days, at {until}"
                )
            }
            NoticeSubject::AgreementEnded { tier, since } => {
                write!(f, "the institution's agreement for the {tier} tier ended at {since}")
            }
            NoticeSubject::ConductVersionPublished { requirement, version, grace_ends } => {
                write!(
                    f,
                    "version {version} of {requirement} is to be signed; earlier ones count until {grace_ends}"
                )
            }
        }
    }
}
