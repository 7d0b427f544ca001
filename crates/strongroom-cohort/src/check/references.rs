use std::collections::{BTreeMap, BTreeSet};

use super::Findings;
use super::circles::in_circles;
use crate::ast::{
    ConceptRef, Definition, EventSource, Expectation, Filter, Literal, Moment, Offset, ParameterKind,
    Predicate, Value, Window,
};
use crate::path::JsonPath;
use crate::problem::{Fix, Problem, ProblemKind};
use crate::walk::{Node, Part};
use crate::{CohortName, ParameterName};

/// Names that are not there, stand twice, lead in a circle or are never used.
pub(super) fn check<'a>(definition: &'a Definition, nodes: &[Node<'a>], findings: &mut Findings) {
    let mut references = References::new(definition);
    references.names_that_stand_twice(findings);
    for node in nodes {
        references.node(node, findings);
    }
    references.lists(findings);
    references.tests(findings);
    references.circles(findings);
    references.unused(findings);
}

struct References<'a> {
    definition: &'a Definition,
    cohorts: BTreeSet<&'a CohortName>,
    sets: BTreeSet<&'a str>,
    used: BTreeSet<(&'static str, &'a str)>,
    /// Which named thing, `events x` or `cohort x`, mentions which.
    mentions: BTreeMap<(&'static str, &'a str), BTreeSet<(&'static str, &'a str)>>,
}

const EVENTS: &str = "events";
const COHORT: &str = "cohort";

impl<'a> References<'a> {
    fn new(definition: &'a Definition) -> Self {
        let matched = definition.matches.iter().map(|matching| &matching.name);
        let cohorts = definition.cohorts.iter().map(|cohort| &cohort.name).chain(matched).collect();
        let imported = definition.imports.iter().flat_map(|import| &import.names);
        let sets = definition.concept_sets.keys().chain(imported).map(|name| name.as_str()).collect();
        Self { definition, cohorts, sets, used: BTreeSet::new(), mentions: BTreeMap::new() }
    }

    fn names_that_stand_twice(&self, findings: &mut Findings) {
        let root = JsonPath::default();
        let mut seen = BTreeSet::new();
        for (position, cohort) in self.definition.cohorts.iter().enumerate() {
            if !seen.insert(&cohort.name) {
                let at = root.field("cohorts").position(position).field("name");
                findings.report_about(ProblemKind::NameTwice, at, format!("`{}`", cohort.name));
            }
        }
        for (position, matching) in self.definition.matches.iter().enumerate() {
            if !seen.insert(&matching.name) {
                let at = root.field("matches").position(position).field("name");
                findings.report_about(ProblemKind::NameTwice, at, format!("`{}`", matching.name));
            }
        }
        if self.definition.cohorts.is_empty() && self.definition.imports.is_empty() && self.sets.is_empty() {
            findings.report(ProblemKind::NoCohort, root);
        }
    }

    fn node(&mut self, node: &Node<'a>, findings: &mut Findings) {
        let home = home(self.definition, &node.path);
        match node.part {
            Part::Events(events) => match &events.from {
                EventSource::Recorded { concepts: Some(concepts), .. } => {
                    let at = || node.path.field("from").field("recorded").field("concepts");
                    self.concepts(concepts, at, findings);
                }
                EventSource::Recorded { concepts: None, .. } | EventSource::Union(_) => {}
                EventSource::Named(name) => {
                    self.mention(home, (EVENTS, name.as_str()));
                    if !self.definition.events.contains_key(name) {
                        let known = self.definition.events.keys().map(|name| name.as_str());
                        let at = node.path.field("from").field("named");
                        findings.unknown_name(ProblemKind::UnknownEvents, at, name.as_str(), known);
                    }
                }
                EventSource::Cohort(name) => {
                    self.cohort(home, name, node.path.field("from").field("cohort"), findings);
                }
            },
            Part::Predicate(Predicate::In { concepts, .. }) => {
                self.concepts(concepts, || node.path.field("in").field("concepts"), findings);
            }
            Part::Predicate(Predicate::MemberOf { cohort, .. }) => {
                self.cohort(home, cohort, node.path.field("member_of").field("cohort"), findings);
            }
            Part::Value(Value::Parameter(name)) => {
                self.parameter(name, None, node.path.field("parameter"), findings);
            }
            Part::Value(Value::Age(Moment::Parameter(name))) => {
                let at = node.path.field("age").field("parameter");
                self.parameter(name, Some(ParameterKind::Date), at, findings);
            }
            Part::Set(_) | Part::Predicate(_) | Part::Value(_) | Part::Anchor(_) => {}
        }
        for (window, place) in windows(node) {
            for (edge, side) in [(&window.from, "from"), (&window.to, "to")] {
                if let Offset::Parameter(name) | Offset::MinusParameter(name) = &edge.at {
                    let at = place.path(node).field(side).field("at");
                    self.parameter(name, Some(ParameterKind::Duration), at, findings);
                }
            }
        }
    }

    fn concepts(&mut self, concepts: &'a ConceptRef, at: impl FnOnce() -> JsonPath, findings: &mut Findings) {
        match concepts {
            ConceptRef::Set(name) => {
                self.used.insert(("set", name.as_str()));
                if !self.sets.contains(name.as_str()) {
                    let (at, known) = (at().field("set"), self.sets.iter().copied());
                    findings.unknown_name(ProblemKind::UnknownConceptSet, at, name.as_str(), known);
                }
            }
            ConceptRef::Codes(codes) if codes.is_empty() => {
                findings.report(ProblemKind::EmptyGroup, at().field("codes"));
            }
            ConceptRef::Codes(_) => {}
            ConceptRef::Parameter(name) => {
                self.parameter(name, Some(ParameterKind::Concepts), at().field("parameter"), findings);
            }
        }
    }

    fn cohort(
        &mut self,
        home: Option<(&'static str, &'a str)>,
        name: &'a CohortName,
        at: JsonPath,
        findings: &mut Findings,
    ) {
        self.mention(home, (COHORT, name.as_str()));
        if !self.cohorts.contains(name) {
            let known = self.cohorts.iter().map(|name| name.as_str());
            findings.unknown_name(ProblemKind::UnknownCohort, at, name.as_str(), known);
        }
    }

    fn parameter(
        &mut self,
        name: &'a ParameterName,
        wanted: Option<ParameterKind>,
        at: JsonPath,
        findings: &mut Findings,
    ) {
        self.used.insert(("parameter", name.as_str()));
        match self.definition.parameters.get(name) {
            None => {
                let known = self.definition.parameters.keys().map(|name| name.as_str());
                findings.unknown_name(ProblemKind::UnknownParameter, at, name.as_str(), known);
            }
            Some(parameter) if wanted.is_some_and(|wanted| wanted != parameter.kind) => {
                findings.report_about(ProblemKind::ParameterOfOtherKind, at, format!("`{name}`"));
            }
            Some(_) => {}
        }
    }

    fn mention(&mut self, home: Option<(&'static str, &'a str)>, what: (&'static str, &'a str)) {
        self.used.insert(what);
        if let Some(home) = home {
            self.mentions.entry(home).or_default().insert(what);
        }
    }

    /// Names in parts of the document that hold no expressions.
    fn lists(&mut self, findings: &mut Findings) {
        let root = JsonPath::default();
        let definition = self.definition;
        for (position, import) in definition.imports.iter().enumerate() {
            if import.digest.is_none() {
                findings.report(ProblemKind::UnpinnedImport, root.field("imports").position(position));
            }
        }
        for (name, parameter) in &definition.parameters {
            let fits = match (&parameter.default, parameter.kind) {
                (None, _)
                | (Some(Literal::Quantity(_)), ParameterKind::Quantity)
                | (Some(Literal::Duration(_)), ParameterKind::Duration)
                | (Some(Literal::Date(_)), ParameterKind::Date)
                | (Some(Literal::Concepts(_)), ParameterKind::Concepts) => true,
                (Some(Literal::Number(number)), ParameterKind::Int) => number.value().fract() == 0.0,
                (Some(Literal::Number(_)), ParameterKind::Quantity) => true,
                _ => false,
            };
            if !fits {
                let at = root.field("parameters").named(name.as_str()).field("default");
                findings.report_about(ProblemKind::ParameterOfOtherKind, at, format!("`{name}`"));
            }
        }
        for (position, matching) in definition.matches.iter().enumerate() {
            let at = root.field("matches").position(position);
            let home = Some((COHORT, matching.name.as_str()));
            self.cohort(home, &matching.from, at.field("from"), findings);
            self.cohort(home, &matching.to, at.field("to"), findings);
        }
        for (position, dataset) in definition.datasets.iter().enumerate() {
            self.cohort(
                None,
                &dataset.from,
                root.field("datasets").position(position).field("from"),
                findings,
            );
        }
        for (position, count) in definition.counts.iter().enumerate() {
            self.cohort(None, &count.of, root.field("counts").position(position).field("of"), findings);
        }
    }

    fn tests(&mut self, findings: &mut Findings) {
        for (position, test) in self.definition.tests.iter().enumerate() {
            let at = JsonPath::default().field("tests").position(position);
            self.cohort(None, &test.of, at.field("of"), findings);
            let cohort = self.definition.cohort(&test.of);
            for (position, expectation) in test.expect.iter().enumerate() {
                let at = at.field("expect").position(position);
                let (word, person) = match expectation {
                    Expectation::In { person, .. } => ("in", person),
                    Expectation::Out { person, .. } => ("out", person),
                };
                if !test.people.iter().any(|one| one.name == *person) {
                    let known = test.people.iter().map(|one| one.name.as_str());
                    let at = at.field(word).field("person");
                    findings.unknown_name(ProblemKind::UnknownPerson, at, person.as_str(), known);
                }
                if let (Expectation::Out { at: Some(label), .. }, Some(cohort)) = (expectation, cohort) {
                    let labels = || cohort.steps.iter().filter_map(|step| step.label.as_ref());
                    if !labels().any(|known| known == label) {
                        let known = labels().map(|label| label.as_str());
                        let at = at.field("out").field("at");
                        findings.unknown_label(at, label.as_str(), known);
                    }
                }
            }
        }
    }

    fn circles(&self, findings: &mut Findings) {
        let root = JsonPath::default();
        let circles = in_circles(&self.mentions);
        for (position, cohort) in self.definition.cohorts.iter().enumerate() {
            if circles.contains(&(COHORT, cohort.name.as_str())) {
                let at = root.field("cohorts").position(position).field("name");
                findings.report_about(ProblemKind::Circle, at, format!("`{}`", cohort.name));
            }
        }
        for name in self.definition.events.keys() {
            if circles.contains(&(EVENTS, name.as_str())) {
                let at = root.field("events").named(name.as_str());
                findings.report_about(ProblemKind::Circle, at, format!("`{name}`"));
            }
        }
    }

    fn unused(&self, findings: &mut Findings) {
        let root = JsonPath::default();
        // A document without cohorts is there for others to import from.
        if self.definition.cohorts.is_empty() {
            return;
        }
        let names = self.definition.concept_sets.keys().map(|name| ("concept_sets", "set", name.as_str()));
        let names = names.chain(self.definition.events.keys().map(|name| ("events", EVENTS, name.as_str())));
        let parameters = self.definition.parameters.keys();
        for (field, kind, name) in
            names.chain(parameters.map(|name| ("parameters", "parameter", name.as_str())))
        {
            if !self.used.contains(&(kind, name)) {
                let at = root.field(field).named(name);
                let mut problem = Problem::new(ProblemKind::Unused, at).about(format!("`{name}`"));
                // Of `let` only the events have a place.
                if kind != EVENTS {
                    problem = problem.fixed_by(Fix::new("remove it", ""));
                }
                findings.add(problem);
            }
        }
    }
}

/// The named events or the cohort in which a path lies.
fn home<'a>(definition: &'a Definition, path: &JsonPath) -> Option<(&'static str, &'a str)> {
    match (path.first_field()?, path.second()?) {
        ("events", Ok(name)) => {
            definition.events.get_key_value(name).map(|(name, _)| (EVENTS, name.as_str()))
        }
        ("cohorts", Err(position)) => {
            definition.cohorts.get(position).map(|cohort| (COHORT, cohort.name.as_str()))
        }
        ("matches", Err(position)) => {
            definition.matches.get(position).map(|matching| (COHORT, matching.name.as_str()))
        }
        _ => None,
    }
}

/// Where in a part a window stands.
#[derive(Clone, Copy)]
pub(super) enum WindowPlace {
    Filter(usize),
    Observed,
    MemberOf,
}

impl WindowPlace {
    /// Its path, in this part.
    pub(super) fn path(self, node: &Node<'_>) -> JsonPath {
        match self {
            Self::Filter(position) => {
                node.path.field("filters").position(position).field("during").field("window")
            }
            Self::Observed => node.path.field("observed").field("window"),
            Self::MemberOf => node.path.field("member_of").field("during").position(0),
        }
    }
}

/// The windows that stand directly in a part, and where.
pub(super) fn windows<'a>(node: &Node<'a>) -> impl Iterator<Item = (&'a Window, WindowPlace)> + use<'a> {
    let (filters, alone) = match node.part {
        Part::Events(events) => (&*events.filters, None),
        Part::Predicate(Predicate::Observed { window, .. }) => {
            (&[][..], Some((window, WindowPlace::Observed)))
        }
        Part::Predicate(Predicate::MemberOf { during: Some((window, _)), .. }) => {
            (&[][..], Some((window, WindowPlace::MemberOf)))
        }
        Part::Set(_) | Part::Predicate(_) | Part::Value(_) | Part::Anchor(_) => (&[][..], None),
    };
    let of_filters = filters.iter().enumerate().filter_map(|(position, filter)| match filter {
        Filter::During { window, .. } => Some((window, WindowPlace::Filter(position))),
        _ => None,
    });
    of_filters.chain(alone)
}
