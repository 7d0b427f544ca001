use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::Export;
use crate::SetName;
use crate::ast::{Code, ConceptItem, ConceptRef, Definition};
use crate::circe::concept_sets::id_of;
use crate::circe::place::Place;

/// A number for every set: that which it was imported from, else the smallest that is free.
pub(super) fn ids(definition: &Definition) -> BTreeMap<&SetName, i32> {
    let sets = || definition.concept_sets.keys();
    let mut ids: BTreeMap<_, _> = sets().filter_map(|name| Some((name, id_of(name)?))).collect();
    let taken: BTreeSet<i32> = ids.values().copied().collect();
    let free = (0..).filter(|id| !taken.contains(id));
    for (name, id) in sets().filter(|name| id_of(name).is_none()).zip(free) {
        ids.insert(name, id);
    }
    ids
}

impl Export<'_> {
    /// `ConceptSets`
    pub(super) fn concept_sets(&self) -> Option<Json> {
        let place = Place::Root.field("concept_sets");
        let mut sets = Vec::new();
        let mut all = true;
        for (name, set) in &self.definition.concept_sets {
            let place = place.field(name.as_str());
            let mut items = Vec::new();
            for (side, excluded, list) in [("include", false, &set.include), ("exclude", true, &set.exclude)]
            {
                let place = place.field(side);
                for (position, item) in list.iter().enumerate() {
                    items.push(self.item(&place.position(position), item, excluded));
                }
            }
            let Some(items) = items.into_iter().collect::<Option<Vec<_>>>() else {
                all = false;
                continue;
            };
            let title = match &set.title {
                Some(title) => title.as_str(),
                None if id_of(name).is_some() => "",
                None => name.as_str(),
            };
            let id = self.ids.get(name);
            sets.push(json!({ "id": id, "name": title, "expression": { "items": items } }));
        }
        all.then_some(Json::Array(sets))
    }

    fn item(&self, place: &Place<'_>, item: &ConceptItem, excluded: bool) -> Option<Json> {
        let Code::Id(id) = item.concept else {
            let remedy = "write the concept's id, such as OMOP:201826";
            return self.refuse(place, "Circe names concepts by id, not by code", remedy);
        };
        if item.children {
            return self.refuse(
                place,
                "Circe does not know the trees of the cohort builder",
                "use descendants instead, or name the concepts",
            );
        }
        let mut concept = json!({ "CONCEPT_ID": id });
        if let (Some(label), Some(concept)) = (&item.label, concept.as_object_mut()) {
            concept.insert("CONCEPT_NAME".to_owned(), json!(label));
        }
        Some(json!({
            "concept": concept,
            "isExcluded": excluded,
            "includeDescendants": item.descendants,
            "includeMapped": item.mapped,
        }))
    }

    /// The id of the set that is meant.
    pub(super) fn set(&self, place: &Place<'_>, concepts: &ConceptRef) -> Option<i32> {
        match concepts {
            ConceptRef::Set(name) => {
                self.ids.get(name).copied().or_else(|| {
                    self.refuse(place, "the concept set is not in this document", "define it here")
                })
            }
            ConceptRef::Codes(_) => self.refuse(
                place,
                "Circe compares records with concept sets, not with lists of concepts",
                "make a concept set of them",
            ),
            ConceptRef::Parameter(_) => {
                self.refuse(place, "Circe has no parameters", "write the concepts as a set")
            }
        }
    }
}
