//! What a store holds, and the one rule by which it changes.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::{Deserialize, Serialize};
use strongroom_access::EmailAddress;
use strongroom_audit::{
    AuditEvent, Chain, ChainError, Checkpoint, ConsistencyProof, Entry, InclusionProof, NoSuchProof, Tile,
    TileId, TreeEdge, TreeHead,
};
use strongroom_primitives::{Id, NonEmpty, Timestamp, kind};
use strongroom_workspaces::Workspace;

use crate::traits::CLOCK_TOLERANCE;
use crate::{Commit, PersonRecord, StoreError, Stored, UsageRecord, Version};

/// Everything that is stored. It changes in two moves, so that a [`Step`] can be made durable
/// between them: [`prepare`](Self::prepare) finds every reason to refuse and changes nothing,
/// [`apply`](Self::apply) refuses nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct State {
    people: BTreeMap<Id<kind::Person>, Stored<PersonRecord>>,
    // INVARIANT: the addresses of all `people`, each of exactly one of them.
    by_email: BTreeMap<EmailAddress, Id<kind::Person>>,
    workspaces: BTreeMap<Id<kind::Workspace>, Stored<Workspace>>,
    usage: BTreeMap<Id<kind::Person>, Stored<UsageRecord>>,
    // INVARIANT: one sound chain from entry 0 on.
    trail: Vec<Entry>,
    // INVARIANT: the latest instant of any event in `trail`.
    latest: Option<Timestamp>,
    // INVARIANT: the Merkle tree over the lines of `trail`.
    edge: TreeEdge,
    tiles: BTreeMap<TileId, Tile>,
}

/// One indivisible change: entries of the trail, and the state they speak of, if any changed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    pub(crate) entries: NonEmpty<Entry>,
    pub(crate) change: Option<Change>,
}

/// The new state of one thing, and its new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    record: Record,
    version: Version,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Record {
    Person(PersonRecord),
    Workspace(Workspace),
    Usage(UsageRecord),
}

impl From<PersonRecord> for Record {
    fn from(record: PersonRecord) -> Self {
        Self::Person(record)
    }
}

impl From<Workspace> for Record {
    fn from(workspace: Workspace) -> Self {
        Self::Workspace(workspace)
    }
}

impl From<UsageRecord> for Record {
    fn from(record: UsageRecord) -> Self {
        Self::Usage(record)
    }
}

impl State {
    /// The step that carries out the commit.
    pub(crate) fn prepare(&self, commit: Commit<impl Into<Record>>) -> Result<Step, StoreError> {
        let (value, expected, events) = commit.into_parts();
        let change = Change { record: value.into(), version: expected.next() };
        self.admit(&change)?;
        Ok(Step { change: Some(change), ..self.prepare_events(&events)? })
    }

    /// The step that appends these events and changes nothing else.
    pub(crate) fn prepare_events(&self, events: &NonEmpty<AuditEvent>) -> Result<Step, StoreError> {
        let earliest = events.iter().map(AuditEvent::at).min();
        if let (Some(latest), Some(earliest)) = (self.latest, earliest)
            && is_set_back(latest, earliest)
        {
            return Err(StoreError::clock_set_back());
        }
        let mut chain = Chain::resume(self.head());
        let entries = try_map(events, |event| chain.append(event.clone()))?;
        Ok(Step { entries, change: None })
    }

    /// Applies a step that was prepared by an earlier process, if it follows from this state.
    pub(crate) fn replay(&mut self, step: Step) -> Result<(), NotNext> {
        let mut chain = Chain::resume(self.head());
        step.entries.iter().try_for_each(|entry| chain.accept(entry)).map_err(NotNext::Trail)?;
        step.change.iter().try_for_each(|change| self.admit(change)).map_err(NotNext::State)?;
        self.apply(step);
        Ok(())
    }

    /// Applies a step that was prepared from this very state; says how far the trail has come.
    pub(crate) fn apply(&mut self, step: Step) -> Checkpoint {
        self.edge.extend(step.entries.iter().map(Entry::leaf_hash), &mut self.tiles);
        self.latest = self.latest.max(step.entries.iter().map(|entry| entry.event().at()).max());
        self.trail.extend(step.entries.into_vec());
        match step.change {
            Some(Change { record: Record::Person(record), version }) => self.put_person(record, version),
            Some(Change { record: Record::Workspace(workspace), version }) => {
                self.workspaces.insert(workspace.id(), Stored::new(workspace, version));
            }
            Some(Change { record: Record::Usage(record), version }) => {
                self.usage.insert(record.person(), Stored::new(record, version));
            }
            None => {}
        }
        self.head()
    }

    fn put_person(&mut self, record: PersonRecord, version: Version) {
        let id = record.person().id();
        if let Some(before) = self.people.get(&id) {
            self.by_email.remove(before.value().person().email());
        }
        self.by_email.insert(record.person().email().clone(), id);
        self.people.insert(id, Stored::new(record, version));
    }

    /// Whether the change follows from this state.
    fn admit(&self, change: &Change) -> Result<(), StoreError> {
        let present = match &change.record {
            Record::Person(record) => version_of(self.people.get(&record.person().id())),
            Record::Workspace(workspace) => version_of(self.workspaces.get(&workspace.id())),
            Record::Usage(record) => version_of(self.usage.get(&record.person())),
        };
        if change.version != present.next() {
            return Err(StoreError::conflict());
        }
        match &change.record {
            Record::Person(record) if self.is_of_another(record) => Err(StoreError::address_in_use()),
            _ => Ok(()),
        }
    }

    fn is_of_another(&self, record: &PersonRecord) -> bool {
        self.by_email.get(record.person().email()).is_some_and(|owner| *owner != record.person().id())
    }

    pub(crate) fn person(&self, id: Id<kind::Person>) -> Result<Stored<PersonRecord>, StoreError> {
        self.people.get(&id).cloned().ok_or_else(StoreError::not_found)
    }

    pub(crate) fn person_at(&self, email: &EmailAddress) -> Option<Stored<PersonRecord>> {
        self.by_email.get(email).and_then(|id| self.people.get(id)).cloned()
    }

    pub(crate) fn workspace(&self, id: Id<kind::Workspace>) -> Result<Stored<Workspace>, StoreError> {
        self.workspaces.get(&id).cloned().ok_or_else(StoreError::not_found)
    }

    pub(crate) fn usage(&self, id: Id<kind::Person>) -> Result<Stored<UsageRecord>, StoreError> {
        self.usage.get(&id).cloned().ok_or_else(StoreError::not_found)
    }

    pub(crate) fn people_after(
        &self,
        after: Option<Id<kind::Person>>,
        limit: usize,
    ) -> Vec<Stored<PersonRecord>> {
        after_in(&self.people, after, limit)
    }

    pub(crate) fn workspaces_after(
        &self,
        after: Option<Id<kind::Workspace>>,
        limit: usize,
    ) -> Vec<Stored<Workspace>> {
        after_in(&self.workspaces, after, limit)
    }

    pub(crate) fn workspaces_of(&self, person: Id<kind::Person>) -> Vec<Stored<Workspace>> {
        let is_member = |stored: &&Stored<Workspace>| stored.value().members().role_of(person).is_some();
        self.workspaces.values().filter(is_member).cloned().collect()
    }

    pub(crate) fn entries(&self, from: u64, limit: usize) -> Vec<Entry> {
        // What does not fit an address is past the end.
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        self.trail.iter().skip(from).take(limit).cloned().collect()
    }

    pub(crate) fn tree_head(&self) -> TreeHead {
        self.edge.head()
    }

    pub(crate) fn prove_inclusion(&self, sequence: u64, size: u64) -> Result<InclusionProof, StoreError> {
        self.reaches(size)?;
        Ok(InclusionProof::prove(sequence, size, &self.tiles)?)
    }

    pub(crate) fn prove_consistency(&self, old: u64, new: u64) -> Result<ConsistencyProof, StoreError> {
        self.reaches(new)?;
        Ok(ConsistencyProof::prove(old, new, &self.tiles)?)
    }

    fn reaches(&self, size: u64) -> Result<(), StoreError> {
        let present = self.edge.head().size();
        if size <= present {
            Ok(())
        } else {
            Err(NoSuchProof::NoSuchEntry { index: size, size: present }.into())
        }
    }

    pub(crate) fn head(&self) -> Checkpoint {
        self.trail.last().map_or(Checkpoint::START, |last| {
            Checkpoint::new(last.sequence().saturating_add(1), last.digest())
        })
    }
}

/// Whether an event lies further before the latest one than clocks may differ.
fn is_set_back(latest: Timestamp, event: Timestamp) -> bool {
    let tolerance = i64::try_from(CLOCK_TOLERANCE.as_micros()).unwrap_or(i64::MAX);
    event.unix_microseconds() < latest.unix_microseconds().saturating_sub(tolerance)
}

fn after_in<K: Ord + Copy, T: Clone>(of: &BTreeMap<K, T>, after: Option<K>, limit: usize) -> Vec<T> {
    let from = after.map_or(Bound::Unbounded, Bound::Excluded);
    of.range((from, Bound::Unbounded)).take(limit).map(|(_, value)| value.clone()).collect()
}

fn version_of<T>(stored: Option<&Stored<T>>) -> Version {
    stored.map_or(Version::ABSENT, Stored::version)
}

/// The list of what `map` makes of each element.
pub(crate) fn try_map<T, U, E>(
    list: &NonEmpty<T>,
    mut map: impl FnMut(&T) -> Result<U, E>,
) -> Result<NonEmpty<U>, E> {
    let mut mapped = NonEmpty::new(map(list.first())?);
    for element in list.iter().skip(1) {
        mapped.push(map(element)?);
    }
    Ok(mapped)
}

/// A step does not follow from the state it was to be applied to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotNext {
    #[error(transparent)]
    Trail(ChainError),
    #[error(transparent)]
    State(StoreError),
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use strongroom_access::Person;
    use strongroom_audit::{Action, Actor, verify};
    use strongroom_primitives::{Label, Paragraph, ReleaseName, RowTier, Sha256Digest};
    use strongroom_workspaces::{Purpose, PurposeCategory};

    use super::*;
    use crate::StoreErrorKind;

    /// Something that somebody tries; most of what is drawn at random is refused.
    #[derive(Debug, Clone)]
    pub(crate) enum Attempt {
        Person { id: u128, address: u8, expected: u64 },
        Workspace { id: u128, expected: u64 },
        Events { number: usize },
    }

    impl Attempt {
        pub(crate) fn prepare(&self, state: &State) -> Result<Step, StoreError> {
            match *self {
                Self::Person { id, address, expected } => {
                    let record = PersonRecord::new(person(id, address));
                    state.prepare(Commit::new(record, Version::from_number(expected), events(1)))
                }
                Self::Workspace { id, expected } => {
                    state.prepare(Commit::new(workspace(id), Version::from_number(expected), events(2)))
                }
                Self::Events { number } => state.prepare_events(&events(number)),
            }
        }
    }

    pub(crate) fn any_attempts() -> impl Strategy<Value = Vec<Attempt>> {
        let attempt = prop_oneof![
            4 => (1u128..4, 1u8..4, 0u64..4)
                .prop_map(|(id, address, expected)| Attempt::Person { id, address, expected }),
            2 => (1u128..3, 0u64..3).prop_map(|(id, expected)| Attempt::Workspace { id, expected }),
            1 => (1usize..4).prop_map(|number| Attempt::Events { number }),
        ];
        prop::collection::vec(attempt, 0..40)
    }

    fn person(id: u128, address: u8) -> Person {
        let address = EmailAddress::new(&format!("zoe-{address}@uni.edu")).unwrap();
        Person::new(Id::from_u128(id), Label::new("Zoë \"Z\"").unwrap(), address)
    }

    fn workspace(id: u128) -> Workspace {
        let text = Paragraph::new("Why?\nSo.").unwrap();
        Workspace::new(
            Id::from_u128(id),
            Label::new("Statins").unwrap(),
            Purpose::new(PurposeCategory::Educational, text.clone(), text.clone(), text),
            Id::from_u128(1),
            ReleaseName::new("R2026Q1").unwrap(),
            RowTier::Registered,
            at(),
        )
    }

    pub(crate) fn events(number: usize) -> NonEmpty<AuditEvent> {
        let action = Action::WorkspaceCreated { tier: RowTier::Registered };
        let event = AuditEvent::new(at(), Id::from_u128(7), Actor::System, action);
        NonEmpty::from_vec(vec![event; number]).unwrap()
    }

    fn at() -> Timestamp {
        Timestamp::parse("2026-03-01T09:00:00Z").unwrap()
    }

    #[test]
    fn an_event_that_is_too_large_is_refused() {
        let action = Action::DatasetExported {
            definition: Sha256Digest::from_bytes([1; 32]),
            rows: 1,
            bytes: 1,
            files: NonEmpty::from_vec(vec![Sha256Digest::from_bytes([2; 32]); 20_000]).unwrap(),
        };
        let mut events = events(1);
        events.push(AuditEvent::new(at(), Id::from_u128(7), Actor::System, action));
        let refused = State::default().prepare_events(&events).unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::TooLarge);
    }

    proptest! {
        #[test]
        fn after_any_history_the_invariants_hold(attempts in any_attempts()) {
            let mut state = State::default();
            for attempt in attempts {
                let Ok(step) = attempt.prepare(&state) else { continue };
                let before = state.clone();
                let head = state.apply(step);

                prop_assert_eq!(verify(&state.trail, Some(&before.head())), Ok(head));
                let addresses: BTreeMap<_, _> = state
                    .people
                    .values()
                    .map(|stored| (stored.value().person().email().clone(), stored.value().person().id()))
                    .collect();
                prop_assert_eq!(addresses.len(), state.people.len());
                prop_assert_eq!(addresses, state.by_email.clone());
                for (id, stored) in &before.people {
                    prop_assert!(state.people[id].version() >= stored.version());
                }
            }
        }
    }
}
