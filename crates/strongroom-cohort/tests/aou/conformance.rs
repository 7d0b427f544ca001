//! The public conformance data, where it stands beside the repository.

use std::fs;
use std::path::Path;

use serde_json::Value;
use strongroom_cohort::Definition;
use strongroom_cohort::aou;
use strongroom_cohort::aou::tables::{Index, Tables, read};
use strongroom_cohort::ast::{Column, EventKind};
use strongroom_cohort::reference::Datum;
use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

use super::{limits, name};

fn text(path: &str) -> Option<String> {
    let data = Path::new("../../../shared/conformance/aou");
    fs::read_to_string(data.join(path)).ok()
}

#[test]
fn every_public_definition_is_imported_under_both_profiles() {
    let Some(cases) = text("cases.jsonl") else { return };
    let mut seen = 0;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let definition = case["definition"].to_string();
        for read in [aou::import, aou::strict] {
            let read = read(&definition, name(), &limits())
                .unwrap_or_else(|errors| panic!("{}: {errors}", case["name"]));
            assert_eq!(Definition::from_json(&read.to_json(), &limits()).unwrap(), read);
        }
        seen += 1;
    }
    assert_eq!(seen, 94);
}

fn index() -> Option<Index> {
    let table = |name: &str| text(&format!("tables/{name}.json"));
    let [search_person, person, death, search_all_events, criteria, criteria_ancestor] = [
        "cb_search_person",
        "person",
        "death",
        "cb_search_all_events",
        "cb_criteria",
        "cb_criteria_ancestor",
    ]
    .map(table);
    let [variant_attribute, genes, positions, rs_numbers, carriers] = [
        "cb_variant_attribute",
        "cb_variant_attribute_genes",
        "cb_variant_attribute_contig_position",
        "cb_variant_attribute_rs_number",
        "cb_variant_to_person",
    ]
    .map(table);
    let tables = Tables {
        search_person: &search_person?,
        person: &person?,
        death: &death?,
        search_all_events: &search_all_events?,
        criteria: &criteria?,
        criteria_ancestor: &criteria_ancestor?,
        variant_attribute: &variant_attribute?,
        variant_attribute_genes: &genes?,
        variant_attribute_contig_position: &positions?,
        variant_attribute_rs_number: &rs_numbers?,
        variant_to_person: &carriers?,
    };
    Some(read(&tables, Label::new("index tables").unwrap()).unwrap())
}

#[test]
fn the_public_tables_become_people() {
    let Some(index) = index() else { return };
    let count = |kind: fn(EventKind) -> bool| -> Vec<usize> {
        let people = index.people.iter();
        people.map(|person| person.events.iter().filter(|event| kind(event.kind)).count()).collect()
    };
    let ids: Vec<_> = index.people.iter().map(|person| person.subject.value()).collect();
    assert_eq!(ids, [1, 2, 102_246, 99]);
    assert_eq!(
        count(|kind| !matches!(kind, EventKind::Death | EventKind::Variant)).iter().sum::<usize>(),
        49
    );
    assert_eq!(count(|kind| kind == EventKind::Death), [0, 0, 1, 0]);
    // 1-101504524-G-A has two genes, the other variants have one.
    assert_eq!(count(|kind| kind == EventKind::Variant), [4, 1, 0, 0]);
    let first = &index.people[0];
    assert!(first.has.contains("ehr") && first.has.contains("short_read_wgs"), "{:?}", first.has);
    assert_eq!(first.gender, Some(ConceptId::MALE));
    let pressure =
        first.events.iter().find(|event| event.source_concept == Some(ConceptId::new(903_118))).unwrap();
    assert_eq!(pressure.value(Column::Diastolic), Some(&Datum::Number(60.0)));
    assert_eq!((pressure.concept, pressure.visit), (None, None));
}

#[test]
fn the_public_trees_become_children() {
    let Some(index) = index() else { return };
    let children = |concept, standard| -> Vec<i64> {
        index.vocabulary.children(ConceptId::new(concept), standard).map(ConceptId::value).collect()
    };
    assert_eq!(children(4_302_541, true), [4, 4_302_541]);
    assert_eq!(children(44_823_922, false), [1, 2, 44_823_922]);
    assert_eq!(children(44_823_922, true), [0_i64; 0]);
    assert_eq!(children(1_585_899, false), [5, 1_585_899]);
    assert_eq!(children(21_600_932, true), [21_600_932]);
    let descendants: Vec<_> = index.vocabulary.descendants(ConceptId::new(21_600_932)).collect();
    assert_eq!(descendants, [ConceptId::new(1_520_218)]);
}
