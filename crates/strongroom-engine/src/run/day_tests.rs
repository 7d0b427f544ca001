use strongroom_cohort::ResolvedWindow;
use strongroom_cohort::ast::{CountTest, Endpoint, Profile};
use strongroom_cohort::reference::Truth;
use strongroom_timeline::EventSet;

use super::day_counts::DayCount;
use super::machine::{Index, Machine, Scope};
use super::observed::Around;
use super::placed::Placed;
use super::predicates::Reading;
use super::rules::{self, UnknownLeaf};
use super::windows;
use crate::compile::{Anchor, AnchorBase, Step, Test};

/// What tests are asked of: entries, or rows in a filter.
#[derive(Clone, Copy)]
pub(super) struct Asked<'m> {
    pub(super) profile: Profile,
    pub(super) reading: Reading,
    /// The set that they are events of; nothing where no more than their first days is known.
    pub(super) of: Option<&'m EventSet>,
}

/// Whether a test is true of an event of which little more than its days matters: it is asked of
/// columns, before an event is made of each row.
pub(super) enum DayTest<'m> {
    Count(DayCount<'m>),
    Observed(&'m ResolvedWindow),
    All(Vec<Self>),
    AnyOf(Vec<Self>),
    NumberOf {
        test: CountTest,
        of: Vec<Self>,
    },
    Not(Box<Self>),
    /// One that asks for more.
    OfEvent {
        test: &'m Test,
        set: &'m EventSet,
        reading: Reading,
    },
}

/// Whether a test may be unknown where it stands, and that is the same as if it were false.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unknown {
    IsFalse,
    Matters,
}

impl Asked<'_> {
    /// The end that an anchor means of whatever is asked; nothing of other anchors.
    pub(super) fn endpoint(self, anchor: &Anchor) -> Option<Endpoint> {
        let means_it = match self.reading {
            Reading::Entry => matches!(anchor.on, AnchorBase::Index),
            Reading::Row => matches!(anchor.on, AnchorBase::This),
        };
        // Of the first day alone, there is no last day.
        let is_known = self.of.is_some() || anchor.endpoint == Endpoint::Start;
        (means_it && is_known).then_some(anchor.endpoint)
    }
}

impl Machine<'_> {
    /// Steps as tests, and whether what they ask must be so; nothing where one asks for more.
    pub(super) fn day_steps<'m>(
        &'m self,
        steps: &'m [Step],
        asked: Asked<'m>,
    ) -> Option<Vec<(DayTest<'m>, bool)>> {
        let test = |step: &'m Step| match step {
            Step::Require(test) => Some((self.day_test(test, asked)?, true)),
            Step::Exclude(test) => Some((self.day_test(test, asked)?, false)),
            Step::Keep(_) => None,
        };
        steps.iter().map(test).collect()
    }

    /// Whether a test is true; nothing where it must be told whether it is unknown, or where it asks
    /// for more than is known.
    pub(super) fn day_test<'m>(&'m self, test: &'m Test, asked: Asked<'m>) -> Option<DayTest<'m>> {
        // Who tells attrition tells of how many a step's test was unknown.
        let is_told = asked.reading == Reading::Entry
            && self.tells_attrition
            && rules::unknown_leaf(asked.profile) == UnknownLeaf::Stays;
        self.day_test_within(test, asked, if is_told { Unknown::Matters } else { Unknown::IsFalse })
    }

    fn day_test_within<'m>(
        &'m self,
        test: &'m Test,
        asked: Asked<'m>,
        unknown: Unknown,
    ) -> Option<DayTest<'m>> {
        let within = |test, unknown| self.day_test_within(test, asked, unknown);
        let each = |of: &'m [Test], unknown| -> Option<Vec<_>> {
            of.iter().map(|test| within(test, unknown)).collect()
        };
        let found = match test {
            Test::Count(count) => self.day_count(count, asked).map(DayTest::Count),
            Test::All(members) => each(members, unknown).map(DayTest::All),
            Test::AnyOf(members) => each(members, unknown).map(DayTest::AnyOf),
            Test::NumberOf { test, of } => {
                each(of, Unknown::Matters).map(|of| DayTest::NumberOf { test: *test, of })
            }
            Test::Not(inner) => within(inner, Unknown::Matters).map(|inner| DayTest::Not(Box::new(inner))),
            Test::Observed { window, of } => {
                (asked.endpoint(of) == Some(Endpoint::Start)).then_some(DayTest::Observed(window))
            }
            Test::MemberOf { .. } | Test::PersonHas(_) | Test::Leaf(_) => None,
        };
        let is_never_unknown = matches!(
            test,
            Test::Count(_) | Test::Observed { .. } | Test::MemberOf { .. } | Test::PersonHas(_)
        );
        if found.is_some() || !is_never_unknown && unknown == Unknown::Matters {
            return found;
        }
        Some(DayTest::OfEvent { test, set: asked.of?, reading: asked.reading })
    }
}

impl DayTest<'_> {
    /// Whether it is true of an event.
    #[inline]
    pub(super) fn holds(&self, one: &Placed, machine: &Machine<'_>, scope: &Scope<'_>) -> bool {
        let holds = |test: &Self| test.holds(one, machine, scope);
        match self {
            Self::Count(count) => count.passes(one, scope),
            Self::Observed(window) => {
                one.day.is_known()
                    && match one.around(scope) {
                        Around::Unbounded => true,
                        Around::Nowhere => false,
                        Around::Within(interval) => windows::lies_within(window, one.day, interval),
                    }
            }
            Self::All(members) => members.iter().all(holds),
            Self::AnyOf(members) => members.iter().any(holds),
            Self::NumberOf { test, of } => test.holds(of.iter().map(|member| u64::from(holds(member))).sum()),
            Self::Not(inner) => !holds(inner),
            Self::OfEvent { test, set, reading } => one.event(set).is_some_and(|event| {
                let scope = match reading {
                    Reading::Entry => Scope { index: Some(Index { event: &event, day: one.day }), ..*scope },
                    Reading::Row => Scope { this: Some(&event), ..*scope },
                };
                machine.truth(test, scope, *reading) == Truth::True
            }),
        }
    }
}
