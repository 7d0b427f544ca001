use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use strongroom_cohort::Units;
use strongroom_cohort::ast::{EventKind, Profile};
use strongroom_omop::SubjectId;
use strongroom_timeline::{Day, Event, EventSet, Interval, PersonDays, PersonSet};

use super::by_source::BySource;
use super::observed::ObservedTime;
use super::plans::PlanRun;
use super::tables::Tables;
use super::watch::{Halt, Watch};
use crate::compile::{EnvironmentId, PlanId, Program, SetId};
use crate::error::ShardError;
use crate::shard::Shard;

/// Who was drawn into which sampled cohort.
pub(crate) type Drawn = BTreeMap<PlanId, BTreeSet<SubjectId>>;

/// How many people there are to each row of a set whose days are told person by person, at most.
const FEW_ROWS: usize = 16;

/// A program at work on one shard: every set, cohort and observed time is found once.
pub(crate) struct Machine<'m> {
    pub(super) program: &'m Program,
    pub(super) tables: Tables<'m>,
    pub(super) drawn: &'m Drawn,
    pub(super) watch: Watch<'m>,
    /// Whether it is to tell what became of those who are not in: otherwise nobody is looked at
    /// who cannot be.
    pub(super) tells_attrition: bool,
    sets: Vec<FoundSet>,
    plans: Vec<FoundPlan>,
    observed: Vec<OnceCell<ObservedTime>>,
    pub(super) by_source: Vec<OnceCell<BySource>>,
    spare: RefCell<Vec<Vec<Event>>>,
    spare_intervals: Cell<Vec<Interval>>,
}

/// What is known of a set by now.
#[derive(Default)]
struct FoundSet {
    events: OnceCell<EventSet>,
    /// The first days of its events alone, where nobody has asked for more.
    days: OnceCell<Option<PersonDays>>,
    /// Who may have events of it; nothing where that is not known beforehand.
    people: OnceCell<Option<PersonSet>>,
    /// Where the person was found that was asked for last: people are asked for in their order.
    hint: Cell<usize>,
}

/// What is known of a cohort by now.
#[derive(Default)]
struct FoundPlan {
    run: OnceCell<PlanRun>,
    possible: OnceCell<PersonSet>,
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
    /// A machine that leaves off when its watch says so.
    pub(crate) fn new(
        program: &'m Program,
        shard: &'m dyn Shard,
        drawn: &'m Drawn,
        tells_attrition: bool,
        watch: Watch<'m>,
    ) -> Result<Self, ShardError> {
        Ok(Self {
            program,
            tables: Tables::new(shard)?,
            drawn,
            watch,
            tells_attrition,
            sets: program.sets.iter().map(|_| FoundSet::default()).collect(),
            plans: program.plans.iter().map(|_| FoundPlan::default()).collect(),
            observed: program.environments.iter().map(|_| OnceCell::new()).collect(),
            by_source: EventKind::ALL.iter().map(|_| OnceCell::new()).collect(),
            spare: RefCell::default(),
            spare_intervals: Cell::default(),
        })
    }

    /// The events of a set: of everybody, or of those who can be in the one cohort that asks for it.
    #[inline]
    pub(super) fn set(&self, id: SetId) -> &EventSet {
        const EMPTY: &EventSet = &EventSet::EMPTY;
        let Some((found, node)) = self.sets.get(id.0).zip(self.program.set(id)) else { return EMPTY };
        found.events.get_or_init(|| {
            let of_owner = self.program.owner(id).and_then(|plan| self.possible(plan));
            let by_filters = self.people_by_filters(&node.filters).map(|mut people| {
                of_owner.inspect(|of_owner| people.intersect(of_owner));
                people
            });
            let set = self.find(node, by_filters.as_ref().or(of_owner));
            self.watch.hold(set.bytes());
            set
        })
    }

    /// The first days of the events of a set that is nothing but rows of a table; nothing if it is
    /// more, if they are so few that the events themselves cost less, or have been found anyway.
    pub(super) fn days_of(&self, id: SetId, profile: Profile) -> Option<&PersonDays> {
        let found = self.sets.get(id.0)?;
        if found.events.get().is_some() {
            return None;
        }
        let days = found.days.get_or_init(|| {
            let rows = self.plain_rows(id, profile)?;
            // Where each person's days begin is told for everybody, which does not pay for a few.
            if rows.count() < self.people() as usize / FEW_ROWS {
                return None;
            }
            let among = self.program.owner(id).and_then(|plan| self.possible(plan));
            let days = PersonDays::of_rows(self.people(), &rows.among(among));
            self.watch.hold(days.bytes());
            Some(days)
        });
        days.as_ref()
    }

    /// A set, and where the events of a person stand in it.
    #[inline]
    pub(super) fn set_of(&self, id: SetId, person: u32) -> (&EventSet, Range<usize>) {
        let set = self.set(id);
        let Some(found) = self.sets.get(id.0) else { return (set, 0..0) };
        let own = set.of_from(found.hint.get(), person);
        found.hint.set(own.start);
        (set, own)
    }

    /// Who may have events of a set; nothing where that is not known beforehand.
    pub(super) fn people_of(&self, id: SetId) -> Option<&PersonSet> {
        let (found, node) = self.sets.get(id.0).zip(self.program.set(id))?;
        found.people.get_or_init(|| self.people_by_node(node)).as_ref()
    }

    /// Those besides whom nobody can be in a cohort.
    pub(super) fn possible(&self, id: PlanId) -> Option<&PersonSet> {
        let (found, plan) = self.plans.get(id.0).zip(self.program.plan(id))?;
        Some(found.possible.get_or_init(|| self.who_can_be_in(plan)))
    }

    /// What a cohort came to.
    pub(crate) fn plan(&self, id: PlanId) -> Option<&PlanRun> {
        let (found, plan) = self.plans.get(id.0).zip(self.program.plan(id))?;
        Some(found.run.get_or_init(|| self.run(id, plan)))
    }

    /// The scope of a person in an environment, without an entry event.
    #[inline]
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
    #[inline]
    pub(super) fn spare(&self) -> Vec<Event> {
        self.spare.borrow_mut().pop().unwrap_or_default()
    }

    /// Takes a list back that is no longer needed.
    #[inline]
    pub(super) fn give_back(&self, mut events: Vec<Event>) {
        events.clear();
        self.spare.borrow_mut().push(events);
    }

    /// An empty list of intervals, which may have been used before.
    pub(super) fn spare_intervals(&self) -> Vec<Interval> {
        self.spare_intervals.take()
    }

    /// Takes a list back that is no longer needed.
    pub(super) fn give_back_intervals(&self, mut intervals: Vec<Interval>) {
        intervals.clear();
        self.spare_intervals.set(intervals);
    }

    #[inline]
    pub(super) fn people(&self) -> u32 {
        self.tables.people().len()
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
