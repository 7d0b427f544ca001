use std::collections::BTreeSet;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use strongroom_omop::SubjectId;

use super::context::{Context, Drawn, address};
use super::entries::{CohortEntry, PlanRun, Trail, run};
use super::record::PersonRecord;
use crate::ast::{Profile, Sample};
use crate::cohort_plan::CohortPlan;
use crate::resolved::{
    ResolvedAction, ResolvedAnchor, ResolvedAnchorBase, ResolvedCohort, ResolvedEntry, ResolvedEvents,
    ResolvedExit, ResolvedFilter, ResolvedPredicate, ResolvedSource, ResolvedValue,
};
use crate::units::Units;

/// What a cohort says about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    subject: SubjectId,
    trails: Vec<Trail>,
    entries: Vec<CohortEntry>,
    drawn: bool,
}

impl Evaluation {
    /// Who.
    #[must_use]
    pub const fn subject(&self) -> SubjectId {
        self.subject
    }

    /// The person's entries, in order: after merging and cutting, and none if a sample did not draw
    /// the person.
    #[must_use]
    pub fn entries(&self) -> &[CohortEntry] {
        if self.drawn { &self.entries } else { &[] }
    }

    /// Whether the person is in the cohort.
    #[must_use]
    pub fn is_included(&self) -> bool {
        !self.entries().is_empty()
    }

    /// What became of every entry, before merging. Empty where the person did not enter.
    #[must_use]
    pub fn trails(&self) -> &[Trail] {
        &self.trails
    }

    /// Whether a sample left the person out.
    #[must_use]
    pub const fn left_out_by_sample(&self) -> bool {
        !self.drawn
    }
}

/// What a cohort says about one person of the release, by itself: whoever qualifies for a sample is
/// taken to be in it, because that is decided over all people by [`evaluate_all`].
#[must_use]
pub fn evaluate(cohort: &ResolvedCohort, person: &PersonRecord) -> Evaluation {
    evaluate_plan(cohort.profile, &cohort.units, &cohort.plan, person, &Drawn::new())
}

/// What a cohort says about every person of the release, samples included (R17).
#[must_use]
pub fn evaluate_all(cohort: &ResolvedCohort, people: &[PersonRecord]) -> Vec<Evaluation> {
    let drawn = draw(cohort.profile, &cohort.units, &[&cohort.plan], people);
    evaluate_with(cohort.profile, &cohort.units, &cohort.plan, people, &drawn)
}

pub(super) fn evaluate_with(
    profile: Profile,
    units: &Units,
    plan: &Arc<CohortPlan>,
    people: &[PersonRecord],
    drawn: &Drawn,
) -> Vec<Evaluation> {
    people.iter().map(|person| evaluate_plan(profile, units, plan, person, drawn)).collect()
}

fn evaluate_plan(
    profile: Profile,
    units: &Units,
    plan: &Arc<CohortPlan>,
    person: &PersonRecord,
    drawn: &Drawn,
) -> Evaluation {
    let context = Context::new(profile, units, person, drawn);
    let PlanRun { trails, entries } = run(&context, plan);
    let drawn = drawn.get(&address(plan)).is_none_or(|drawn| drawn.contains(&person.subject));
    Evaluation { subject: person.subject, trails, entries, drawn }
}

/// Draws the samples of the plans and of every cohort in them, inner ones first.
pub(super) fn draw(
    profile: Profile,
    units: &Units,
    plans: &[&Arc<CohortPlan>],
    people: &[PersonRecord],
) -> Drawn {
    let mut sampled = Vec::new();
    for plan in plans {
        collect_sampled(plan, &mut BTreeSet::new(), &mut sampled);
    }
    let mut drawn = Drawn::new();
    for (plan, sample) in sampled {
        let evaluations = evaluate_with(profile, units, plan, people, &drawn);
        let members = evaluations.iter().filter(|evaluation| !evaluation.entries.is_empty());
        let mut members: Vec<_> = members.map(|member| member.subject).collect();
        members.sort_unstable_by_key(|subject| keyed_order(sample.seed, *subject));
        members.truncate(usize::try_from(sample.n).unwrap_or(usize::MAX));
        drawn.insert(address(plan), members.into_iter().collect());
    }
    drawn
}

/// The place of a person in a random order that does not change when others come or go (R17): the
/// first 8 bytes of the SHA-256 of the seed and the id, both as 8 bytes, most significant first.
pub(super) fn keyed_order(seed: u64, subject: SubjectId) -> ([u8; 8], SubjectId) {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(subject.value().to_be_bytes());
    let digest = hash.finalize();
    let mut first = [0; 8];
    for (byte, from) in first.iter_mut().zip(digest) {
        *byte = from;
    }
    (first, subject)
}

type Sampled<'p> = Vec<(&'p Arc<CohortPlan>, Sample)>;

fn collect_sampled<'p>(plan: &'p Arc<CohortPlan>, met: &mut BTreeSet<usize>, found: &mut Sampled<'p>) {
    if !met.insert(address(plan)) {
        return;
    }
    let mut inner = Vec::new();
    match &plan.entry {
        ResolvedEntry::People(predicate) => in_predicate(predicate, &mut inner),
        ResolvedEntry::Events { of, .. } => in_events(of, &mut inner),
    }
    for step in &plan.steps {
        match &step.action {
            ResolvedAction::Require(predicate) | ResolvedAction::Exclude(predicate) => {
                in_predicate(predicate, &mut inner);
            }
            ResolvedAction::Keep(_) => {}
        }
    }
    if let ResolvedExit::EndOfRun { of, .. } = &plan.exit {
        in_events(of, &mut inner);
    }
    for events in &plan.censor {
        in_events(events, &mut inner);
    }
    for plan in inner {
        collect_sampled(plan, met, found);
    }
    if let Some(sample) = plan.sample {
        found.push((plan, sample));
    }
}

fn in_predicate<'p>(predicate: &'p ResolvedPredicate, found: &mut Vec<&'p Arc<CohortPlan>>) {
    match predicate {
        ResolvedPredicate::Count(count) => in_events(&count.of, found),
        ResolvedPredicate::All(members)
        | ResolvedPredicate::AnyOf(members)
        | ResolvedPredicate::NumberOf { of: members, .. } => {
            for member in members {
                in_predicate(member, found);
            }
        }
        ResolvedPredicate::Not(inner) => in_predicate(inner, found),
        ResolvedPredicate::Observed { of, .. } => in_anchor(of, found),
        ResolvedPredicate::MemberOf { cohort, during } => {
            found.push(cohort);
            if let Some((_, anchor)) = during {
                in_anchor(anchor, found);
            }
        }
        ResolvedPredicate::PersonHas(_) => {}
        ResolvedPredicate::Compare { left, right, .. } => {
            in_value(left, found);
            in_value(right, found);
        }
        ResolvedPredicate::In { value, .. }
        | ResolvedPredicate::Like { value, .. }
        | ResolvedPredicate::Missing(value) => in_value(value, found),
    }
}

fn in_value<'p>(value: &'p ResolvedValue, found: &mut Vec<&'p Arc<CohortPlan>>) {
    match value {
        ResolvedValue::AgeAt(anchor) | ResolvedValue::DateOf(anchor) => in_anchor(anchor, found),
        ResolvedValue::Aggregate { of, .. } | ResolvedValue::CountOf { of, .. } => in_events(of, found),
        ResolvedValue::Arithmetic { left, right, .. } => {
            in_value(left, found);
            in_value(right, found);
        }
        ResolvedValue::Band { value, .. } => in_value(value, found),
        ResolvedValue::Number(_)
        | ResolvedValue::Quantity(_)
        | ResolvedValue::Date(_)
        | ResolvedValue::Text(_)
        | ResolvedValue::Column(_)
        | ResolvedValue::Person(_)
        | ResolvedValue::AgeOn(_) => {}
    }
}

fn in_anchor<'p>(anchor: &'p ResolvedAnchor, found: &mut Vec<&'p Arc<CohortPlan>>) {
    match &anchor.on {
        ResolvedAnchorBase::Index | ResolvedAnchorBase::This => {}
        ResolvedAnchorBase::Events { of, .. } => in_events(of, found),
    }
}

fn in_events<'p>(events: &'p ResolvedEvents, found: &mut Vec<&'p Arc<CohortPlan>>) {
    match &events.from {
        ResolvedSource::Recorded { .. } => {}
        ResolvedSource::Cohort(plan) => found.push(plan),
        ResolvedSource::Union(members) => {
            for member in members {
                in_events(member, found);
            }
        }
    }
    for filter in &events.filters {
        match filter {
            ResolvedFilter::Where(predicate) => in_predicate(predicate, found),
            ResolvedFilter::During { of, .. } | ResolvedFilter::SameVisit { as_anchor: of, .. } => {
                in_anchor(of, found);
            }
            ResolvedFilter::Keep(_) | ResolvedFilter::Interval { .. } => {}
        }
    }
}
