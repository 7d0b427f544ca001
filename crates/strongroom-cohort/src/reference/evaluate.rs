use std::collections::BTreeSet;

use chrono::NaiveDate;
use strongroom_omop::{ConceptId, RecordId};

use super::person::{EventRecord, PersonRecord};
use super::truth::Truth;
use crate::resolved::{
    ResolvedAction, ResolvedAnchor, ResolvedCohort, ResolvedEntry, ResolvedEvents, ResolvedPredicate,
    ResolvedWindow,
};
use crate::{CountUnit, RowPredicate, WindowEdge};

/// What became of one person: the event of entry, and the value of every step that was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    entry: Option<EntryEvent>,
    steps: Vec<Truth>,
    verdict: Verdict,
}

/// The event by which a person entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct EntryEvent {
    /// The record, in the entry's domain.
    pub record: RecordId,
    /// The index day: the day it starts.
    pub index: NaiveDate,
}

/// Whether a person is in the cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "callers must handle every verdict")]
pub enum Verdict {
    /// The person did not enter.
    NotEntered,
    /// The step at this position, from 0, dropped the person.
    DroppedAt(usize),
    /// The person is in the cohort, with an index day unless everyone enters.
    Included {
        /// The index day.
        index: Option<NaiveDate>,
    },
}

impl Evaluation {
    /// The event of entry; nothing where everyone enters, or the person did not.
    #[must_use]
    pub const fn entry(&self) -> Option<EntryEvent> {
        self.entry
    }

    /// The value of the predicate of every step that the person reached, in order.
    #[must_use]
    pub fn steps(&self) -> &[Truth] {
        &self.steps
    }

    /// Whether the person is in the cohort.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Whether the person is in the cohort.
    #[must_use]
    pub const fn is_included(&self) -> bool {
        matches!(self.verdict, Verdict::Included { .. })
    }
}

/// What becomes of a person of the release.
#[must_use]
pub fn evaluate(cohort: &ResolvedCohort, person: &PersonRecord) -> Evaluation {
    let entry = match cohort.entry() {
        ResolvedEntry::Everyone => None,
        ResolvedEntry::First(events) => {
            let Some(first) = first(&kept(events, person, None)) else {
                return Evaluation { entry: None, steps: Vec::new(), verdict: Verdict::NotEntered };
            };
            Some(EntryEvent { record: first.record, index: first.start })
        }
    };
    let index = entry.map(|entry| entry.index);
    let mut steps = Vec::new();
    for (position, step) in cohort.steps().iter().enumerate() {
        let truth = truth(step.action.predicate(), person, index);
        steps.push(truth);
        let stays = match step.action {
            ResolvedAction::Require(_) => truth == Truth::True,
            ResolvedAction::Exclude(_) => truth != Truth::True,
        };
        if !stays {
            return Evaluation { entry, steps, verdict: Verdict::DroppedAt(position) };
        }
    }
    Evaluation { entry, steps, verdict: Verdict::Included { index } }
}

fn truth(predicate: &ResolvedPredicate, person: &PersonRecord, index: Option<NaiveDate>) -> Truth {
    match predicate {
        ResolvedPredicate::Any(events) => (!kept(events, person, index).is_empty()).into(),
        ResolvedPredicate::AtLeast { n, unit, of } => {
            let events = kept(of, person, index);
            let count = match unit {
                CountUnit::Dates => events.iter().map(|event| event.start).collect::<BTreeSet<_>>().len(),
            };
            (count as u64 >= u64::from(n.get())).into()
        }
        ResolvedPredicate::AgeAtIndex(range) => {
            let age = index.and_then(|index| person.birth.age_on(index));
            age.map(|age| range.contains(age)).into()
        }
        ResolvedPredicate::SexAtBirth(concepts) => {
            let known = person.sex_at_birth.filter(|sex| *sex != ConceptId::NO_MATCHING_CONCEPT);
            known.map(|sex| concepts.contains(&sex)).into()
        }
        ResolvedPredicate::All(members) => {
            members.iter().fold(Truth::True, |so_far, member| so_far.and(truth(member, person, index)))
        }
        ResolvedPredicate::AnyOf(members) => {
            members.iter().fold(Truth::False, |so_far, member| so_far.or(truth(member, person, index)))
        }
        ResolvedPredicate::Not(inner) => !truth(inner, person, index),
    }
}

/// The events of a person for which everything is true.
fn kept<'a>(
    events: &ResolvedEvents,
    person: &'a PersonRecord,
    index: Option<NaiveDate>,
) -> Vec<&'a EventRecord> {
    let in_domain = |event: &&EventRecord| event.domain == events.domain;
    let in_concepts = |event: &&EventRecord| {
        events.concepts.contains(event.concept.unwrap_or(ConceptId::NO_MATCHING_CONCEPT))
    };
    let passes = |event: &&EventRecord| {
        let mut filters = events.filters.iter();
        filters.all(|filter| row_truth(filter, event, person) == Truth::True)
    };
    let mut kept: Vec<_> =
        person.events.iter().filter(in_domain).filter(in_concepts).filter(passes).collect();
    if let Some(window) = &events.during {
        let anchor = match &window.of {
            ResolvedAnchor::Index => index,
            ResolvedAnchor::First(events) => {
                first(&self::kept(events, person, index)).map(|event| event.start)
            }
        };
        kept.retain(|event| anchor.is_some_and(|anchor| in_window(window, anchor, event.start)));
    }
    kept
}

fn row_truth(filter: &RowPredicate, event: &EventRecord, person: &PersonRecord) -> Truth {
    match filter {
        RowPredicate::Start(range) => range.contains(event.start).into(),
        RowPredicate::Age(range) => {
            let age = person.birth.age_on(event.start);
            age.map(|age| range.contains(age)).into()
        }
    }
}

fn in_window(window: &ResolvedWindow, anchor: NaiveDate, day: NaiveDate) -> bool {
    let offset = day.signed_duration_since(anchor).num_days();
    let after_from = match window.from {
        WindowEdge::Days(from) => i64::from(from) <= offset,
        WindowEdge::Unbounded => true,
    };
    let before_to = match window.to {
        WindowEdge::Days(to) => offset <= i64::from(to),
        WindowEdge::Unbounded => true,
    };
    after_from && before_to
}

/// The first in the order of R9. Events of one expression have one domain, so the rank of tables
/// never decides.
fn first<'a>(events: &[&'a EventRecord]) -> Option<&'a EventRecord> {
    let order = |event: &&&EventRecord| (event.start, event.last_day(), event.record);
    events.iter().min_by_key(order).copied()
}
