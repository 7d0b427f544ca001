//! The ranges and filters of Circe: `{"Value": 18, "Op": "gte"}` in both directions.

use chrono::NaiveDate;
use serde_json::{Map, Value as Json, json};

use super::error::CirceProblem;
use super::reader::{Import, Node};
use crate::ast::{Comparison, Number, Predicate, Value};

/// How Circe writes the numbers of an attribute into its queries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// As whole numbers, what stands after the point cut off.
    Whole,
    /// With four decimals, the fifth rounded half up.
    Decimal,
}

const OPS: [(&str, Comparison); 6] = [
    ("lt", Comparison::Less),
    ("lte", Comparison::AtMost),
    ("eq", Comparison::Equal),
    ("!eq", Comparison::NotEqual),
    ("gt", Comparison::Greater),
    ("gte", Comparison::AtLeast),
];
const KNOWN_OPS: &str = "`lt`, `lte`, `eq`, `!eq`, `gt`, `gte`, `bt`, `!bt`";

/// What surrounds the text in the pattern, by the word without its `!`.
const TEXT_OPS: [(&str, bool, bool); 3] =
    [("startsWith", false, true), ("endsWith", true, false), ("contains", true, true)];
const KNOWN_TEXT_OPS: &str = "`startsWith`, `endsWith`, `contains`, each also with `!` before it";

/// `{"Value", "Op", "Extent"}` with numbers.
pub(super) fn numeric(cx: &Import, node: &Node<'_>, of: Value, scale: Scale) -> Option<Predicate> {
    range(cx, node, of, |node| {
        let number = cx.number(node, "a number")?;
        match scale {
            Scale::Whole => cx.truncated(node, number).map(Value::integer),
            Scale::Decimal => Number::new(four_decimals(number)).ok().map(Value::Number),
        }
    })
}

/// `{"Value", "Op", "Extent"}` with days.
pub(super) fn days(cx: &Import, node: &Node<'_>, of: Value) -> Option<Predicate> {
    range(cx, node, of, |node| cx.day(node).map(Value::Date))
}

fn range(
    cx: &Import,
    node: &Node<'_>,
    of: Value,
    read: impl Fn(&Node<'_>) -> Option<Value>,
) -> Option<Predicate> {
    if !cx.object(node) {
        return None;
    }
    let bound = |name: &'static str, remedy: &'static str| {
        let bound = node.field(name);
        if bound.is_none() {
            cx.missing(node, name, remedy);
        }
        bound.and_then(|bound| read(&bound))
    };
    let low = bound("Value", "write what to compare with");
    let Some(op) = node.field("Op") else {
        cx.missing(node, "Op", "write how to compare, such as \"gte\"");
        return None;
    };
    let word = cx.text(&op)?;
    if let Some((_, comparison)) = OPS.iter().find(|(known, _)| *known == word) {
        return Some(Predicate::compare(of, *comparison, low?));
    }
    if word != "bt" && word != "!bt" {
        cx.note(&op, CirceProblem::Word { known: KNOWN_OPS });
        return None;
    }
    let high = bound("Extent", "write the upper end of the range");
    let between = Predicate::Between { value: of, low: low?, high: high? };
    Some(if word == "bt" { between } else { between.negated() })
}

/// `{"Text", "Op"}`
pub(super) fn text(cx: &Import, node: &Node<'_>, of: Value) -> Option<Predicate> {
    if !cx.object(node) {
        return None;
    }
    let Some(text) = node.field("Text") else {
        cx.missing(node, "Text", "write what to look for");
        return None;
    };
    let Some(op) = node.field("Op") else {
        cx.missing(node, "Op", "write how to look for it, such as \"contains\"");
        return None;
    };
    let word = cx.text(&op)?;
    let positive = word.strip_prefix('!').unwrap_or(word);
    let Some((_, before, after)) = TEXT_OPS.iter().find(|(known, ..)| *known == positive) else {
        cx.note(&op, CirceProblem::Word { known: KNOWN_TEXT_OPS });
        return None;
    };
    let percent = |there: &bool| if *there { "%" } else { "" };
    let pattern = format!("{}{}{}", percent(before), unquoted(cx.text(&text)?), percent(after));
    let like = Predicate::Like { value: of, pattern };
    Some(if positive == word { like } else { like.negated() })
}

/// Circe drops the backslashes before a quotation mark when it writes the text into a query.
fn unquoted(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\'' {
            kept.truncate(kept.trim_end_matches('\\').len());
        }
        kept.push(c);
    }
    kept
}

/// The number with four decimals as Java's `%.4f` writes it: half up on the shortest decimal form.
pub(super) fn four_decimals(number: f64) -> f64 {
    let shortest = number.abs().to_string();
    let Some((whole, fraction)) = shortest.split_once('.') else {
        return number;
    };
    if fraction.len() <= 4 {
        return number;
    }
    let (kept, rest) = fraction.split_at(4);
    let up = rest.starts_with(|digit| digit >= '5');
    let mut digits: Vec<u8> = format!("0{whole}{kept}").into_bytes();
    if up {
        for digit in digits.iter_mut().rev() {
            if *digit == b'9' {
                *digit = b'0';
            } else {
                *digit += 1;
                break;
            }
        }
    }
    let point = digits.len() - 4;
    let text: String = digits
        .iter()
        .enumerate()
        .flat_map(|(at, digit)| (at == point).then_some('.').into_iter().chain([char::from(*digit)]))
        .collect();
    let rounded: f64 = text.parse().unwrap_or(number);
    if number < 0.0 { -rounded } else { rounded }
}

/// The range that a predicate about `of` is, if Circe can write its numbers.
pub(super) fn write_numeric(predicate: &Predicate, of: &Value, scale: Scale) -> Option<Json> {
    write_range(predicate, of, |value| {
        let Value::Number(number) = value else {
            return None;
        };
        let number = number.value();
        let sayable = match scale {
            Scale::Whole => number.fract() == 0.0 && number.abs() <= f64::from(i32::MAX),
            Scale::Decimal => four_decimals(number).total_cmp(&number).is_eq(),
        };
        sayable.then(|| serde_json::to_value(value_number(number)).unwrap_or_default())
    })
}

fn value_number(number: f64) -> Option<Number> {
    Number::new(number).ok()
}

/// The range of days that a predicate about `of` is.
pub(super) fn write_days(predicate: &Predicate, of: &Value) -> Option<Json> {
    write_range(predicate, of, |value| match value {
        Value::Date(day) => Some(write_day(*day)),
        _ => None,
    })
}

pub(super) fn write_day(day: NaiveDate) -> Json {
    Json::String(day.format("%Y-%m-%d").to_string())
}

fn write_range(predicate: &Predicate, of: &Value, write: impl Fn(&Value) -> Option<Json>) -> Option<Json> {
    let (op, low, high) = match predicate {
        Predicate::Compare { left, op, right } if left == of => {
            let (word, _) = OPS.iter().find(|(_, known)| known == op)?;
            (*word, right, None)
        }
        Predicate::Between { value, low, high } if value == of => ("bt", low, Some(high)),
        Predicate::Not(inner) => match inner.as_ref() {
            Predicate::Between { value, low, high } if value == of => ("!bt", low, Some(high)),
            _ => return None,
        },
        _ => return None,
    };
    let mut range = Map::new();
    range.insert("Value".to_owned(), write(low)?);
    range.insert("Op".to_owned(), json!(op));
    if let Some(high) = high {
        range.insert("Extent".to_owned(), write(high)?);
    }
    Some(Json::Object(range))
}

/// The text filter that a predicate about `of` is.
pub(super) fn write_text(predicate: &Predicate, of: &Value) -> Option<Json> {
    let (like, negation) = match predicate {
        Predicate::Not(inner) => (inner.as_ref(), "!"),
        other => (other, ""),
    };
    let Predicate::Like { value, pattern } = like else {
        return None;
    };
    let before = pattern.starts_with('%') && pattern.len() > 1;
    let after = pattern.ends_with('%');
    let (op, ..) = TEXT_OPS.iter().find(|op| (op.1, op.2) == (before, after))?;
    let text = pattern.get(usize::from(before)..pattern.len() - usize::from(after))?;
    // Circe would drop a backslash before a quotation mark.
    if value != of || unquoted(text) != text {
        return None;
    }
    Some(json!({ "Text": text, "Op": format!("{negation}{op}") }))
}
