//! The published schema and the reader say the same.
//!
//! The schema is read by a validator of this file's own, of as much of JSON Schema 2020-12 as the
//! schema uses; a keyword it does not know fails the test.

use proptest::prelude::*;
use serde_json::{Value, json};
use strongroom_tiers::{EvidenceKind, Finding, Policy, Syntax, check};

use crate::generate::policy;

const SCHEMA: &str = include_str!("../../schema/strongroom-policy-2.schema.json");

/// What the reader finds and a schema cannot say: it holds between fields, or by Unicode.
const BEYOND_A_SCHEMA: [&str; 14] = [
    "is not declared",
    "which the registered tier asks for",
    "shown in the registered tier",
    "in a finer form",
    "shows the real dates",
    "between the earliest and the latest",
    "can be excused",
    "not about such a subject",
    "nothing to renew",
    "more than `valid_for_days`",
    "published before",
    "version is there twice",
    "could prove who they are",
    "white space",
];

struct Schema {
    root: Value,
}

impl Schema {
    fn load() -> Self {
        Self { root: serde_json::from_str(SCHEMA).unwrap() }
    }

    fn accepts(&self, value: &Value) -> bool {
        self.valid(&self.root, value)
    }

    fn valid(&self, schema: &Value, value: &Value) -> bool {
        schema.as_object().unwrap().iter().all(|(keyword, argument)| match keyword.as_str() {
            "$schema" | "title" | "description" | "$defs" => true,
            "$ref" => {
                let pointer = argument.as_str().unwrap().trim_start_matches('#');
                self.valid(self.root.pointer(pointer).unwrap(), value)
            }
            "type" => match argument.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_i64() || value.is_u64(),
                other => panic!("unknown type {other}"),
            },
            "const" => value == argument,
            "enum" => argument.as_array().unwrap().contains(value),
            "minimum" => value.as_i64().is_none_or(|number| number >= argument.as_i64().unwrap()),
            "maximum" => value.as_i64().is_none_or(|number| number <= argument.as_i64().unwrap()),
            "minLength" => value.as_str().is_none_or(|text| text.chars().count() >= size(argument)),
            "maxLength" => value.as_str().is_none_or(|text| text.chars().count() <= size(argument)),
            "minItems" => value.as_array().is_none_or(|list| list.len() >= size(argument)),
            "minProperties" => value.as_object().is_none_or(|fields| fields.len() >= size(argument)),
            "uniqueItems" => value
                .as_array()
                .is_none_or(|list| list.iter().enumerate().all(|(index, one)| !list[..index].contains(one))),
            "pattern" => value.as_str().is_none_or(|text| matches_pattern(argument.as_str().unwrap(), text)),
            "items" => value.as_array().is_none_or(|list| list.iter().all(|one| self.valid(argument, one))),
            "required" => value.as_object().is_none_or(|fields| {
                argument.as_array().unwrap().iter().all(|name| fields.contains_key(name.as_str().unwrap()))
            }),
            "properties" => value.as_object().is_none_or(|fields| {
                fields
                    .iter()
                    .all(|(name, value)| argument.get(name).is_none_or(|inner| self.valid(inner, value)))
            }),
            "propertyNames" => value
                .as_object()
                .is_none_or(|fields| fields.keys().all(|name| self.valid(argument, &json!(name)))),
            "additionalProperties" => value.as_object().is_none_or(|fields| {
                let others = fields.iter().filter(|(name, _)| schema["properties"].get(name).is_none());
                others.into_iter().all(|(_, value)| argument != false && self.valid(argument, value))
            }),
            "oneOf" => {
                argument.as_array().unwrap().iter().filter(|inner| self.valid(inner, value)).count() == 1
            }
            other => panic!("the validator does not know `{other}`"),
        })
    }
}

fn size(argument: &Value) -> usize {
    usize::try_from(argument.as_u64().unwrap()).unwrap()
}

/// The few patterns of the schema, written out.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    let bytes = text.as_bytes();
    let all = |allowed: fn(u8) -> bool| bytes.iter().all(|byte| allowed(*byte));
    match pattern {
        "^[a-z][a-z0-9_]{0,63}$" => {
            (1..=64).contains(&bytes.len())
                && bytes[0].is_ascii_lowercase()
                && all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        }
        "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$" => {
            (1..=64).contains(&bytes.len())
                && bytes[0].is_ascii_alphanumeric()
                && all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
        }
        "^[0-9a-f]{64}$" => bytes.len() == 64 && all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
        "^[A-Z]{2}$" => bytes.len() == 2 && all(|byte| byte.is_ascii_uppercase()),
        _ if pattern.starts_with("^[0-9]{4}-") => strongroom_primitives::Timestamp::parse(text).is_ok(),
        other => panic!("the validator does not know the pattern {other}"),
    }
}

fn tree(policy: &Policy) -> Value {
    serde_json::to_value(policy).unwrap()
}

fn only_beyond_a_schema(findings: &[Finding]) -> bool {
    findings.iter().all(|one| {
        BEYOND_A_SCHEMA.iter().any(|known| one.problem().contains(known))
            || one.severity() == strongroom_tiers::Severity::Warning
    })
}

#[test]
fn the_shipped_policies_keep_the_schema() {
    for policy in [Policy::all_of_us(), Policy::small_hospital()] {
        assert!(Schema::load().accepts(&tree(&policy.unwrap())));
    }
}

#[test]
fn the_schema_has_every_kind_of_evidence() {
    let kinds: std::collections::BTreeSet<String> = Schema::load().root["$defs"]["evidence"]["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["properties"]["kind"]["const"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, EvidenceKind::NAMES.map(str::to_owned).into());
}

/// Every place of a document, as a JSON pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), found));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

/// The schema and the reader agree on every document that differs from a shipped one in one place.
#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let schema = Schema::load();
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(7),
        json!(40_000),
        json!(1.5),
        json!(""),
        json!("x"),
        json!("Note"),
        json!([]),
        json!(["x", "x"]),
        json!([1]),
        json!({}),
        json!({"x": 1}),
    ];
    let mut compared = [0, 0];
    for policy in [Policy::all_of_us().unwrap(), Policy::small_hospital().unwrap()] {
        let good = tree(&policy);
        let mut all = Vec::new();
        places(&good, "", &mut all);
        for place in all {
            let replaced = values.iter().map(|value| {
                let mut odd = good.clone();
                *odd.pointer_mut(&place).unwrap() = value.clone();
                odd
            });
            let mut odd = good.clone();
            let added = odd.pointer_mut(&place).unwrap().as_object_mut().map(|fields| {
                fields.insert("unknown field".to_owned(), json!(1));
            });
            let removed = place.rsplit_once('/').and_then(|(parent, key)| {
                let mut odd = good.clone();
                odd.pointer_mut(parent).unwrap().as_object_mut()?.remove(key)?;
                Some(odd)
            });
            for odd in replaced.chain(added.map(|()| odd)).chain(removed) {
                let checked = check(odd.to_string().as_bytes(), Syntax::Json);
                let accepted = schema.accepts(&odd);
                compared[usize::from(accepted)] += 1;
                assert!(
                    accepted == checked.policy().is_some()
                        || (accepted && only_beyond_a_schema(checked.findings())),
                    "{place}: the schema says {accepted}, the reader {:?}",
                    checked.findings()
                );
            }
        }
    }
    assert!(compared.iter().all(|count| *count > 400), "{compared:?}");
}

proptest! {
    #[test]
    fn every_policy_keeps_the_schema(policy in policy()) {
        prop_assert!(Schema::load().accepts(&tree(&policy)));
    }
}
