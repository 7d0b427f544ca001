use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use strongroom_omop::ConceptId;
use strongroom_primitives::{Label, Sha256Digest};

use crate::ast::{
    AggregateFunction, AnchorPick, ArithmeticOperator, Column, Comparison, CountTest, CountUnit, DateSource,
    Duration, Endpoint, EventKind, Match, MatchTolerance, Number, PersonColumn, Pick, Profile, Quantity,
    SameVisit, Supply, Title, Unit, WindowTest,
};
use crate::cohort_plan::CohortPlan;
use crate::units::Units;
use crate::{CohortName, Problem, SetName};

/// A cohort that is sound, within the limits, and whose concepts were looked up: what engines run.
///
/// Only [`resolve`](crate::resolve) makes one, so no engine ever meets an unknown concept set, a
/// name without meaning, an open parameter or a circle. What is inside is plain data to match on:
/// an engine that takes structures apart in full, and enumerations without a wildcard, will not
/// compile against a later version whose meaning it does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedCohort {
    pub(crate) profile: Profile,
    pub(crate) definition_digest: Sha256Digest,
    pub(crate) meaning_digest: Sha256Digest,
    pub(crate) concepts_digest: Sha256Digest,
    pub(crate) vocabulary_version: Label,
    pub(crate) concept_sets: BTreeMap<SetName, Arc<[ConceptId]>>,
    pub(crate) units: Arc<Units>,
    pub(crate) plan: Arc<CohortPlan>,
    pub(crate) warnings: Vec<Problem>,
}

/// A cohort of controls with every name replaced by what it means; see
/// [`Matching`](crate::ast::Matching).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResolvedMatch {
    /// The rules that the plans follow.
    pub profile: Profile,
    /// How units are converted (R15).
    pub units: Arc<Units>,
    /// The name.
    pub name: CohortName,
    /// Where controls come from.
    pub from: Arc<CohortPlan>,
    /// The cases.
    pub to: Arc<CohortPlan>,
    /// How many controls each case gets at most.
    pub ratio: u32,
    /// Whether a control may serve only one case.
    pub without_replacement: bool,
    /// What must be equal, and known.
    pub exact: Vec<PersonColumn>,
    /// What must be near.
    pub near: Vec<(PersonColumn, MatchTolerance)>,
    /// What a control must pass on the day of the case.
    pub steps: Vec<ResolvedStep>,
    /// The key of the order.
    pub seed: u64,
}

/// Who enters: the universe of every step after it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle both")]
pub enum ResolvedEntry {
    /// Every row of `person` for which this is true, without an index day.
    People(ResolvedPredicate),
    /// Once for each of these events.
    Events {
        /// The events.
        of: ResolvedEvents,
        /// Which of a person's.
        pick: Pick,
        /// Which end is the index day.
        index: Endpoint,
    },
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "an engine must handle every part")]
pub struct ResolvedStep {
    /// What it does.
    pub action: ResolvedAction,
    /// What attrition tables call it.
    pub label: Option<Title>,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every action")]
pub enum ResolvedAction {
    /// Keeps those for which the predicate is true.
    Require(ResolvedPredicate),
    /// Drops those for which the predicate is true.
    Exclude(ResolvedPredicate),
    /// Keeps some of each person's entries.
    Keep(Pick),
}

/// When an entry ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum ResolvedExit {
    /// With the observed interval.
    EndOfObservation,
    /// So many days after one end of the entry event.
    After {
        /// Which end.
        endpoint: Endpoint,
        /// The days.
        days: i32,
    },
    /// With the run of events in which the entry lies.
    EndOfRun {
        /// The events.
        of: ResolvedEvents,
        /// The longest gap in days.
        gap: u32,
        /// Days by which every end is moved.
        offset: i32,
        /// How long an event lasts.
        supply: Option<Supply>,
    },
}

/// A statement that is true, false or unknown; see [`Predicate`](crate::ast::Predicate). `any` and
/// `no` are counts, `none of` is a negation, `between` is two comparisons.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every predicate")]
pub enum ResolvedPredicate {
    /// The number of such events is so. Never unknown.
    Count(Box<ResolvedCount>),
    /// Kleene's conjunction.
    All(Vec<Self>),
    /// Kleene's disjunction.
    AnyOf(Vec<Self>),
    /// So many are true; unknown while the unknown ones decide.
    NumberOf {
        /// How many.
        test: CountTest,
        /// Of what.
        of: Vec<Self>,
    },
    /// Kleene's negation.
    Not(Box<Self>),
    /// The window lies in the observed interval that contains the anchor's day.
    Observed {
        /// The window.
        window: ResolvedWindow,
        /// What it is counted from.
        of: ResolvedAnchor,
    },
    /// The person has an entry in another cohort.
    MemberOf {
        /// The cohort.
        cohort: Arc<CohortPlan>,
        /// The window in which it must have a day.
        during: Option<(ResolvedWindow, ResolvedAnchor)>,
    },
    /// The release marks the person so.
    PersonHas(String),
    /// A comparison.
    Compare {
        /// The left side.
        left: ResolvedValue,
        /// What is asked.
        op: Comparison,
        /// The right side.
        right: ResolvedValue,
    },
    /// The value is one of these concepts, which are sorted and distinct.
    In {
        /// The value.
        value: ResolvedValue,
        /// The concepts.
        concepts: Arc<[ConceptId]>,
    },
    /// The text fits a pattern of SQL's `LIKE`.
    Like {
        /// The text.
        value: ResolvedValue,
        /// The pattern.
        pattern: String,
    },
    /// The value is missing.
    Missing(ResolvedValue),
}

/// A count of events and what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "an engine must handle every part")]
pub struct ResolvedCount {
    /// What is asked.
    pub test: CountTest,
    /// What is counted.
    pub unit: CountUnit,
    /// Whether each concept is counted by itself.
    pub per_concept: bool,
    /// The events.
    pub of: ResolvedEvents,
    /// How far apart the counted may lie.
    pub within: Option<Duration>,
}

/// Some events of a person; see [`Events`](crate::ast::Events).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "an engine must handle every part")]
pub struct ResolvedEvents {
    /// Where they come from.
    pub from: ResolvedSource,
    /// What is asked of them, in this order.
    pub filters: Vec<ResolvedFilter>,
}

/// Where events come from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum ResolvedSource {
    /// Records of one kind.
    Recorded {
        /// The kind.
        kind: EventKind,
        /// The concepts.
        concepts: ResolvedConcepts,
        /// Which concept column is compared with them.
        matching: Match,
    },
    /// The entries of another cohort.
    Cohort(Arc<CohortPlan>),
    /// The events of all of these.
    Union(Vec<ResolvedEvents>),
}

/// The concepts that an event may have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle both")]
pub enum ResolvedConcepts {
    /// Every concept, none recorded included.
    Every,
    /// One of these, which are sorted and distinct. The list may be empty.
    Only(Arc<[ConceptId]>),
}

/// Something asked of events, or done to them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every filter")]
pub enum ResolvedFilter {
    /// Keeps the events for which this is true.
    Where(ResolvedPredicate),
    /// Keeps the events in a window.
    During {
        /// Which of the event's days must lie in it.
        test: WindowTest,
        /// The window.
        window: ResolvedWindow,
        /// What it is counted from.
        of: ResolvedAnchor,
        /// Whether it reaches beyond the observed interval of its anchor.
        ignoring_observation: bool,
    },
    /// Keeps the events of the anchor's visit.
    SameVisit {
        /// What counts as the same.
        or: SameVisit,
        /// The row to compare with.
        as_anchor: ResolvedAnchor,
    },
    /// Keeps some of the person's remaining events.
    Keep(Pick),
    /// Gives the events other days.
    Interval {
        /// The new start.
        start: DateSource,
        /// The new end.
        end: DateSource,
    },
}

/// The days between two edges around an anchor's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "an engine must handle every part")]
pub struct ResolvedWindow {
    /// The first edge.
    pub from: ResolvedEdge,
    /// The last edge.
    pub to: ResolvedEdge,
}

/// One edge of a window. Open edges at whole days were moved by a day and are closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum ResolvedEdge {
    /// So many days after the anchor's day.
    Days(i32),
    /// So many calendar months after it.
    Months {
        /// The months.
        months: i32,
        /// Whether the day itself is left out.
        open: bool,
    },
    /// Before everything.
    InfinitelyBefore,
    /// After everything.
    InfinitelyAfter,
}

/// What a window is counted from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "an engine must handle every part")]
pub struct ResolvedAnchor {
    /// The row.
    pub on: ResolvedAnchorBase,
    /// Which of its ends.
    pub endpoint: Endpoint,
}

/// The row of an anchor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum ResolvedAnchorBase {
    /// The entry event.
    Index,
    /// The event whose filter this stands in.
    This,
    /// Some of these events.
    Events {
        /// Which.
        pick: AnchorPick,
        /// The events.
        of: Box<ResolvedEvents>,
    },
}

/// One value, or none; see [`Value`](crate::ast::Value).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every value")]
pub enum ResolvedValue {
    /// A number.
    Number(Number),
    /// A number with a unit.
    Quantity(Quantity),
    /// A calendar day.
    Date(NaiveDate),
    /// A text.
    Text(String),
    /// A column of the event whose filter this stands in.
    Column(Column),
    /// A column of the person.
    Person(PersonColumn),
    /// The age on the day of an anchor.
    AgeAt(ResolvedAnchor),
    /// The age on a day.
    AgeOn(NaiveDate),
    /// The day of an anchor.
    DateOf(ResolvedAnchor),
    /// One value out of many.
    Aggregate {
        /// How.
        function: AggregateFunction,
        /// Of which events.
        of: Box<ResolvedEvents>,
        /// Of which of their columns.
        column: Column,
        /// The unit in which it is wanted.
        unit: Option<Unit>,
    },
    /// How many events there are.
    CountOf {
        /// What is counted.
        unit: CountUnit,
        /// The events.
        of: Box<ResolvedEvents>,
    },
    /// Two values put together.
    Arithmetic {
        /// The left side.
        left: Box<Self>,
        /// How.
        op: ArithmeticOperator,
        /// The right side.
        right: Box<Self>,
    },
    /// The lower end of the band in which a number lies.
    Band {
        /// The number.
        value: Box<Self>,
        /// How wide bands are.
        width: Number,
    },
}

impl ResolvedCohort {
    /// The rules that the plan follows.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// The name of the cohort.
    #[must_use]
    pub fn name(&self) -> &CohortName {
        &self.plan.name
    }

    /// What to run.
    #[must_use]
    pub const fn plan(&self) -> &Arc<CohortPlan> {
        &self.plan
    }

    /// The digest of the document it came from; see [`Definition::digest`](crate::ast::Definition::digest).
    #[must_use]
    pub const fn definition_digest(&self) -> Sha256Digest {
        self.definition_digest
    }

    /// The vocabulary release that the concepts were looked up in.
    #[must_use]
    pub const fn vocabulary_version(&self) -> &Label {
        &self.vocabulary_version
    }

    /// What each concept set came to: sorted, distinct concepts.
    #[must_use]
    pub const fn concept_sets(&self) -> &BTreeMap<SetName, Arc<[ConceptId]>> {
        &self.concept_sets
    }

    /// How units are converted (R15).
    #[must_use]
    pub fn units(&self) -> &Units {
        &self.units
    }

    /// The same, to be kept by those who run the cohort.
    #[must_use]
    pub const fn shared_units(&self) -> &Arc<Units> {
        &self.units
    }

    /// What may not be meant so. There are no errors: those keep a definition from being resolved.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }
}

impl ResolvedConcepts {
    /// Whether the concept is one of them.
    #[must_use]
    pub fn contains(&self, concept: ConceptId) -> bool {
        match self {
            Self::Every => true,
            Self::Only(concepts) => concepts.binary_search(&concept).is_ok(),
        }
    }
}
