use thiserror::Error;

use crate::ast::{Definition, EventSource, Literal, Predicate};
use crate::json::json_size;
use crate::path::JsonPath;
use crate::walk::{Part, walk};

/// How large a definition may be, so that a stranger's definition cannot exhaust the machine. The
/// limits are checked before anything is planned or expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many predicates, values and events may stand inside each other. 64. What comes after the
    /// check recurses this deep, so much higher limits need larger stacks.
    pub nesting: usize,
    /// Concept sets, steps, predicates, event expressions and filters together, and whatever else is
    /// declared or referred to: imports, parameters, cohorts, matches, datasets, counts and tests. 10,000.
    pub nodes: usize,
    /// The elements of all lists together: the items of concept sets, concepts that are listed without
    /// one, the members of groups. 100,000.
    pub list: usize,
    /// The concepts that all concept sets of the definition expand to, together. 1,000,000. Counted for
    /// every place that uses a set, there may be 32 times as many.
    pub expanded_set: usize,
    /// The bytes of a definition's text form. 8 MiB. It has at most one word or sign for every eight of
    /// them, which are ten for each element of lists; JSON, which says the same at greater length, has
    /// at most four times as many bytes, and one value for every sixteen of these.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { nesting: 64, nodes: 10_000, list: 100_000, expanded_set: 1_000_000, text: 8 << 20 }
    }
}

/// A limit of [`Limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::nesting`]
    Nesting,
    /// [`Limits::nodes`]
    Nodes,
    /// [`Limits::list`]
    List,
    /// [`Limits::expanded_set`]
    ExpandedSet,
    /// [`Limits::text`]
    Text,
    /// The words and signs that [`Limits::text`] allows, or the values of JSON.
    Words,
}

/// A definition is larger than a limit allows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("at {at}: {}", explain(.limit, *.allowed))]
pub struct LimitError {
    limit: Limit,
    allowed: usize,
    at: JsonPath,
}

fn explain(limit: &Limit, allowed: usize) -> String {
    match limit {
        Limit::Nesting => format!("nested deeper than {allowed} levels; use flatter groups"),
        Limit::Nodes => format!("the definition has more than {allowed} parts; split it"),
        Limit::List => {
            format!("lists have more than {allowed} elements in all; name common ancestors instead")
        }
        Limit::ExpandedSet => {
            format!("the concept sets expand to more than {allowed} concepts; name narrower concepts")
        }
        Limit::Text => format!("the text is longer than {allowed} bytes; split it"),
        Limit::Words => format!("the text has more than {allowed} words, signs or values; split it"),
    }
}

impl LimitError {
    pub(crate) const fn new(limit: Limit, allowed: usize, at: JsonPath) -> Self {
        Self { limit, allowed, at }
    }

    /// The limit that was passed.
    #[must_use]
    pub const fn limit(&self) -> Limit {
        self.limit
    }

    /// What is wrong, without the place.
    pub(crate) fn message(&self) -> String {
        explain(&self.limit, self.allowed)
    }

    /// Where the definition passes it.
    #[must_use]
    pub const fn path(&self) -> &JsonPath {
        &self.at
    }
}

/// What a definition declares and refers to outside of expressions.
fn declared(definition: &Definition) -> usize {
    let Definition { imports, parameters, cohorts, matches, datasets, counts, tests, .. } = definition;
    let imported = imports.iter().map(|import| 1 + import.names.len()).sum::<usize>();
    let steps = cohorts.iter().map(|cohort| cohort.steps.len()).sum::<usize>();
    let tested = tests.iter().map(|test| 1 + test.people.len() + test.expect.len()).sum::<usize>();
    imported + parameters.len() + steps + matches.len() + datasets.len() + counts.len() + tested
}

impl Limits {
    /// The bytes of a definition's JSON form: what reads definitions from files needs no more.
    #[must_use]
    pub const fn json(&self) -> usize {
        self.text.saturating_mul(4)
    }

    /// The words and signs of a definition's text form.
    pub(crate) const fn words(&self) -> usize {
        self.text / 8
    }

    /// The values of a definition's JSON form.
    const fn values(&self) -> usize {
        self.text / 4
    }

    /// Checks the size of JSON before anything is made of it, because a tree takes many times the
    /// memory of its text. For other text it is an upper bound of what a reader meets before it refuses.
    pub(crate) fn check_json(&self, text: &str, deepest: usize) -> Result<(), LimitError> {
        let passed = |limit, allowed| Err(LimitError::new(limit, allowed, JsonPath::default()));
        if text.len() > self.json() {
            return passed(Limit::Text, self.json());
        }
        let size = json_size(text);
        if size.nesting > deepest {
            return passed(Limit::Nesting, self.nesting);
        }
        if size.values > self.values() {
            return passed(Limit::Words, self.values());
        }
        Ok(())
    }

    /// Checks the size of a definition, without reading a vocabulary. It takes time and memory in
    /// proportion to the definition and does not recurse.
    ///
    /// # Errors
    /// If the definition passes a limit: the first that is met.
    pub fn check(&self, definition: &Definition) -> Result<(), LimitError> {
        let mut listed = 0;
        let mut list = |length: usize, at: &JsonPath| {
            listed += length;
            if listed > self.list { Err(LimitError::new(Limit::List, self.list, at.clone())) } else { Ok(()) }
        };
        let mut nodes = declared(definition);
        if nodes > self.nodes {
            return Err(LimitError::new(Limit::Nodes, self.nodes, JsonPath::default()));
        }
        for (name, parameter) in &definition.parameters {
            if let Some(Literal::Concepts(codes)) = &parameter.default {
                list(codes.len(), &JsonPath::default().field("parameters").named(name.as_str()))?;
            }
        }
        for node in walk(definition) {
            let at = &node.path;
            if node.nesting > self.nesting {
                return Err(LimitError::new(Limit::Nesting, self.nesting, node.path));
            }
            nodes += 1;
            match node.part {
                Part::Set(set) => {
                    list(set.include.len(), at)?;
                    list(set.exclude.len(), at)?;
                }
                Part::Events(events) => {
                    list(events.filters.len(), at)?;
                    nodes += events.filters.len();
                    match &events.from {
                        EventSource::Union(members) => list(members.len(), at)?,
                        EventSource::Recorded { concepts: Some(concepts), .. } => {
                            list(concepts.codes().len(), at)?;
                        }
                        EventSource::Recorded { .. } | EventSource::Cohort(_) | EventSource::Named(_) => {}
                    }
                }
                Part::Predicate(
                    Predicate::All(members)
                    | Predicate::AnyOf(members)
                    | Predicate::NoneOf(members)
                    | Predicate::NumberOf { of: members, .. },
                ) => list(members.len(), at)?,
                Part::Predicate(Predicate::In { concepts, .. }) => list(concepts.codes().len(), at)?,
                Part::Predicate(_) | Part::Value(_) | Part::Anchor(_) => {}
            }
            if nodes > self.nodes {
                return Err(LimitError::new(Limit::Nodes, self.nodes, node.path));
            }
        }
        Ok(())
    }
}
