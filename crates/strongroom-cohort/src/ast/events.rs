use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use strongroom_omop::Domain;

use super::{Anchor, ConceptRef, Pick, Predicate, Window, is_default};
use crate::{CohortName, EventsName, SetName};

/// Some events of a person: those of a source that pass every filter.
///
/// Filters are applied in the order written, so `keep first` before a filter and after it are two
/// different texts. A row filter keeps an event only if it is *true* for it (R7).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "events, such as {\"from\": {\"recorded\": {\"kind\": \"condition\"}}}"
)]
#[expect(clippy::exhaustive_structs, reason = "an engine must handle every part")]
pub struct Events {
    /// Where they come from.
    pub from: EventSource,
    /// What is asked of them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub filters: Vec<Filter>,
}

/// Where events come from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "snake_case",
    expecting = "{\"recorded\": …}, {\"cohort\": name}, {\"named\": name} or {\"union\": [events]}"
)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum EventSource {
    /// Records of one kind.
    #[serde(rename = "recorded")]
    Recorded {
        /// The kind.
        kind: EventKind,
        /// The concepts; absent: every record.
        #[serde(default, skip_serializing_if = "is_default")]
        concepts: Option<ConceptRef>,
        /// Which concept column is compared with them.
        #[serde(default, skip_serializing_if = "is_default", rename = "match")]
        matching: Match,
    },
    /// The entries of another cohort.
    Cohort(CohortName),
    /// Events with a name.
    Named(EventsName),
    /// The events of all of these. The same record is one event (R8), unless its dates were
    /// changed differently.
    Union(Vec<Events>),
}

/// Which concept column is compared with a concept set (R14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "\"standard\", \"source\" or \"either\"")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum Match {
    /// The standard concept.
    #[default]
    Standard,
    /// The source concept.
    Source,
    /// One of the two.
    Either,
}

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $kind:ident = $json:literal, $text:literal;)*) => {
        /// A kind of event.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(expecting = "a kind of event, such as \"condition\"")]
        #[expect(clippy::exhaustive_enums, reason = "an engine must handle every kind")]
        pub enum EventKind {
            $($(#[$doc])* #[serde(rename = $json)] $kind,)*
        }

        impl EventKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The word in JSON, such as `condition`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $json,)* }
            }

            /// The words in the text form, such as `conditions`.
            #[must_use]
            pub const fn words(self) -> &'static str {
                match self { $(Self::$kind => $text,)* }
            }
        }
    };
}

event_kinds! {
    /// `condition_occurrence`
    Condition = "condition", "conditions";
    /// `drug_exposure`
    Drug = "drug", "drugs";
    /// `procedure_occurrence`
    Procedure = "procedure", "procedures";
    /// `measurement`
    Measurement = "measurement", "measurements";
    /// `observation`
    Observation = "observation", "observations";
    /// `device_exposure`
    Device = "device", "devices";
    /// `visit_occurrence`; its concept is the kind of visit
    Visit = "visit", "visits";
    /// `visit_detail`
    VisitDetail = "visit_detail", "visit_details";
    /// `specimen`
    Specimen = "specimen", "specimens";
    /// `death`; its concept is the cause
    Death = "death", "deaths";
    /// `condition_era`
    ConditionEra = "condition_era", "condition_eras";
    /// `drug_era`
    DrugEra = "drug_era", "drug_eras";
    /// `dose_era`
    DoseEra = "dose_era", "dose_eras";
    /// `observation_period`
    ObservationPeriod = "observation_period", "observation_periods";
    /// `payer_plan_period`
    PayerPlanPeriod = "payer_plan_period", "payer_periods";
    /// An answer to a survey question: its concept is the question
    Answer = "answer", "answers";
    /// A genomic variant that the person carries
    Variant = "variant", "variants";
    /// A day's steps from a wearable device
    WearableSteps = "wearable_steps", "wearables steps";
    /// A day's heart rate from a wearable device
    WearableHeartRate = "wearable_heart_rate", "wearables heart_rate";
    /// A night's sleep from a wearable device
    WearableSleep = "wearable_sleep", "wearables sleep";
    /// A day's activity from a wearable device
    WearableActivity = "wearable_activity", "wearables activity";
    /// Every kind of record with a concept
    Any = "any", "events";
}

impl EventKind {
    /// The domain whose table records it; nothing for kinds that are no clinical domain of the CDM.
    #[must_use]
    pub fn domain(self) -> Option<Domain> {
        Domain::ALL.into_iter().find(|domain| Self::from(*domain) == self)
    }
}

impl From<Domain> for EventKind {
    fn from(domain: Domain) -> Self {
        match domain {
            Domain::Condition => Self::Condition,
            Domain::Drug => Self::Drug,
            Domain::Procedure => Self::Procedure,
            Domain::Measurement => Self::Measurement,
            Domain::Observation => Self::Observation,
            Domain::Device => Self::Device,
            Domain::Visit => Self::Visit,
            Domain::VisitDetail => Self::VisitDetail,
            Domain::Specimen => Self::Specimen,
            Domain::Death => Self::Death,
            Domain::ConditionEra => Self::ConditionEra,
            Domain::DrugEra => Self::DrugEra,
        }
    }
}

/// Something asked of events, or done to them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "snake_case",
    expecting = "a filter, such as {\"where\": predicate}"
)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every filter")]
pub enum Filter {
    /// Keeps the events for which this is true. In it, columns and the anchor `this` are those of
    /// the event.
    Where(Predicate),
    /// Keeps the events in a window (R4).
    During {
        /// Which of the event's days must lie in the window.
        #[serde(default, skip_serializing_if = "is_default")]
        test: WindowTest,
        /// The window.
        window: Window,
        /// What it is counted from.
        of: Anchor,
        /// Whether the window reaches beyond the observed interval of its anchor (R6).
        #[serde(default, skip_serializing_if = "is_default")]
        ignoring_observation: bool,
    },
    /// Keeps the events of the anchor's visit (R12).
    SameVisit {
        /// What counts as the same.
        #[serde(default, skip_serializing_if = "is_default")]
        or: SameVisit,
        /// The row to compare with.
        #[serde(rename = "as")]
        as_anchor: Anchor,
    },
    /// Keeps some of the person's remaining events, by position (R9).
    Keep(Pick),
    /// Gives the events other days. An event whose new end lies before its new start is dropped,
    /// unless both are calendar days.
    Interval {
        /// The new start.
        start: DateSource,
        /// The new end.
        end: DateSource,
    },
}

/// Which of an event's days must lie in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "\"start\", \"end\" or \"any_day\"")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum WindowTest {
    /// Its first. Written `during`.
    #[default]
    Start,
    /// Its last. Written `ending during`.
    End,
    /// Any. Written `overlapping`.
    AnyDay,
}

/// What counts as the same visit (R12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "\"visit\", \"visit_or_day\" or \"visit_and_day\"")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum SameVisit {
    /// An equal, known visit id.
    #[default]
    Visit,
    /// An equal, known visit id, or the same start day.
    VisitOrDay,
    /// The same start day and an equal visit id. Under `aou-workbench/1` two missing ids are equal.
    VisitAndDay,
}

/// One end of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "\"start\" or \"end\"")]
#[expect(clippy::exhaustive_enums, reason = "an event has two ends")]
pub enum Endpoint {
    /// Its first day.
    #[default]
    Start,
    /// Its last day.
    End,
}

/// Where a day comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "{\"start\": days}, {\"end\": days} or {\"date\": day}")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum DateSource {
    /// So many days after the event's start.
    Start(i32),
    /// So many days after the event's end.
    End(i32),
    /// A calendar day.
    Date(NaiveDate),
}

impl Events {
    /// Every event of the kind.
    #[must_use]
    pub const fn of(kind: EventKind) -> Self {
        Self {
            from: EventSource::Recorded { kind, concepts: None, matching: Match::Standard },
            filters: Vec::new(),
        }
    }

    /// The events of the kind with a standard concept among these.
    #[must_use]
    pub const fn in_concepts(kind: EventKind, concepts: ConceptRef) -> Self {
        Self {
            from: EventSource::Recorded { kind, concepts: Some(concepts), matching: Match::Standard },
            filters: Vec::new(),
        }
    }

    /// Only those with a standard concept in this set; of recorded events alone.
    #[must_use]
    pub fn in_set(mut self, set: SetName) -> Self {
        if let EventSource::Recorded { concepts, .. } = &mut self.from {
            *concepts = Some(ConceptRef::Set(set));
        }
        self
    }

    /// The events of all of these.
    #[must_use]
    pub const fn union(members: Vec<Self>) -> Self {
        Self { from: EventSource::Union(members), filters: Vec::new() }
    }

    /// Only those that pass this filter too.
    #[must_use]
    pub fn filtered(mut self, filter: Filter) -> Self {
        self.filters.push(filter);
        self
    }

    /// Only those that start in this window.
    #[must_use]
    pub fn during(self, window: Window, of: Anchor) -> Self {
        self.filtered(Filter::During { test: WindowTest::Start, window, of, ignoring_observation: false })
    }
}
