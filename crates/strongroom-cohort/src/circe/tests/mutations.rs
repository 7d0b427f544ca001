use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::corpus::definitions;
use super::read;
use crate::circe::export;

/// What is imported can be exported and read again, or is refused; nothing panics.
fn total(text: &str) {
    let Ok(once) = read(text) else {
        return;
    };
    assert_eq!(once.cohorts.len(), 1);
    if let Ok(exported) = export(&once) {
        let twice = read(&exported).unwrap_or_else(|errors| panic!("{exported}: {errors}"));
        assert_eq!(once, twice, "{exported}");
    }
}

/// Every place of a value, as JSON pointers.
fn places(json: &Json) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut at = 0;
    while let Some(place) = found.get(at).cloned() {
        match json.pointer(&place) {
            Some(Json::Object(fields)) => found.extend(fields.keys().map(|name| format!("{place}/{name}"))),
            // The first elements stand for all: concept sets have thousands.
            Some(Json::Array(list)) => {
                found.extend((0..list.len().min(3)).map(|position| format!("{place}/{position}")));
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn odd(choice: usize, other: &Json) -> Json {
    let odd = [
        Json::Null,
        json!(-1),
        json!(0),
        json!(1),
        json!(2),
        json!(2.5),
        json!(1e300),
        json!(i64::MIN),
        json!(i32::MIN),
        json!("ALL"),
        json!("at_most"),
        json!("!bt"),
        json!("2015-02-30"),
        json!("%\\'"),
        json!(true),
        json!({}),
        json!([]),
        json!({ "Type": "AT_MOST", "Count": 1 }),
        json!({ "CodesetId": null, "IsExclusion": true }),
    ];
    odd.get(choice % (odd.len() + 1)).unwrap_or(other).clone()
}

proptest! {
    #[test]
    fn definitions_with_odd_values_are_read_or_refused(
        pick in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_usize..100), 1..4),
    ) {
        let mut json: Json = serde_json::from_str(&pick.get(definitions()).1).unwrap();
        for (place, other, choice) in changes {
            let places = places(&json);
            let other = json.pointer(other.get::<String>(&places)).cloned().unwrap_or_default();
            if let Some(value) = json.pointer_mut(place.get::<String>(&places)) {
                *value = odd(choice, &other);
            }
        }
        total(&json.to_string());
    }

    #[test]
    fn definitions_with_odd_bytes_are_read_or_refused(
        pick in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), "\\PC{0,3}|[\\[\\]{}\",:0-9eE.-]{1,2}"), 1..4),
    ) {
        let mut text: Vec<char> = pick.get(definitions()).1.chars().collect();
        for (at, new) in changes {
            let at = at.index(text.len());
            text.splice(at..=at, new.chars());
        }
        total(&text.into_iter().collect::<String>());
    }

    #[test]
    fn any_text_is_refused_or_read(text in "\\PC{0,200}") {
        total(&text);
    }
}
