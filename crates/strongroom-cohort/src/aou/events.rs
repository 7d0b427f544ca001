use std::collections::BTreeSet;

use super::Mode;
use super::attribute;
use super::build::Builder;
use super::modifier::Modifiers;
use super::problem::AouProblemKind as Kind;
use super::request::{Item, Parameter};
use super::words::EventDomain;
use crate::SetName;
use crate::ast::{ConceptItem, ConceptRef, ConceptSet, EventKind, EventSource, Events, Match, Predicate};

/// Names for the concept sets of one item.
pub(super) struct Sets {
    scope: String,
}

/// The parts of an item that selects events; each is one query of the Workbench.
pub(super) struct Parts {
    pub(super) events: Vec<Events>,
    /// Whether there are standard and source parameters without attributes.
    pub(super) mixed: bool,
}

impl Sets {
    pub(super) fn new(scope: &str) -> Self {
        Self { scope: scope.to_owned() }
    }

    /// Adds a set to the definition and refers to it.
    pub(super) fn add(&self, builder: &mut Builder<'_>, part: &str, set: ConceptSet) -> Option<ConceptRef> {
        let name = SetName::new(format!("{}_{part}", self.scope)).ok()?;
        builder.definition.concept_sets.insert(name.clone(), set);
        Some(ConceptRef::Set(name))
    }
}

/// "The person has such an event."
pub(super) fn item(
    builder: &mut Builder<'_>,
    item: &Item,
    domain: EventDomain,
    sets: &Sets,
) -> Option<Predicate> {
    let parts = parts(builder, item, domain, sets)?;
    let modifiers = Modifiers::read(builder, item);
    if !builder.may_copy(item, modifiers.occurrences.iter().map(Vec::len).sum()) {
        return None;
    }
    let mode = builder.mode;
    let leaks = mode == Mode::Workbench
        && parts.mixed
        && matches!(domain, EventDomain::Condition | EventDomain::Procedure)
        && !item.modifiers.is_empty();
    if leaks {
        builder.problems.add(Kind::MixedItem, &item.path);
        let matching = Predicate::Any(one_of(parts.events));
        let all = modifiers.exist(mode, Events::of(EventKind::Any));
        return Some(Predicate::All(vec![matching, all]));
    }
    Some(modifiers.exist(mode, one_of(parts.events)))
}

/// The parts of an item, without its modifiers.
pub(super) fn parts(
    builder: &mut Builder<'_>,
    item: &Item,
    domain: EventDomain,
    sets: &Sets,
) -> Option<Parts> {
    let plain = |standard: bool| -> Vec<&Parameter> {
        let parameters = item.parameters.iter();
        parameters.filter(|one| one.attributes.is_empty() && one.standard == standard).collect()
    };
    let (standard, source) = (plain(true), plain(false));
    let mut events = Vec::new();
    for (parameters, matching, word) in
        [(&standard, Match::Standard, "standard"), (&source, Match::Source, "source")]
    {
        if parameters.is_empty() {
            continue;
        }
        let set = expanded(builder, parameters, matching, domain)?;
        let concepts = sets.add(builder, word, set)?;
        events.push(recorded(builder.mode, domain, matching, concepts));
    }
    for (position, parameter) in item.parameters.iter().enumerate() {
        if !parameter.attributes.is_empty() {
            let part = format!("parameter_{}", position + 1);
            events.push(attribute::part(builder, parameter, domain, sets, &part)?);
        }
    }
    Some(Parts { events, mixed: !standard.is_empty() && !source.is_empty() })
}

pub(super) fn recorded(mode: Mode, domain: EventDomain, matching: Match, concepts: ConceptRef) -> Events {
    let kind = match mode {
        Mode::Workbench => domain.shown(),
        Mode::Strict => domain.strict(),
    };
    Events { from: EventSource::Recorded { kind, concepts: Some(concepts), matching }, filters: Vec::new() }
}

/// The events of any of these.
pub(super) fn one_of(mut parts: Vec<Events>) -> Events {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            Events::union(parts)
        }
        None => Events::union(Vec::new()),
    }
}

/// The concepts of one part. For the Workbench one parameter with `group` expands them all, and so
/// does the domain of drugs.
fn expanded(
    builder: &mut Builder<'_>,
    parameters: &[&Parameter],
    matching: Match,
    domain: EventDomain,
) -> Option<ConceptSet> {
    let drugs = domain == EventDomain::Drug;
    let together = drugs || parameters.iter().any(|parameter| parameter.group);
    let mut seen = BTreeSet::new();
    let mut items = Vec::with_capacity(parameters.len());
    let mut complete = true;
    for parameter in parameters {
        let Some(concept) = parameter.concept else {
            builder.problems.add(Kind::NoConcept, &parameter.path);
            complete = false;
            continue;
        };
        let mut item = ConceptItem::only(concept);
        match builder.mode {
            Mode::Workbench => {
                item.children = together;
                item.descendants = drugs;
            }
            Mode::Strict => {
                item.descendants = drugs || parameter.group || parameter.ancestor_data;
                if item.descendants && matching == Match::Source {
                    builder.problems.add(Kind::SourceTree, &parameter.path);
                }
            }
        }
        // A concept chosen twice from a tree is the same item, unless only one of them is expanded.
        if seen.insert((concept, item.descendants)) {
            item.label.clone_from(&parameter.name);
            items.push(item);
        }
    }
    complete.then(|| ConceptSet::including(items))
}
