use super::criteria;
use super::error::CirceProblem;
use super::reader::{Import, Node};
use crate::ast::{
    ConceptRef, DateRange, Endpoint, EventKind, EventSource, Events, Exit, Match, Merge, Run, Supply,
};

/// When entries end: `EndStrategy`.
pub(super) fn exit(cx: &Import, root: &Node<'_>) -> Option<Exit> {
    let Some(strategy) = root.field("EndStrategy") else {
        return Some(Exit::EndOfObservation);
    };
    if !cx.object(&strategy) {
        return None;
    }
    let one = strategy.json.as_object().is_some_and(|strategies| strategies.len() == 1);
    if let Some(node) = strategy.field("DateOffset").filter(|_| one) {
        return date_offset(cx, &node);
    }
    if let Some(node) = strategy.field("CustomEra").filter(|_| one) {
        return custom_era(cx, &node);
    }
    cx.note(&strategy, CirceProblem::Word { known: "one of `DateOffset`, `CustomEra`" });
    None
}

fn date_offset(cx: &Import, node: &Node<'_>) -> Option<Exit> {
    if !cx.object(node) {
        return None;
    }
    criteria::days_only(cx, node);
    let days = cx.whole_or(node, "Offset", 0);
    let endpoint = match node.field("DateField") {
        Some(field) => match cx.text(&field)? {
            "StartDate" => Endpoint::Start,
            "EndDate" => Endpoint::End,
            _ => {
                cx.note(&field, CirceProblem::Word { known: "`StartDate`, `EndDate`" });
                return None;
            }
        },
        None => Endpoint::Start,
    };
    Some(Exit::After { endpoint, days: days? })
}

fn custom_era(cx: &Import, node: &Node<'_>) -> Option<Exit> {
    if !cx.object(node) {
        return None;
    }
    criteria::days_only(cx, node);
    let gap = if node.field("GapDays").is_some() { cx.natural(node, "GapDays") } else { Some(0) };
    let offset = cx.whole_or(node, "Offset", 0);
    let supply = node.field("DaysSupplyOverride").map(|_| cx.natural(node, "DaysSupplyOverride"));
    let Some(set) = node.field("DrugCodesetId") else {
        cx.missing(node, "DrugCodesetId", "name the concept set of the drugs");
        return None;
    };
    let set = cx.set(&set)?;
    let supply = match supply {
        Some(days) => Some(Supply::Always(days?)),
        None => None,
    };
    Some(Exit::EndOfRun(Run { offset: offset?, supply, ..Run::new(drugs(ConceptRef::Set(set)), gap?) }))
}

/// Drugs with a standard or source concept among these.
pub(super) fn drugs(concepts: ConceptRef) -> Events {
    Events {
        from: EventSource::Recorded {
            kind: EventKind::Drug,
            concepts: Some(concepts),
            matching: Match::Either,
        },
        filters: Vec::new(),
    }
}

/// How entries are joined: `CollapseSettings`. Circe always joins what overlaps.
pub(super) fn merge(cx: &Import, root: &Node<'_>) -> Option<Merge> {
    let Some(node) = root.field("CollapseSettings") else {
        return Some(Merge { gap: 0 });
    };
    if !cx.object(&node) {
        return None;
    }
    criteria::days_only(cx, &node);
    if let Some(kind) = node.field("CollapseType")
        && kind.json.as_str() != Some("ERA")
    {
        cx.note(&kind, CirceProblem::Word { known: "`ERA`" });
    }
    let gap = if node.field("EraPad").is_some() { cx.natural(&node, "EraPad") } else { Some(0) };
    gap.map(|gap| Merge { gap })
}

/// The days to which entries are cut: `CensorWindow`.
pub(super) fn clip(cx: &Import, root: &Node<'_>) -> Option<DateRange> {
    let node = root.field("CensorWindow").filter(|node| cx.object(node))?;
    let day = |name: &'static str| cx.day(&node.field(name)?);
    let range = DateRange { from: day("StartDate"), to: day("EndDate") };
    (range != DateRange::default()).then_some(range)
}
