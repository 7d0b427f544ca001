//! Any bytes give a policy or located errors.

use std::fmt::Write;

use proptest::prelude::*;
use strongroom_tiers::{Checked, Policy, Severity, Syntax, check, migrate};

const SHIPPED: [&str; 2] =
    [include_str!("../../policies/all_of_us.toml"), include_str!("../../policies/small_hospital.toml")];
const FIRST: &str = include_str!("cases/all_of_us.policy-1.json");

/// What every answer has to be, whatever was read.
fn sound(checked: &Checked, text: &[u8]) {
    let errors = checked.findings().iter().filter(|one| one.severity() == Severity::Error).count();
    assert_eq!(checked.policy().is_none(), errors > 0);
    assert!(checked.findings().len() <= 101);
    let lines = text.iter().filter(|byte| **byte == b'\n').count() + 1;
    for finding in checked.findings() {
        assert!(!finding.problem().is_empty() && !finding.remedy().is_empty());
        assert!(finding.position().is_none_or(|at| (1..=lines).contains(&at.line()) && at.column() >= 1));
    }
    if let Some(policy) = checked.policy() {
        assert_eq!(&Policy::from_toml(&policy.to_toml()).unwrap(), policy);
    }
}

fn read_every_way(bytes: &[u8]) {
    for syntax in [Syntax::Toml, Syntax::Json] {
        sound(&check(bytes, syntax), bytes);
    }
    sound(&migrate(bytes), bytes);
}

/// A document in one of the notations.
fn document() -> impl Strategy<Value = String> {
    let json = SHIPPED.map(|text| Policy::from_toml(text).unwrap().to_json());
    let all: Vec<String> =
        SHIPPED.iter().map(|text| (*text).to_owned()).chain(json).chain([FIRST.to_owned()]).collect();
    prop::sample::select(all)
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read_every_way(&bytes);
    }

    #[test]
    fn any_text_is_read(text in "(format = \"strongroom-policy/2\"\n)?[\\[\\]{}=\",.\n a-z0-9\\\\é-]{0,120}") {
        read_every_way(text.as_bytes());
    }

    #[test]
    fn shipped_documents_with_changed_bytes_are_read(
        document in document(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..4), 1..6),
    ) {
        let mut bytes = document.into_bytes();
        for (at, byte, what) in changes {
            let at = at.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        read_every_way(&bytes);
    }

    /// Lines and values of one document in the place of others.
    #[test]
    fn shipped_documents_with_exchanged_lines_are_read(
        document in document(),
        moves in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0u8..3), 1..5),
    ) {
        let mut lines: Vec<String> = document.lines().map(str::to_owned).collect();
        for (from, to, what) in moves {
            let (from, to) = (from.index(lines.len()), to.index(lines.len()));
            match what {
                0 => lines.swap(from, to),
                1 => lines.insert(to, lines[from].clone()),
                _ => {
                    let value = lines[from].split_once(['=', ':']).map(|(_, value)| value.to_owned());
                    let key = lines[to].split_once(['=', ':']).map(|(key, _)| key.to_owned());
                    if let (Some(value), Some(key)) = (value, key) {
                        let sign = if document.starts_with('{') { ':' } else { '=' };
                        lines[to] = format!("{key}{sign}{value}");
                    }
                }
            }
        }
        read_every_way(lines.join("\n").as_bytes());
    }

    /// The document as a tree, with something else in one place.
    #[test]
    fn shipped_documents_with_another_value_somewhere_are_read(
        shipped in prop::sample::select(&SHIPPED[..]),
        place in any::<prop::sample::Index>(),
        value in prop::sample::select(vec![
            "null", "true", "0", "-1", "1e99", "9223372036854775808", "\"\"", "\"x\"", "[]", "[[]]", "{}",
            "{\"kind\": \"country\"}", "[\"a\", 1, null]", "\"\\u0000\"", "\"\\ud800\"",
        ]),
    ) {
        let json = Policy::from_toml(shipped).unwrap().to_json();
        let mut tree: serde_json::Value = serde_json::from_str(&json).unwrap();
        let places = paths(&tree);
        let place = &places[place.index(places.len())];
        *tree.pointer_mut(place).unwrap() = serde_json::Value::String("PLACE".to_owned());
        let text = tree.to_string().replacen("\"PLACE\"", value, 1);
        read_every_way(text.as_bytes());
        // Where a text, number, list or table was, null is never taken.
        if value == "null" {
            prop_assert!(check(text.as_bytes(), Syntax::Json).policy().is_none());
        }
    }
}

fn paths(value: &serde_json::Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let inner: Vec<(String, &serde_json::Value)> = match value {
        serde_json::Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), value)).collect(),
        serde_json::Value::Array(elements) => {
            elements.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (key, value) in inner {
        found.extend(paths(value).into_iter().map(|rest| format!("/{key}{rest}")));
    }
    found
}

#[test]
fn what_is_too_large_or_too_deep_is_refused() {
    let large = format!("format = \"strongroom-policy/2\"\n#{}", "x".repeat(256 * 1024));
    assert_eq!(
        check(large.as_bytes(), Syntax::Toml).findings()[0].problem(),
        format!("it has {} bytes, and a policy has 262144 at most", large.len())
    );
    for (deep, syntax) in [
        (format!("{}{}", "[".repeat(120_000), "]".repeat(120_000)), Syntax::Json),
        (format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100)), Syntax::Json),
        (format!("{}1{}", "{\"a\":".repeat(40_000), "}".repeat(40_000)), Syntax::Json),
        (format!("a = {}{}", "[".repeat(120_000), "]".repeat(120_000)), Syntax::Toml),
        (format!("a = {}{}", "[".repeat(60), "]".repeat(60)), Syntax::Toml),
        (format!("[{}a]\n", "a.".repeat(60)), Syntax::Toml),
        (format!("{}a = 1\n", "a.".repeat(100_000)), Syntax::Toml),
    ] {
        let checked = check(deep.as_bytes(), syntax);
        sound(&checked, deep.as_bytes());
        assert!(checked.policy().is_none());
        assert!(checked.findings().len() <= 10, "{:?}", checked.findings().len());
    }
    let names: String = (0..1_001).map(|number| format!("\"a{number}\",")).collect();
    let list = SHIPPED[1].replacen("requirements = [", &format!("requirements = [{names}"), 1);
    assert_eq!(
        check(list.as_bytes(), Syntax::Toml).findings()[0].problem(),
        "there are 1006 elements, and 1000 at most"
    );
    let mut many = String::from("format = \"strongroom-policy/2\"\n");
    for number in 0..5_000 {
        writeln!(many, "field{number} = 1").unwrap();
    }
    let checked = check(many.as_bytes(), Syntax::Toml);
    assert_eq!(checked.findings().len(), 101);
    assert_eq!(checked.findings()[100].problem(), "there are 4903 findings more");
}
