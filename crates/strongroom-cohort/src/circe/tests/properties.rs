use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::{around, cohort, events};
use crate::circe::attributes::Test;
use crate::circe::ranges::Scale;
use crate::circe::tables::{CRITERIA, DEMOGRAPHIC};

/// One line for each property: the criterion, and the events that it becomes.
const CASES: &str = include_str!("properties.jsonl");

fn cases() -> impl Iterator<Item = (Json, Json)> {
    CASES.lines().map(|line| {
        let mut case: Json = serde_json::from_str(line).unwrap();
        (case["circe"].take(), case["events"].take())
    })
}

#[test]
fn every_property_becomes_what_it_means() {
    for (circe, expected) in cases() {
        assert_eq!(events(&circe), expected, "{circe}");
    }
}

#[test]
fn there_is_a_case_for_every_property() {
    let cases: Vec<_> = cases().map(|(circe, _)| circe).collect();
    let mut missing = BTreeSet::new();
    for criterion in CRITERIA {
        for attribute in criterion.attributes {
            let there = |case: &Json| case[criterion.name].get(attribute.property).is_some();
            if !matches!(attribute.test, Test::Unsupported(_)) && !cases.iter().any(there) {
                missing.insert((criterion.name, attribute.property));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
    let tested = DEMOGRAPHIC_CASES.map(|(property, ..)| property);
    assert_eq!(DEMOGRAPHIC.iter().map(|attribute| attribute.property).collect::<Vec<_>>(), tested);
}

/// Property, what it is, and the predicate about the entry.
const DEMOGRAPHIC_CASES: [(&str, &str, &str); 9] = [
    (
        "Age",
        r#"{"Value": 17.9, "Op": "lt"}"#,
        r#"{"compare": {"left": {"age": {"anchor": {"on": "index"}}}, "op": "<", "right": {"number": 17}}}"#,
    ),
    (
        "Gender",
        r#"[{"CONCEPT_ID": 1}]"#,
        r#"{"in": {"value": {"person": "gender"}, "concepts": {"codes": [{"id": 1}]}}}"#,
    ),
    (
        "GenderCS",
        r#"{"CodesetId": 1}"#,
        r#"{"in": {"value": {"person": "gender"}, "concepts": {"set": "set_1"}}}"#,
    ),
    (
        "Race",
        r#"[{"CONCEPT_ID": 1}]"#,
        r#"{"in": {"value": {"person": "race"}, "concepts": {"codes": [{"id": 1}]}}}"#,
    ),
    (
        "RaceCS",
        r#"{"CodesetId": 1}"#,
        r#"{"in": {"value": {"person": "gender"}, "concepts": {"set": "set_1"}}}"#,
    ),
    (
        "Ethnicity",
        r#"[{"CONCEPT_ID": 1}]"#,
        r#"{"in": {"value": {"person": "ethnicity"}, "concepts": {"codes": [{"id": 1}]}}}"#,
    ),
    ("EthnicityCS", r#"{"IsExclusion": true}"#, r#"{"missing": {"person": "gender"}}"#),
    (
        "OccurrenceStartDate",
        r#"{"Value": "2015-01-31", "Op": "!eq"}"#,
        r#"{"compare": {"left": {"date_of": {"on": "index"}}, "op": "!=", "right": {"date": "2015-01-31"}}}"#,
    ),
    (
        "OccurrenceEndDate",
        r#"{"Value": "2015-01-31", "Op": "!bt", "Extent": "2016-01-31"}"#,
        r#"{"all": [
            {"not": {"missing": {"date_of": {"on": "index", "endpoint": "end"}}}},
            {"not": {"between": {"value": {"date_of": {"on": "index", "endpoint": "end"}},
                "low": {"date": "2015-01-31"}, "high": {"date": "2016-01-31"}}}}]}"#,
    ),
];

#[test]
fn every_demographic_property_becomes_what_it_means() {
    for (property, circe, expected) in DEMOGRAPHIC_CASES {
        let circe: Json = serde_json::from_str(circe).unwrap();
        let mut json = around(&json!({"Death": {}}));
        json["InclusionRules"] =
            json!([{"expression": {"Type": "ALL", "DemographicCriteriaList": [{ property: circe }]}}]);
        let expected: Json = serde_json::from_str(expected).unwrap();
        assert_eq!(cohort(&json)["steps"][0]["require"]["all"][0], expected, "{property}");
    }
}

/// Prints the cases that the tables would give, to be reviewed.
#[test]
#[ignore = "prints"]
fn print() {
    for criterion in CRITERIA {
        for attribute in criterion.attributes {
            let json = match attribute.test {
                Test::Numeric(_, Scale::Whole) => json!({"Value": 17.9, "Op": "gte"}),
                Test::Numeric(_, Scale::Decimal) => json!({"Value": 1.5, "Op": "bt", "Extent": 2.00005}),
                Test::Days(_) => json!({"Value": "2015-01-31", "Op": "lt"}),
                Test::Text(_) => json!({"Text": "x", "Op": "!contains"}),
                Test::Concepts(..) => json!([{"CONCEPT_ID": 8507}]),
                Test::Selection(_) => json!({"CodesetId": 1, "IsExclusion": true}),
                Test::Set(_) => json!(1),
                Test::Abnormal => json!(true),
                Test::NoEffect => json!({"Value": "2015-01-31", "Op": "lt"}),
                Test::GapOfEraLength => json!({"Value": 1, "Op": "gte"}),
                Test::Unsupported(_) => continue,
            };
            let mut properties = json!({ attribute.property: json });
            if let Test::Concepts(_, Some(exclude)) = attribute.test {
                properties[exclude] = json!(true);
            }
            if matches!(attribute.test, Test::GapOfEraLength) {
                properties["EraLength"] = json!({"Value": 30, "Op": "lt"});
            }
            let circe = json!({ criterion.name: properties });
            println!("{}", json!({ "circe": circe, "events": events(&circe) }));
        }
    }
}
