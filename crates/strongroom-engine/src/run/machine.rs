use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

use strongroom_cohort::Units;
use strongroom_cohort::ast::Profile;
use strongroom_omop::SubjectId;
use strongroom_timeline::{Day, Event, EventSet};

use super::observed::ObservedTime;
use super::plans::PlanRun;
use super::tables::Tables;
use super::watch::{Halt, Watch};
use crate::compile::{EnvironmentId, PlanId, Program, SetId, SetNode};
use crate::error::ShardError;
use crate::shard::Shard;

/// Who was drawn into which sampled cohort.
pub(crate) type Drawn = BTreeMap<PlanId, BTreeSet<SubjectId>>;

/// A program at work on one shard: every set, cohort and observed time is found once.
pub(crate) struct Machine<'m> {
    pub(super) program: &'m Program,
    pub(super) tables: Tables<'m>,
    pub(super) drawn: &'m Drawn,
    pub(super) watch: Watch<'m>,
    sets: Vec<OnceCell<EventSet>>,
    plans: Vec<OnceCell<PlanRun>>,
    observed: Vec<OnceCell<ObservedTime>>,
    spare: RefCell<Vec<Vec<Event>>>,
}

/// What words refer to where a part of a plan is evaluated.
#[derive(Clone, Copy)]
pub(super) struct Scope<'e> {
    pub(super) profile: Profile,
    pub(super) units: &'e Units,
    pub(super) observed: &'e ObservedTime,
    pub(super) person: u32,
    pub(super) index: Option<Index<'e>>,
    pub(super) this: Option<&'e Event>,
}

/// The entry event and the index day.
#[derive(Clone, Copy)]
pub(super) struct Index<'e> {
    pub(super) event: &'e Event,
    pub(super) day: Day,
}

impl<'m> Machine<'m> {
    /// A machine that leaves off when `stop` is set, or when it holds more than `limit` bytes of
    /// event sets.
    pub(crate) fn new(
        program: &'m Program,
        shard: &'m dyn Shard,
        drawn: &'m Drawn,
        stop: &'m AtomicBool,
        limit: usize,
    ) -> Result<Self, ShardError> {
        Ok(Self {
            program,
            tables: Tables::new(shard)?,
            drawn,
            watch: Watch::new(stop, limit),
            sets: program.sets.iter().map(|_| OnceCell::new()).collect(),
            plans: program.plans.iter().map(|_| OnceCell::new()).collect(),
            observed: program.environments.iter().map(|_| OnceCell::new()).collect(),
            spare: RefCell::default(),
        })
    }

    /// The events of a set.
    pub(super) fn set(&self, id: SetId) -> &EventSet {
        const EMPTY: &EventSet = &EventSet::EMPTY;
        let found = self.sets.get(id.0).zip(self.program.set(id));
        found.map_or(EMPTY, |(cell, node)| cell.get_or_init(|| self.find_and_hold(node)))
    }

    /// What a cohort came to.
    pub(crate) fn plan(&self, id: PlanId) -> Option<&PlanRun> {
        let (cell, plan) = self.plans.get(id.0).zip(self.program.plan(id))?;
        Some(cell.get_or_init(|| self.run(id, plan)))
    }

    /// The scope of a person in an environment, without an entry event.
    pub(super) fn scope(&self, id: EnvironmentId, person: u32) -> Option<Scope<'_>> {
        let environment = self.program.environment(id)?;
        let observed = self.observed.get(id.0)?;
        let observed = observed.get_or_init(|| self.observed_time(environment.profile, environment.observed));
        Some(Scope {
            profile: environment.profile,
            units: &environment.units,
            observed,
            person,
            index: None,
            this: None,
        })
    }

    /// An empty list of events, which may have been used before.
    pub(super) fn spare(&self) -> Vec<Event> {
        self.spare.borrow_mut().pop().unwrap_or_default()
    }

    /// Takes a list back that is no longer needed.
    pub(super) fn give_back(&self, mut events: Vec<Event>) {
        events.clear();
        self.spare.borrow_mut().push(events);
    }

    pub(super) fn people(&self) -> u32 {
        self.tables.people().len()
    }

    fn find_and_hold(&self, node: &SetNode) -> EventSet {
        let set = self.find(node);
        self.watch.hold(set.bytes());
        set
    }

    /// How many people are to be found.
    pub(crate) fn present(&self) -> u64 {
        let people = self.tables.people();
        u64::try_from(people.subjects.len().saturating_sub(people.absent.len())).unwrap_or(u64::MAX)
    }

    /// Who they are.
    pub(crate) fn subjects(&self) -> &[SubjectId] {
        &self.tables.people().subjects
    }

    /// Why the work ended early, if it did: results are incomplete then.
    pub(crate) fn halted(&self) -> Option<Halt> {
        self.watch.halted()
    }

    /// The failure, if something of the shard could not be read: results are wrong then.
    pub(crate) fn take_failure(&self) -> Option<ShardError> {
        self.tables.take_failure()
    }
}
