//! Every case of the cohort builder: whom its own rules find, and whom the mended ones do.

use std::collections::BTreeSet;

use serde_json::Value;
use strongroom_cohort::aou::tables::{Tables, read};
use strongroom_cohort::aou::{import, strict};
use strongroom_cohort::ast::Literal;
use strongroom_cohort::reference::evaluate_all;
use strongroom_cohort::{Arguments, CohortName, Definition, Limits, ParameterName, resolve_cohort};
use strongroom_primitives::Label;

const CASES: &str = include_str!("../../cases/aou_workbench/cases.json");
/// The day on which people have the age that cases ask for, unless they name another.
const TODAY: &str = "2020-06-01";

fn found(case: &Value, definition: &Definition) -> BTreeSet<i64> {
    let text = |table: &str| case["tables"].get(table).map(Value::to_string).unwrap_or_default();
    let [search_person, person, death, search_all_events, criteria, criteria_ancestor] = [
        "cb_search_person",
        "person",
        "death",
        "cb_search_all_events",
        "cb_criteria",
        "cb_criteria_ancestor",
    ]
    .map(text);
    let [variant_attribute, genes, positions, rs_numbers, carriers] = [
        "cb_variant_attribute",
        "cb_variant_attribute_genes",
        "cb_variant_attribute_contig_position",
        "cb_variant_attribute_rs_number",
        "cb_variant_to_person",
    ]
    .map(text);
    let tables = Tables {
        search_person: &search_person,
        person: &person,
        death: &death,
        search_all_events: &search_all_events,
        criteria: &criteria,
        criteria_ancestor: &criteria_ancestor,
        variant_attribute: &variant_attribute,
        variant_attribute_genes: &genes,
        variant_attribute_contig_position: &positions,
        variant_attribute_rs_number: &rs_numbers,
        variant_to_person: &carriers,
    };
    let index = read(&tables, Label::new("index").unwrap()).unwrap();
    let mut vocabulary = index.vocabulary;
    // The index tables name no concepts of their own; what a definition names is taken to be standard.
    for concept in definition.named_concepts() {
        let known = strongroom_cohort::Concept::new(strongroom_cohort::StandardConcept::Standard);
        vocabulary.add_concept(concept, known);
    }
    let today = ParameterName::new("today").unwrap();
    let mut arguments = Arguments::new();
    if definition.parameters.contains_key(&today) {
        let day = case["today"].as_str().unwrap_or(TODAY);
        arguments.insert(today, Literal::Date(day.parse().unwrap()));
    }
    let name = &definition.main().unwrap().name;
    let cohort = resolve_cohort(definition, name, &vocabulary, &Limits::default(), &arguments)
        .unwrap_or_else(|error| panic!("{}: {error}", case["name"]));
    let evaluations = evaluate_all(&cohort, &index.people);
    evaluations.iter().filter(|one| one.is_included()).map(|one| one.subject().value()).collect()
}

fn ids(of: &Value) -> BTreeSet<i64> {
    of.as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect()
}

#[test]
fn each_case_finds_its_people() {
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    assert_eq!(cases.len(), 86);
    let (mut wrong, mut mended) = (Vec::new(), 0);
    for case in &cases {
        let text = case["definition"].to_string();
        let name = || CohortName::new("c").unwrap();
        let imported = import(&text, name(), &Limits::default()).unwrap();
        let (got, wanted) = (found(case, &imported), ids(&case["persons"]));
        if got != wanted {
            wrong.push(format!("{}: {got:?} instead of {wanted:?}", case["name"]));
        }
        if !case["strict"].is_array() {
            continue;
        }
        mended += 1;
        let definition = strict(&text, name(), &Limits::default()).unwrap();
        let (got, wanted) = (found(case, &definition), ids(&case["strict"]));
        if got != wanted {
            wrong.push(format!("{} (strict): {got:?} instead of {wanted:?}", case["name"]));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(mended > 15, "{mended}");
}
