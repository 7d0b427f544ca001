use super::criteria;
use super::error::CirceProblem;
use super::exits;
use super::filters::Scope;
use super::groups;
use super::reader::{Import, Node};
use crate::CohortName;
use crate::ast::{
    Anchor, Cohort, Entry, EventEntry, Events, Observed, ObservedBy, Pick, Predicate, Step, Window,
};

/// The cohort of a Circe document.
///
/// Steps stand in Circe's order: the observation window, the limit of the primary criteria, the
/// additional criteria and their limit, the inclusion rules, the limit of the whole.
pub(super) fn cohort(cx: &Import, root: &Node<'_>, name: CohortName) -> Option<Cohort> {
    let mut steps = Vec::new();
    let entry = primary(cx, root, &mut steps);
    additional(cx, root, &mut steps);
    inclusion_rules(cx, root, &mut steps);
    match limit(cx, root, "ExpressionLimit") {
        Pick::All => {}
        pick => steps.push(Step::keep(pick)),
    }
    let exit = exits::exit(cx, root);
    let censor = root.field("CensoringCriteria").map(|list| criteria::criteria(cx, &list));
    let merge = exits::merge(cx, root);
    let clip = exits::clip(cx, root);
    let mut cohort =
        Cohort::new(name, Entry::Events(entry?)).observed(Observed::By(ObservedBy::ObservationPeriod));
    cohort.title = cx.title(root, "Title");
    cohort.steps = steps;
    cohort.exit = exit?;
    cohort.censor = censor.unwrap_or_else(|| Some(Vec::new()))?;
    cohort.merge = Some(merge?);
    cohort.clip = clip;
    Some(cohort)
}

fn primary(cx: &Import, root: &Node<'_>, steps: &mut Vec<Step>) -> Option<EventEntry> {
    let Some(node) = root.field("PrimaryCriteria") else {
        cx.missing(root, "PrimaryCriteria", "add who enters");
        return None;
    };
    if !cx.object(&node) {
        return None;
    }
    let events = match node.field("CriteriaList") {
        Some(list) => criteria::criteria(cx, &list),
        None => Some(Vec::new()),
    };
    if events.as_ref().is_some_and(Vec::is_empty) {
        cx.missing(&node, "CriteriaList", "add at least one criterion");
    }
    let window = observation_window(cx, &node);
    let pick = limit(cx, &node, "PrimaryCriteriaLimit");
    let mut events = events?;
    let of = if events.len() == 1 { events.remove(0) } else { Events::union(events) };
    let mut entry = EventEntry::new(of);
    match window? {
        // The limit counts only what passed the window, so it has to follow it.
        Some(window) => {
            steps.push(Step::require(Predicate::Observed { window, of: Anchor::index() }));
            if pick != Pick::All {
                steps.push(Step::keep(pick));
            }
        }
        None => entry.pick = pick,
    }
    Some(entry)
}

/// The days around the start that have to lie in its observation period, if they are more than the
/// start itself, where every entry lies.
#[expect(clippy::option_option, reason = "nothing where it is wrong, and no window where it asks nothing")]
fn observation_window(cx: &Import, node: &Node<'_>) -> Option<Option<Window>> {
    let Some(node) = node.field("ObservationWindow") else {
        cx.missing(node, "ObservationWindow", "add {\"PriorDays\": 0, \"PostDays\": 0}");
        return None;
    };
    if !cx.object(&node) {
        return None;
    }
    let prior = cx.whole_or(&node, "PriorDays", 0);
    let post = cx.whole_or(&node, "PostDays", 0);
    // Negative days ask for less than that the start is observed.
    let (prior, post) = (prior?.max(0), post?.max(0));
    Some((prior > 0 || post > 0).then(|| Window::days(-prior, post)))
}

/// A limit: without one, and without its type, the first. What is not `All` or `Last` is the first
/// too; case does not count.
fn limit(cx: &Import, node: &Node<'_>, name: &'static str) -> Pick {
    if node.has(name) && node.field(name).is_none() {
        cx.missing(node, name, "write {\"Type\": \"All\"}, \"First\" or \"Last\", or remove it");
        return Pick::All;
    }
    let Some(limit) = node.field(name).filter(|limit| cx.object(limit)) else {
        return Pick::First;
    };
    let Some(kind) = limit.field("Type") else {
        if !limit.has("Type") {
            return Pick::First;
        }
        if name == "PrimaryCriteriaLimit" {
            cx.missing(&limit, "Type", "write \"All\", \"First\" or \"Last\"");
        }
        // Written as null it is no limit.
        return Pick::All;
    };
    match cx.text(&kind) {
        Some(word) if word.eq_ignore_ascii_case("ALL") => Pick::All,
        Some(word) if word.eq_ignore_ascii_case("LAST") => Pick::Last,
        _ => Pick::First,
    }
}

fn additional(cx: &Import, root: &Node<'_>, steps: &mut Vec<Step>) {
    let pick = limit(cx, root, "QualifiedLimit");
    let Some(node) = root.field("AdditionalCriteria").filter(|node| cx.object(node)) else {
        return;
    };
    if !groups::is_empty(&node) {
        steps.extend(groups::group(cx, &node, Scope::Entry).map(Step::require));
    }
    if pick != Pick::All {
        steps.push(Step::keep(pick));
    }
}

fn inclusion_rules(cx: &Import, root: &Node<'_>, steps: &mut Vec<Step>) {
    let Some(list) = root.field("InclusionRules") else {
        return;
    };
    for (position, json) in cx.elements(&list).iter().enumerate() {
        let node = list.element(position, json);
        if !cx.object(&node) {
            continue;
        }
        let Some(expression) = node.field("expression") else {
            cx.note(
                &node,
                CirceProblem::Missing { property: "expression", remedy: "add the rule, or remove it" },
            );
            continue;
        };
        let label = cx.title(&node, "name");
        let group = groups::group(cx, &expression, Scope::Entry);
        steps.extend(group.map(|group| Step { label, ..Step::require(group) }));
    }
}
