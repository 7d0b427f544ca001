use strongroom_cohort::ast::{DateRange, Profile};
use strongroom_cohort::reference::Tally;
use strongroom_timeline::{Day, Interval};

use super::machine::{Machine, Scope};
use super::plans::{Candidate, PlanRun};
use super::rules;
use crate::compile::{Exit, Plan, PlanId};

/// The end of a cohort, person by person: when people leave, which entries are joined and cut.
pub(super) struct Leaving<'p> {
    machine: &'p Machine<'p>,
    id: PlanId,
    plan: &'p Plan,
    spans: Vec<Span>,
    entries: Vec<Interval>,
    joins_across_intervals: bool,
    /// Whether a person's entries all end by the same runs of events.
    runs_are_the_same: bool,
}

/// An entry and the observed interval that it lies in.
pub(super) type Span = (Option<Interval>, Interval);

impl Machine<'_> {
    pub(super) fn leaving<'p>(&'p self, id: PlanId, plan: &'p Plan, profile: Profile) -> Leaving<'p> {
        let joins_across_intervals = rules::merges_across_intervals(profile);
        let runs_are_the_same = matches!(&plan.exit, Exit::EndOfRun { of, .. } if of.is_a_set());
        let (spans, entries) = (Vec::new(), Vec::new());
        Leaving { machine: self, id, plan, spans, entries, joins_across_intervals, runs_are_the_same }
    }
}

impl Leaving<'_> {
    /// Takes in the entries of the next person that passed every step; nothing stands for one that would
    /// end before it begins.
    #[inline]
    pub(super) fn take(&mut self, person: u32, own: impl Iterator<Item = Option<Span>>, run: &mut PlanRun) {
        self.spans.clear();
        let mut passed = 0;
        self.spans.extend(own.inspect(|_| passed += 1).flatten());
        let without_days = Tally::of_person(passed) - Tally::of_person(self.spans.len());
        run.attrition.without_days += without_days;
        if self.machine.is_drawn(self.id, person) {
            if let ([(_, alone)], None) = (self.spans.as_slice(), self.plan.clip) {
                run.add(person, std::slice::from_ref(alone));
                return;
            }
            self.join_and_cut();
            run.add(person, &self.entries);
        }
    }

    /// Takes in the next person's entries, whose events are known.
    pub(super) fn take_events(
        &mut self,
        scope: Scope<'_>,
        own: impl Iterator<Item = Candidate>,
        run: &mut PlanRun,
    ) {
        let (machine, plan) = (self.machine, self.plan);
        let mut runs = machine.spare_intervals();
        if self.runs_are_the_same {
            machine.find_runs(&plan.exit, scope, &mut runs);
        }
        let known_runs = self.runs_are_the_same.then_some(runs.as_slice());
        let span = |candidate: Candidate| {
            let end = machine.end_of(plan, &candidate, candidate.scope(scope), known_runs)?;
            Some((candidate.interval, Interval { start: candidate.day, end }))
        };
        self.take(scope.person, own.map(span), run);
        machine.give_back_intervals(runs);
    }

    /// Makes the entries of the spans.
    fn join_and_cut(&mut self) {
        let Self { plan, spans, entries, .. } = self;
        entries.clear();
        if let (Some(merge), [_, _, ..]) = (plan.merge, spans.as_slice()) {
            join(spans, merge.gap, self.joins_across_intervals);
        }
        entries.extend(spans.iter().map(|(_, span)| *span));
        if let Some(range) = plan.clip {
            clip(entries, range);
        }
        if entries.len() > 1 && !entries.is_sorted_by(|one, next| one < next) {
            entries.sort_unstable();
            entries.dedup();
        }
    }
}

/// Joins a person's entries of which the next starts at most `gap` days after everything before it
/// has ended (R11), unless observed time between them is missing and the profile minds.
fn join(spans: &mut Vec<Span>, gap: u32, across_intervals: bool) {
    if across_intervals {
        for (interval, _) in &mut *spans {
            *interval = None;
        }
    }
    if !spans.is_sorted() {
        spans.sort_unstable();
    }
    spans.dedup_by(|(interval, next), (same, joined)| interval == same && joined.joins(*next, gap));
}

/// Cuts entries to calendar days and drops what lies outside.
fn clip(entries: &mut Vec<Interval>, range: DateRange) {
    let from = range.from.map_or(Day::FIRST, Day::from);
    let to = range.to.map_or(Day::LAST, Day::from);
    entries.retain_mut(|entry| {
        *entry = Interval { start: entry.start.max(from), end: entry.end.min(to) };
        entry.start <= entry.end
    });
}
