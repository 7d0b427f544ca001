use chrono::NaiveDate;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use strongroom_omop::Domain;

use crate::SetName;

/// Some events of a person: those of one domain that are in a concept set and pass every filter.
///
/// An event passes a filter only if the filter is *true* for it: where a value is missing, the
/// filter is unknown and the event is not kept (R7).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "events, such as {\"domain\": \"condition\", …}")]
#[non_exhaustive]
pub struct Events {
    /// The kind of event.
    pub domain: Domain,
    /// The concepts, compared with the standard concept column; absent: every event of the domain.
    #[serde(default)]
    pub concepts: Option<ConceptRef>,
    /// Filters on the single event, all of which must be true. Written `where`.
    #[serde(default, rename = "where")]
    pub filters: Vec<RowPredicate>,
    /// A window in time in which the event starts (R4); absent: any time.
    #[serde(default)]
    pub during: Option<Window>,
}

/// The concepts that events are compared with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "{\"set\": the name of a concept set}")]
#[non_exhaustive]
pub enum ConceptRef {
    /// A concept set of the definition.
    Set(SetName),
}

/// A condition on one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "a filter, such as {\"age\": {\"min\": 18}}")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every filter")]
pub enum RowPredicate {
    /// The event starts on one of these days.
    Start(DateRange),
    /// The person has one of these ages on the day the event starts (R13). Unknown if nothing is
    /// known of the birth.
    Age(AgeRange),
}

/// Calendar days from `from` to `to`, both included; an absent end is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "days, such as {\"from\": \"2015-01-01\"}")]
pub struct DateRange {
    /// The first day.
    #[serde(default, deserialize_with = "day")]
    pub from: Option<NaiveDate>,
    /// The last day.
    #[serde(default, deserialize_with = "day")]
    pub to: Option<NaiveDate>,
}

/// Ages in completed years from `min` to `max`, both included; an absent end is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "ages, such as {\"min\": 18, \"max\": 64}")]
pub struct AgeRange {
    /// The lowest age.
    #[serde(default)]
    pub min: Option<u32>,
    /// The highest age.
    #[serde(default)]
    pub max: Option<u32>,
}

/// The days from `from` to `to` after an anchor's day, both included (R4). Negative days lie before
/// the anchor; whether the anchor's own day counts is therefore always written.
///
/// Where the anchor has no day, no event is in the window.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a window, such as {\"from\": {\"d\": -30}, \"to\": {\"d\": 0}, \"of\": \"index\"}"
)]
#[non_exhaustive]
pub struct Window {
    /// The first day.
    pub from: WindowEdge,
    /// The last day.
    pub to: WindowEdge,
    /// What the days are counted from.
    pub of: Anchor,
}

/// One end of a [`Window`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "{\"d\": days} or \"unbounded\"")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every edge")]
pub enum WindowEdge {
    /// So many days after the anchor's day. Written `d`.
    #[serde(rename = "d")]
    Days(i32),
    /// No limit on this side.
    Unbounded,
}

/// What a [`Window`] is counted from: always one day per person.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "\"index\" or {\"first\": events}")]
#[non_exhaustive]
pub enum Anchor {
    /// The person's index day.
    Index,
    /// The start of the first of these events (R5, R9): `first` A, then B, is B during 0 to n days
    /// of the first A.
    First(Box<Events>),
}

/// Reads a day in the one spelling in which it is written.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let day = text.parse::<NaiveDate>().ok();
    day.filter(|day| day.to_string() == text)
        .map(Some)
        .ok_or_else(|| D::Error::custom("expected a day such as 2020-01-31"))
}

impl Events {
    /// Every event of the domain.
    #[must_use]
    pub const fn of(domain: Domain) -> Self {
        Self { domain, concepts: None, filters: Vec::new(), during: None }
    }

    /// Only those with a concept in this set.
    #[must_use]
    pub fn in_set(mut self, set: SetName) -> Self {
        self.concepts = Some(ConceptRef::Set(set));
        self
    }

    /// Only those that pass this filter too.
    #[must_use]
    pub fn with_filter(mut self, filter: RowPredicate) -> Self {
        self.filters.push(filter);
        self
    }

    /// Only those that start in this window.
    #[must_use]
    pub fn during(mut self, window: Window) -> Self {
        self.during = Some(window);
        self
    }
}

impl Window {
    /// The days from `from` to `to` after the anchor's day.
    #[must_use]
    pub const fn new(from: WindowEdge, to: WindowEdge, of: Anchor) -> Self {
        Self { from, to, of }
    }
}

impl DateRange {
    /// Whether the day lies in the range.
    #[must_use]
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

impl AgeRange {
    /// Whether the age in completed years lies in the range. Ages before birth are negative.
    #[must_use]
    pub fn contains(self, age: i32) -> bool {
        let age = i64::from(age);
        self.min.is_none_or(|min| i64::from(min) <= age) && self.max.is_none_or(|max| age <= i64::from(max))
    }
}
