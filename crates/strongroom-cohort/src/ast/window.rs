use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Duration, Endpoint, Events, is_default};
use crate::ParameterName;

/// The days between two edges around an anchor's day (R4). Whether the anchor's own day counts is
/// always written.
///
/// Where the anchor has no day, no event is in the window.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a window, such as {\"from\": {\"at\": {\"d\": -30}}, \"to\": {\"at\": {\"d\": 0}}}"
)]
#[expect(clippy::exhaustive_structs, reason = "a window has two edges and nothing else")]
pub struct Window {
    /// The first edge.
    pub from: Edge,
    /// The last edge.
    pub to: Edge,
}

/// One edge of a [`Window`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an edge, such as {\"at\": {\"d\": 0}} or {\"at\": \"infinitely_before\"}"
)]
#[expect(clippy::exhaustive_structs, reason = "an engine must handle every part")]
pub struct Edge {
    /// Where it lies.
    pub at: Offset,
    /// Whether the day itself is left out. Written with a round bracket.
    #[serde(default, skip_serializing_if = "is_default")]
    pub open: bool,
}

/// Where an [`Edge`] lies, seen from the anchor's day.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(expecting = "{\"d\": days}, {\"mo\": months}, \"infinitely_before\" or \"infinitely_after\"")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum Offset {
    /// So many days after it. Written `d`.
    #[serde(rename = "d")]
    Days(i32),
    /// So many calendar months after it. Written `mo`.
    #[serde(rename = "mo")]
    Months(i32),
    /// Before everything: with the observed interval where time is bounded. Written `-inf`.
    #[serde(rename = "infinitely_before")]
    InfinitelyBefore,
    /// After everything. Written `inf`.
    #[serde(rename = "infinitely_after")]
    InfinitelyAfter,
    /// As long after it as the duration given for a parameter.
    #[serde(rename = "parameter")]
    Parameter(ParameterName),
    /// As long before it.
    #[serde(rename = "minus_parameter")]
    MinusParameter(ParameterName),
}

/// What a window is counted from, or a visit compared with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an anchor, such as {\"on\": \"index\"}")]
#[expect(clippy::exhaustive_structs, reason = "an engine must handle every part")]
pub struct Anchor {
    /// The row.
    pub on: AnchorBase,
    /// Which of its ends.
    #[serde(default, skip_serializing_if = "is_default")]
    pub endpoint: Endpoint,
}

/// The row of an [`Anchor`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case", expecting = "\"index\", \"this\" or {\"events\": …}")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum AnchorBase {
    /// The entry event. Its start is the index day, unless the cohort's index is the event's end.
    Index,
    /// The event whose filter this stands in.
    This,
    /// Some of these events (R5).
    Events {
        /// Which.
        #[serde(default, skip_serializing_if = "is_default")]
        pick: AnchorPick,
        /// The events.
        of: Box<Events>,
    },
}

/// Which of several anchor rows count (R5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "\"any\", \"first\", \"last\" or \"each\"")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every one")]
pub enum AnchorPick {
    /// It is enough that one of them fits.
    #[default]
    Any,
    /// The first alone.
    First,
    /// The last alone.
    Last,
    /// Each by itself: counts are made per anchor row, and it is enough that one of them is right.
    Each,
}

/// Calendar days from `from` to `to`, both included; an absent end is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "days, such as {\"from\": \"2015-01-01\"}")]
#[expect(clippy::exhaustive_structs, reason = "a range has two ends and nothing else")]
pub struct DateRange {
    /// The first day.
    #[serde(default, skip_serializing_if = "is_default")]
    pub from: Option<NaiveDate>,
    /// The last day.
    #[serde(default, skip_serializing_if = "is_default")]
    pub to: Option<NaiveDate>,
}

impl Window {
    /// The closed window from so many to so many days after the anchor.
    #[must_use]
    pub const fn days(from: i32, to: i32) -> Self {
        Self { from: Edge::at(Offset::Days(from)), to: Edge::at(Offset::Days(to)) }
    }

    /// All time: with the observed interval where time is bounded.
    #[must_use]
    pub const fn all() -> Self {
        Self { from: Edge::at(Offset::InfinitelyBefore), to: Edge::at(Offset::InfinitelyAfter) }
    }
}

impl Edge {
    /// A closed edge there.
    #[must_use]
    pub const fn at(at: Offset) -> Self {
        Self { at, open: false }
    }
}

impl From<Duration> for Offset {
    fn from(duration: Duration) -> Self {
        match duration {
            Duration::Days(days) => Self::Days(days),
            Duration::Months(months) => Self::Months(months),
        }
    }
}

impl Anchor {
    /// The start of the entry event: the index day.
    #[must_use]
    pub const fn index() -> Self {
        Self { on: AnchorBase::Index, endpoint: Endpoint::Start }
    }

    /// The start of the event whose filter this stands in.
    #[must_use]
    pub const fn this() -> Self {
        Self { on: AnchorBase::This, endpoint: Endpoint::Start }
    }

    /// The start of some of these events.
    #[must_use]
    pub fn events(pick: AnchorPick, of: Events) -> Self {
        Self { on: AnchorBase::Events { pick, of: Box::new(of) }, endpoint: Endpoint::Start }
    }
}
