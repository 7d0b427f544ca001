use strongroom_omop::ConceptId;

use super::error::CirceProblem;
use super::reader::{Import, Node};
use crate::SetName;
use crate::ast::{Code, ConceptItem, ConceptSet};

/// The concept sets of a document, each under the name of its id. The ids are known to the import
/// afterwards, so that references can be followed.
pub(super) fn concept_sets(cx: &mut Import, root: &Node<'_>) -> Vec<(SetName, ConceptSet)> {
    let Some(list) = root.field("ConceptSets") else {
        return Vec::new();
    };
    let mut sets = Vec::new();
    for (position, json) in cx.elements(&list).iter().enumerate() {
        let node = list.element(position, json);
        if !cx.object(&node) {
            continue;
        }
        let Some(id) = node.field("id") else {
            cx.missing(&node, "id", "give the set the number that criteria name it by");
            continue;
        };
        let Some(number) = cx.whole(&id) else {
            continue;
        };
        if cx.sets.contains_key(&number) {
            cx.note(&id, CirceProblem::DuplicateSet);
            continue;
        }
        let Ok(name) = SetName::new(name_of(number)) else {
            continue;
        };
        cx.sets.insert(number, name.clone());
        if let Some(set) = concept_set(cx, &node) {
            sets.push((name, set));
        }
    }
    sets
}

fn name_of(id: i32) -> String {
    if id < 0 { format!("set_minus_{}", id.unsigned_abs()) } else { format!("set_{id}") }
}

/// The id that a set of this name had.
pub(super) fn id_of(name: &SetName) -> Option<i32> {
    let rest = name.as_str().strip_prefix("set_")?;
    let id = rest.strip_prefix("minus_").map_or_else(
        || rest.parse().ok(),
        |number| number.parse::<i64>().ok().and_then(|number| i32::try_from(-number).ok()),
    )?;
    // Not "set_007", which is another name than "set_7".
    (name_of(id) == name.as_str()).then_some(id)
}

fn concept_set(cx: &Import, node: &Node<'_>) -> Option<ConceptSet> {
    let mut set = ConceptSet { title: cx.title(node, "name"), ..ConceptSet::default() };
    let Some(expression) = node.field("expression") else {
        cx.missing(node, "expression", "add {\"items\": []}");
        return None;
    };
    let Some(items) = expression.field("items") else {
        return cx.object(&expression).then_some(set);
    };
    for (position, json) in cx.elements(&items).iter().enumerate() {
        let node = items.element(position, json);
        if !cx.object(&node) {
            continue;
        }
        let Some(concept) = node.field("concept") else {
            cx.missing(&node, "concept", "add the concept, or remove the item");
            continue;
        };
        let Some(id) = cx.concept(&concept) else {
            continue;
        };
        let side = if cx.flag(&node, "isExcluded") { &mut set.exclude } else { &mut set.include };
        side.push(item(cx, &node, &concept, id));
    }
    Some(set)
}

fn item(cx: &Import, node: &Node<'_>, concept: &Node<'_>, id: ConceptId) -> ConceptItem {
    ConceptItem {
        label: cx.title(concept, "CONCEPT_NAME"),
        descendants: cx.flag(node, "includeDescendants"),
        mapped: cx.flag(node, "includeMapped"),
        ..ConceptItem::new(Code::Id(id))
    }
}
