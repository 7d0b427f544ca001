use std::ops::Range;

use strongroom_cohort::ast::{DateRange, Endpoint, Pick, Profile};
use strongroom_cohort::reference::{Tally, Truth};
use strongroom_timeline::{Day, Event, Interval, collapse};

use super::machine::{Index, Machine, Scope};
use super::observed::Around;
use super::picks::PickedAt;
use super::predicates::Reading;
use super::rules;
use crate::compile::{Entry, Plan, PlanId, SetId, Step};

/// What a cohort came to in a shard: entries in the order of (person, first day, last day), and what
/// became of the rest.
#[derive(Debug, Default)]
pub(crate) struct PlanRun {
    persons: Vec<u32>,
    /// Both days unknown where people enter without days.
    entries: Vec<Interval>,
    pub(crate) attrition: ShardAttrition,
}

/// The attrition of a cohort in a shard.
#[derive(Debug, Default)]
pub(crate) struct ShardAttrition {
    pub(crate) entered: Tally,
    pub(crate) steps: Vec<StepTally>,
    pub(crate) without_days: Tally,
}

/// What one step did.
#[derive(Debug, Default)]
pub(crate) struct StepTally {
    pub(crate) before: Tally,
    pub(crate) dropped: Tally,
    pub(crate) unknown: Tally,
}

/// An entry on its way through the steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) person: u32,
    /// The entry event with the index day; nothing where people enter by a predicate.
    pub(super) entry: Option<(Event, Day)>,
    pub(super) interval: Option<Interval>,
}

impl Candidate {
    pub(super) fn scope<'e>(&'e self, scope: Scope<'e>) -> Scope<'e> {
        let index = self.entry.as_ref().map(|(event, day)| Index { event, day: *day });
        Scope { person: self.person, index, ..scope }
    }
}

impl PlanRun {
    /// The positions of a person's entries.
    fn positions(&self, person: u32) -> Range<usize> {
        let from = self.persons.partition_point(|other| *other < person);
        let rest = self.persons.get(from..).unwrap_or_default();
        from..from + rest.iter().take_while(|other| **other == person).count()
    }

    /// A person's entries.
    pub(super) fn of(&self, person: u32) -> &[Interval] {
        self.entries.get(self.positions(person)).unwrap_or_default()
    }

    /// Everyone's entries, person by person.
    pub(super) fn groups(&self) -> impl Iterator<Item = (u32, &[Interval])> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let person = *self.persons.get(at)?;
            let rest = self.persons.get(at..)?;
            let end = at + rest.iter().take_while(|other| **other == person).count();
            let own = self.entries.get(at..end)?;
            at = end;
            Some((person, own))
        })
    }

    /// The people with entries.
    pub(crate) fn people(&self) -> impl Iterator<Item = u32> {
        self.groups().map(|(person, _)| person)
    }

    /// How many people and entries there are.
    pub(crate) fn included(&self) -> Tally {
        let people = self.persons.chunk_by(|one, other| one == other).count();
        Tally { people: count(people), entries: count(self.entries.len()) }
    }

    /// Every entry.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, Interval)> {
        self.persons.iter().copied().zip(self.entries.iter().copied())
    }
}

impl Machine<'_> {
    /// Takes the people of the shard through a cohort: entry, steps, exit, merging, cutting.
    pub(super) fn run(&self, id: PlanId, plan: &Plan) -> PlanRun {
        let Some(scope) = self.scope(plan.environment, 0) else { return PlanRun::default() };
        let (mut left, by_events) = match &plan.entry {
            Entry::People(test) => (self.people_for_whom(test, scope), false),
            Entry::Events { of, pick, index } => (self.entered(*of, *pick, *index, scope), true),
        };
        let mut run = PlanRun::default();
        run.attrition.entered = tally(&left);
        for step in &plan.steps {
            let (kept, tally) = self.take_step(step, left, scope);
            left = kept;
            run.attrition.steps.push(tally);
        }
        let passed = tally(&left);
        let mut spans: Vec<(u32, Interval, Option<Interval>)> = Vec::with_capacity(left.len());
        for candidate in &left {
            if self.watch.halts() {
                break;
            }
            let Some((_, start)) = candidate.entry else {
                let never = Interval { start: Day::UNKNOWN, end: Day::UNKNOWN };
                spans.push((candidate.person, never, None));
                continue;
            };
            let end = self.end_of(plan, candidate, candidate.scope(scope));
            spans.extend(end.map(|end| (candidate.person, Interval { start, end }, candidate.interval)));
        }
        let people = spans.chunk_by(|one, other| one.0 == other.0).count();
        run.attrition.without_days =
            Tally { people: passed.people - count(people), entries: passed.entries - count(spans.len()) };
        let drawn = self.drawn.get(&id);
        for own in spans.chunk_by(|one, other| one.0 == other.0) {
            let Some((person, ..)) = own.first() else { continue };
            let subject = self.tables.people().subjects.get(*person as usize);
            if drawn.is_some_and(|drawn| subject.is_none_or(|subject| !drawn.contains(subject))) {
                continue;
            }
            let mut entries = match plan.merge {
                Some(merge) if by_events => merged(scope.profile, own, merge.gap),
                _ => own.iter().map(|(_, span, _)| *span).collect(),
            };
            if let Some(range) = plan.clip {
                clip(&mut entries, range);
            }
            entries.sort_unstable();
            entries.dedup();
            run.persons.extend(entries.iter().map(|_| *person));
            run.entries.append(&mut entries);
        }
        run
    }

    /// Those for whom a test is true, without an index day.
    fn people_for_whom(&self, test: &crate::compile::Test, scope: Scope<'_>) -> Vec<Candidate> {
        let people = self.people_where(test, scope, Reading::Entry);
        people.iter().map(|person| Candidate { person, entry: None, interval: None }).collect()
    }

    /// Those who enter by events (R6): events that start outside of observed time are not entries.
    fn entered(&self, of: SetId, pick: Pick, index: Endpoint, scope: Scope<'_>) -> Vec<Candidate> {
        let set = self.set(of);
        let mut candidates = Vec::new();
        let mut own = self.spare();
        for (person, positions) in set.groups() {
            if self.watch.halts() {
                break;
            }
            let scope = Scope { person, ..scope };
            let events = positions.filter_map(|position| set.get(position));
            let mut observed = events.filter(|event| scope.observed.observes(event)).peekable();
            if pick == Pick::First && set.is_in_order_of_picks() {
                // Those of one day stand together, and the first of them is among the first day's.
                let first = observed.peek().map(|event| event.start);
                own.extend(observed.take_while(|event| Some(event.start) == first));
            } else {
                own.extend(observed);
            }
            if rules::pairs_events_with_periods(scope.profile) {
                scope.observed.pair(&mut own);
            }
            self.pick(scope.profile, PickedAt::Events, &mut own, pick, |event| *event);
            candidates.extend(own.drain(..).filter_map(|event| {
                let day = match index {
                    Endpoint::Start => event.start.known()?,
                    Endpoint::End => event.end.known()?,
                };
                let interval = interval_of(scope, &event, day);
                Some(Candidate { person, entry: Some((event, day)), interval })
            }));
        }
        self.give_back(own);
        candidates
    }

    /// Takes the entries that are left through one step (R10).
    fn take_step(
        &self,
        step: &Step,
        mut left: Vec<Candidate>,
        scope: Scope<'_>,
    ) -> (Vec<Candidate>, StepTally) {
        let mut step_tally = StepTally { before: tally(&left), ..StepTally::default() };
        match step {
            Step::Require(test) | Step::Exclude(test) => {
                let requires = matches!(step, Step::Require(_));
                let mut unknown = Vec::new();
                left.retain(|candidate| {
                    if self.watch.halts() {
                        return false;
                    }
                    let found = self.truth(test, candidate.scope(scope), Reading::Entry);
                    if found == Truth::Unknown {
                        unknown.push(*candidate);
                    }
                    (found == Truth::True) == requires
                });
                step_tally.unknown = tally(&unknown);
            }
            Step::Keep(pick) => {
                let mut kept = Vec::with_capacity(left.len());
                for own in left.chunk_by(|one, other| one.person == other.person) {
                    let with_events = own.iter().filter_map(|one| Some((*one, one.entry?.0)));
                    let mut with_events: Vec<(Candidate, Event)> = with_events.collect();
                    self.pick(scope.profile, PickedAt::Step, &mut with_events, *pick, |(_, event)| *event);
                    kept.extend(with_events.into_iter().map(|(candidate, _)| candidate));
                    // Who entered by a predicate has no position and is kept.
                    kept.extend(own.iter().filter(|one| one.entry.is_none()));
                }
                left = kept;
            }
        }
        let after = tally(&left);
        step_tally.dropped = Tally {
            people: step_tally.before.people - after.people,
            entries: step_tally.before.entries - after.entries,
        };
        (left, step_tally)
    }
}

fn interval_of(scope: Scope<'_>, event: &Event, day: Day) -> Option<Interval> {
    if let Some(period) = scope.observed.period(event) {
        return Some(period);
    }
    let around = match scope.observed.around(event.person, day) {
        // The index may be an end that lies behind the interval of the event.
        Around::Nowhere if event.start.is_known() => scope.observed.around(event.person, event.start),
        around => around,
    };
    match around {
        Around::Within(interval) => Some(interval),
        Around::Unbounded | Around::Nowhere => None,
    }
}

/// Joins entries of which the next starts at most `gap` days after everything before it has ended
/// (R11), unless observed time between them is missing and the profile minds.
fn merged(profile: Profile, own: &[(u32, Interval, Option<Interval>)], gap: u32) -> Vec<Interval> {
    let across = rules::merges_across_intervals(profile);
    let by_interval = |(_, span, interval): &(u32, Interval, Option<Interval>)| {
        (if across { None } else { *interval }, *span)
    };
    let mut spans: Vec<(Option<Interval>, Interval)> = own.iter().map(by_interval).collect();
    spans.sort_unstable();
    let mut merged = Vec::with_capacity(spans.len());
    for of_one in spans.chunk_by(|one, other| one.0 == other.0) {
        let mut joined = of_one.iter().map(|(_, span)| *span).collect();
        collapse(&mut joined, gap);
        merged.append(&mut joined);
    }
    merged
}

/// Cuts entries to calendar days and drops what lies outside. Who has no days keeps none.
fn clip(entries: &mut Vec<Interval>, range: DateRange) {
    let from = range.from.map_or(Day::FIRST, Day::from);
    let to = range.to.map_or(Day::LAST, Day::from);
    entries.retain_mut(|entry| {
        if !entry.start.is_known() {
            return true;
        }
        *entry = Interval { start: entry.start.max(from), end: entry.end.min(to) };
        entry.start <= entry.end
    });
}

/// How many people and entries there are, in the order of people.
fn tally(candidates: &[Candidate]) -> Tally {
    let people = candidates.chunk_by(|one, other| one.person == other.person).count();
    Tally { people: count(people), entries: count(candidates.len()) }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
