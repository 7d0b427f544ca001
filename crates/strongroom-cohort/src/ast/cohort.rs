use serde::{Deserialize, Serialize};

use super::{DateRange, Endpoint, Events, Predicate, Title, is_default};
use crate::CohortName;

/// A cohort: who enters, which steps they have to pass, and when they leave.
///
/// Its result is a set of entries (person, first day, last day); of people alone where everybody
/// enters by a predicate.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a cohort")]
#[non_exhaustive]
pub struct Cohort {
    /// The name.
    pub name: CohortName,
    /// A title for people; without meaning for the result.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Option<Title>,
    /// Which time of a person counts as observed (R6).
    pub observed: Observed,
    /// Who enters, and on which day.
    pub entry: Entry,
    /// What follows, in this order (R10).
    #[serde(default, skip_serializing_if = "is_default")]
    pub steps: Vec<Step>,
    /// When people leave (R11).
    #[serde(default, skip_serializing_if = "is_default")]
    pub exit: Exit,
    /// Events that end an entry early: the earliest that starts on or after its first day (R11).
    #[serde(default, skip_serializing_if = "is_default")]
    pub censor: Vec<Events>,
    /// Joins a person's entries that touch (R11).
    #[serde(default, skip_serializing_if = "is_default")]
    pub merge: Option<Merge>,
    /// Calendar days to which entries are cut at the very end; what lies outside is dropped.
    #[serde(default, skip_serializing_if = "is_default")]
    pub clip: Option<DateRange>,
    /// Only so many of the people (R17).
    #[serde(default, skip_serializing_if = "is_default")]
    pub sample: Option<Sample>,
}

/// Which time of a person counts as observed (R6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "\"unbounded\" or {\"by\": \"observation_period\"}")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum Observed {
    /// All time: events count whenever they happened.
    Unbounded,
    /// The person's intervals in a table. Under `native/1` those that touch or overlap are joined.
    By(ObservedBy),
}

/// Where a person's observed intervals stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "a table, such as \"observation_period\"")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum ObservedBy {
    /// `observation_period`
    ObservationPeriod,
    /// `payer_plan_period`
    PayerPlanPeriod,
    /// One interval per person: from the start of their first event to the end of their last.
    EventSpan,
}

/// Who enters a cohort. There is no cohort without one: it is the universe from which steps take
/// people away, so a definition of excludes alone means everybody else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "{\"people\": predicate} or {\"events\": …}")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle both")]
pub enum Entry {
    /// Every person (R1) for whom this is true, without an index day. `{"all": []}` is everyone.
    People(Predicate),
    /// Once for each of these events.
    Events(EventEntry),
}

/// Entry by events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "entry events")]
#[non_exhaustive]
pub struct EventEntry {
    /// The events. Those that start outside of observed time are not entries (R6).
    pub of: Events,
    /// Which of a person's entries are taken, before any step.
    #[serde(default, skip_serializing_if = "is_default")]
    pub pick: Pick,
    /// Which end of the event is the index day and the first day of the entry.
    #[serde(default, skip_serializing_if = "is_default")]
    pub index: Endpoint,
}

/// Which of a person's rows are taken, in the order R9. Rows without a start are never taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "\"first\", \"last\", \"all\" or {\"nth\": 2}")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum Pick {
    /// All of them.
    #[default]
    All,
    /// The first.
    First,
    /// The last.
    Last,
    /// The one at this position, from 1.
    Nth(u32),
}

/// One step: it takes entries and returns some of them (R10).
///
/// An entry for which the predicate is unknown is dropped by `require` and kept by `exclude` (R7),
/// so `exclude p` is not `require not p`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "StepForm", into = "StepForm")]
#[non_exhaustive]
pub struct Step {
    /// What the step does.
    pub action: StepAction,
    /// What attrition tables call it.
    pub label: Option<Title>,
}

/// What a [`Step`] does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every action")]
pub enum StepAction {
    /// Keeps those for which the predicate is true.
    Require(Predicate),
    /// Drops those for which the predicate is true.
    Exclude(Predicate),
    /// Keeps some of each person's remaining entries, by position.
    Keep(Pick),
}

/// The written form of a step: `{"require": …, "label": …}`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a step, such as {\"require\": predicate, \"label\": text}")]
struct StepForm {
    #[serde(default, skip_serializing_if = "is_default")]
    require: Option<Predicate>,
    #[serde(default, skip_serializing_if = "is_default")]
    exclude: Option<Predicate>,
    #[serde(default, skip_serializing_if = "is_default")]
    keep: Option<Pick>,
    #[serde(default, skip_serializing_if = "is_default")]
    label: Option<Title>,
}

impl TryFrom<StepForm> for Step {
    type Error = &'static str;

    fn try_from(form: StepForm) -> Result<Self, Self::Error> {
        let action = match (form.require, form.exclude, form.keep) {
            (Some(predicate), None, None) => StepAction::Require(predicate),
            (None, Some(predicate), None) => StepAction::Exclude(predicate),
            (None, None, Some(pick)) => StepAction::Keep(pick),
            _ => return Err("a step has one of `require`, `exclude` and `keep`; write exactly one of them"),
        };
        Ok(Self { action, label: form.label })
    }
}

impl From<Step> for StepForm {
    fn from(step: Step) -> Self {
        let mut form = Self { require: None, exclude: None, keep: None, label: step.label };
        match step.action {
            StepAction::Require(predicate) => form.require = Some(predicate),
            StepAction::Exclude(predicate) => form.exclude = Some(predicate),
            StepAction::Keep(pick) => form.keep = Some(pick),
        }
        form
    }
}

/// When an entry ends (R11), cut to the observed interval it lies in. An entry that would end
/// before it begins is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "snake_case",
    expecting = "an exit, such as \"end_of_observation\""
)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum Exit {
    /// With the observed interval; on the first day where time is unbounded.
    #[default]
    EndOfObservation,
    /// So many days after one end of the entry event.
    After {
        /// Which end.
        endpoint: Endpoint,
        /// The days; negative before it.
        days: i32,
    },
    /// With the run of events in which the entry lies.
    EndOfRun(Run),
}

/// A run: events of which each starts no later than `gap` days after what came before has ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a run of events")]
#[non_exhaustive]
pub struct Run {
    /// The events.
    pub of: Events,
    /// The longest gap in days.
    pub gap: u32,
    /// Days by which every event's end is moved. They stay in the run's end.
    #[serde(default, skip_serializing_if = "is_default")]
    pub offset: i32,
    /// How long an event lasts; absent: by its recorded end, as the profile says.
    #[serde(default, skip_serializing_if = "is_default")]
    pub supply: Option<Supply>,
}

/// How long an event of a run lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "{\"days_supply_else\": 30} or {\"always\": 30}")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle both")]
pub enum Supply {
    /// By its recorded end, else by its `days_supply`, else so many days.
    DaysSupplyElse(u32),
    /// So many days, whatever is recorded.
    Always(u32),
}

/// Joins entries of a person where the next one starts at most `gap` days after the end (R11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "{\"gap\": days}")]
#[expect(clippy::exhaustive_structs, reason = "a number with a name")]
pub struct Merge {
    /// The gap in days.
    pub gap: u32,
}

/// A reproducible sample: the first `n` people in the order of a keyed hash of their ids (R17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "{\"n\": people, \"seed\": number}")]
#[expect(clippy::exhaustive_structs, reason = "two numbers with names")]
pub struct Sample {
    /// How many people.
    pub n: u32,
    /// The key.
    pub seed: u64,
}

impl Cohort {
    /// A cohort of this name and entry in unbounded time, without steps, that ends with
    /// observation.
    #[must_use]
    pub const fn new(name: CohortName, entry: Entry) -> Self {
        Self {
            name,
            title: None,
            observed: Observed::Unbounded,
            entry,
            steps: Vec::new(),
            exit: Exit::EndOfObservation,
            censor: Vec::new(),
            merge: None,
            clip: None,
            sample: None,
        }
    }

    /// The same with this title.
    #[must_use]
    pub fn with_title(mut self, title: Title) -> Self {
        self.title = Some(title);
        self
    }

    /// The same in this observed time.
    #[must_use]
    pub const fn observed(mut self, observed: Observed) -> Self {
        self.observed = observed;
        self
    }

    /// The same with this step at the end.
    #[must_use]
    pub fn with_step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

impl EventEntry {
    /// Once for each of these events, from their start.
    #[must_use]
    pub const fn new(of: Events) -> Self {
        Self { of, pick: Pick::All, index: Endpoint::Start }
    }
}

impl Entry {
    /// Every person of the release (R1), without an index day.
    #[must_use]
    pub const fn everyone() -> Self {
        Self::People(Predicate::All(Vec::new()))
    }

    /// Everyone with such an event, by the first of them.
    #[must_use]
    pub const fn first(of: Events) -> Self {
        Self::Events(EventEntry { of, pick: Pick::First, index: Endpoint::Start })
    }
}

impl Run {
    /// A run of these events with at most so many days between them.
    #[must_use]
    pub const fn new(of: Events, gap: u32) -> Self {
        Self { of, gap, offset: 0, supply: None }
    }
}

impl Step {
    /// Keeps those for which the predicate is true.
    #[must_use]
    pub const fn require(predicate: Predicate) -> Self {
        Self { action: StepAction::Require(predicate), label: None }
    }

    /// Drops those for which the predicate is true.
    #[must_use]
    pub const fn exclude(predicate: Predicate) -> Self {
        Self { action: StepAction::Exclude(predicate), label: None }
    }

    /// Keeps some of each person's entries.
    #[must_use]
    pub const fn keep(pick: Pick) -> Self {
        Self { action: StepAction::Keep(pick), label: None }
    }

    /// The same with this label.
    #[must_use]
    pub fn with_label(mut self, label: Title) -> Self {
        self.label = Some(label);
        self
    }
}
