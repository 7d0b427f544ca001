use super::Mode;
use super::build::{Builder, asks_for_measurements};
use super::events::{self, Sets, one_of};
use super::modifier::Modifiers;
use super::problem::AouProblemKind as Kind;
use super::request::{Group, Item, Time};
use super::words::{ItemType, Mention, Relation};
use crate::ast::{
    Anchor, AnchorPick, Edge, Events, Filter, Offset, Pick, Predicate, SameVisit, Window, WindowTest,
};
use crate::path::JsonPath;

/// "An event of one side lies so to an event of the other."
pub(super) fn group(builder: &mut Builder<'_>, group: &Group, time: &Time, scope: &str) -> Predicate {
    let mut sides: [Vec<Events>; 2] = [Vec::new(), Vec::new()];
    let mut complete = true;
    for (position, item) in group.items.iter().enumerate() {
        let Some(item) = item else {
            complete = false;
            continue;
        };
        let Some(side) = item.temporal_group.and_then(|side| usize::try_from(side).ok()) else {
            builder.problems.add(Kind::NoTemporalSide, &item.path);
            complete = false;
            continue;
        };
        let Some(side) = sides.get_mut(side) else {
            builder.problems.add(Kind::NoTemporalSide, &item.path.field("temporalGroup"));
            complete = false;
            continue;
        };
        match item_events(builder, item, time.mention, &format!("{scope}_item_{}", position + 1)) {
            Some(events) => side.extend(events),
            None => complete = false,
        }
    }
    let days = builder.days(group, time);
    let [these, those] = sides;
    if complete && (these.is_empty() || those.is_empty()) {
        builder.problems.add(Kind::OneTemporalSide, &group.path.field("items"));
    }
    let (these, those) = (builder.side(these, time.mention), builder.side(those, time.mention));
    let anchor = Anchor::events(AnchorPick::Any, those);
    let related = match days {
        Some(window) => {
            Filter::During { test: WindowTest::Start, window, of: anchor, ignoring_observation: false }
        }
        None => Filter::SameVisit { or: SameVisit::VisitAndDay, as_anchor: anchor },
    };
    Predicate::Any(these.filtered(related))
}

/// The events of one item. The Workbench takes the first or last of each of its parts.
fn item_events(builder: &mut Builder<'_>, item: &Item, mention: Mention, scope: &str) -> Option<Vec<Events>> {
    let domain = match item.is {
        ItemType::Events(domain) if !asks_for_measurements(item) => domain,
        _ => {
            builder.problems.add(Kind::NotTemporal, &item.path);
            return None;
        }
    };
    let parts = events::parts(builder, item, domain, &Sets::new(scope))?;
    let modifiers = Modifiers::read(builder, item);
    if !modifiers.occurrences.is_empty() {
        let kind = match builder.mode {
            Mode::Workbench => Kind::OccurrencesDropped,
            Mode::Strict => Kind::OccurrencesInTime,
        };
        builder.problems.add(kind, &item.path.field("modifiers"));
    }
    if !builder.may_copy(item, parts.events.len()) {
        return None;
    }
    let events = parts.events.into_iter().map(|part| modifiers.on(part));
    Some(match builder.mode {
        Mode::Workbench => events.map(|part| mentioned(part, mention)).collect(),
        Mode::Strict => events.collect(),
    })
}

fn mentioned(events: Events, mention: Mention) -> Events {
    match mention {
        Mention::Any => events,
        Mention::First => events.filtered(Filter::Keep(Pick::First)),
        Mention::Last => events.filtered(Filter::Keep(Pick::Last)),
    }
}

impl Builder<'_> {
    /// One side; where rules are mended, the first or last of all its events.
    fn side(&self, parts: Vec<Events>, mention: Mention) -> Events {
        match self.mode {
            Mode::Workbench => one_of(parts),
            Mode::Strict => mentioned(one_of(parts), mention),
        }
    }

    /// Where the events of the first side lie, seen from one of the second; nothing where they have
    /// to share an encounter.
    fn days(&mut self, group: &Group, time: &Time) -> Option<Window> {
        let relation = match time.relation {
            Some(Relation::SameEncounter) => return None,
            Some(relation) => relation,
            None => {
                let kind = match self.mode {
                    Mode::Workbench => Kind::SameEncounter,
                    Mode::Strict => Kind::NoRelation,
                };
                self.problems.add(kind, &group.path);
                return None;
            }
        };
        let at = group.path.field("timeValue");
        let Some(days) = time.days else {
            self.problems.add(Kind::NoDays, &group.path);
            return None;
        };
        let days = self.calendar_days(days, &at)?;
        let edge = |days| Edge::at(Offset::Days(days));
        Some(match relation {
            Relation::DaysBefore => Window { from: Edge::at(Offset::InfinitelyBefore), to: edge(-days) },
            Relation::DaysAfter => Window { from: edge(days), to: Edge::at(Offset::InfinitelyAfter) },
            Relation::WithinDays | Relation::SameEncounter => {
                if days < 0 {
                    self.problems.add(Kind::NeverTrue, &at);
                }
                Window { from: edge(-days), to: edge(days) }
            }
        })
    }

    /// As many days as fit between the first and the last year of a calendar.
    fn calendar_days(&mut self, days: i64, at: &JsonPath) -> Option<i32> {
        const MOST: i64 = 3_660_000;
        if (-MOST..=MOST).contains(&days) {
            return i32::try_from(days).ok();
        }
        self.problems.add(Kind::TooManyDays, at);
        None
    }
}
