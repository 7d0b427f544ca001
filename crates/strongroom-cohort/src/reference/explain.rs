use std::fmt;

use chrono::NaiveDate;
use strongroom_omop::{ConceptId, RecordId, SubjectId};

use super::entries::{CohortEntry, Outcome, Trail};
use super::evaluate::{Evaluation, evaluate};
use super::record::{EventRecord, PersonRecord};
use super::truth::Truth;
use crate::ast::{EventKind, Title};
use crate::resolved::{ResolvedAction, ResolvedCohort};

/// Why a cohort says what it says about one person. For the enclave only: it is made of what is
/// recorded of the person.
///
/// It is sound: of a person with the cited records and no others the cohort says the same, and
/// without any one of them something else.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// Who.
    pub subject: SubjectId,
    /// The cohort.
    pub cohort: crate::CohortName,
    /// The entries that came of it.
    pub entries: Vec<CohortEntry>,
    /// What became of each entry event.
    pub trails: Vec<TrailExplanation>,
    /// The records that decide: none of them can be left out.
    pub cited: Vec<Cited>,
}

/// What became of one entry event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrailExplanation {
    /// The record by which the person entered.
    pub event: Option<Cited>,
    /// The index day.
    pub index: Option<NaiveDate>,
    /// The steps that were reached, in order.
    pub steps: Vec<StepExplanation>,
    /// How it ended.
    pub outcome: Outcome,
}

/// What one step found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepExplanation {
    /// The step's label.
    pub label: Option<Title>,
    /// Whether its predicate holds.
    pub truth: Truth,
    /// Whether the entry stayed.
    pub stayed: bool,
    /// The records, besides those that make the entry and pass the steps before, without which the
    /// step finds something else.
    pub because: Vec<Cited>,
}

/// A record that is cited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Cited {
    /// The kind.
    pub kind: EventKind,
    /// The primary key in the kind's table.
    pub record: RecordId,
    /// The concept.
    pub concept: Option<ConceptId>,
    /// The recorded first day.
    pub start: Option<NaiveDate>,
    /// The recorded last day.
    pub end: Option<NaiveDate>,
}

impl Cited {
    const fn of(event: &EventRecord) -> Self {
        let concept = match event.concept {
            None => event.source_concept,
            known => known,
        };
        Self { kind: event.kind, record: event.record, concept, start: event.start, end: event.end }
    }
}

/// Explains what [`evaluate`] says about a person. It evaluates the cohort again without each of
/// the person's records, so it is far slower.
#[must_use]
pub fn explain(cohort: &ResolvedCohort, person: &PersonRecord) -> Explanation {
    let evaluation = evaluate(cohort, person);
    let decisive = reduced(person, |fewer| same_verdict(&evaluation, &evaluate(cohort, fewer)));
    let trails = evaluation.trails().iter().map(|trail| explain_trail(cohort, person, trail)).collect();
    Explanation {
        subject: person.subject,
        cohort: cohort.plan.name.clone(),
        entries: evaluation.entries().to_vec(),
        trails,
        cited: decisive.events.iter().map(Cited::of).collect(),
    }
}

/// Whether two evaluations say the same: the same entries and, where there are none, that the
/// person got as far.
fn same_verdict(one: &Evaluation, other: &Evaluation) -> bool {
    one.entries() == other.entries() && (one.is_included() || furthest(one) == furthest(other))
}

/// How far an excluded person got: the last step that dropped an entry of theirs.
fn furthest(evaluation: &Evaluation) -> Option<usize> {
    let reached = evaluation.trails().iter().map(|trail| match trail.outcome {
        Outcome::DroppedAt(step) => step,
        Outcome::EndsBeforeItBegins | Outcome::Stays(_) => usize::MAX,
    });
    reached.max()
}

fn explain_trail(cohort: &ResolvedCohort, person: &PersonRecord, trail: &Trail) -> TrailExplanation {
    let is_entry = |event: &EventRecord| trail.event == Some((event.kind, event.record));
    let event = person.events.iter().find(|event| is_entry(event));
    let mut steps = Vec::new();
    let mut cited_before: Vec<Cited> = event.map(Cited::of).into_iter().collect();
    for (position, (truth, step)) in trail.steps.iter().zip(&cohort.plan.steps).enumerate() {
        // The same entry, with the same answers up to and including this step.
        let alike = |fewer: &PersonRecord| {
            let reached = trail.steps.get(..=position);
            evaluate(cohort, fewer).trails().iter().any(|other| {
                other.event == trail.event
                    && other.index == trail.index
                    && other.steps.get(..=position) == reached
            })
        };
        let needed: Vec<_> = reduced(person, alike).events.iter().map(Cited::of).collect();
        let because = needed.iter().filter(|cited| !cited_before.contains(cited)).copied().collect();
        cited_before.extend(needed);
        let stayed = match &step.action {
            ResolvedAction::Require(_) | ResolvedAction::Keep(_) => *truth == Truth::True,
            ResolvedAction::Exclude(_) => *truth != Truth::True,
        };
        steps.push(StepExplanation { label: step.label.clone(), truth: *truth, stayed, because });
    }
    TrailExplanation { event: event.map(Cited::of), index: trail.index, steps, outcome: trail.outcome }
}

/// The person with as few records as keep `holds` true: leaving out any one more would not.
fn reduced(person: &PersonRecord, holds: impl Fn(&PersonRecord) -> bool) -> PersonRecord {
    let mut fewer = person.clone();
    // First halves, then smaller parts, then single records, again while one can go: leaving one out
    // may free another.
    let mut size = fewer.events.len();
    while size > 0 {
        let mut from = 0;
        let mut smaller = false;
        while from < fewer.events.len() {
            let mut without = fewer.clone();
            let to = (from + size).min(without.events.len());
            without.events.drain(from..to);
            if holds(&without) {
                fewer = without;
                smaller = true;
            } else {
                from += size;
            }
        }
        if !(size == 1 && smaller) {
            size /= 2;
        }
    }
    fewer
}

impl fmt::Display for Cited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.kind.name(), self.record)?;
        if let Some(start) = self.start {
            write!(f, " {start}")?;
        }
        match self.end {
            Some(end) if self.end != self.start => write!(f, " .. {end}")?,
            _ => {}
        }
        if let Some(concept) = self.concept {
            write!(f, " OMOP:{concept}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p {} · {} · ", self.subject, self.cohort)?;
        if self.entries.is_empty() {
            f.write_str("OUT")?;
            if self.trails.is_empty() {
                f.write_str(": did not enter")?;
            }
        } else {
            f.write_str("IN")?;
            for (position, entry) in self.entries.iter().enumerate() {
                if let Some((start, end)) = entry.start.zip(entry.end) {
                    write!(f, "{}{start} .. {end}", if position == 0 { " " } else { ", " })?;
                }
            }
        }
        for trail in &self.trails {
            f.write_str("\n  entered")?;
            if let Some(event) = &trail.event {
                write!(f, " by {event}")?;
            }
            for (position, step) in trail.steps.iter().enumerate() {
                let mark = match (step.stayed, step.truth) {
                    (_, Truth::Unknown) => "?",
                    (true, _) => "✓",
                    (false, _) => "✗",
                };
                write!(f, "\n    {mark} ")?;
                match &step.label {
                    Some(label) => write!(f, "{}", label.as_str())?,
                    None => write!(f, "step {}", position + 1)?,
                }
                for (position, cited) in step.because.iter().enumerate() {
                    write!(f, "{}{cited}", if position == 0 { ": " } else { ", " })?;
                }
            }
            match trail.outcome {
                Outcome::DroppedAt(step) => write!(f, "\n    out at step {}", step + 1)?,
                Outcome::EndsBeforeItBegins => f.write_str("\n    out: it would end before it begins")?,
                Outcome::Stays(_) => {}
            }
        }
        Ok(())
    }
}
