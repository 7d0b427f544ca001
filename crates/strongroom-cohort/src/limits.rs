use thiserror::Error;

use crate::path::JsonPath;
use crate::walk::{Part, walk};
use crate::{Definition, Predicate};

/// How large a definition may be, so that a stranger's definition cannot exhaust the machine. The
/// limits are checked before anything is planned or expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many predicates and events may stand inside each other. 64. What comes after the check
    /// recurses this deep, so much higher limits need larger stacks.
    pub nesting: usize,
    /// Concept sets, steps, predicates, event expressions and filters together. 10,000.
    pub nodes: usize,
    /// The elements of one list: the items of a concept set, the members of a group. 100,000.
    pub list: usize,
    /// The concepts that all concept sets of the definition expand to, together. 1,000,000.
    pub expanded_set: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { nesting: 64, nodes: 10_000, list: 100_000, expanded_set: 1_000_000 }
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
        Limit::List => format!("a list has more than {allowed} elements; name a common ancestor instead"),
        Limit::ExpandedSet => {
            format!("the concept sets expand to more than {allowed} concepts; name narrower concepts")
        }
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

    /// Where the definition passes it.
    #[must_use]
    pub const fn path(&self) -> &JsonPath {
        &self.at
    }
}

impl Limits {
    /// Checks the size of a definition, without reading a vocabulary. It takes time and memory in
    /// proportion to the definition and does not recurse.
    ///
    /// # Errors
    /// If the definition passes a limit: the first that is met.
    pub fn check(&self, definition: &Definition) -> Result<(), LimitError> {
        let list = |length: usize, at: &JsonPath| {
            if length > self.list { Err(LimitError::new(Limit::List, self.list, at.clone())) } else { Ok(()) }
        };
        let mut nodes = definition.steps.len();
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
                }
                Part::Predicate(Predicate::All(members) | Predicate::AnyOf(members)) => {
                    list(members.len(), at)?;
                }
                Part::Predicate(Predicate::SexAtBirth(concepts)) => list(concepts.len(), at)?,
                Part::Predicate(_) => {}
            }
            if nodes > self.nodes {
                return Err(LimitError::new(Limit::Nodes, self.nodes, node.path));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use strongroom_omop::{ConceptId, Domain};

    use super::*;
    use crate::{
        Anchor, CohortName, ConceptItem, ConceptSetExpression, Entry, Events, SetName, Step, Window,
        WindowEdge,
    };

    fn deaths() -> Predicate {
        Predicate::Any(Events::of(Domain::Death))
    }

    fn requiring(predicate: Predicate) -> Definition {
        Definition::new(CohortName::new("c").unwrap(), Entry::Everyone).with_step(Step::require(predicate))
    }

    fn check(definition: &Definition, expected: Option<Limit>) {
        let found = Limits::default().check(definition).err();
        assert_eq!(found.map(|error| error.limit()), expected);
    }

    #[test]
    fn nesting_counts_predicates_and_events() {
        let nested = |levels: usize| requiring((0..levels).fold(deaths(), |inner, _| inner.negated()));
        check(&nested(62), None);
        check(&nested(63), Some(Limit::Nesting));
    }

    #[test]
    fn nesting_counts_anchors() {
        let nested = |levels: usize| {
            let events = (0..levels).fold(Events::of(Domain::Death), |anchor, _| {
                Events::of(Domain::Visit).during(Window::new(
                    WindowEdge::Unbounded,
                    WindowEdge::Days(0),
                    Anchor::First(Box::new(anchor)),
                ))
            });
            requiring(Predicate::Any(events))
        };
        check(&nested(62), None);
        check(&nested(63), Some(Limit::Nesting));
    }

    #[test]
    fn nodes_are_counted_over_the_whole_definition() {
        let wide = |members: usize| requiring(Predicate::All(vec![deaths(); members]));
        // The step and the group are two nodes, each member two more.
        check(&wide(4_999), None);
        check(&wide(5_000), Some(Limit::Nodes));
    }

    #[test]
    fn lists_are_limited_one_by_one() {
        let with_set = |items: usize| {
            let item = ConceptItem::only(ConceptId::new(1));
            requiring(deaths()).with_concept_set(
                SetName::new("s").unwrap(),
                ConceptSetExpression::including(vec![item; items]),
            )
        };
        check(&with_set(100_000), None);
        check(&with_set(100_001), Some(Limit::List));
        check(&requiring(Predicate::SexAtBirth(vec![ConceptId::MALE; 100_001])), Some(Limit::List));
    }

    #[test]
    fn the_error_says_where() {
        let error = Limits::default()
            .check(&requiring(Predicate::SexAtBirth(vec![ConceptId::MALE; 100_001])))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "at $.steps[0].require: a list has more than 100000 elements; name a common ancestor instead"
        );
    }
}
