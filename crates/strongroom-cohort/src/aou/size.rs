use crate::json::Tree;
use crate::limits::{Limit, LimitError, Limits};
use crate::path::JsonPath;

/// How deep the Workbench's definitions stand inside each other at most, with room for fields that
/// it does not read.
pub(super) const NESTING: usize = 32;

/// Checks the size of what was read, before anything is made of it: the elements of every list, and
/// the groups, items, modifiers and attributes together. Search parameters without attributes become
/// items of a concept set, of which there may be as many as a list has elements.
pub(super) fn check(tree: &Tree, limits: &Limits) -> Result<(), LimitError> {
    let mut parts = 0_usize;
    let mut pending = vec![(tree, JsonPath::default())];
    while let Some((tree, at)) = pending.pop() {
        match tree {
            Tree::Object(fields) => {
                for (name, value) in fields {
                    // The path names known fields only.
                    let Some(known) = LISTS.iter().find(|known| *known == name) else {
                        if let Tree::Object(_) = value {
                            parts += 1;
                            pending.push((value, at.clone()));
                        }
                        continue;
                    };
                    if let Tree::List(elements) = value
                        && *known != "searchParameters"
                    {
                        parts += elements.len();
                    }
                    pending.push((value, at.field(known)));
                }
            }
            Tree::List(elements) => {
                if elements.len() > limits.list {
                    return Err(LimitError::new(Limit::List, limits.list, at));
                }
                let elements = elements.iter().enumerate();
                let nested = elements.filter(|(_, element)| matches!(element, Tree::Object(_)));
                pending.extend(nested.map(|(position, element)| (element, at.position(position))));
            }
            _ => {}
        }
        if parts > limits.nodes {
            return Err(LimitError::new(Limit::Nodes, limits.nodes, JsonPath::default()));
        }
    }
    Ok(())
}

const LISTS: &[&str] = &[
    "includes",
    "excludes",
    "dataFilters",
    "items",
    "searchParameters",
    "modifiers",
    "attributes",
    "operands",
    "geneList",
    "consequenceList",
    "clinicalSignificanceList",
    "exclusionList",
];
