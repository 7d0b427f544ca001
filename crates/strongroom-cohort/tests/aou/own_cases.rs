//! Every case under `cases/aou_workbench`: what its definition becomes, and that its tables can be
//! read. That the answer is right is for the evaluator and the engine to show.

use std::fmt::Write;
use std::sync::LazyLock;

use serde_json::{Map, Value};
use strongroom_cohort::Definition;
use strongroom_cohort::aou::tables::{Tables, read};
use strongroom_cohort::aou::{self, Mode};
use strongroom_cohort::ast::Profile;
use strongroom_primitives::Label;

use super::{limits, name};

const CASES: &str = include_str!("../../cases/aou_workbench/cases.json");

pub(super) fn cases() -> &'static [Value] {
    static READ: LazyLock<Vec<Value>> = LazyLock::new(|| serde_json::from_str(CASES).unwrap());
    &READ
}

/// The tree without what all have in common, one part per line.
fn written(definition: &Definition) -> String {
    let tree: Value = serde_json::from_str(&definition.to_json()).unwrap();
    let mut lines = String::new();
    let none = Map::new();
    for parts in ["parameters", "concept_sets"] {
        for (name, part) in tree[parts].as_object().unwrap_or(&none) {
            writeln!(lines, "  {name} = {part}").unwrap();
        }
    }
    for step in tree["cohorts"][0]["steps"].as_array().unwrap() {
        writeln!(lines, "  {step}").unwrap();
    }
    lines
}

/// Each definition and its tree under both modes, as a file to review.
fn snapshot(mode: Mode) -> String {
    let mut all = String::new();
    for case in cases() {
        let definition = &case["definition"];
        writeln!(
            all,
            "# {}: {}\n{definition}",
            case["name"].as_str().unwrap(),
            case["pins"].as_str().unwrap()
        )
        .unwrap();
        match aou::read(&definition.to_string(), name(), &limits(), mode) {
            Ok(imported) => {
                for warning in &imported.warnings {
                    writeln!(all, "  {warning}").unwrap();
                }
                all.push_str(&written(&imported.definition));
            }
            Err(errors) => writeln!(all, "  {}", errors.to_string().replace('\n', "\n  ")).unwrap(),
        }
        all.push('\n');
    }
    all
}

#[test]
fn each_rule_has_its_tree() {
    insta::assert_snapshot!("workbench", snapshot(Mode::Workbench));
}

#[test]
fn each_mended_rule_has_its_tree() {
    insta::assert_snapshot!("strict", snapshot(Mode::Strict));
}

#[test]
fn the_tables_of_every_case_can_be_read() {
    for case in cases() {
        let text = |table: &str| case["tables"].get(table).map(Value::to_string).unwrap_or_default();
        let texts = [
            text("cb_search_person"),
            text("person"),
            text("death"),
            text("cb_search_all_events"),
            text("cb_criteria"),
            text("cb_criteria_ancestor"),
            text("cb_variant_attribute"),
            text("cb_variant_attribute_genes"),
            text("cb_variant_attribute_contig_position"),
            text("cb_variant_attribute_rs_number"),
            text("cb_variant_to_person"),
        ];
        let tables = Tables {
            search_person: &texts[0],
            person: &texts[1],
            death: &texts[2],
            search_all_events: &texts[3],
            criteria: &texts[4],
            criteria_ancestor: &texts[5],
            variant_attribute: &texts[6],
            variant_attribute_genes: &texts[7],
            variant_attribute_contig_position: &texts[8],
            variant_attribute_rs_number: &texts[9],
            variant_to_person: &texts[10],
        };
        let index = read(&tables, Label::new("index").unwrap()).unwrap();
        let people: Vec<_> = index.people.iter().map(|person| person.subject.value()).collect();
        for person in case["persons"].as_array().unwrap() {
            assert!(people.contains(&person.as_i64().unwrap()), "{}", case["name"]);
        }
    }
}

#[test]
fn what_the_mended_rules_cannot_say_is_an_error() {
    for case in cases() {
        let refused = aou::strict(&case["definition"].to_string(), name(), &limits()).is_err();
        assert_eq!(refused, case["strict"] == "error", "{}", case["name"]);
    }
}

#[test]
fn the_functions_follow_their_profiles() {
    let text = cases()[0]["definition"].to_string();
    assert_eq!(aou::import(&text, name(), &limits()).unwrap().profile, Profile::AouWorkbench1);
    assert_eq!(aou::strict(&text, name(), &limits()).unwrap().profile, Profile::Native1);
}
