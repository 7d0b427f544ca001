//! What a part of a plan leaves open: whether its answer depends on the entry event, or on the row
//! whose filter it stands in. What leaves nothing open is found once for a shard.

use strongroom_cohort::ast::{AggregateFunction, AnchorPick};
use strongroom_cohort::{
    ResolvedAnchor, ResolvedAnchorBase, ResolvedEvents, ResolvedFilter, ResolvedPredicate, ResolvedSource,
    ResolvedValue,
};

/// What is left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Free {
    index: bool,
    this: bool,
}

impl Free {
    const INDEX: Self = Self { index: true, this: false };
    const THIS: Self = Self { index: false, this: true };

    pub(super) const fn nothing(self) -> bool {
        !self.index && !self.this
    }

    const fn and(self, other: Self) -> Self {
        Self { index: self.index || other.index, this: self.this || other.this }
    }

    fn of_all(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self::default(), Self::and)
    }
}

pub(super) fn in_events(events: &ResolvedEvents) -> Free {
    in_source(&events.from).and(Free::of_all(events.filters.iter().map(in_filter)))
}

pub(super) fn in_source(source: &ResolvedSource) -> Free {
    match source {
        ResolvedSource::Recorded { .. } | ResolvedSource::Cohort(_) => Free::default(),
        ResolvedSource::Union(members) => Free::of_all(members.iter().map(in_events)),
    }
}

pub(super) fn in_filter(filter: &ResolvedFilter) -> Free {
    match filter {
        // In there, the row is this filter's own.
        ResolvedFilter::Where(predicate) => Free { this: false, ..in_predicate(predicate) },
        ResolvedFilter::During { of, .. } | ResolvedFilter::SameVisit { as_anchor: of, .. } => in_anchor(of),
        ResolvedFilter::Keep(_) | ResolvedFilter::Interval { .. } => Free::default(),
    }
}

/// Whether the filter's rows are asked for one anchor row at a time.
pub(super) fn takes_turns(filter: &ResolvedFilter) -> bool {
    match filter {
        ResolvedFilter::During { of, .. } | ResolvedFilter::SameVisit { as_anchor: of, .. } => {
            matches!(&of.on, ResolvedAnchorBase::Events { pick: AnchorPick::Each, .. })
        }
        ResolvedFilter::Where(_) | ResolvedFilter::Keep(_) | ResolvedFilter::Interval { .. } => false,
    }
}

fn in_anchor(anchor: &ResolvedAnchor) -> Free {
    match &anchor.on {
        ResolvedAnchorBase::Index => Free::INDEX,
        ResolvedAnchorBase::This => Free::THIS,
        ResolvedAnchorBase::Events { of, .. } => in_events(of),
    }
}

fn in_predicate(predicate: &ResolvedPredicate) -> Free {
    match predicate {
        ResolvedPredicate::Count(count) => in_events(&count.of),
        ResolvedPredicate::All(members)
        | ResolvedPredicate::AnyOf(members)
        | ResolvedPredicate::NumberOf { of: members, .. } => Free::of_all(members.iter().map(in_predicate)),
        ResolvedPredicate::Not(inner) => in_predicate(inner),
        ResolvedPredicate::Observed { of, .. } => in_anchor(of),
        ResolvedPredicate::MemberOf { during, .. } => {
            during.as_ref().map_or(Free::default(), |(_, anchor)| in_anchor(anchor))
        }
        ResolvedPredicate::PersonHas(_) => Free::default(),
        ResolvedPredicate::Compare { left, right, .. } => in_value(left).and(in_value(right)),
        ResolvedPredicate::In { value, .. }
        | ResolvedPredicate::Like { value, .. }
        | ResolvedPredicate::Missing(value) => in_value(value),
    }
}

fn in_value(value: &ResolvedValue) -> Free {
    match value {
        ResolvedValue::Number(_)
        | ResolvedValue::Quantity(_)
        | ResolvedValue::Date(_)
        | ResolvedValue::Text(_)
        | ResolvedValue::Person(_)
        | ResolvedValue::AgeOn(_) => Free::default(),
        ResolvedValue::Column(_) => Free::THIS,
        ResolvedValue::AgeAt(anchor) | ResolvedValue::DateOf(anchor) => in_anchor(anchor),
        ResolvedValue::Aggregate { function: AggregateFunction::Nearest, of, .. } => {
            in_events(of).and(Free::INDEX)
        }
        ResolvedValue::Aggregate { of, .. } | ResolvedValue::CountOf { of, .. } => in_events(of),
        ResolvedValue::Arithmetic { left, right, .. } => in_value(left).and(in_value(right)),
        ResolvedValue::Band { value, .. } => in_value(value),
    }
}

/// Whether the predicate reads the observation period of the row it is asked of.
pub(super) fn asks_for_observation(predicate: &ResolvedPredicate) -> bool {
    let of_this = |anchor: &ResolvedAnchor| matches!(anchor.on, ResolvedAnchorBase::This);
    match predicate {
        ResolvedPredicate::Observed { of, .. } => of_this(of),
        ResolvedPredicate::MemberOf { during, .. } => during.as_ref().is_some_and(|(_, of)| of_this(of)),
        ResolvedPredicate::Count(count) => events_ask(&count.of),
        ResolvedPredicate::All(members)
        | ResolvedPredicate::AnyOf(members)
        | ResolvedPredicate::NumberOf { of: members, .. } => members.iter().any(asks_for_observation),
        ResolvedPredicate::Not(inner) => asks_for_observation(inner),
        ResolvedPredicate::Compare { left, right, .. } => value_asks(left) || value_asks(right),
        ResolvedPredicate::In { value, .. }
        | ResolvedPredicate::Like { value, .. }
        | ResolvedPredicate::Missing(value) => value_asks(value),
        ResolvedPredicate::PersonHas(_) => false,
    }
}

fn events_ask(events: &ResolvedEvents) -> bool {
    let in_source = match &events.from {
        ResolvedSource::Union(members) => members.iter().any(events_ask),
        ResolvedSource::Recorded { .. } | ResolvedSource::Cohort(_) => false,
    };
    let window_of_this = |filter: &ResolvedFilter| match filter {
        ResolvedFilter::During { of, ignoring_observation, .. } => {
            !ignoring_observation && matches!(of.on, ResolvedAnchorBase::This)
        }
        // `this` is another row in there.
        ResolvedFilter::Where(_)
        | ResolvedFilter::SameVisit { .. }
        | ResolvedFilter::Keep(_)
        | ResolvedFilter::Interval { .. } => false,
    };
    in_source || events.filters.iter().any(window_of_this)
}

fn value_asks(value: &ResolvedValue) -> bool {
    match value {
        ResolvedValue::Aggregate { of, .. } | ResolvedValue::CountOf { of, .. } => events_ask(of),
        ResolvedValue::Arithmetic { left, right, .. } => value_asks(left) || value_asks(right),
        ResolvedValue::Band { value, .. } => value_asks(value),
        ResolvedValue::Number(_)
        | ResolvedValue::Quantity(_)
        | ResolvedValue::Date(_)
        | ResolvedValue::Text(_)
        | ResolvedValue::Column(_)
        | ResolvedValue::Person(_)
        | ResolvedValue::AgeAt(_)
        | ResolvedValue::AgeOn(_)
        | ResolvedValue::DateOf(_) => false,
    }
}
