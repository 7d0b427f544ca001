use std::sync::Arc;

use chrono::NaiveDate;
use strongroom_cohort::ast::{
    AnchorPick, Column, Comparison, CountTest, CountUnit, Endpoint, Match, Number, Observed, PersonColumn,
    Pick, Profile, WindowTest,
};
use strongroom_cohort::{
    CohortPlan, ResolvedAction, ResolvedAnchor, ResolvedAnchorBase, ResolvedCohort, ResolvedConcepts,
    ResolvedCount, ResolvedEdge, ResolvedEntry, ResolvedEvents, ResolvedExit, ResolvedFilter,
    ResolvedPredicate, ResolvedSource, ResolvedValue,
};
use strongroom_omop::{ConceptId, Domain};

use crate::query::QueryError;

// The part of the language that releases of layout 0 can answer. What is not in it is refused by
// name: an engine that leaves out what it does not know would answer another question.

/// A cohort of which people are the result, each with the day of their first entry event.
pub(super) struct Slice {
    pub(super) entry: SliceEntry,
    pub(super) steps: Vec<SliceStep>,
}

pub(super) enum SliceEntry {
    People(SlicePredicate),
    First(SliceEvents),
}

pub(super) enum SliceStep {
    Require(SlicePredicate),
    Exclude(SlicePredicate),
}

pub(super) enum SlicePredicate {
    Any(SliceEvents),
    AtLeastDates { n: u32, of: SliceEvents },
    AgeAtIndex(Range<i64>),
    SexAtBirth(Arc<[ConceptId]>),
    All(Vec<Self>),
    AnyOf(Vec<Self>),
    Not(Box<Self>),
}

pub(super) struct SliceEvents {
    pub(super) domain: Domain,
    pub(super) concepts: ResolvedConcepts,
    pub(super) filters: Vec<SliceFilter>,
}

pub(super) enum SliceFilter {
    Start(Range<NaiveDate>),
    Age(Range<i64>),
    During { from: Option<i32>, to: Option<i32>, of: SliceAnchor },
}

pub(super) enum SliceAnchor {
    Index,
    First(Box<SliceEvents>),
}

/// From `min` to `max`, both included; an absent end is open.
#[derive(Clone, Copy)]
pub(super) struct Range<T> {
    pub(super) min: Option<T>,
    pub(super) max: Option<T>,
}

impl<T: PartialOrd> Range<T> {
    pub(super) fn contains(&self, value: &T) -> bool {
        self.min.as_ref().is_none_or(|min| min <= value) && self.max.as_ref().is_none_or(|max| value <= max)
    }
}

type Sliced<T> = Result<T, QueryError>;

fn unsupported<T>(what: &'static str) -> Sliced<T> {
    Err(QueryError::Unsupported { what })
}

/// The cohort as layout 0 can answer it.
///
/// # Errors
/// [`QueryError::Unsupported`] with the first thing that it cannot.
pub(super) fn slice(cohort: &ResolvedCohort) -> Sliced<Slice> {
    if cohort.profile() != Profile::Native1 {
        return unsupported("profiles other than native/1");
    }
    // In full, so that a part which a later version adds cannot be forgotten here.
    let CohortPlan { name: _, observed, entry, steps, exit, censor, merge, clip, sample } = &**cohort.plan();
    if *observed != Observed::Unbounded {
        return unsupported("observed time");
    }
    if *exit != ResolvedExit::EndOfObservation || !censor.is_empty() || merge.is_some() || clip.is_some() {
        return unsupported("exits");
    }
    if sample.is_some() {
        return unsupported("samples");
    }
    let entry = match entry {
        ResolvedEntry::People(people) => SliceEntry::People(predicate(people)?),
        ResolvedEntry::Events { of, pick: Pick::First, index: Endpoint::Start } => {
            SliceEntry::First(events(of)?)
        }
        ResolvedEntry::Events { .. } => return unsupported("entries other than the first event's start"),
    };
    let steps = steps.iter().map(|step| match &step.action {
        ResolvedAction::Require(required) => Ok(SliceStep::Require(predicate(required)?)),
        ResolvedAction::Exclude(excluded) => Ok(SliceStep::Exclude(predicate(excluded)?)),
        ResolvedAction::Keep(_) => unsupported("`keep` steps"),
    });
    Ok(Slice { entry, steps: steps.collect::<Sliced<_>>()? })
}

fn predicate(of: &ResolvedPredicate) -> Sliced<SlicePredicate> {
    Ok(match of {
        ResolvedPredicate::Count(count) => counted(count)?,
        ResolvedPredicate::All(members) => SlicePredicate::All(predicates(members)?),
        ResolvedPredicate::AnyOf(members) => SlicePredicate::AnyOf(predicates(members)?),
        ResolvedPredicate::Not(inner) => SlicePredicate::Not(Box::new(predicate(inner)?)),
        ResolvedPredicate::Compare { left: ResolvedValue::AgeAt(anchor), op, right } if is_index(anchor) => {
            SlicePredicate::AgeAtIndex(ages(*op, right)?)
        }
        ResolvedPredicate::In { value: ResolvedValue::Person(PersonColumn::SexAtBirth), concepts } => {
            SlicePredicate::SexAtBirth(Arc::clone(concepts))
        }
        _ => return unsupported("this predicate"),
    })
}

fn predicates(of: &[ResolvedPredicate]) -> Sliced<Vec<SlicePredicate>> {
    of.iter().map(predicate).collect()
}

fn counted(count: &ResolvedCount) -> Sliced<SlicePredicate> {
    let ResolvedCount { test, unit, per_concept, of, within } = count;
    if *per_concept || within.is_some() {
        return unsupported("counts per concept or within a time");
    }
    let of = events(of)?;
    Ok(match (test, unit) {
        (CountTest::AtLeast(1), CountUnit::Rows | CountUnit::Dates) => SlicePredicate::Any(of),
        (CountTest::Exactly(0) | CountTest::AtMost(0), CountUnit::Rows | CountUnit::Dates) => {
            SlicePredicate::Not(Box::new(SlicePredicate::Any(of)))
        }
        (CountTest::AtLeast(n), CountUnit::Dates) => SlicePredicate::AtLeastDates { n: *n, of },
        _ => return unsupported("counts other than `at least n dates`"),
    })
}

fn events(of: &ResolvedEvents) -> Sliced<SliceEvents> {
    let ResolvedEvents { from, filters } = of;
    let ResolvedSource::Recorded { kind, concepts, matching: Match::Standard } = from else {
        return unsupported("events other than records by their standard concept");
    };
    let mut kept = Vec::new();
    for filter in filters {
        match filter {
            ResolvedFilter::Where(condition) => row_filters(condition, &mut kept)?,
            ResolvedFilter::During { test: WindowTest::Start, window, of, ignoring_observation: _ } => {
                let of = match &of.on {
                    _ if of.endpoint == Endpoint::End => return unsupported("windows from an event's end"),
                    ResolvedAnchorBase::Index => SliceAnchor::Index,
                    ResolvedAnchorBase::Events { pick: AnchorPick::First, of } => {
                        SliceAnchor::First(Box::new(events(of)?))
                    }
                    _ => return unsupported("anchors other than `index` and `first`"),
                };
                let (from, to) = (
                    edge(window.from, ResolvedEdge::InfinitelyBefore)?,
                    edge(window.to, ResolvedEdge::InfinitelyAfter)?,
                );
                kept.push(SliceFilter::During { from, to, of });
            }
            _ => return unsupported("this filter of events"),
        }
    }
    let Some(domain) = kind.domain() else {
        return unsupported("this kind of event");
    };
    Ok(SliceEvents { domain, concepts: concepts.clone(), filters: kept })
}

fn edge(edge: ResolvedEdge, open: ResolvedEdge) -> Sliced<Option<i32>> {
    match edge {
        ResolvedEdge::Days(days) => Ok(Some(days)),
        edge if edge == open => Ok(None),
        _ => unsupported("windows in months"),
    }
}

fn row_filters(condition: &ResolvedPredicate, kept: &mut Vec<SliceFilter>) -> Sliced<()> {
    match condition {
        ResolvedPredicate::All(members) => members.iter().try_for_each(|member| row_filters(member, kept)),
        ResolvedPredicate::Compare { left: ResolvedValue::AgeAt(anchor), op, right }
            if anchor.on == ResolvedAnchorBase::This && anchor.endpoint == Endpoint::Start =>
        {
            kept.push(SliceFilter::Age(ages(*op, right)?));
            Ok(())
        }
        ResolvedPredicate::Compare {
            left: ResolvedValue::Column(Column::Start),
            op,
            right: ResolvedValue::Date(day),
        } => {
            kept.push(SliceFilter::Start(range(*op, Some(*day), day.succ_opt(), day.pred_opt())?));
            Ok(())
        }
        _ => unsupported("this condition on an event"),
    }
}

fn ages(op: Comparison, years: &ResolvedValue) -> Sliced<Range<i64>> {
    let whole = |number: &Number| {
        #[expect(clippy::cast_possible_truncation, reason = "ages are small, and others saturate")]
        (number.value().fract() == 0.0).then_some(number.value() as i64)
    };
    match years {
        ResolvedValue::Number(number) if whole(number).is_some() => {
            let years = whole(number);
            range(
                op,
                years,
                years.and_then(|years| years.checked_add(1)),
                years.and_then(|years| years.checked_sub(1)),
            )
        }
        _ => unsupported("ages other than whole years"),
    }
}

/// The values that compare so with a value that has this successor and predecessor.
fn range<T>(op: Comparison, value: Option<T>, next: Option<T>, previous: Option<T>) -> Sliced<Range<T>>
where
    T: Copy,
{
    Ok(match op {
        Comparison::AtLeast => Range { min: value, max: None },
        Comparison::AtMost => Range { min: None, max: value },
        Comparison::Equal => Range { min: value, max: value },
        Comparison::Greater if next.is_some() => Range { min: next, max: None },
        Comparison::Less if previous.is_some() => Range { min: None, max: previous },
        _ => return unsupported("this comparison"),
    })
}

fn is_index(anchor: &ResolvedAnchor) -> bool {
    anchor.on == ResolvedAnchorBase::Index && anchor.endpoint == Endpoint::Start
}
