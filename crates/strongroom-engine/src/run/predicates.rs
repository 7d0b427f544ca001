use strongroom_cohort::ast::CountTest;
use strongroom_cohort::reference::Truth;
use strongroom_timeline::Event;

use super::machine::{Machine, Scope};
use super::observed::Around;
use super::rules::{self, UnknownLeaf};
use super::scalars;
use super::values::Scalar;
use super::windows::{self, Range};
use crate::compile::{Count, Events, Leaf, Test};

/// What a test is asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// A person or an entry.
    Entry,
    /// A row, in a filter.
    Row,
}

impl Machine<'_> {
    /// The truth of a test (R7).
    pub(super) fn truth(&self, test: &Test, scope: Scope<'_>, reading: Reading) -> Truth {
        match test {
            Test::Count(count) => self.count_passes(count, scope).into(),
            Test::All(members) => {
                let mut all = Truth::True;
                for member in members {
                    all = all.and(self.truth(member, scope, reading));
                    if all == Truth::False {
                        break;
                    }
                }
                all
            }
            Test::AnyOf(members) => {
                let mut any = Truth::False;
                for member in members {
                    any = any.or(self.truth(member, scope, reading));
                    if any == Truth::True {
                        break;
                    }
                }
                any
            }
            Test::NumberOf { test, of } => {
                let (mut known, mut unknown) = (0, 0);
                for member in of {
                    match self.truth(member, scope, reading) {
                        Truth::True => known += 1,
                        Truth::Unknown if rules::counts_unknown_members_as_false(scope.profile) => {}
                        Truth::Unknown => unknown += 1,
                        Truth::False => {}
                    }
                }
                number_of(*test, known, unknown)
            }
            Test::Not(inner) => match &**inner {
                Test::Leaf(leaf)
                    if reading == Reading::Entry
                        && rules::unknown_leaf(scope.profile) == UnknownLeaf::IsFalseEvenNegated
                        && self.leaf(leaf, scope) == Truth::Unknown =>
                {
                    Truth::False
                }
                inner => !self.truth(inner, scope, reading),
            },
            Test::Observed { window, of } => {
                let mut found = false;
                self.each_anchor(of, scope, &[], |event, day| {
                    found |= day.is_known()
                        && match scope.observed.around_anchor(scope.profile, event, day) {
                            Around::Unbounded => true,
                            Around::Nowhere => false,
                            Around::Within(interval) => windows::lies_within(window, day, interval),
                        };
                });
                found.into()
            }
            Test::MemberOf { cohort, during } => {
                let Some(run) = self.plan(*cohort) else { return Truth::False };
                let entries = run.of(scope.person);
                let Some((window, of)) = during else {
                    return (!entries.is_empty()).into();
                };
                let mut found = false;
                self.each_anchor(of, scope, &[], |event, day| {
                    if found || !day.is_known() {
                        return;
                    }
                    let around = scope.observed.around_anchor(scope.profile, event, day);
                    let range = Range::of(scope.profile, window, day, around, false);
                    found = range
                        .is_some_and(|range| entries.iter().any(|entry| range.meets(entry.start, entry.end)));
                });
                found.into()
            }
            Test::PersonHas(kind) => {
                let has = self.tables.people().has.get(kind);
                has.is_some_and(|people| people.contains(&scope.person)).into()
            }
            Test::Leaf(leaf) => {
                let found = self.leaf(leaf, scope);
                let known =
                    reading == Reading::Entry && rules::unknown_leaf(scope.profile) != UnknownLeaf::Stays;
                if found == Truth::Unknown && known { Truth::False } else { found }
            }
        }
    }

    /// The truth of a test of values.
    fn leaf(&self, leaf: &Leaf, scope: Scope<'_>) -> Truth {
        match leaf {
            Leaf::Compare { left, op, right } => {
                let order = self
                    .value(left, scope)
                    .zip(self.value(right, scope))
                    .and_then(|(left, right)| scalars::compare(scope.units, &left, &right));
                order.map(|order| op.holds(order)).into()
            }
            Leaf::In { value, concepts } => {
                let found = match self.value(value, scope) {
                    Some(Scalar::Concept(concept)) => {
                        Some(concepts.binary_search_by_key(&concept, |id| id.value()).is_ok())
                    }
                    _ => None,
                };
                found.into()
            }
            Leaf::Like { value, pattern } => {
                let found = match self.value(value, scope) {
                    Some(Scalar::Text(text)) => Some(scalars::like(text, pattern)),
                    _ => None,
                };
                found.into()
            }
            Leaf::Missing(value) => self.value(value, scope).is_none().into(),
        }
    }

    /// Whether so many events are there, for the rows of one turn of its anchors of `each`.
    fn count_passes(&self, count: &Count, scope: Scope<'_>) -> bool {
        if count.of.each.is_empty() {
            if let Some(number) = self.number_at_once(count, scope) {
                return count.test.holds(number);
            }
            return self.passes_in_turn(count, scope, &[]);
        }
        let mut asked = false;
        let mut turns = self.spare();
        let passes = self.take_turns(count, scope, &count.of.each, &mut turns, &mut asked);
        self.give_back(turns);
        // Where there is no row to anchor on, no event is there.
        if asked { passes } else { self.passes(count, scope, &[]) }
    }

    fn take_turns(
        &self,
        count: &Count,
        scope: Scope<'_>,
        each: &[Events],
        turns: &mut Vec<Event>,
        asked: &mut bool,
    ) -> bool {
        let Some((first, rest)) = each.split_first() else {
            *asked = true;
            return self.passes_in_turn(count, scope, turns);
        };
        let mut anchors = self.spare();
        self.collect(first, scope, &[], &mut anchors);
        let passes = anchors.iter().any(|anchor| {
            turns.push(*anchor);
            let passes = self.take_turns(count, scope, rest, turns, asked);
            turns.pop();
            passes
        });
        self.give_back(anchors);
        passes
    }

    fn passes_in_turn(&self, count: &Count, scope: Scope<'_>, turns: &[Event]) -> bool {
        let mut rows = self.spare();
        self.collect(&count.of, scope, turns, &mut rows);
        let passes = self.passes(count, scope, &rows);
        self.give_back(rows);
        passes
    }
}

/// Unknown while the unknown ones decide.
fn number_of(test: CountTest, known: u64, unknown: u64) -> Truth {
    let passes = |n: &u64| test.holds(*n);
    if (known..=known + unknown).all(|n| passes(&n)) {
        Truth::True
    } else if (known..=known + unknown).any(|n| passes(&n)) {
        Truth::Unknown
    } else {
        Truth::False
    }
}
