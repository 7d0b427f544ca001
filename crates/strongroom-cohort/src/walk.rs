use crate::ast::{
    Anchor, AnchorBase, Cohort, ConceptSet, Definition, Entry, EventSource, Events, Exit, FeatureValue,
    Filter, Moment, Predicate, Step, StepAction, Value,
};
use crate::path::JsonPath;

/// One part of a definition and where it stands in the JSON form.
pub(crate) struct Node<'a> {
    pub(crate) path: JsonPath,
    /// How many predicates, values and events this one stands inside of, itself included.
    pub(crate) nesting: usize,
    pub(crate) scope: Scope,
    pub(crate) part: Part<'a>,
}

/// What words may refer to where a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scope {
    /// Whether there is an entry event, so that `index` means something.
    pub(crate) index: bool,
    /// Whether it stands in a row filter, so that columns and `this` mean something.
    pub(crate) this: bool,
}

#[derive(Clone, Copy)]
pub(crate) enum Part<'a> {
    Set(&'a ConceptSet),
    Predicate(&'a Predicate),
    Value(&'a Value),
    Anchor(&'a Anchor),
    Events(&'a Events),
}

/// Every concept set, predicate, value, anchor and event expression of a definition, outer ones
/// before inner ones, otherwise in the order written.
///
/// The stack is a list and not the call stack, so a definition can be walked before anything is
/// known about its depth.
pub(crate) struct Walk<'a> {
    pending: Vec<Node<'a>>,
}

const NOTHING: Scope = Scope { index: false, this: false };
const INDEX: Scope = Scope { index: true, this: false };

pub(crate) fn walk(definition: &Definition) -> Walk<'_> {
    let root = JsonPath::default();
    let mut roots = Roots { pending: Vec::new() };
    for (name, set) in &definition.concept_sets {
        roots.add(root.field("concept_sets").named(name.as_str()), NOTHING, Part::Set(set));
    }
    for (name, events) in &definition.events {
        // A name may be used where there is an index and where there is none.
        roots.add(root.field("events").named(name.as_str()), INDEX, Part::Events(events));
    }
    for (position, cohort) in definition.cohorts.iter().enumerate() {
        roots.cohort(&root.field("cohorts").position(position), cohort);
    }
    for (position, matching) in definition.matches.iter().enumerate() {
        roots.steps(&root.field("matches").position(position), &matching.steps, INDEX);
    }
    for (position, dataset) in definition.datasets.iter().enumerate() {
        let at = root.field("datasets").position(position);
        for (position, feature) in dataset.per_entry.iter().enumerate() {
            let at = at.field("per_entry").position(position).field("is");
            match &feature.is {
                FeatureValue::Value(value) => roots.add(at.field("value"), INDEX, Part::Value(value)),
                FeatureValue::Predicate(predicate) => {
                    roots.add(at.field("predicate"), INDEX, Part::Predicate(predicate));
                }
            }
        }
        for (position, table) in dataset.tables.iter().enumerate() {
            roots.add(at.field("tables").position(position).field("of"), INDEX, Part::Events(&table.of));
        }
    }
    for (position, count) in definition.counts.iter().enumerate() {
        let at = root.field("counts").position(position).field("by");
        for (position, value) in count.by.iter().enumerate() {
            roots.add(at.position(position), INDEX, Part::Value(value));
        }
    }
    roots.pending.reverse();
    Walk { pending: roots.pending }
}

struct Roots<'a> {
    pending: Vec<Node<'a>>,
}

impl<'a> Roots<'a> {
    fn add(&mut self, path: JsonPath, scope: Scope, part: Part<'a>) {
        self.pending.push(Node { path, nesting: 1, scope, part });
    }

    fn cohort(&mut self, at: &JsonPath, cohort: &'a Cohort) {
        let scope = match &cohort.entry {
            Entry::People(predicate) => {
                self.add(at.field("entry").field("people"), NOTHING, Part::Predicate(predicate));
                NOTHING
            }
            Entry::Events(entry) => {
                // The entry decides the index, so it cannot read it.
                self.add(at.field("entry").field("events").field("of"), NOTHING, Part::Events(&entry.of));
                INDEX
            }
        };
        self.steps(at, &cohort.steps, scope);
        if let Exit::EndOfRun(run) = &cohort.exit {
            self.add(at.field("exit").field("end_of_run").field("of"), scope, Part::Events(&run.of));
        }
        for (position, events) in cohort.censor.iter().enumerate() {
            self.add(at.field("censor").position(position), scope, Part::Events(events));
        }
    }

    fn steps(&mut self, at: &JsonPath, steps: &'a [Step], scope: Scope) {
        for (position, step) in steps.iter().enumerate() {
            let (field, predicate) = match &step.action {
                StepAction::Require(predicate) => ("require", predicate),
                StepAction::Exclude(predicate) => ("exclude", predicate),
                StepAction::Keep(_) => continue,
            };
            let at = at.field("steps").position(position).field(field);
            self.add(at, scope, Part::Predicate(predicate));
        }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let node = self.pending.pop()?;
        let outer = self.pending.len();
        let mut below = Below { of: &node, found: &mut self.pending };
        match node.part {
            Part::Set(_) => {}
            Part::Predicate(predicate) => below.predicate(predicate),
            Part::Value(value) => below.value(value),
            Part::Anchor(anchor) => below.anchor(anchor),
            Part::Events(events) => below.events(events),
        }
        // The first of them is to come off the stack first.
        if let Some(found) = self.pending.get_mut(outer..) {
            found.reverse();
        }
        Some(node)
    }
}

/// What stands directly inside one part.
struct Below<'n, 'a> {
    of: &'n Node<'a>,
    found: &'n mut Vec<Node<'a>>,
}

impl<'a> Below<'_, 'a> {
    fn at(&self, field: &'static str) -> JsonPath {
        self.of.path.field(field)
    }

    fn add(&mut self, path: JsonPath, part: Part<'a>) {
        self.add_in(path, self.of.scope, part);
    }

    fn add_in(&mut self, path: JsonPath, scope: Scope, part: Part<'a>) {
        self.found.push(Node { path, nesting: self.of.nesting + 1, scope, part });
    }

    fn members(&mut self, at: &JsonPath, members: &'a [Predicate]) {
        for (position, member) in members.iter().enumerate() {
            self.add(at.position(position), Part::Predicate(member));
        }
    }

    fn predicate(&mut self, predicate: &'a Predicate) {
        match predicate {
            Predicate::Any(events) => self.add(self.at("any"), Part::Events(events)),
            Predicate::No(events) => self.add(self.at("no"), Part::Events(events)),
            Predicate::Count(counted) => self.add(self.at("count").field("of"), Part::Events(&counted.of)),
            Predicate::All(members) => self.members(&self.at("all"), members),
            Predicate::AnyOf(members) => self.members(&self.at("any_of"), members),
            Predicate::NoneOf(members) => self.members(&self.at("none_of"), members),
            Predicate::NumberOf { of, .. } => self.members(&self.at("number_of").field("of"), of),
            Predicate::Not(inner) => self.add(self.at("not"), Part::Predicate(inner)),
            Predicate::Observed { of, .. } => self.add(self.at("observed").field("of"), Part::Anchor(of)),
            Predicate::MemberOf { during, .. } => {
                if let Some((_, anchor)) = during {
                    self.add(self.at("member_of").field("during").position(1), Part::Anchor(anchor));
                }
            }
            Predicate::Compare { left, right, .. } => {
                let at = self.at("compare");
                self.add(at.field("left"), Part::Value(left));
                self.add(at.field("right"), Part::Value(right));
            }
            Predicate::Between { value, low, high } => {
                let at = self.at("between");
                self.add(at.field("value"), Part::Value(value));
                self.add(at.field("low"), Part::Value(low));
                self.add(at.field("high"), Part::Value(high));
            }
            Predicate::In { value, .. } => self.add(self.at("in").field("value"), Part::Value(value)),
            Predicate::Like { value, .. } => self.add(self.at("like").field("value"), Part::Value(value)),
            Predicate::Missing(value) => self.add(self.at("missing"), Part::Value(value)),
            Predicate::PersonHas(_) => {}
        }
    }

    fn value(&mut self, value: &'a Value) {
        match value {
            Value::Age(Moment::Anchor(anchor)) => {
                self.add(self.at("age").field("anchor"), Part::Anchor(anchor));
            }
            Value::DateOf(anchor) => self.add(self.at("date_of"), Part::Anchor(anchor)),
            Value::Aggregate { of, .. } => self.add(self.at("aggregate").field("of"), Part::Events(of)),
            Value::CountOf { of, .. } => self.add(self.at("count_of").field("of"), Part::Events(of)),
            Value::Arithmetic { left, right, .. } => {
                let at = self.at("arithmetic");
                self.add(at.field("left"), Part::Value(left));
                self.add(at.field("right"), Part::Value(right));
            }
            Value::Band { value, .. } => self.add(self.at("band").field("value"), Part::Value(value)),
            Value::Number(_)
            | Value::Quantity(_)
            | Value::Date(_)
            | Value::Text(_)
            | Value::Parameter(_)
            | Value::Column(_)
            | Value::Person(_)
            | Value::Age(Moment::Date(_) | Moment::Parameter(_)) => {}
        }
    }

    fn anchor(&mut self, anchor: &'a Anchor) {
        if let AnchorBase::Events { of, .. } = &anchor.on {
            self.add(self.at("on").field("events").field("of"), Part::Events(of));
        }
    }

    fn events(&mut self, events: &'a Events) {
        if let EventSource::Union(members) = &events.from {
            let at = self.at("from").field("union");
            for (position, member) in members.iter().enumerate() {
                self.add(at.position(position), Part::Events(member));
            }
        }
        for (position, filter) in events.filters.iter().enumerate() {
            let at = self.at("filters").position(position);
            match filter {
                Filter::Where(predicate) => {
                    let scope = Scope { this: true, ..self.of.scope };
                    self.add_in(at.field("where"), scope, Part::Predicate(predicate));
                }
                Filter::During { of, .. } => self.add(at.field("during").field("of"), Part::Anchor(of)),
                Filter::SameVisit { as_anchor, .. } => {
                    self.add(at.field("same_visit").field("as"), Part::Anchor(as_anchor));
                }
                Filter::Keep(_) | Filter::Interval { .. } => {}
            }
        }
    }
}
