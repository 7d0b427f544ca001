use strongroom_cohort::ResolvedConcepts;
use strongroom_cohort::ast::Match;
use strongroom_timeline::PersonSet;

use super::machine::Machine;
use super::rules;
use crate::compile::{Entry, Events, Filter, Origin, Plan, SetNode, Source, Step, Test};

/// Who can be meant, as far as that is known before any event is looked at: too many perhaps, never
/// too few. Nothing says that it may be anybody.
type Possible = Option<PersonSet>;

impl Machine<'_> {
    /// Those besides whom nobody can be in a cohort; who tells attrition needs everybody who enters.
    pub(super) fn who_can_be_in(&self, plan: &Plan) -> PersonSet {
        let entry = match &plan.entry {
            Entry::Events { of, .. } => self.people_of(*of).cloned(),
            Entry::People(test) => self.for_whom(test),
        };
        let required = plan.steps.iter().filter_map(|step| match step {
            Step::Require(test) if !self.tells_attrition => self.for_whom(test),
            Step::Require(_) | Step::Exclude(_) | Step::Keep(_) => None,
        });
        all_of(entry.into_iter().chain(required)).unwrap_or_else(|| PersonSet::all(self.people()))
    }

    /// Those for whom a test can be true.
    fn for_whom(&self, test: &Test) -> Possible {
        let each = |members: &[Test]| -> Vec<Possible> {
            members.iter().map(|member| self.for_whom(member)).collect()
        };
        match test {
            Test::Count(count) if !count.test.holds(0) => self.with_events(&count.of),
            Test::All(members) => all_of(each(members).into_iter().flatten()),
            Test::AnyOf(members) => self.any_of(each(members)),
            // No number of them but all will do.
            Test::NumberOf { test, of } if (0..).zip(of).all(|(n, _)| !test.holds(n)) => {
                all_of(each(of).into_iter().flatten())
            }
            Test::NumberOf { test, of } if !test.holds(0) => self.any_of(each(of)),
            Test::MemberOf { cohort, .. } => self.plan(*cohort).map(|run| run.people().collect()),
            Test::Count(_)
            | Test::NumberOf { .. }
            | Test::Not(_)
            | Test::Observed { .. }
            | Test::PersonHas(_)
            | Test::Leaf(_) => None,
        }
    }

    fn with_events(&self, events: &Events) -> Possible {
        match &events.from {
            Origin::Set(id) => self.people_of(*id).cloned(),
            Origin::Union(members) => {
                self.any_of(members.iter().map(|member| self.with_events(member)).collect())
            }
        }
    }

    /// Those of whom all filters can leave an event.
    pub(super) fn people_by_filters(&self, filters: &[Filter]) -> Possible {
        all_of(filters.iter().filter_map(|filter| match filter {
            Filter::Where { test, .. } => self.for_whom(test),
            Filter::During { .. } | Filter::SameVisit { .. } | Filter::Keep(_) | Filter::Interval { .. } => {
                None
            }
        }))
    }

    /// Those who may have events of a set.
    pub(super) fn people_by_node(&self, node: &SetNode) -> Possible {
        all_of(self.people_by_source(node).into_iter().chain(self.people_by_filters(&node.filters)))
    }

    /// Those who have records of the concepts of a set.
    fn people_by_source(&self, node: &SetNode) -> Possible {
        match &node.source {
            Source::Recorded { kind, concepts: ResolvedConcepts::Only(concepts), matching } => {
                if *matching != Match::Standard {
                    return None;
                }
                let mut people = PersonSet::none(self.people());
                let profile = self.program.environment(node.environment)?.profile;
                for kind in rules::kinds(profile, *kind, true) {
                    self.add_people_with(kind, concepts, &mut people);
                }
                Some(people)
            }
            Source::Recorded { concepts: ResolvedConcepts::Every, .. } => None,
            Source::Cohort(plan) => self.plan(*plan).map(|run| run.people().collect()),
            Source::Union(members) => {
                self.any_of(members.iter().map(|member| self.people_of(*member).cloned()).collect())
            }
        }
    }

    fn any_of(&self, members: Vec<Possible>) -> Possible {
        members.into_iter().try_fold(PersonSet::none(self.people()), |mut any, member| {
            any.unite(&member?);
            Some(any)
        })
    }
}

fn all_of(members: impl IntoIterator<Item = PersonSet>) -> Possible {
    let mut members = members.into_iter();
    let mut all = members.next()?;
    for member in members {
        all.intersect(&member);
    }
    Some(all)
}
