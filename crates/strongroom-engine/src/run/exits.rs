use strongroom_cohort::ast::{Endpoint, Profile};
use strongroom_timeline::{Day, EventSet, Interval, collapse};

use super::leaving::Span;
use super::machine::{Machine, Scope};
use super::placed::Placed;
use super::plans::Candidate;
use crate::compile::{Events, Exit, Origin, Plan};

/// When entries end of which nothing but their own days decides, and their observed intervals.
#[derive(Debug, Clone, Copy)]
pub(super) enum OwnEnd {
    Observation,
    After { endpoint: Endpoint, days: i32 },
}

impl OwnEnd {
    /// Of a cohort; nothing where other events end its entries.
    pub(super) fn of(plan: &Plan) -> Option<Self> {
        match plan.exit {
            _ if !plan.censor.is_empty() => None,
            Exit::EndOfObservation => Some(Self::Observation),
            Exit::After { endpoint, days } => Some(Self::After { endpoint, days }),
            Exit::EndOfRun { .. } => None,
        }
    }

    /// The span of an entry by an event of a set.
    #[inline]
    pub(super) fn of_placed(self, entry: &Placed, set: &EventSet) -> Option<Span> {
        let day = |days: &[Day]| days.get(entry.place).copied().unwrap_or(Day::UNKNOWN);
        match self {
            Self::Observation => self.span(entry.day, (entry.day, entry.day), entry.interval),
            Self::After { .. } => self.span(entry.day, (day(set.starts()), day(set.ends())), entry.interval),
        }
    }

    /// The span of an entry whose event has these days; nothing where it would end before it begins.
    #[inline]
    pub(super) fn span(self, index: Day, event: (Day, Day), interval: Option<Interval>) -> Option<Span> {
        let last = interval.map(|interval| interval.end);
        let end = match self {
            Self::Observation => last.unwrap_or(index),
            Self::After { endpoint: Endpoint::Start, days } => after(event.0, days),
            Self::After { endpoint: Endpoint::End, days } => after(event.1, days),
        };
        let end = end.known()?;
        let end = last.map_or(end, |last| end.min(last));
        (end >= index).then_some((interval, Interval { start: index, end }))
    }
}

/// So many days later; beyond the calendar, as late or as early as possible.
#[inline]
fn after(day: Day, days: i32) -> Day {
    let beyond = if days < 0 { Day::FIRST } else { Day::LAST };
    if day.is_known() { day.plus(days.into()).or(beyond) } else { Day::UNKNOWN }
}

impl Machine<'_> {
    /// The last day of an entry (R11); nothing where it would end before it begins. `runs` are those of
    /// the person, where they are the same for all entries.
    pub(super) fn end_of(
        &self,
        plan: &Plan,
        candidate: &Candidate,
        scope: Scope<'_>,
        runs: Option<&[Interval]>,
    ) -> Option<Day> {
        let start = candidate.day;
        let last = candidate.interval.map(|interval| interval.end);
        let exit = self.exit(plan, candidate, scope, runs).known();
        let exit = exit.map(|exit| last.map_or(exit, |last| exit.min(last)));
        let censored = self.censored(plan, scope, start);
        match scope.profile {
            // The least of the candidates that do not lie before the start: a censoring event saves
            // an entry whose exit does.
            Profile::Circe1 => {
                let censored = censored.filter(|day| last.is_none_or(|last| *day <= last));
                exit.filter(|exit| *exit >= start).into_iter().chain(censored).min()
            }
            Profile::Native1 | Profile::AouWorkbench1 => {
                let exit = exit?;
                let exit = censored.map_or(exit, |day| day.min(exit));
                (exit >= start).then_some(exit)
            }
        }
    }

    /// Before it is cut to the observed interval; unknown where the day is not known.
    fn exit(&self, plan: &Plan, candidate: &Candidate, scope: Scope<'_>, runs: Option<&[Interval]>) -> Day {
        let (day, event) = (candidate.day, &candidate.event);
        let end_of_observation = || candidate.interval.map_or(day, |interval| interval.end);
        let end_of_run = |runs: &[Interval]| {
            let around = runs.iter().find(|run| run.contains(day));
            // In no run, the entry ends with observation.
            around.map_or_else(end_of_observation, |run| run.end)
        };
        match (&plan.exit, runs) {
            (Exit::EndOfObservation, _) => end_of_observation(),
            (Exit::After { endpoint: Endpoint::Start, days }, _) => after(event.start, *days),
            (Exit::After { endpoint: Endpoint::End, days }, _) => after(event.end, *days),
            (Exit::EndOfRun { .. }, Some(runs)) => end_of_run(runs),
            (Exit::EndOfRun { .. }, None) => {
                let mut runs = self.spare_intervals();
                self.find_runs(&plan.exit, scope, &mut runs);
                let end = end_of_run(&runs);
                self.give_back_intervals(runs);
                end
            }
        }
    }

    /// Finds the runs that end a person's entries: events of which each starts no later than a gap after
    /// everything before it has ended.
    pub(super) fn find_runs(&self, exit: &Exit, scope: Scope<'_>, runs: &mut Vec<Interval>) {
        let Exit::EndOfRun { of, gap, offset, supply } = exit else { return };
        let mut events = self.spare();
        self.collect(of, scope, &[], &mut events);
        runs.extend(events.iter().filter_map(|event| {
            let end = self.supplied_end(scope.profile, event, *supply).plus((*offset).into()).known()?;
            Some(Interval { start: event.start.known()?, end })
        }));
        self.give_back(events);
        runs.sort_unstable();
        collapse(runs, *gap);
    }

    /// The start of the earliest censoring event on or after the first day.
    fn censored(&self, plan: &Plan, scope: Scope<'_>, start: Day) -> Option<Day> {
        let first_of = |events: &Events| match events.from {
            Origin::Set(id) if events.is_a_set() => {
                let (set, own) = self.set_of(id, scope.person);
                let starts = set.starts().get(own).unwrap_or_default();
                starts.get(starts.partition_point(|day| *day < start)).copied()
            }
            _ => {
                let mut rows = self.spare();
                self.collect(events, scope, &[], &mut rows);
                let first = rows.iter().map(|row| row.start).filter(|day| *day >= start).min();
                self.give_back(rows);
                first
            }
        };
        plan.censor.iter().filter_map(first_of).min()
    }
}
