use chrono::NaiveDate;

use super::anchors::Bindings;
use super::context::Context;
use super::entries::Candidate;
use super::filters::{later, rows};
use super::observed::ObservedTime;
use super::rules;
use crate::ast::{Endpoint, Profile, Supply};
use crate::cohort_plan::CohortPlan;
use crate::resolved::{ResolvedEvents, ResolvedExit};

/// The last day of an entry (R11); nothing where it would end before it begins.
pub(super) fn end<'a>(
    context: &Context<'a>,
    plan: &CohortPlan,
    candidate: &Candidate<'a>,
    observed: &ObservedTime,
) -> Option<NaiveDate> {
    let start = candidate.day?;
    let exit = exit(context, plan, candidate, observed, start);
    let last = candidate.interval.map(|interval| interval.end);
    let exit = match (exit, last) {
        (Some(exit), Some(last)) => Some(exit.min(last)),
        (exit, _) => exit,
    };
    let censored = censored(context, plan, candidate, observed, start);
    match context.profile {
        // The least of the candidates that do not lie before the start: a censoring event saves an
        // entry whose exit does.
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

/// Before it is cut to the observed interval; nothing where the day is not known.
fn exit<'a>(
    context: &Context<'a>,
    plan: &CohortPlan,
    candidate: &Candidate<'a>,
    observed: &ObservedTime,
    start: NaiveDate,
) -> Option<NaiveDate> {
    let end_of_observation = || candidate.interval.map_or(start, |interval| interval.end);
    match &plan.exit {
        ResolvedExit::EndOfObservation => Some(end_of_observation()),
        ResolvedExit::After { endpoint, days } => {
            let row = candidate.row.as_ref()?;
            let day = match endpoint {
                Endpoint::Start => row.start?,
                Endpoint::End => row.end?,
            };
            // Beyond the calendar: as late or as early as possible.
            Some(later(day, *days).unwrap_or(if *days < 0 { NaiveDate::MIN } else { NaiveDate::MAX }))
        }
        ResolvedExit::EndOfRun { of, gap, offset, supply } => {
            let run = end_of_run(context, candidate, observed, of, *gap, *offset, *supply, start);
            // In no run, the entry ends with observation.
            Some(run.unwrap_or_else(end_of_observation))
        }
    }
}

/// The end of the run in which the day lies: events of which each starts no later than `gap` days
/// after everything before it has ended.
#[expect(clippy::too_many_arguments, reason = "the parts of one exit and where it is asked")]
fn end_of_run<'a>(
    context: &Context<'a>,
    candidate: &Candidate<'a>,
    observed: &ObservedTime,
    of: &ResolvedEvents,
    gap: u32,
    offset: i32,
    supply: Option<Supply>,
    day: NaiveDate,
) -> Option<NaiveDate> {
    let events = rows(context, of, candidate.scope(observed), Bindings::NONE);
    let days = events.iter().filter_map(|row| {
        let end = rules::supplied_end(context.profile, row, supply)?;
        Some((row.start?, later(end, offset)?))
    });
    let mut days: Vec<_> = days.collect();
    days.sort_unstable();
    let gap = i32::try_from(gap).unwrap_or(i32::MAX);
    let reach = |end: NaiveDate| later(end, gap).unwrap_or(NaiveDate::MAX);
    let mut run: Option<(NaiveDate, NaiveDate)> = None;
    for (start, end) in days {
        run = match run {
            Some((first, last)) if start <= reach(last) => Some((first, last.max(end))),
            Some((first, last)) if first <= day && day <= last => return Some(last),
            _ => Some((start, end)),
        };
    }
    run.filter(|(first, last)| *first <= day && day <= *last).map(|(_, last)| last)
}

/// The start of the earliest censoring event on or after the first day.
fn censored<'a>(
    context: &Context<'a>,
    plan: &CohortPlan,
    candidate: &Candidate<'a>,
    observed: &ObservedTime,
    start: NaiveDate,
) -> Option<NaiveDate> {
    let events = plan
        .censor
        .iter()
        .flat_map(|events| rows(context, events, candidate.scope(observed), Bindings::NONE));
    events.filter_map(|row| row.start).filter(|day| *day >= start).min()
}
