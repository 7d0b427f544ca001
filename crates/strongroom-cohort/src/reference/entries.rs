use chrono::NaiveDate;
use strongroom_omop::RecordId;

use super::anchors::Bindings;
use super::context::{Context, Index, Scope};
use super::exits;
use super::filters::{is_observed, paired, rows};
use super::merge::{clipped, merged};
use super::observed::{Around, Interval, ObservedTime};
use super::predicates::{Reading, truth};
use super::rows::Row;
use super::rules::{self, PickedAt};
use super::truth::Truth;
use crate::ast::{Endpoint, EventKind, Pick};
use crate::cohort_plan::CohortPlan;
use crate::resolved::{ResolvedAction, ResolvedEntry, ResolvedStep};

/// One stay of a person in a cohort: both days are included. Where everybody enters by a predicate
/// there are no days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "an interval of days")]
pub struct CohortEntry {
    /// The first day.
    pub start: Option<NaiveDate>,
    /// The last day.
    pub end: Option<NaiveDate>,
}

pub(super) type Span = CohortEntry;

/// What a cohort does with one person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct PlanRun {
    pub(super) trails: Vec<Trail>,
    pub(super) entries: Vec<Span>,
}

/// What became of one entry event, or of a person who entered by a predicate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trail {
    /// The record by which the person entered; nothing where that was a predicate or an entry of
    /// another cohort.
    pub event: Option<(EventKind, RecordId)>,
    /// The index day.
    pub index: Option<NaiveDate>,
    /// For every step that was reached, in order, whether its predicate holds; of a step that keeps
    /// by position, whether the entry was kept.
    pub steps: Vec<Truth>,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a [`Trail`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "callers must handle every outcome")]
pub enum Outcome {
    /// The step at this position, from 0, dropped it.
    DroppedAt(usize),
    /// It passed every step, but would end before it begins (R11).
    EndsBeforeItBegins,
    /// It stays, for these days, which may still be joined with others or cut.
    Stays(CohortEntry),
}

/// An entry on its way through the steps.
#[derive(Clone)]
pub(super) struct Candidate<'a> {
    pub(super) row: Option<Row<'a>>,
    pub(super) day: Option<NaiveDate>,
    pub(super) interval: Option<Interval>,
    steps: Vec<Truth>,
    dropped_at: Option<usize>,
}

impl<'a> Candidate<'a> {
    fn person() -> Self {
        Self { row: None, day: None, interval: None, steps: Vec::new(), dropped_at: None }
    }

    /// A person on a day that no event of theirs made.
    pub(super) fn on_day(day: NaiveDate, observed: &ObservedTime) -> Self {
        let row = Row {
            id: super::rows::RowId::Entry(0, 0),
            record: None,
            start: Some(day),
            end: Some(day),
            sort: Some(day),
            visit: None,
            concept: None,
            period: None,
        };
        Self { row: Some(row), day: Some(day), interval: interval_of(observed, &row, day), ..Self::person() }
    }

    pub(super) fn scope<'s>(&'s self, observed: &'s ObservedTime) -> Scope<'s, 'a> {
        let index = self.row.as_ref().zip(self.day).map(|(row, day)| Index { row, day });
        Scope { index, this: None, observed }
    }

    pub(super) fn stays(&self) -> bool {
        self.dropped_at.is_none()
    }
}

fn interval_of(observed: &ObservedTime, row: &Row<'_>, day: NaiveDate) -> Option<Interval> {
    if row.period.is_some() {
        return row.period;
    }
    let around = match observed.around(day) {
        // The index may be an end that lies behind the interval of the event.
        Around::Nowhere => row.start.map_or(Around::Nowhere, |start| observed.around(start)),
        around => around,
    };
    match around {
        Around::Within(interval) => Some(interval),
        Around::Unbounded | Around::Nowhere => None,
    }
}

/// Takes a person through a cohort: entry, steps, exit, merging, cutting. Whether a sample draws
/// the person is decided over all people.
pub(super) fn run<'a>(context: &Context<'a>, plan: &CohortPlan) -> PlanRun {
    let observed = context.observed(plan.observed);
    let mut candidates = entered(context, &plan.entry, &observed);
    for (position, step) in plan.steps.iter().enumerate() {
        take_step(context, step, position, &mut candidates, &observed);
    }
    let by_events = matches!(plan.entry, ResolvedEntry::Events { .. });
    let mut trails = Vec::with_capacity(candidates.len());
    let mut spans = Vec::new();
    for candidate in candidates {
        let outcome = match (candidate.dropped_at, candidate.day) {
            (Some(position), _) => Outcome::DroppedAt(position),
            (None, None) => {
                let span = Span { start: None, end: None };
                spans.push((span, None));
                Outcome::Stays(span)
            }
            (None, Some(start)) => {
                exits::end(context, plan, &candidate, &observed).map_or(Outcome::EndsBeforeItBegins, |end| {
                    let span = Span { start: Some(start), end: Some(end) };
                    spans.push((span, candidate.interval));
                    Outcome::Stays(span)
                })
            }
        };
        let record = candidate.row.and_then(|row| row.record);
        trails.push(Trail {
            event: record.map(|record| (record.kind, record.record)),
            index: candidate.day,
            steps: candidate.steps,
            outcome,
        });
    }
    let mut entries = match plan.merge {
        Some(merge) if by_events => merged(context.profile, spans, merge.gap),
        _ => spans.into_iter().map(|(span, _)| span).collect(),
    };
    if let Some(range) = plan.clip {
        entries = clipped(entries, range);
    }
    entries.sort_unstable();
    entries.dedup();
    PlanRun { trails, entries }
}

/// Those who enter (R6): events that start outside of observed time are not entries.
fn entered<'a>(context: &Context<'a>, entry: &ResolvedEntry, observed: &ObservedTime) -> Vec<Candidate<'a>> {
    let scope = Scope { index: None, this: None, observed };
    match entry {
        ResolvedEntry::People(predicate) => {
            let enters = truth(context, predicate, scope, Reading::Entry) == Truth::True;
            enters.then(Candidate::person).into_iter().collect()
        }
        ResolvedEntry::Events { of, pick, index } => {
            let mut found = rows(context, of, scope, Bindings::NONE);
            found.retain(|row| is_observed(row, observed));
            if rules::pairs_events_with_periods(context.profile) {
                found = paired(found, observed);
            }
            let candidate = |row: Row<'a>| {
                let day = match index {
                    Endpoint::Start => row.start?,
                    Endpoint::End => row.end?,
                };
                let interval = interval_of(observed, &row, day);
                Some(Candidate { row: Some(row), day: Some(day), interval, ..Candidate::person() })
            };
            let picked = rules::pick(context.profile, PickedAt::Events, found, *pick, |row| row);
            picked.into_iter().filter_map(candidate).collect()
        }
    }
}

/// Takes the entries that are left through one step (R10).
pub(super) fn take_step<'a>(
    context: &Context<'a>,
    step: &ResolvedStep,
    position: usize,
    candidates: &mut [Candidate<'a>],
    observed: &ObservedTime,
) {
    let kept = match &step.action {
        ResolvedAction::Keep(pick) => Some(kept(context, *pick, candidates)),
        ResolvedAction::Require(_) | ResolvedAction::Exclude(_) => None,
    };
    for (place, candidate) in candidates.iter_mut().enumerate() {
        if !candidate.stays() {
            continue;
        }
        let (found, stays) = match &step.action {
            ResolvedAction::Require(predicate) => {
                let found = truth(context, predicate, candidate.scope(observed), Reading::Entry);
                (found, found == Truth::True)
            }
            ResolvedAction::Exclude(predicate) => {
                let found = truth(context, predicate, candidate.scope(observed), Reading::Entry);
                (found, found != Truth::True)
            }
            ResolvedAction::Keep(_) => {
                let stays = kept.as_ref().is_none_or(|kept| kept.contains(&place));
                (stays.into(), stays)
            }
        };
        candidate.steps.push(found);
        if !stays {
            candidate.dropped_at = Some(position);
        }
    }
}

/// The places of the entries that are kept by position. Who entered by a predicate has no position
/// and is kept.
fn kept(context: &Context<'_>, pick: Pick, candidates: &[Candidate<'_>]) -> Vec<usize> {
    let left = candidates.iter().enumerate().filter(|(_, candidate)| candidate.stays());
    let (with_rows, people): (Vec<_>, Vec<_>) =
        left.map(|(place, candidate)| (place, candidate.row)).partition(|(_, row)| row.is_some());
    let with_rows: Vec<_> =
        with_rows.into_iter().filter_map(|(place, row)| row.map(|row| (place, row))).collect();
    let picked = rules::pick(context.profile, PickedAt::Step, with_rows, pick, |(_, row)| row);
    picked.into_iter().map(|(place, _)| place).chain(people.into_iter().map(|(place, _)| place)).collect()
}
