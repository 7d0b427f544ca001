use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use chrono::NaiveDate;
use strongroom_omop::SubjectId;

use super::entries::{PlanRun, Span, run};
use super::observed::ObservedTime;
use super::record::PersonRecord;
use super::rows::Row;
use crate::ast::{Observed, Profile};
use crate::cohort_plan::CohortPlan;
use crate::resolved::ResolvedSource;
use crate::units::Units;

/// Who was drawn into which sampled cohort, by the address of its plan.
pub(super) type Drawn = HashMap<usize, BTreeSet<SubjectId>>;

/// One person under evaluation, and what was found out about them so far.
pub(super) struct Context<'a> {
    pub(super) profile: Profile,
    pub(super) units: &'a Units,
    pub(super) person: &'a PersonRecord,
    drawn: &'a Drawn,
    /// The records of a kind and concepts, which do not depend on anything else.
    sources: RefCell<HashMap<usize, Rc<[Row<'a>]>>>,
    cohorts: RefCell<HashMap<usize, Rc<[Span]>>>,
    observed: RefCell<Vec<(Observed, Rc<ObservedTime>)>>,
}

/// What words refer to where a part of a plan is evaluated.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s, 'a> {
    pub(super) index: Option<Index<'s, 'a>>,
    pub(super) this: Option<&'s Row<'a>>,
    pub(super) observed: &'s ObservedTime,
}

/// The entry event and the index day.
#[derive(Clone, Copy)]
pub(super) struct Index<'s, 'a> {
    pub(super) row: &'s Row<'a>,
    pub(super) day: NaiveDate,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        profile: Profile,
        units: &'a Units,
        person: &'a PersonRecord,
        drawn: &'a Drawn,
    ) -> Self {
        Self {
            profile,
            units,
            person,
            drawn,
            sources: RefCell::default(),
            cohorts: RefCell::default(),
            observed: RefCell::default(),
        }
    }

    /// The time in which the person is observed.
    pub(super) fn observed(&self, observed: Observed) -> Rc<ObservedTime> {
        let known = self
            .observed
            .borrow()
            .iter()
            .find(|(known, _)| *known == observed)
            .map(|(_, time)| Rc::clone(time));
        known.unwrap_or_else(|| {
            let time = Rc::new(ObservedTime::of(self.profile, observed, self.person));
            self.observed.borrow_mut().push((observed, Rc::clone(&time)));
            time
        })
    }

    /// What `find` finds, once for each source.
    pub(super) fn source(
        &self,
        source: &ResolvedSource,
        find: impl FnOnce() -> Vec<Row<'a>>,
    ) -> Rc<[Row<'a>]> {
        let key = std::ptr::from_ref(source).addr();
        let known = self.sources.borrow().get(&key).map(Rc::clone);
        known.unwrap_or_else(|| {
            let rows: Rc<[Row<'a>]> = find().into();
            self.sources.borrow_mut().insert(key, Rc::clone(&rows));
            rows
        })
    }

    /// The person's entries in another cohort.
    pub(super) fn cohort(&self, plan: &Arc<CohortPlan>) -> Rc<[Span]> {
        let key = address(plan);
        let known = self.cohorts.borrow().get(&key).map(Rc::clone);
        known.unwrap_or_else(|| {
            let out = plan.sample.is_some()
                && self.drawn.get(&key).is_some_and(|drawn| !drawn.contains(&self.person.subject));
            let PlanRun { entries, .. } = if out { PlanRun::default() } else { run(self, plan) };
            let entries: Rc<[Span]> = entries.into();
            self.cohorts.borrow_mut().insert(key, Rc::clone(&entries));
            entries
        })
    }
}

/// What tells plans apart while they live.
pub(super) fn address(plan: &Arc<CohortPlan>) -> usize {
    Arc::as_ptr(plan).addr()
}
