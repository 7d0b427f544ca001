//! The published schema of the directory and its reader say the same, on every document that differs from
//! a good one in one place.
//!
//! The schema is read by a validator of this file's own, of as much of JSON Schema 2020-12 as the schema
//! uses; a keyword it does not know fails the test.

use serde_json::{Value, json};
use strongroom_primitives::{RowTier, Timestamp};
use strongroom_workspaces::{
    AmericanIndianAlaskaNative, AmericanIndianAlaskaNativeResearch, Choices, Directory, DirectoryDocument,
    DirectoryEntry, Dissemination, IntendedOutcomes, Outcome, Population, PopulationsOfInterest, ProjectKind,
    PurposeCategory, Workspace,
};

use crate::world::*;

const SCHEMA: &str = include_str!("../../schema/strongroom-directory-1.schema.json");

fn valid(root: &Value, schema: &Value, value: &Value) -> bool {
    schema.as_object().unwrap().iter().all(|(keyword, argument)| match keyword.as_str() {
        "$schema" | "title" | "description" | "$defs" => true,
        "$ref" => {
            let name = argument.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
            valid(root, &root["$defs"][name], value)
        }
        "const" => value == argument,
        "enum" => argument.as_array().unwrap().contains(value),
        "oneOf" => argument.as_array().unwrap().iter().filter(|one| valid(root, one, value)).count() == 1,
        "type" => match argument.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            other => panic!("type {other}"),
        },
        "properties" => value.as_object().is_none_or(|fields| {
            let known = fields.iter().filter_map(|(name, value)| Some((argument.get(name)?, value)));
            known.into_iter().all(|(schema, value)| valid(root, schema, value))
        }),
        "required" => value.as_object().is_none_or(|fields| {
            argument.as_array().unwrap().iter().all(|name| fields.contains_key(name.as_str().unwrap()))
        }),
        "additionalProperties" => value
            .as_object()
            .is_none_or(|fields| fields.keys().all(|name| schema["properties"].get(name).is_some())),
        "items" => value.as_array().is_none_or(|all| all.iter().all(|one| valid(root, argument, one))),
        "minItems" => value.as_array().is_none_or(|all| all.len() as u64 >= argument.as_u64().unwrap()),
        "uniqueItems" => {
            let all = value.as_array().map_or(&[][..], Vec::as_slice);
            all.iter().enumerate().all(|(place, one)| !all[..place].contains(one))
        }
        "minLength" => length(value).is_none_or(|length| length >= argument.as_u64().unwrap()),
        "maxLength" => length(value).is_none_or(|length| length <= argument.as_u64().unwrap()),
        "format" => value.as_str().is_none_or(|text| Timestamp::parse(text).is_ok()),
        "pattern" => value.as_str().is_none_or(|text| {
            assert_eq!(argument, "^workspace-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$");
            text.parse::<strongroom_primitives::Id<strongroom_primitives::kind::Workspace>>().is_ok()
        }),
        other => panic!("keyword {other}"),
    })
}

fn length(value: &Value) -> Option<u64> {
    value.as_str().map(|text| text.chars().count() as u64)
}

/// A document in which every field is there.
fn document() -> Value {
    let purpose = purpose("Who?")
        .with_category(PurposeCategory::DiseaseFocused { disease: label("Asthma") })
        .with_category(PurposeCategory::Other { details: text("a game") })
        .with_reason(text("It is large."))
        .with_dissemination(
            Choices::new([Dissemination::PressRelease, Dissemination::Other { details: text("a song") }])
                .unwrap(),
        )
        .with_outcomes(IntendedOutcomes::Intended(Choices::one(Outcome::PrecisionIntervention)))
        .with_populations(PopulationsOfInterest::ComparisonAcrossGroups {
            groups: Choices::new([Population::Sex, Population::Other { details: text("nurses") }]).unwrap(),
        })
        .with_american_indian_alaska_native(AmericanIndianAlaskaNative {
            research: AmericanIndianAlaskaNativeResearch::CaseControl,
            details: Some(text("as agreed")),
        })
        .with_notes(text("none"));
    let (id, creator) = (strongroom_primitives::Id::from_u128(7), person(CREATOR));
    let workspace =
        Workspace::new(id, label("Study"), purpose, creator, release("R2"), RowTier::Controlled, now());
    let mut directory = Directory::default();
    let listed = |workspace, institution| DirectoryEntry::of(workspace, institution, ProjectKind::Research);
    directory.put(listed(&workspace, Some(label("University"))).unwrap());
    directory.put(listed(&empty(RowTier::Registered), None).unwrap());
    serde_json::to_value(directory.export(Timestamp::from_unix_microseconds(0), now())).unwrap()
}

/// The document with one place changed, for every place and several changes.
fn mutations(value: &Value) -> Vec<(String, Value)> {
    let odd = [
        json!(null),
        json!(true),
        json!(7),
        json!(""),
        json!("odd"),
        json!("x".repeat(101)),
        json!("x".repeat(501)),
        json!("x".repeat(1025)),
        json!("x".repeat(4001)),
        json!([]),
        json!({}),
        json!(["odd"]),
        json!({"odd": 1}),
    ];
    let mut all: Vec<(String, Value)> = odd.into_iter().map(|one| (format!(" := {one}"), one)).collect();
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let mut without = fields.clone();
                without.remove(name);
                all.push((format!(".{name} removed"), Value::Object(without)));
                for (place, changed) in mutations(inner) {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), changed);
                    all.push((format!(".{name}{place}"), Value::Object(fields)));
                }
            }
            let mut more = fields.clone();
            more.insert("odd".to_owned(), json!(1));
            all.push((" with one more field".to_owned(), Value::Object(more)));
        }
        Value::Array(elements) => {
            if let Some(first) = elements.first() {
                let twice = elements.iter().chain([first]).cloned().collect();
                all.push((" with the first twice".to_owned(), Value::Array(twice)));
            }
            for (number, inner) in elements.iter().enumerate() {
                for (place, changed) in mutations(inner) {
                    let mut elements = elements.clone();
                    elements[number] = changed;
                    all.push((format!("[{number}]{place}"), Value::Array(elements)));
                }
            }
        }
        _ => {}
    }
    all
}

#[test]
fn the_schema_takes_what_the_reader_takes() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let document = document();
    assert!(valid(&schema, &schema, &document));
    let mut refused = 0;
    for (place, odd) in mutations(&document) {
        let read = serde_json::from_value::<DirectoryDocument>(odd.clone()).is_ok();
        let taken = valid(&schema, &schema, &odd);
        refused += u32::from(!read);
        // The reader takes a null for a field that may be left out; it is never written.
        assert!(
            taken == read || (read && place.ends_with(":= null")),
            "{place}: schema {taken}, reader {read}"
        );
    }
    assert!(refused > 500, "{refused}");
}

#[test]
fn nobody_who_works_on_a_project_is_in_the_document() {
    assert!(!document().to_string().contains("person-"));
}
