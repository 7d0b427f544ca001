use chrono::NaiveDate;

use super::context::{Context, Scope};
use super::filters::rows;
use super::rows::Row;
use super::rules::{self, PickedAt};
use crate::ast::{AnchorPick, Endpoint, Pick};
use crate::resolved::{ResolvedAnchor, ResolvedAnchorBase, ResolvedEvents, ResolvedFilter};

/// The one row that an anchor of `each` stands for while it is its turn (R5).
#[derive(Clone, Copy)]
pub(super) struct Bindings<'s, 'a>(&'s [(&'s ResolvedEvents, Row<'a>)]);

impl Bindings<'_, '_> {
    pub(super) const NONE: Self = Self(&[]);
}

/// The rows of an anchor with the day that is meant of each. None where the anchor has no meaning.
pub(super) fn anchored<'a>(
    context: &Context<'a>,
    anchor: &ResolvedAnchor,
    scope: Scope<'_, 'a>,
    bindings: Bindings<'_, 'a>,
) -> Vec<(Row<'a>, Option<NaiveDate>)> {
    let day = |row: &Row<'a>| match anchor.endpoint {
        Endpoint::Start => row.start,
        Endpoint::End => row.end,
    };
    match &anchor.on {
        ResolvedAnchorBase::Index => {
            let index = scope.index.map(|index| {
                let day = match anchor.endpoint {
                    // The index day, which may be the event's end.
                    Endpoint::Start => Some(index.day),
                    Endpoint::End => index.row.end,
                };
                (*index.row, day)
            });
            index.into_iter().collect()
        }
        ResolvedAnchorBase::This => scope.this.map(|row| (*row, day(row))).into_iter().collect(),
        ResolvedAnchorBase::Events { pick, of } => {
            if *pick == AnchorPick::Each
                && let Some((_, row)) = bindings.0.iter().find(|(events, _)| **events == **of)
            {
                return vec![(*row, day(row))];
            }
            let rows = rows(context, of, scope, Bindings::NONE);
            let pick = match pick {
                AnchorPick::Any | AnchorPick::Each => Pick::All,
                AnchorPick::First => Pick::First,
                AnchorPick::Last => Pick::Last,
            };
            let picked = rules::pick(context.profile, PickedAt::Events, rows, pick, |row| row);
            picked.into_iter().map(|row| (row, day(&row))).collect()
        }
    }
}

/// The one day of an anchor: of several rows, the earliest.
pub(super) fn day_of<'a>(
    context: &Context<'a>,
    anchor: &ResolvedAnchor,
    scope: Scope<'_, 'a>,
) -> Option<NaiveDate> {
    anchored(context, anchor, scope, Bindings::NONE).into_iter().filter_map(|(_, day)| day).min()
}

/// The rows of some events, by themselves for each row of the anchors of `each` in their filters.
/// Where there is no such anchor, or it has no rows, that is one group.
pub(super) fn groups<'a>(
    context: &Context<'a>,
    events: &ResolvedEvents,
    scope: Scope<'_, 'a>,
) -> Vec<Vec<Row<'a>>> {
    let mut groups = Vec::new();
    let each = each_anchors(events);
    let mut bound = Vec::with_capacity(each.len());
    bind(context, events, scope, &each, &mut bound, &mut groups);
    if groups.is_empty() {
        groups.push(Vec::new());
    }
    groups
}

fn each_anchors(events: &ResolvedEvents) -> Vec<&ResolvedEvents> {
    let mut found: Vec<&ResolvedEvents> = Vec::new();
    for filter in &events.filters {
        let anchor = match filter {
            ResolvedFilter::During { of, .. } => of,
            ResolvedFilter::SameVisit { as_anchor, .. } => as_anchor,
            ResolvedFilter::Where(_) | ResolvedFilter::Keep(_) | ResolvedFilter::Interval { .. } => continue,
        };
        if let ResolvedAnchorBase::Events { pick: AnchorPick::Each, of } = &anchor.on
            // The same words mean the same row.
            && !found.contains(&&**of)
        {
            found.push(of);
        }
    }
    found
}

fn bind<'s, 'a>(
    context: &Context<'a>,
    events: &ResolvedEvents,
    scope: Scope<'_, 'a>,
    each: &[&'s ResolvedEvents],
    bound: &mut Vec<(&'s ResolvedEvents, Row<'a>)>,
    groups: &mut Vec<Vec<Row<'a>>>,
) {
    let Some((first, rest)) = each.split_first() else {
        groups.push(rows(context, events, scope, Bindings(bound)));
        return;
    };
    for row in rows(context, first, scope, Bindings::NONE) {
        bound.push((first, row));
        bind(context, events, scope, rest, bound, groups);
        bound.pop();
    }
}
