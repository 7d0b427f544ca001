use super::anchors::{Bindings, anchored, groups};
use super::context::{Context, Scope};
use super::counting;
use super::observed::Around;
use super::rules::{self, UnknownLeaf};
use super::truth::Truth;
use super::values::{self, Scalar, value};
use super::windows::{self, Range};
use crate::ast::CountTest;
use crate::resolved::ResolvedPredicate;

/// What a predicate is asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// A person or an entry.
    Entry,
    /// A row, in a filter.
    Row,
}

/// The truth of a predicate (R7).
pub(super) fn truth<'a>(
    context: &Context<'a>,
    predicate: &ResolvedPredicate,
    scope: Scope<'_, 'a>,
    reading: Reading,
) -> Truth {
    let of = |member: &ResolvedPredicate| truth(context, member, scope, reading);
    match predicate {
        ResolvedPredicate::Count(count) => {
            let groups = groups(context, &count.of, scope);
            groups.iter().any(|rows| counting::passes(context, count, rows)).into()
        }
        ResolvedPredicate::All(members) => {
            let mut all = Truth::True;
            for member in members {
                all = all.and(of(member));
                if all == Truth::False {
                    break;
                }
            }
            all
        }
        ResolvedPredicate::AnyOf(members) => {
            let mut any = Truth::False;
            for member in members {
                any = any.or(of(member));
                if any == Truth::True {
                    break;
                }
            }
            any
        }
        ResolvedPredicate::NumberOf { test, of: members } => {
            let (mut known, mut unknown) = (0, 0);
            for member in members {
                match of(member) {
                    Truth::True => known += 1,
                    Truth::Unknown if rules::counts_unknown_members_as_false(context.profile) => {}
                    Truth::Unknown => unknown += 1,
                    Truth::False => {}
                }
            }
            number_of(*test, known, unknown)
        }
        ResolvedPredicate::Not(inner) => match leaf(context, inner, scope) {
            Some(Truth::Unknown)
                if reading == Reading::Entry
                    && rules::unknown_leaf(context.profile) == UnknownLeaf::IsFalseEvenNegated =>
            {
                Truth::False
            }
            _ => !of(inner),
        },
        ResolvedPredicate::Observed { window, of } => {
            let within = |(row, day): &(_, Option<_>)| {
                day.is_some_and(|day| match scope.observed.around_anchor(context.profile, row, day) {
                    Around::Unbounded => true,
                    Around::Nowhere => false,
                    Around::Within(interval) => windows::lies_within(window, day, interval),
                })
            };
            anchored(context, of, scope, Bindings::NONE).iter().any(within).into()
        }
        ResolvedPredicate::MemberOf { cohort, during } => {
            let entries = context.cohort(cohort);
            let Some((window, of)) = during else {
                return (!entries.is_empty()).into();
            };
            let anchors = anchored(context, of, scope, Bindings::NONE);
            let ranges = anchors.iter().filter_map(|(row, day)| {
                let day = (*day)?;
                let around = scope.observed.around_anchor(context.profile, row, day);
                Range::of(context.profile, window, day, around, false)
            });
            let mut ranges = ranges.collect::<Vec<_>>().into_iter();
            ranges
                .any(|range| {
                    entries.iter().any(|entry| {
                        entry.start.zip(entry.end).is_some_and(|(start, end)| range.meets(start, end))
                    })
                })
                .into()
        }
        ResolvedPredicate::PersonHas(kind) => context.person.has.contains(kind).into(),
        ResolvedPredicate::Compare { .. }
        | ResolvedPredicate::In { .. }
        | ResolvedPredicate::Like { .. }
        | ResolvedPredicate::Missing(_) => {
            let found = leaf(context, predicate, scope).unwrap_or(Truth::Unknown);
            let known =
                reading == Reading::Entry && rules::unknown_leaf(context.profile) != UnknownLeaf::Stays;
            if found == Truth::Unknown && known { Truth::False } else { found }
        }
    }
}

/// The truth of a comparison of values; nothing for other predicates.
fn leaf<'a>(context: &Context<'a>, predicate: &ResolvedPredicate, scope: Scope<'_, 'a>) -> Option<Truth> {
    match predicate {
        ResolvedPredicate::Compare { left, op, right } => {
            let order = value(context, left, scope)
                .zip(value(context, right, scope))
                .and_then(|(left, right)| values::compare(context, &left, &right));
            Some(order.map(|order| op.holds(order)).into())
        }
        ResolvedPredicate::In { value: of, concepts } => {
            let found = match value(context, of, scope) {
                Some(Scalar::Concept(concept)) => Some(concepts.binary_search(&concept).is_ok()),
                _ => None,
            };
            Some(found.into())
        }
        ResolvedPredicate::Like { value: of, pattern } => {
            let found = match value(context, of, scope) {
                Some(Scalar::Text(text)) => Some(values::like(&text, pattern)),
                _ => None,
            };
            Some(found.into())
        }
        ResolvedPredicate::Missing(of) => Some(value(context, of, scope).is_none().into()),
        ResolvedPredicate::Count(_)
        | ResolvedPredicate::All(_)
        | ResolvedPredicate::AnyOf(_)
        | ResolvedPredicate::NumberOf { .. }
        | ResolvedPredicate::Not(_)
        | ResolvedPredicate::Observed { .. }
        | ResolvedPredicate::MemberOf { .. }
        | ResolvedPredicate::PersonHas(_) => None,
    }
}

/// Unknown while the unknown ones decide.
fn number_of(test: CountTest, known: u64, unknown: u64) -> Truth {
    let passes = |n: &u64| test.holds(*n);
    if (known..=known + unknown).all(|n| passes(&n)) {
        Truth::True
    } else if (known..=known + unknown).any(|n| passes(&n)) {
        Truth::Unknown
    } else {
        Truth::False
    }
}
