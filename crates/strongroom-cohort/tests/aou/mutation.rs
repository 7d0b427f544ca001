//! Whatever the text, the answer is a definition or a list of errors.

use proptest::prelude::*;
use serde_json::Value;
use strongroom_cohort::Definition;
use strongroom_cohort::aou::{self, Mode};

use super::own_cases::cases;
use super::{limits, name};

/// Values that stand where others are expected.
fn odd() -> impl Strategy<Value = Value> {
    let words = [
        "",
        "SURVEY",
        "PERSON",
        "SNP_INDEL_VARIANT",
        "BETWEEN",
        "LIKE",
        "NUM",
        "ANY",
        "AGE",
        "rs1",
        "1-2-3-4",
        "chr1:9-1",
        "-1",
        "1e999",
        "99999999999999999999",
        "2020-01-01",
        "n/a",
        "é\u{0}",
    ];
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(words.to_vec()).prop_map(Value::from),
        Just(Value::Array(Vec::new())),
        Just(Value::Object(serde_json::Map::new())),
    ]
}

/// Every place in a value, in the order of a walk.
fn places(value: &Value) -> usize {
    1 + match value {
        Value::Array(elements) => elements.iter().map(places).sum(),
        Value::Object(fields) => fields.values().map(places).sum(),
        _ => 0,
    }
}

fn place(value: &mut Value, mut at: usize) -> Option<&mut Value> {
    if at == 0 {
        return Some(value);
    }
    at -= 1;
    let inner: Vec<&mut Value> = match value {
        Value::Array(elements) => elements.iter_mut().collect(),
        Value::Object(fields) => fields.values_mut().collect(),
        _ => return None,
    };
    for inner in inner {
        let size = places(inner);
        if at < size {
            return place(inner, at);
        }
        at -= size;
    }
    None
}

fn is_answered(text: &str) {
    for mode in [Mode::Workbench, Mode::Strict] {
        match aou::read(text, name(), &limits(), mode) {
            Ok(imported) => {
                let written = imported.definition.to_json();
                assert_eq!(Definition::from_json(&written, &limits()).unwrap(), imported.definition);
            }
            Err(errors) => assert!(!errors.problems().is_empty()),
        }
    }
}

proptest! {
    #[test]
    fn values_of_any_kind_anywhere(
        case in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), odd()), 1..4),
    ) {
        let cases = cases();
        let mut definition = cases[case.index(cases.len())]["definition"].clone();
        for (at, value) in changes {
            let at = at.index(places(&definition));
            if let Some(place) = place(&mut definition, at) {
                *place = value;
            }
        }
        is_answered(&definition.to_string());
    }

    #[test]
    fn texts_with_a_piece_lost_or_doubled(
        case in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        length in 0_usize..40,
        doubled in any::<bool>(),
    ) {
        let cases = cases();
        let text = cases[case.index(cases.len())]["definition"].to_string();
        let characters: Vec<char> = text.chars().collect();
        let from = from.index(characters.len());
        let to = (from + length).min(characters.len());
        let (head, piece, tail) = (&characters[..from], &characters[from..to], &characters[to..]);
        let middle = if doubled { [piece, piece].concat() } else { Vec::new() };
        is_answered(&[head, &middle, tail].concat().into_iter().collect::<String>());
    }
}
