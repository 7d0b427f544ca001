use strongroom_cohort::ast::{DateRange, Profile};
use strongroom_cohort::reference::Tally;
use strongroom_timeline::{Day, Interval, collapse};

use super::machine::{Machine, Scope};
use super::plans::{Candidate, PlanRun};
use super::rules;
use crate::compile::{Plan, PlanId};

/// The end of a cohort, person by person: when people leave, which entries are joined and cut.
pub(super) struct Leaving<'p> {
    machine: &'p Machine<'p>,
    id: PlanId,
    plan: &'p Plan,
    /// Entries of one person with the observed intervals that they lie in.
    spans: Vec<(Option<Interval>, Interval)>,
    entries: Vec<Interval>,
}

impl Machine<'_> {
    pub(super) fn leaving<'p>(&'p self, id: PlanId, plan: &'p Plan) -> Leaving<'p> {
        Leaving { machine: self, id, plan, spans: Vec::new(), entries: Vec::new() }
    }
}

impl Leaving<'_> {
    /// Takes in the entries of the next person that passed every step.
    pub(super) fn take(&mut self, scope: Scope<'_>, own: impl Iterator<Item = Candidate>, run: &mut PlanRun) {
        let Self { machine, plan, spans, entries, .. } = self;
        spans.clear();
        entries.clear();
        let mut passed = 0;
        for candidate in own {
            passed += 1;
            if let Some(end) = machine.end_of(plan, &candidate, candidate.scope(scope)) {
                spans.push((candidate.interval, Interval { start: candidate.day, end }));
            }
        }
        let without_days = Tally::of_person(passed) - Tally::of_person(spans.len());
        run.attrition.without_days += without_days;
        if !machine.is_drawn(self.id, scope.person) {
            return;
        }
        match plan.merge {
            Some(merge) => merged(scope.profile, spans, merge.gap, entries),
            None => entries.extend(spans.iter().map(|(_, span)| *span)),
        }
        if let Some(range) = plan.clip {
            clip(entries, range);
        }
        if entries.len() > 1 {
            entries.sort_unstable();
            entries.dedup();
        }
        run.add(scope.person, entries);
    }
}

/// Joins a person's entries of which the next starts at most `gap` days after everything before it
/// has ended (R11), unless observed time between them is missing and the profile minds.
fn merged(
    profile: Profile,
    spans: &mut [(Option<Interval>, Interval)],
    gap: u32,
    entries: &mut Vec<Interval>,
) {
    if let [(_, alone)] = spans {
        entries.push(*alone);
        return;
    }
    if rules::merges_across_intervals(profile) {
        for (interval, _) in &mut *spans {
            *interval = None;
        }
    }
    spans.sort_unstable();
    let mut joined = Vec::new();
    for of_one in spans.chunk_by(|one, other| one.0 == other.0) {
        if let [(_, alone)] = of_one {
            entries.push(*alone);
            continue;
        }
        joined.extend(of_one.iter().map(|(_, span)| *span));
        collapse(&mut joined, gap);
        entries.append(&mut joined);
    }
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
