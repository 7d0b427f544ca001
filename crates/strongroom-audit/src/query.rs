//! Questions to a trail. They are asked of entries, wherever those come from, and answered in the
//! order of the entries.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use strongroom_primitives::{Id, ReleaseName, Timestamp, kind};

use crate::{Action, Actor, AuditEvent, Entry};

/// Which entries: all of those for which everything that is asked holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    by: Option<Id<kind::Person>>,
    about: Option<Id<kind::Person>>,
    release: Option<ReleaseName>,
    workspace: Option<Id<kind::Workspace>>,
}

impl Query {
    /// All entries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Of what happened from one instant on and before another.
    #[must_use]
    pub fn between(self, from: Timestamp, until: Timestamp) -> Self {
        Self { from: Some(from), until: Some(until), ..self }
    }

    /// Of what a person did, or had done on their behalf.
    #[must_use]
    pub fn by(self, person: Id<kind::Person>) -> Self {
        Self { by: Some(person), ..self }
    }

    /// Of what was done about a person, by whomever.
    #[must_use]
    pub fn about(self, person: Id<kind::Person>) -> Self {
        Self { about: Some(person), ..self }
    }

    /// Of what concerned a release.
    #[must_use]
    pub fn on_release(self, release: ReleaseName) -> Self {
        Self { release: Some(release), ..self }
    }

    /// Of what happened in a workspace.
    #[must_use]
    pub fn in_workspace(self, workspace: Id<kind::Workspace>) -> Self {
        Self { workspace: Some(workspace), ..self }
    }

    /// Whether the event is one of them.
    #[must_use]
    pub fn matches(&self, event: &AuditEvent) -> bool {
        self.from.is_none_or(|from| event.at() >= from)
            && self.until.is_none_or(|until| event.at() < until)
            && self.by.is_none_or(|person| is_by(event, person))
            && self.about.is_none_or(|person| event.action().concerns() == Some(person))
            && self.release.as_ref().is_none_or(|release| event.release() == Some(release))
            && self.workspace.is_none_or(|workspace| event.workspace() == Some(workspace))
    }

    /// The entries among these.
    pub fn select<E: Borrow<Entry>>(&self, entries: impl IntoIterator<Item = E>) -> impl Iterator<Item = E> {
        entries.into_iter().filter(|entry| self.matches(entry.borrow().event()))
    }
}

fn is_by(event: &AuditEvent, person: Id<kind::Person>) -> bool {
    *event.actor() == Actor::Person(person) || event.represented() == Some(person)
}

/// Whose or what was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "what can be seen is a person's record or a release's data")]
pub enum Subject {
    /// What is stored about a person with an account.
    Person(Id<kind::Person>),
    /// The data of a release, as rows, numbers or files.
    Release(ReleaseName),
}

/// What one actor saw of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sighting {
    /// Who saw it.
    pub actor: Actor,
    /// On whose behalf, if not for themselves.
    pub on_behalf_of: Option<Id<kind::Person>>,
    /// The first time.
    pub first: Timestamp,
    /// The last time.
    pub last: Timestamp,
    /// How many entries of the trail say so.
    pub acts: u64,
    /// The rows that they saw or took out.
    pub rows: u64,
    /// The bytes that they saw or took out.
    pub bytes: u64,
}

/// Who saw something of it, each actor once for each they acted for, by their first time.
///
/// Whoever was refused has seen nothing; whoever was told a number, even a suppressed one, has.
#[must_use]
pub fn who_saw(entries: impl IntoIterator<Item: Borrow<Entry>>, subject: &Subject) -> Vec<Sighting> {
    let mut seen: BTreeMap<(String, Option<Id<kind::Person>>), Sighting> = BTreeMap::new();
    for entry in entries {
        let event = entry.borrow().event();
        let shown = match subject {
            Subject::Person(person) => {
                event.action().concerns() == Some(*person) && event.action().shows_person()
            }
            Subject::Release(release) => event.release() == Some(release) && event.action().shows_data(),
        };
        if !shown {
            continue;
        }
        let (rows, bytes) = event.action().volume();
        let key = (format!("{:?}", event.actor()), event.represented());
        let sighting = seen.entry(key).or_insert_with(|| Sighting {
            actor: event.actor().clone(),
            on_behalf_of: event.represented(),
            first: event.at(),
            last: event.at(),
            acts: 0,
            rows: 0,
            bytes: 0,
        });
        sighting.first = sighting.first.min(event.at());
        sighting.last = sighting.last.max(event.at());
        sighting.acts = sighting.acts.saturating_add(1);
        sighting.rows = sighting.rows.saturating_add(rows);
        sighting.bytes = sighting.bytes.saturating_add(bytes);
    }
    let mut sightings: Vec<_> = seen.into_values().collect();
    sightings.sort_by_key(|sighting| sighting.first);
    sightings
}

impl Action {
    /// The person with an account whom it was done to, if any.
    #[must_use]
    pub fn concerns(&self) -> Option<Id<kind::Person>> {
        match self {
            Self::AccountRegistered { person, .. }
            | Self::InstitutionJoined { person, .. }
            | Self::EvidenceRecorded { person, .. }
            | Self::EvidenceWithdrawn { person, .. }
            | Self::BypassGranted { person, .. }
            | Self::BypassConfirmed { person, .. }
            | Self::BypassEnded { person, .. }
            | Self::PersonViewed { person, .. }
            | Self::PersonChanged { person, .. }
            | Self::DecisionExplained { person, .. } => Some(*person),
            Self::WorkspaceShared { with, .. } | Self::WorkspaceUnshared { with } => Some(*with),
            _ => None,
        }
    }

    /// Whether something stored about the person it concerns was shown by it.
    fn shows_person(&self) -> bool {
        matches!(self, Self::PersonViewed { .. } | Self::DecisionExplained { .. })
    }

    /// Whether something of a release's data was shown by it, or left with it.
    fn shows_data(&self) -> bool {
        matches!(
            self,
            Self::CohortCounted { .. }
                | Self::BreakdownReleased { .. }
                | Self::AttritionReleased { .. }
                | Self::RowsRead { .. }
                | Self::DatasetExported { .. }
        )
    }

    /// The rows and bytes that were shown or left.
    const fn volume(&self) -> (u64, u64) {
        match self {
            Self::RowsRead { rows, bytes, .. } | Self::DatasetExported { rows, bytes, .. } => (*rows, *bytes),
            _ => (0, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use strongroom_primitives::{Label, Sha256Digest};

    use super::*;
    use crate::{Answer, Chain, Code};

    const ADA: u128 = 1;
    const BOB: u128 = 2;

    fn day(day: u32) -> Timestamp {
        Timestamp::parse("2026-03-01T09:00:00Z").unwrap().plus_days(day)
    }

    fn definition() -> Sha256Digest {
        Sha256Digest::from_bytes([7; 32])
    }

    fn release(name: &str) -> ReleaseName {
        ReleaseName::new(name).unwrap()
    }

    fn by(person: u128, at: u32, action: Action) -> AuditEvent {
        AuditEvent::new(day(at), Id::from_u128(9), Actor::Person(Id::from_u128(person)), action)
    }

    fn viewed(person: u128) -> Action {
        Action::PersonViewed { person: Id::from_u128(person), part: Code::new("evidence").unwrap() }
    }

    fn trail() -> Vec<Entry> {
        let rows = |rows, bytes| Action::RowsRead { definition: definition(), rows, bytes };
        let counted = || Action::CohortCounted { definition: definition(), persons: Answer::Suppressed };
        let refused = Action::Refused {
            tier: strongroom_primitives::RowTier::Controlled,
            asked: Code::new("export").unwrap(),
            objections: strongroom_primitives::NonEmpty::new(Code::new("no-role").unwrap()),
        };
        let steward = Actor::Steward(Label::new("Grace").unwrap());
        let mut chain = Chain::new();
        [
            by(ADA, 0, counted()).on_release(release("C1")).in_workspace(Id::from_u128(5)),
            by(BOB, 1, refused).on_release(release("C1")),
            by(ADA, 2, rows(10, 100)).on_release(release("C1")),
            by(ADA, 3, rows(7, 70)).on_release(release("C2")),
            by(BOB, 4, rows(1, 2)).on_release(release("C1")).on_behalf_of(Id::from_u128(ADA)),
            AuditEvent::new(day(5), Id::from_u128(9), steward, viewed(ADA)),
            by(BOB, 6, viewed(ADA)),
            by(BOB, 7, viewed(BOB)),
        ]
        .into_iter()
        .map(|event| chain.append(event).unwrap())
        .collect()
    }

    fn sequences(query: &Query) -> Vec<u64> {
        query.select(&trail()).map(Entry::sequence).collect()
    }

    #[test]
    fn each_question_selects() {
        let ada = Id::from_u128(ADA);
        for (query, expected) in [
            (Query::new(), vec![0, 1, 2, 3, 4, 5, 6, 7]),
            (Query::new().between(day(2), day(4)), vec![2, 3]),
            (Query::new().by(ada), vec![0, 2, 3, 4]),
            (Query::new().about(ada), vec![5, 6]),
            (Query::new().on_release(release("C1")), vec![0, 1, 2, 4]),
            (Query::new().in_workspace(Id::from_u128(5)), vec![0]),
            (Query::new().by(ada).on_release(release("C1")).between(day(1), day(9)), vec![2, 4]),
        ] {
            assert_eq!(sequences(&query), expected, "{query:?}");
        }
    }

    #[test]
    fn who_saw_a_release() {
        let seen = who_saw(trail(), &Subject::Release(release("C1")));
        let told: Vec<_> = seen
            .iter()
            .map(|one| (one.on_behalf_of.is_some(), one.acts, one.rows, one.bytes, one.last))
            .collect();
        assert_eq!(told, [(false, 2, 10, 100, day(2)), (true, 1, 1, 2, day(4))]);
    }

    #[test]
    fn who_saw_a_person() {
        let seen = who_saw(trail(), &Subject::Person(Id::from_u128(ADA)));
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[0].actor, Actor::Steward(Label::new("Grace").unwrap()));
        assert_eq!(seen[1].actor, Actor::Person(Id::from_u128(BOB)));
    }
}
