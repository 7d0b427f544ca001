use strongroom_cohort::ast::Profile;
use strongroom_timeline::{Day, Event, EventSet};

use super::machine::Machine;
use super::rules;
use crate::compile::SetId;

/// An event of a member of a union, with all that orders it among a person's others.
#[derive(Clone, Copy)]
struct OfMember {
    start: Day,
    table: u16,
    row: u32,
    member: usize,
    place: usize,
}

/// Up to how many events of a person each is compared with each.
const FEW: usize = 32;

impl Machine<'_> {
    /// The events of several sets, each once (R8).
    pub(super) fn union(&self, profile: Profile, members: &[SetId]) -> EventSet {
        let sets: Vec<&EventSet> = members.iter().map(|id| self.set(*id)).collect();
        let event = |one: &OfMember| sets.get(one.member).and_then(|set| set.get(one.place));
        let mut left = vec![0; sets.len()];
        let mut all = Vec::with_capacity(sets.iter().map(|set| set.len()).sum());
        let mut own: Vec<OfMember> = Vec::new();
        let mut people = Vec::new();
        // Person by person, of whom each has few.
        loop {
            people.clear();
            people.extend(sets.iter().zip(&left).filter_map(|(set, at)| set.persons().get(*at)));
            let Some(person) = people.iter().min().copied().filter(|_| !self.watch.halts()) else { break };
            own.clear();
            for ((member, set), at) in sets.iter().enumerate().zip(&mut left) {
                while set.persons().get(*at) == Some(&person) {
                    own.extend(set.order_of(*at).map(|(start, table, row)| OfMember {
                        start,
                        table,
                        row,
                        member,
                        place: *at,
                    }));
                    *at += 1;
                }
            }
            if own.len() > 1 {
                own.sort_unstable_by_key(|one| (one.start, one.table, one.row));
                if self.may_repeat(profile, &own, event) {
                    self.unite(profile, &mut own, event);
                    own.sort_unstable_by_key(|one| (one.start, one.table, one.row));
                }
            }
            all.extend(own.iter().map(|one| (one.member, one.place)));
        }
        EventSet::of_sets(self.people(), &sets, &all)
    }

    /// Whether one of a person's events may be there twice; they are in the order of their days. It costs
    /// less to see that none is than to look for those that are.
    fn may_repeat(
        &self,
        profile: Profile,
        own: &[OfMember],
        event: impl Fn(&OfMember) -> Option<Event>,
    ) -> bool {
        let days_too = rules::union_tells_days_apart(profile);
        let is_same = |one: &OfMember, other: &OfMember| {
            let (Some(one), Some(other)) = (event(one), event(other)) else { return false };
            let same_days = (one.start, one.end, one.period) == (other.start, other.end, other.period);
            (!days_too || same_days)
                && (one.row == other.row || self.tables.record(&one) == self.tables.record(&other))
        };
        let repeats = |(at, one): (usize, &OfMember)| {
            let behind = own.get(at + 1..).unwrap_or_default().iter();
            let behind = behind.take_while(|other| !days_too || other.start == one.start);
            behind.filter(|other| other.table == one.table).any(|other| is_same(one, other))
        };
        own.len() > FEW || own.iter().enumerate().any(repeats)
    }

    /// Leaves every event of a person once (R8).
    pub(super) fn unite<T>(&self, profile: Profile, own: &mut Vec<T>, event: impl Fn(&T) -> Option<Event>) {
        if own.len() < 2 {
            return;
        }
        let days_too = rules::union_tells_days_apart(profile);
        let record = |event: &Event| self.tables.record(event).unwrap_or_else(|| event.row.into());
        let days = |event: &Event| (event.start, event.end, event.period);
        // What is kept of several rows of one record does not depend on where they stand.
        own.sort_by_cached_key(|one| {
            let event = event(one);
            let key = |event: &Event| {
                let concept = self.found_concept(event);
                (event.table, record(event), event.start, event.end, concept, event.period)
            };
            event.as_ref().map(key)
        });
        own.dedup_by(|one, other| {
            let (Some(one), Some(other)) = (event(one), event(other)) else { return false };
            let same_place = one.table == other.table && record(&one) == record(&other);
            same_place && (!days_too || days(&one) == days(&other))
        });
    }
}
