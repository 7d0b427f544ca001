use crate::definition::{Definition, Entry, StepAction};
use crate::path::JsonPath;
use crate::{Anchor, ConceptSetExpression, Events, Predicate};

/// One part of a definition and where it stands.
pub(crate) struct Node<'a> {
    pub(crate) path: JsonPath,
    /// How many predicates and events this one stands inside of, itself included.
    pub(crate) nesting: usize,
    /// Whether people have an index day where this part is read.
    pub(crate) has_index: bool,
    pub(crate) part: Part<'a>,
}

#[derive(Clone, Copy)]
pub(crate) enum Part<'a> {
    Set(&'a ConceptSetExpression),
    Predicate(&'a Predicate),
    Events(&'a Events),
}

/// Every concept set, predicate and event expression of a definition, outer ones before inner ones,
/// otherwise in the order written.
///
/// The stack is a list and not the call stack, so a definition can be walked before anything is
/// known about its depth.
pub(crate) struct Walk<'a> {
    pending: Vec<Node<'a>>,
}

pub(crate) fn walk(definition: &Definition) -> Walk<'_> {
    let root = JsonPath::default();
    let has_index = matches!(definition.entry, Entry::First(_));
    let mut pending = Vec::new();
    let mut add = |path, has_index, part| {
        pending.push(Node { path, nesting: 1, has_index, part });
    };
    for (name, set) in &definition.concept_sets {
        let path = root.field("concept_sets").field(name.as_str());
        add(path, has_index, Part::Set(set));
    }
    if let Entry::First(events) = &definition.entry {
        // The entry decides the index, so it cannot read it.
        add(root.field("entry").field("first"), false, Part::Events(events));
    }
    for (position, step) in definition.steps.iter().enumerate() {
        let (field, predicate) = match &step.action {
            StepAction::Require(predicate) => ("require", predicate),
            StepAction::Exclude(predicate) => ("exclude", predicate),
        };
        let path = root.field("steps").position(position).field(field);
        add(path, has_index, Part::Predicate(predicate));
    }
    pending.reverse();
    Walk { pending }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let node = self.pending.pop()?;
        let first_child = self.pending.len();
        let mut add = |path, part| {
            self.pending.push(Node { path, nesting: node.nesting + 1, has_index: node.has_index, part });
        };
        let at = &node.path;
        match node.part {
            Part::Set(_) => {}
            Part::Predicate(predicate) => match predicate {
                Predicate::Any(events) => add(at.field("any"), Part::Events(events)),
                Predicate::No(events) => add(at.field("none"), Part::Events(events)),
                Predicate::AtLeast(count) => {
                    add(at.field("at_least").field("of"), Part::Events(&count.of));
                }
                Predicate::AgeAtIndex(_) | Predicate::SexAtBirth(_) => {}
                Predicate::All(members) => {
                    for (position, member) in members.iter().enumerate() {
                        add(at.field("all").position(position), Part::Predicate(member));
                    }
                }
                Predicate::AnyOf(members) => {
                    for (position, member) in members.iter().enumerate() {
                        add(at.field("any_of").position(position), Part::Predicate(member));
                    }
                }
                Predicate::Not(inner) => add(at.field("not"), Part::Predicate(inner)),
            },
            Part::Events(events) => {
                if let Some(Anchor::First(anchor)) = events.during.as_ref().map(|window| &window.of) {
                    let path = at.field("during").field("of").field("first");
                    add(path, Part::Events(anchor));
                }
            }
        }
        if let Some(children) = self.pending.get_mut(first_child..) {
            children.reverse();
        }
        Some(node)
    }
}
