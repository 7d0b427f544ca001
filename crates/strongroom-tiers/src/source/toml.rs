use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{DEEPEST, Entry, Fault, Node, Value};

/// As many faults of one text are told; more would be consequences of the first.
const MOST_FAULTS: usize = 10;

pub(super) fn read(text: &str) -> Result<Node, Vec<Fault>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let fault = |error: toml::de::Error| Fault {
            offset: error.span().map_or(0, |span| span.start),
            // The parser's messages are fixed words, without any of the text.
            problem: format!("it is not TOML: {}", error.message()),
            remedy: "correct the notation",
        };
        return Err(errors.into_iter().take(MOST_FAULTS).map(fault).collect());
    }
    let span = table.span();
    Ok(Node { span, value: Value::Table(entries(table.into_inner(), DEEPEST).map_err(|fault| vec![fault])?) })
}

fn entries(table: DeTable<'_>, depth: usize) -> Result<Vec<Entry>, Fault> {
    let entry = |(key, value): (Spanned<_>, _)| {
        let span = key.span();
        Ok(Entry { key: String::from(key.into_inner()), span, node: node(value, depth)? })
    };
    let mut entries: Vec<Entry> = table.into_iter().map(entry).collect::<Result<_, _>>()?;
    entries.sort_by_key(|entry| entry.span.start);
    Ok(entries)
}

fn node(value: Spanned<DeValue<'_>>, depth: usize) -> Result<Node, Fault> {
    let span = value.span();
    let Some(depth) = depth.checked_sub(1) else { return Err(super::json::too_deep(span.start)) };
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(integer) => {
            i64::from_str_radix(integer.as_str(), integer.radix()).map_or(Value::OtherNumber, Value::Integer)
        }
        DeValue::Float(_) => Value::OtherNumber,
        DeValue::Boolean(boolean) => Value::Boolean(boolean),
        DeValue::Datetime(instant) => Value::Instant(instant.to_string()),
        DeValue::Array(nodes) => {
            Value::List(nodes.into_iter().map(|value| node(value, depth)).collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => Value::Table(entries(table, depth)?),
    };
    Ok(Node { span, value })
}
