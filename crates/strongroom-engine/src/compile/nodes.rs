use std::sync::Arc;

use chrono::NaiveDate;
use strongroom_cohort::ast::{
    AggregateFunction, AnchorPick, ArithmeticOperator, Column, Comparison, CountTest, CountUnit, DateRange,
    DateSource, Duration, Endpoint, EventKind, Match, Merge, Observed, PersonColumn, Pick, Profile, Quantity,
    SameVisit, Sample, Supply, Unit, WindowTest,
};
use strongroom_cohort::{ResolvedConcepts, ResolvedWindow, Units};
use strongroom_omop::ConceptId;

/// The position of a set of events in its program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SetId(pub(crate) usize);

/// The position of a cohort in its program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PlanId(pub(crate) usize);

/// The position of an environment in its program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct EnvironmentId(pub(crate) usize);

/// The rules under which something is evaluated.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    pub(crate) profile: Profile,
    pub(crate) observed: Observed,
    pub(crate) units: Arc<Units>,
}

/// A set of events that depends on nothing but its person: found once for a shard, whoever asks.
#[derive(Debug)]
pub(crate) struct SetNode {
    pub(crate) environment: EnvironmentId,
    pub(crate) source: Source,
    pub(crate) filters: Vec<Filter>,
    /// The other sets that it is found by.
    pub(crate) uses: Vec<SetId>,
}

#[derive(Debug)]
pub(crate) enum Source {
    Recorded {
        kind: EventKind,
        concepts: ResolvedConcepts,
        matching: Match,
    },
    Cohort(PlanId),
    /// Every member is a set of its own.
    Union(Vec<SetId>),
}

/// Some events of a person: a set, and what is asked of it that depends on who asks.
#[derive(Debug)]
pub(crate) struct Events {
    pub(crate) from: Origin,
    pub(crate) filters: Vec<Filter>,
    /// The anchors of `each` among the filters, equal ones once.
    pub(crate) each: Vec<Self>,
}

impl Events {
    /// Whether they are those of a set, whoever asks.
    pub(crate) const fn is_a_set(&self) -> bool {
        matches!(self.from, Origin::Set(_)) && self.filters.is_empty()
    }
}

#[derive(Debug)]
pub(crate) enum Origin {
    Set(SetId),
    Union(Vec<Events>),
}

#[derive(Debug)]
pub(crate) enum Filter {
    Where {
        test: Test,
        /// Whether the test reads the observation period of the row.
        asks_for_observation: bool,
    },
    During {
        test: WindowTest,
        window: ResolvedWindow,
        of: Anchor,
        ignoring_observation: bool,
    },
    SameVisit {
        or: SameVisit,
        as_anchor: Anchor,
    },
    Keep(Pick),
    Interval {
        start: DateSource,
        end: DateSource,
    },
}

#[derive(Debug)]
pub(crate) struct Anchor {
    pub(crate) on: AnchorBase,
    pub(crate) endpoint: Endpoint,
}

#[derive(Debug)]
pub(crate) enum AnchorBase {
    Index,
    This,
    Events {
        pick: AnchorPick,
        of: Box<Events>,
    },
    /// The row whose turn it is among the anchors of `each`, by their position; every row where it
    /// is nobody's turn.
    Each {
        position: usize,
        of: Box<Events>,
    },
}

#[derive(Debug)]
pub(crate) enum Test {
    Count(Box<Count>),
    All(Vec<Self>),
    AnyOf(Vec<Self>),
    NumberOf { test: CountTest, of: Vec<Self> },
    Not(Box<Self>),
    Observed { window: ResolvedWindow, of: Anchor },
    MemberOf { cohort: PlanId, during: Option<(ResolvedWindow, Anchor)> },
    PersonHas(String),
    Leaf(Leaf),
}

/// A test of values.
#[derive(Debug)]
pub(crate) enum Leaf {
    Compare { left: Value, op: Comparison, right: Value },
    In { value: Value, concepts: Arc<[ConceptId]> },
    Like { value: Value, pattern: String },
    Missing(Value),
}

#[derive(Debug)]
pub(crate) struct Count {
    pub(crate) test: CountTest,
    pub(crate) unit: CountUnit,
    pub(crate) per_concept: bool,
    pub(crate) within: Option<Duration>,
    pub(crate) of: Events,
}

#[derive(Debug)]
pub(crate) enum Value {
    Number(f64),
    Quantity(Quantity),
    Date(NaiveDate),
    Text(Arc<str>),
    Column(Column),
    Person(PersonColumn),
    AgeAt(Anchor),
    AgeOn(NaiveDate),
    DateOf(Anchor),
    Aggregate { function: AggregateFunction, of: Box<Events>, column: Column, unit: Option<Unit> },
    CountOf { unit: CountUnit, of: Box<Events> },
    Arithmetic { left: Box<Self>, op: ArithmeticOperator, right: Box<Self> },
    Band { value: Box<Self>, width: f64 },
}

/// A cohort.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) environment: EnvironmentId,
    pub(crate) entry: Entry,
    pub(crate) steps: Vec<Step>,
    pub(crate) exit: Exit,
    pub(crate) censor: Vec<Events>,
    pub(crate) merge: Option<Merge>,
    pub(crate) clip: Option<DateRange>,
    pub(crate) sample: Option<Sample>,
    /// The sets that it asks for itself.
    pub(crate) uses: Vec<SetId>,
}

#[derive(Debug)]
pub(crate) enum Entry {
    People(Test),
    Events { of: SetId, pick: Pick, index: Endpoint },
}

#[derive(Debug)]
pub(crate) enum Step {
    Require(Test),
    Exclude(Test),
    Keep(Pick),
}

#[derive(Debug)]
pub(crate) enum Exit {
    EndOfObservation,
    After { endpoint: Endpoint, days: i32 },
    EndOfRun { of: Events, gap: u32, offset: i32, supply: Option<Supply> },
}
