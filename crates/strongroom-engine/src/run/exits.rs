use strongroom_cohort::ast::{Endpoint, Profile, Supply};
use strongroom_timeline::{Day, Interval, run_around};

use super::machine::{Machine, Scope};
use super::plans::Candidate;
use crate::compile::{Events, Exit, Plan};

impl Machine<'_> {
    /// The last day of an entry (R11); nothing where it would end before it begins.
    pub(super) fn end_of(&self, plan: &Plan, candidate: &Candidate, scope: Scope<'_>) -> Option<Day> {
        let start = candidate.day;
        let last = candidate.interval.map(|interval| interval.end);
        let exit = self.exit(plan, candidate, scope, start).known();
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
    fn exit(&self, plan: &Plan, candidate: &Candidate, scope: Scope<'_>, start: Day) -> Day {
        let end_of_observation = || candidate.interval.map_or(start, |interval| interval.end);
        match &plan.exit {
            Exit::EndOfObservation => end_of_observation(),
            Exit::After { endpoint, days } => {
                let day = match endpoint {
                    Endpoint::Start => candidate.event.start,
                    Endpoint::End => candidate.event.end,
                };
                // Beyond the calendar: as late or as early as possible.
                let beyond = if *days < 0 { Day::FIRST } else { Day::LAST };
                if day.is_known() { day.plus((*days).into()).or(beyond) } else { Day::UNKNOWN }
            }
            Exit::EndOfRun { of, gap, offset, supply } => {
                let run = self.end_of_run(of, *gap, *offset, *supply, scope, start);
                // In no run, the entry ends with observation.
                run.unwrap_or_else(end_of_observation)
            }
        }
    }

    /// The end of the run in which the day lies: events of which each starts no later than `gap`
    /// days after everything before it has ended.
    fn end_of_run(
        &self,
        of: &Events,
        gap: u32,
        offset: i32,
        supply: Option<Supply>,
        scope: Scope<'_>,
        day: Day,
    ) -> Option<Day> {
        let mut events = self.spare();
        self.collect(of, scope, &[], &mut events);
        let mut days = self.spare_intervals();
        days.extend(events.iter().filter_map(|event| {
            let end = self.supplied_end(scope.profile, event, supply).plus(offset.into()).known()?;
            Some(Interval { start: event.start.known()?, end })
        }));
        self.give_back(events);
        days.sort_unstable();
        let end = run_around(&days, gap, day);
        self.give_back_intervals(days);
        end
    }

    /// The start of the earliest censoring event on or after the first day.
    fn censored(&self, plan: &Plan, scope: Scope<'_>, start: Day) -> Option<Day> {
        let mut earliest: Option<Day> = None;
        for events in &plan.censor {
            let mut rows = self.spare();
            self.collect(events, scope, &[], &mut rows);
            let first = rows.iter().map(|row| row.start).filter(|day| *day >= start).min();
            earliest = earliest.into_iter().chain(first).min();
            self.give_back(rows);
        }
        earliest
    }
}
