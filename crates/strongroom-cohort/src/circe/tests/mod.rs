//! Imports and exports as data, on the public definitions, and on what is made of them by chance.

mod corpus;
mod mutations;
mod properties;
mod refusals;
mod shapes;

use serde_json::Value as Json;

use super::{CirceErrors, import};
use crate::ast::Definition;
use crate::{CohortName, Limits};

/// A definition in which most of Circe occurs.
const SAMPLE: &str = include_str!("sample.json");

fn read(text: &str) -> Result<Definition, CirceErrors> {
    import(text, CohortName::new("cohort").unwrap(), &Limits::default())
}

fn sample() -> Json {
    serde_json::from_str(SAMPLE).unwrap()
}

/// The JSON form of the imported cohort.
fn cohort(circe: &Json) -> Json {
    let definition = read(&circe.to_string()).unwrap_or_else(|errors| panic!("{circe}: {errors}"));
    json_of(&definition)["cohorts"][0].take()
}

fn json_of(definition: &Definition) -> Json {
    serde_json::from_str(&definition.to_json()).unwrap()
}

/// The smallest document with this criterion and the concept sets 1 to 3.
fn around(criterion: &Json) -> Json {
    let sets: Vec<_> =
        (1..4).map(|id| serde_json::json!({ "id": id, "name": "", "expression": {} })).collect();
    serde_json::json!({
        "ConceptSets": sets,
        "PrimaryCriteria": {
            "CriteriaList": [criterion],
            "ObservationWindow": {},
            "PrimaryCriteriaLimit": { "Type": "All" },
        },
        "ExpressionLimit": { "Type": "All" },
    })
}

/// The events that a criterion becomes.
fn events(criterion: &Json) -> Json {
    cohort(&around(criterion))["entry"]["events"]["of"].take()
}
