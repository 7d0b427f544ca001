use strongroom_cohort::ast::{CountTest, CountUnit, EventKind};
use strongroom_cohort::reference::Truth;
use strongroom_omop::ConceptId;
use strongroom_timeline::PersonSet;

use super::machine::{Machine, Scope};
use super::predicates::Reading;
use crate::compile::{Count, Origin, Test};

impl Machine<'_> {
    /// The people for whom a test is true that asks for no entry event.
    ///
    /// Whether somebody has an event at all is answered for everybody at once, by one bit each; what
    /// needs more is asked of those alone for whom the rest does not decide.
    pub(super) fn people_where(&self, test: &Test, scope: Scope<'_>, reading: Reading) -> PersonSet {
        let mut everybody = PersonSet::all(self.people());
        for absent in &self.tables.people().absent {
            everybody.remove(*absent);
        }
        self.people_among(test, &everybody, scope, reading)
    }

    /// The people among some for whom a test is true.
    pub(super) fn people_among(
        &self,
        test: &Test,
        among: &PersonSet,
        scope: Scope<'_>,
        reading: Reading,
    ) -> PersonSet {
        match test {
            Test::All(members) => {
                let mut left = among.clone();
                let (at_once, one_by_one): (Vec<_>, Vec<_>) =
                    members.iter().partition(|member| self.is_answered_at_once(member, scope));
                for member in at_once.into_iter().chain(one_by_one) {
                    if left.is_empty() {
                        break;
                    }
                    left = self.people_among(member, &left, scope, reading);
                }
                left
            }
            Test::AnyOf(members) => {
                let (at_once, one_by_one): (Vec<_>, Vec<_>) =
                    members.iter().partition(|member| self.is_answered_at_once(member, scope));
                let mut found = PersonSet::none(self.people());
                for member in at_once.into_iter().chain(one_by_one) {
                    let mut rest = among.clone();
                    rest.subtract(&found);
                    found.unite(&self.people_among(member, &rest, scope, reading));
                }
                found
            }
            // The opposite of what is never unknown.
            Test::Not(inner) if self.is_answered_at_once(inner, scope) => {
                let mut rest = among.clone();
                rest.subtract(&self.people_among(inner, among, scope, reading));
                rest
            }
            Test::Count(count) => match self.people_with_any(count, scope) {
                Some((mut people, asks_for_none)) => {
                    if asks_for_none {
                        let mut rest = among.clone();
                        rest.subtract(&people);
                        rest
                    } else {
                        people.intersect(among);
                        people
                    }
                }
                None => self.one_by_one(test, among, scope, reading),
            },
            _ => self.one_by_one(test, among, scope, reading),
        }
    }

    /// The people among some for whom nobody knows whether a test is true.
    pub(super) fn people_unknown(&self, test: &Test, among: &PersonSet, scope: Scope<'_>) -> PersonSet {
        let mut unknown = PersonSet::none(self.people());
        if !self.is_answered_at_once(test, scope) {
            for person in among.iter() {
                if self.truth(test, Scope { person, ..scope }, Reading::Entry) == Truth::Unknown {
                    unknown.insert(person);
                }
            }
        }
        unknown
    }

    fn one_by_one(&self, test: &Test, among: &PersonSet, scope: Scope<'_>, reading: Reading) -> PersonSet {
        let mut found = PersonSet::none(self.people());
        for person in among.iter() {
            if self.watch.halts() {
                break;
            }
            if self.truth(test, Scope { person, ..scope }, reading) == Truth::True {
                found.insert(person);
            }
        }
        found
    }

    /// Whether a test is answered by one bit for each person, and never unknown.
    fn is_answered_at_once(&self, test: &Test, scope: Scope<'_>) -> bool {
        match test {
            Test::Count(count) => {
                asks_for_any(count.test).is_some() && self.plain_source(count, scope).is_some()
            }
            Test::All(members) | Test::AnyOf(members) => {
                members.iter().all(|member| self.is_answered_at_once(member, scope))
            }
            Test::Not(inner) => self.is_answered_at_once(inner, scope),
            Test::NumberOf { .. }
            | Test::Observed { .. }
            | Test::MemberOf { .. }
            | Test::PersonHas(_)
            | Test::Leaf(_) => false,
        }
    }

    /// The kind and the concepts of which a count is of any records; nothing where it asks for more.
    fn plain_source(&self, count: &Count, scope: Scope<'_>) -> Option<(EventKind, &[ConceptId])> {
        let Origin::Set(id) = count.of.from else { return None };
        let plain = !count.per_concept
            && count.within.is_none()
            && count.unit == CountUnit::Rows
            && count.of.filters.is_empty();
        if plain { self.plain_records(id, scope.profile) } else { None }
    }

    /// The people with any of the events of a count, and whether the count asks for those without;
    /// nothing where that does not decide it.
    fn people_with_any(&self, count: &Count, scope: Scope<'_>) -> Option<(PersonSet, bool)> {
        let asks_for_none = asks_for_any(count.test)?;
        let (kind, concepts) = self.plain_source(count, scope)?;
        let mut people = PersonSet::none(self.people());
        self.add_people_with(kind, concepts, &mut people);
        Some((people, asks_for_none))
    }

    /// Adds the people who have a record of a kind with one of these concepts.
    pub(super) fn add_people_with(&self, kind: EventKind, concepts: &[ConceptId], people: &mut PersonSet) {
        let Some(directory) = self.tables.directory(kind) else { return };
        let positions = directory.positions(concepts);
        self.tables.or_default(self.tables.shard().add_people_with(kind, &positions, people));
    }
}

/// Whether a test of a number is that there is none (`true`), or any (`false`).
const fn asks_for_any(test: CountTest) -> Option<bool> {
    match test {
        CountTest::AtLeast(1) | CountTest::Not(0) => Some(false),
        CountTest::AtMost(0) | CountTest::Exactly(0) | CountTest::Between(0, 0) => Some(true),
        _ => None,
    }
}
