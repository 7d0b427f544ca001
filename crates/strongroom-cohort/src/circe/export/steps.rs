use serde_json::{Map, Value as Json, json};

use super::{Export, groups};
use crate::ast::{
    Anchor, Cohort, Edge, Endpoint, Entry, EventSource, Events, Exit, Observed, ObservedBy, Offset, Pick,
    Predicate, Step, StepAction, Supply, Window,
};
use crate::circe::exits::drugs;
use crate::circe::filters::Scope;
use crate::circe::place::Place;
use crate::circe::ranges::write_day;

/// The main cohort as a Circe document.
pub(super) fn cohort(cx: &Export<'_>) -> Option<Json> {
    let cohorts = Place::Root.field("cohorts");
    let Some((position, cohort)) = cx.definition.cohorts.iter().enumerate().next_back() else {
        return cx.refuse(&cohorts, "there is no cohort", "add one");
    };
    let place = &cohorts.position(position);
    let mut document = Map::new();
    let mut put = |name: &str, json: Option<Json>| match json {
        Some(json) => {
            document.insert(name.to_owned(), json);
            true
        }
        None => false,
    };
    let mut all = put("cdmVersionRange", Some(json!(">=5.0.0")));
    all &= put("ConceptSets", cx.concept_sets());
    let limits = steps(cx, place, cohort);
    all &= put("PrimaryCriteria", primary(cx, place, cohort, limits.as_ref()));
    if let Some(limits) = limits {
        if let Some(group) = limits.additional {
            all &= put("AdditionalCriteria", group);
        }
        all &= put("QualifiedLimit", Some(limit(limits.qualified)));
        all &= put("ExpressionLimit", Some(limit(limits.expression)));
        let rules: Option<Vec<Json>> = limits.rules.into_iter().collect();
        all &= put("InclusionRules", rules.map(Json::Array));
    } else {
        all = false;
    }
    all &= put("CensoringCriteria", criteria(cx, &place.field("censor"), &cohort.censor).map(Json::Array));
    if cohort.exit != Exit::EndOfObservation {
        all &= put("EndStrategy", exit(cx, &place.field("exit"), &cohort.exit));
    }
    all &= put("CollapseSettings", merge(cx, place, cohort));
    all &= put("CensorWindow", Some(clip(cohort)));
    if let Some(title) = &cohort.title {
        all &= put("Title", Some(json!(title)));
    }
    if cohort.sample.is_some() {
        return cx.refuse(&place.field("sample"), "Circe takes no samples", "take it from the result");
    }
    all.then_some(Json::Object(document))
}

/// The steps as Circe has them.
struct Limits {
    window: Option<(i32, i32)>,
    primary: Pick,
    #[expect(clippy::option_option, reason = "no group, and a group that Circe cannot say")]
    additional: Option<Option<Json>>,
    qualified: Pick,
    rules: Vec<Option<Json>>,
    expression: Pick,
}

fn steps(cx: &Export<'_>, place: &Place<'_>, cohort: &Cohort) -> Option<Limits> {
    let list = place.field("steps");
    let mut steps: Vec<(usize, &Step)> = cohort
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| step.action != StepAction::Keep(Pick::All))
        .collect();
    let mut limits = Limits {
        window: None,
        primary: match &cohort.entry {
            Entry::Events(entry) => entry.pick,
            Entry::People(_) => Pick::All,
        },
        additional: None,
        qualified: Pick::All,
        rules: Vec::new(),
        expression: Pick::All,
    };
    for (position, step) in &steps {
        if matches!(step.action, StepAction::Keep(Pick::Nth(_))) {
            cx.refuse::<()>(
                &list.position(*position),
                "Circe keeps the first, the last or all",
                "choose one of them",
            );
        }
    }
    if let Some((_, Step { action: StepAction::Keep(pick), .. })) = steps.last() {
        limits.expression = *pick;
        steps.pop();
    }
    if let Some((_, first)) = steps.first()
        && limits.primary == Pick::All
        && let Some(window) = observation_window(first)
    {
        limits.window = Some(window);
        steps.remove(0);
        if let Some((_, Step { action: StepAction::Keep(pick), .. })) = steps.first() {
            limits.primary = *pick;
            steps.remove(0);
        }
    }
    let keeps = steps.iter().filter(|(_, step)| matches!(step.action, StepAction::Keep(_))).count();
    if keeps > 1 {
        return cx.refuse(
            &list,
            "Circe keeps entries three times: after the window, after the additional criteria, and at the end",
            "remove or join `keep` steps",
        );
    }
    let qualified = steps.iter().position(|(_, step)| matches!(step.action, StepAction::Keep(_)));
    let mut before = Vec::new();
    for (at, (position, step)) in steps.into_iter().enumerate() {
        let place = list.position(position);
        let predicate = match &step.action {
            StepAction::Require(predicate) => cx.group(&place, predicate, Scope::Entry),
            StepAction::Exclude(predicate) => cx.opposite(&place, predicate),
            StepAction::Keep(pick) => {
                limits.qualified = *pick;
                continue;
            }
        };
        if qualified.is_some_and(|keep| at < keep) {
            before.push(predicate);
        } else {
            let name = step.label.as_ref().map_or("", |label| label.as_str());
            limits.rules.push(predicate.map(|group| json!({ "name": name, "expression": group })));
        }
    }
    if qualified.is_some() {
        limits.additional = Some(match before.len() {
            0 => Some(groups::empty()),
            1 => before.remove(0),
            _ => {
                let groups: Option<Vec<Json>> = before.into_iter().collect();
                groups.map(|groups| json!({ "Type": "ALL", "Groups": groups }))
            }
        });
    }
    Some(limits)
}

/// The days before and after the index day that a first step asks to be observed.
fn observation_window(step: &Step) -> Option<(i32, i32)> {
    let StepAction::Require(Predicate::Observed { window: Window { from, to }, of }) = &step.action else {
        return None;
    };
    let (Edge { at: Offset::Days(from), open: false }, Edge { at: Offset::Days(to), open: false }) =
        (from, to)
    else {
        return None;
    };
    let around = (-i32::MAX..=0).contains(from) && *to >= 0;
    (*of == Anchor::index() && around).then(|| (-from, *to))
}

fn primary(cx: &Export<'_>, place: &Place<'_>, cohort: &Cohort, limits: Option<&Limits>) -> Option<Json> {
    if cohort.observed != Observed::By(ObservedBy::ObservationPeriod) {
        cx.refuse::<()>(
            &place.field("observed"),
            "Circe observes people in `observation_period`",
            "write `observed by observation_period` if that is what you mean",
        );
    }
    let place = place.field("entry");
    let Entry::Events(entry) = &cohort.entry else {
        return cx.refuse(&place, "in Circe everybody enters by an event", "choose entry events");
    };
    let place = place.field("events");
    if entry.index != Endpoint::Start {
        cx.refuse::<()>(
            &place.field("index"),
            "in Circe the index day is the event's start",
            "move the start of the events to their end",
        );
    }
    if matches!(limits?.primary, Pick::Nth(_)) {
        return cx.refuse(
            &place.field("pick"),
            "Circe keeps the first, the last or all",
            "choose one of them",
        );
    }
    let criteria = criteria(cx, &place.field("of"), std::slice::from_ref(&entry.of))?;
    if criteria.is_empty() {
        return cx.refuse(&place.field("of"), "Circe needs at least one criterion", "add entry events");
    }
    let limits = limits?;
    let (prior, post) = limits.window.unwrap_or_default();
    Some(json!({
        "CriteriaList": criteria,
        "ObservationWindow": { "PriorDays": prior, "PostDays": post },
        "PrimaryCriteriaLimit": limit(limits.primary),
    }))
}

/// Every criterion of these events.
fn criteria(cx: &Export<'_>, place: &Place<'_>, events: &[Events]) -> Option<Vec<Json>> {
    let mut criteria = Vec::new();
    for events in events {
        match cx.plain(place, events) {
            Some(plain) => criteria.extend(plain.iter().map(|plain| cx.alone(place, plain))),
            None => criteria.push(None),
        }
    }
    criteria.into_iter().collect()
}

fn limit(pick: Pick) -> Json {
    json!({ "Type": match pick {
        Pick::All => "All",
        Pick::Last => "Last",
        Pick::First | Pick::Nth(_) => "First",
    } })
}

fn exit(cx: &Export<'_>, place: &Place<'_>, exit: &Exit) -> Option<Json> {
    match exit {
        Exit::EndOfObservation => None,
        Exit::After { endpoint, days } => {
            let field = if *endpoint == Endpoint::Start { "StartDate" } else { "EndDate" };
            Some(json!({ "DateOffset": { "DateField": field, "Offset": days } }))
        }
        Exit::EndOfRun(run) => {
            let EventSource::Recorded { concepts: Some(concepts), .. } = &run.of.from else {
                return cx.refuse(place, RUNS, "name a concept set of drugs");
            };
            if run.of != drugs(concepts.clone()) {
                return cx.refuse(place, RUNS, "write `drugs either in` a concept set");
            }
            let supply = match run.supply {
                None => None,
                Some(Supply::Always(days)) => Some(days),
                Some(Supply::DaysSupplyElse(_)) => {
                    let remedy = "leave the supply out";
                    return cx.refuse(place, "a drug without supply lasts one day in Circe", remedy);
                }
            };
            let fits = |days: u32| i32::try_from(days).is_ok();
            if !fits(run.gap) || !supply.is_none_or(fits) {
                return cx.refuse(place, "the number of days is too large for Circe", "write a smaller one");
            }
            let set = cx.set(place, concepts)?;
            let mut era = json!({ "DrugCodesetId": set, "GapDays": run.gap, "Offset": run.offset });
            if let (Some(days), Some(era)) = (supply, era.as_object_mut()) {
                era.insert("DaysSupplyOverride".to_owned(), json!(days));
            }
            Some(json!({ "CustomEra": era }))
        }
    }
}

const RUNS: &str = "Circe makes runs of all drugs with a standard or source concept in a set";

fn merge(cx: &Export<'_>, place: &Place<'_>, cohort: &Cohort) -> Option<Json> {
    let Some(merge) = cohort.merge else {
        return cx.refuse(place, "Circe always joins entries that share a day", "write `merge gap 0d`");
    };
    let Ok(pad) = i32::try_from(merge.gap) else {
        return cx.refuse(&place.field("merge"), "the gap is too large for Circe", "write a smaller one");
    };
    Some(json!({ "CollapseType": "ERA", "EraPad": pad }))
}

fn clip(cohort: &Cohort) -> Json {
    let range = cohort.clip.unwrap_or_default();
    let days = [("StartDate", range.from), ("EndDate", range.to)];
    let written = |(name, day): (&str, Option<_>)| Some((name.to_owned(), write_day(day?)));
    Json::Object(days.into_iter().filter_map(written).collect())
}
