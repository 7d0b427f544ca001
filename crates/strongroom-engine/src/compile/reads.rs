use std::collections::{BTreeMap, BTreeSet, HashSet};

use strongroom_cohort::ast::{
    Column, CountUnit, EventKind, Match, Observed, ObservedBy, PersonColumn, Profile, Supply,
};
use strongroom_cohort::{
    CohortPlan, ResolvedAction, ResolvedAnchor, ResolvedAnchorBase, ResolvedCohort, ResolvedConcepts,
    ResolvedEntry, ResolvedEvents, ResolvedExit, ResolvedFilter, ResolvedPredicate, ResolvedSource,
    ResolvedValue,
};

use crate::run::kinds_asked;

/// What a cohort reads of a release: known before it runs, so that whether a session may run it does
/// not depend on the data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Reads {
    /// The kinds of events, with the columns read of each. Of every kind, people, records and first
    /// days are read besides.
    pub events: BTreeMap<EventKind, BTreeSet<Column>>,
    /// The columns of people. An age reads `BirthDate` and `BirthYear`.
    pub people: BTreeSet<PersonColumn>,
}

impl Reads {
    /// What a cohort reads.
    #[must_use]
    pub fn of(cohort: &ResolvedCohort) -> Self {
        let mut collector =
            Collector { profile: cohort.profile(), reads: Self::default(), seen: HashSet::new() };
        collector.plan(cohort.plan());
        collector.reads
    }
}

struct Collector {
    profile: Profile,
    reads: Reads,
    /// The addresses of the cohorts that were read: cohorts share those that they are made of.
    seen: HashSet<usize>,
}

impl Collector {
    fn read(&mut self, kinds: &BTreeSet<EventKind>, columns: &[Column]) {
        for kind in kinds {
            self.reads.events.entry(*kind).or_default().extend(columns);
        }
    }

    fn birth(&mut self) {
        self.reads.people.extend([PersonColumn::BirthDate, PersonColumn::BirthYear]);
    }

    fn plan(&mut self, plan: &CohortPlan) {
        if !self.seen.insert(std::ptr::from_ref(plan).addr()) {
            return;
        }
        let days = [Column::Start, Column::End];
        match plan.observed {
            Observed::Unbounded => {}
            Observed::By(ObservedBy::ObservationPeriod) => {
                self.read(&[EventKind::ObservationPeriod].into(), &days);
            }
            Observed::By(ObservedBy::PayerPlanPeriod) => {
                self.read(&[EventKind::PayerPlanPeriod].into(), &days);
            }
            Observed::By(ObservedBy::EventSpan) => {
                let all = EventKind::ALL.iter().copied().filter(|kind| {
                    !matches!(
                        kind,
                        EventKind::ObservationPeriod | EventKind::PayerPlanPeriod | EventKind::Any
                    )
                });
                self.read(&all.collect(), &days);
            }
        }
        let nothing = BTreeSet::new();
        match &plan.entry {
            ResolvedEntry::People(predicate) => self.predicate(predicate, &nothing),
            ResolvedEntry::Events { of, .. } => drop(self.events(of, &nothing)),
        }
        for step in &plan.steps {
            match &step.action {
                ResolvedAction::Require(predicate) | ResolvedAction::Exclude(predicate) => {
                    self.predicate(predicate, &nothing);
                }
                ResolvedAction::Keep(_) => {}
            }
        }
        if let ResolvedExit::EndOfRun { of, supply, .. } = &plan.exit {
            let kinds = self.events(of, &nothing);
            if matches!(supply, Some(Supply::DaysSupplyElse(_))) {
                self.read(&kinds, &[Column::DaysSupply]);
            }
        }
        for events in &plan.censor {
            self.events(events, &nothing);
        }
    }

    /// Reads events in a filter of rows of the kinds `this`, and says of which kinds they are.
    fn events(&mut self, events: &ResolvedEvents, this: &BTreeSet<EventKind>) -> BTreeSet<EventKind> {
        let kinds = match &events.from {
            ResolvedSource::Recorded { kind, concepts, matching } => {
                let only = matches!(concepts, ResolvedConcepts::Only(_));
                let kinds: BTreeSet<_> = kinds_asked(self.profile, *kind, only).into_iter().collect();
                self.read(&kinds, &[Column::Start, Column::End]);
                let any_with_concept = only || *kind == EventKind::Any;
                if any_with_concept && *matching != Match::Source {
                    self.read(&kinds, &[Column::Concept]);
                }
                if any_with_concept && (*matching != Match::Standard || *kind == EventKind::Any) {
                    self.read(&kinds, &[Column::SourceConcept]);
                }
                if self.profile == Profile::Circe1 && kinds.contains(&EventKind::Drug) {
                    self.read(&[EventKind::Drug].into(), &[Column::DaysSupply]);
                }
                kinds
            }
            ResolvedSource::Cohort(plan) => {
                self.plan(plan);
                BTreeSet::new()
            }
            ResolvedSource::Union(members) => {
                members.iter().flat_map(|member| self.events(member, this)).collect()
            }
        };
        for filter in &events.filters {
            match filter {
                ResolvedFilter::Where(predicate) => self.predicate(predicate, &kinds),
                ResolvedFilter::During { of, .. } => drop(self.anchor(of, this)),
                ResolvedFilter::SameVisit { as_anchor, .. } => {
                    self.read(&kinds, &[Column::Visit]);
                    let anchors = self.anchor(as_anchor, this);
                    self.read(&anchors, &[Column::Visit]);
                }
                ResolvedFilter::Keep(_) | ResolvedFilter::Interval { .. } => {}
            }
        }
        kinds
    }

    /// Reads an anchor, and says of which kinds its rows are; nothing where that is known elsewhere.
    fn anchor(&mut self, anchor: &ResolvedAnchor, this: &BTreeSet<EventKind>) -> BTreeSet<EventKind> {
        match &anchor.on {
            ResolvedAnchorBase::Index => BTreeSet::new(),
            ResolvedAnchorBase::This => this.clone(),
            ResolvedAnchorBase::Events { of, .. } => self.events(of, this),
        }
    }

    /// Reads a predicate asked of rows of the kinds `this`.
    fn predicate(&mut self, predicate: &ResolvedPredicate, this: &BTreeSet<EventKind>) {
        match predicate {
            ResolvedPredicate::Count(count) => {
                let kinds = self.events(&count.of, this);
                self.unit(count.unit, &kinds);
                if count.per_concept {
                    self.read(&kinds, &[Column::Concept]);
                }
            }
            ResolvedPredicate::All(members)
            | ResolvedPredicate::AnyOf(members)
            | ResolvedPredicate::NumberOf { of: members, .. } => {
                for member in members {
                    self.predicate(member, this);
                }
            }
            ResolvedPredicate::Not(inner) => self.predicate(inner, this),
            ResolvedPredicate::Observed { of, .. } => drop(self.anchor(of, this)),
            ResolvedPredicate::MemberOf { cohort, during } => {
                self.plan(cohort);
                if let Some((_, anchor)) = during {
                    self.anchor(anchor, this);
                }
            }
            ResolvedPredicate::PersonHas(_) => {}
            ResolvedPredicate::Compare { left, right, .. } => {
                self.value(left, this);
                self.value(right, this);
            }
            ResolvedPredicate::In { value, .. }
            | ResolvedPredicate::Like { value, .. }
            | ResolvedPredicate::Missing(value) => self.value(value, this),
        }
    }

    fn unit(&mut self, unit: CountUnit, kinds: &BTreeSet<EventKind>) {
        match unit {
            CountUnit::Rows | CountUnit::Dates => {}
            CountUnit::Visits => self.read(kinds, &[Column::Visit]),
            CountUnit::Concepts => self.read(kinds, &[Column::Concept]),
            CountUnit::Distinct(column) => self.column(column, kinds),
        }
    }

    fn column(&mut self, column: Column, kinds: &BTreeSet<EventKind>) {
        self.read(kinds, &[column]);
        // Under `native/1` a number has the unit that is recorded with it.
        if matches!(column, Column::Value | Column::RangeLow | Column::RangeHigh) {
            self.read(kinds, &[Column::Unit, Column::Concept]);
        }
    }

    fn value(&mut self, value: &ResolvedValue, this: &BTreeSet<EventKind>) {
        match value {
            ResolvedValue::Number(_)
            | ResolvedValue::Quantity(_)
            | ResolvedValue::Date(_)
            | ResolvedValue::Text(_) => {}
            ResolvedValue::Column(column) => self.column(*column, this),
            ResolvedValue::Person(column) => drop(self.reads.people.insert(*column)),
            ResolvedValue::AgeAt(anchor) => {
                self.birth();
                self.anchor(anchor, this);
            }
            ResolvedValue::AgeOn(_) => self.birth(),
            ResolvedValue::DateOf(anchor) => drop(self.anchor(anchor, this)),
            ResolvedValue::Aggregate { of, column, .. } => {
                let kinds = self.events(of, this);
                self.column(*column, &kinds);
            }
            ResolvedValue::CountOf { unit, of } => {
                let kinds = self.events(of, this);
                self.unit(*unit, &kinds);
            }
            ResolvedValue::Arithmetic { left, right, .. } => {
                self.value(left, this);
                self.value(right, this);
            }
            ResolvedValue::Band { value, .. } => self.value(value, this),
        }
    }
}
