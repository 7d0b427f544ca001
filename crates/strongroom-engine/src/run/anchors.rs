use strongroom_cohort::ast::{AnchorPick, Endpoint, Pick};
use strongroom_timeline::{Day, Event};

use super::machine::{Machine, Scope};
use super::picks::PickedAt;
use crate::compile::{Anchor, AnchorBase, Events};

impl Anchor {
    /// The row of an anchor that has one at most, with the day that is meant of it.
    #[inline]
    pub(super) fn row<'e>(&self, scope: Scope<'e>) -> Option<(&'e Event, Day)> {
        match (&self.on, self.endpoint) {
            // The index day, which may be the event's end.
            (AnchorBase::Index, Endpoint::Start) => scope.index.map(|index| (index.event, index.day)),
            (AnchorBase::Index, Endpoint::End) => scope.index.map(|index| (index.event, index.event.end)),
            (AnchorBase::This, endpoint) => scope.this.map(|this| (this, day_at(endpoint, this))),
            (AnchorBase::Events { .. } | AnchorBase::Each { .. }, _) => None,
        }
    }
}

const fn day_at(endpoint: Endpoint, event: &Event) -> Day {
    match endpoint {
        Endpoint::Start => event.start,
        Endpoint::End => event.end,
    }
}

impl Machine<'_> {
    /// Hands over every row of an anchor with the day that is meant of it. `turns` are the rows
    /// whose turn it is among the anchors of `each` (R5).
    pub(super) fn each_anchor(
        &self,
        anchor: &Anchor,
        scope: Scope<'_>,
        turns: &[Event],
        mut visit: impl FnMut(&Event, Day),
    ) {
        let day = |event: &Event| day_at(anchor.endpoint, event);
        match &anchor.on {
            AnchorBase::Index | AnchorBase::This => {
                if let Some((event, day)) = anchor.row(scope) {
                    visit(event, day);
                }
            }
            AnchorBase::Each { position, of } => match turns.get(*position) {
                Some(event) => visit(event, day(event)),
                None => self.each_of(of, Pick::All, scope, |event| visit(event, day(event))),
            },
            AnchorBase::Events { pick, of } => {
                let pick = match pick {
                    AnchorPick::Any | AnchorPick::Each => Pick::All,
                    AnchorPick::First => Pick::First,
                    AnchorPick::Last => Pick::Last,
                };
                self.each_of(of, pick, scope, |event| visit(event, day(event)));
            }
        }
    }

    fn each_of(&self, of: &Events, pick: Pick, scope: Scope<'_>, mut visit: impl FnMut(&Event)) {
        let mut rows = self.spare();
        self.collect(of, scope, &[], &mut rows);
        self.pick(scope.profile, PickedAt::Events, &mut rows, pick, |event| *event);
        for event in &rows {
            visit(event);
        }
        self.give_back(rows);
    }

    /// The one day of an anchor: of several rows, the earliest.
    pub(super) fn day_of(&self, anchor: &Anchor, scope: Scope<'_>) -> Option<Day> {
        let mut earliest: Option<Day> = None;
        self.each_anchor(anchor, scope, &[], |_, day| {
            if day.is_known() && earliest.is_none_or(|earliest| day < earliest) {
                earliest = Some(day);
            }
        });
        earliest
    }
}
