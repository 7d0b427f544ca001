use std::collections::BTreeSet;

use serde::de::IgnoredAny;

use super::{DEEPEST, Entry, Fault, Node, Value};

/// Reads JSON with the place of every value. That the text is JSON is for `serde_json` to say;
/// what is left here is to find where things are.
pub(super) fn read(text: &str) -> Result<Node, Vec<Fault>> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return Err(vec![not_json(offset_of(text, error.line(), error.column()))]);
    }
    let mut scanner = Scanner { text, at: 0 };
    scanner.node(DEEPEST).map_err(|fault| vec![fault])
}

pub(super) fn too_deep(offset: usize) -> Fault {
    Fault {
        offset,
        problem: format!("it nests deeper than {DEEPEST} levels"),
        remedy: "check that it is the right file",
    }
}

fn not_json(offset: usize) -> Fault {
    Fault { offset, problem: "it is not JSON".to_owned(), remedy: "correct the notation here or just before" }
}

/// The byte at a line and column as `serde_json` counts them: the column in bytes, both from 1.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start = match line.checked_sub(2) {
        Some(before) => text.match_indices('\n').nth(before).map_or(text.len(), |(at, _)| at + 1),
        None => 0,
    };
    (start + column.saturating_sub(1)).min(text.len())
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl Scanner<'_> {
    fn node(&mut self, depth: usize) -> Result<Node, Fault> {
        let start = self.skip_space();
        let Some(depth) = depth.checked_sub(1) else { return Err(too_deep(start)) };
        let value = match self.peek() {
            Some(b'{') => self.table(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Value::Text(self.string()?),
            _ => self.word()?,
        };
        Ok(Node { span: start..self.at, value })
    }

    fn table(&mut self, depth: usize) -> Result<Value, Fault> {
        let mut entries = Vec::new();
        let mut keys = BTreeSet::new();
        self.at += 1;
        while self.more(b'}')? {
            let start = self.skip_space();
            let key = self.string()?;
            let span = start..self.at;
            if !keys.insert(key.clone()) {
                return Err(Fault {
                    offset: start,
                    problem: "the field is there twice".to_owned(),
                    remedy: "remove one",
                });
            }
            self.skip_space();
            self.expect(b':')?;
            entries.push(Entry { key, span, node: self.node(depth)? });
        }
        Ok(Value::Table(entries))
    }

    fn list(&mut self, depth: usize) -> Result<Value, Fault> {
        let mut nodes = Vec::new();
        self.at += 1;
        while self.more(b']')? {
            nodes.push(self.node(depth)?);
        }
        Ok(Value::List(nodes))
    }

    /// Whether another element follows before the closing bracket.
    fn more(&mut self, closing: u8) -> Result<bool, Fault> {
        self.skip_space();
        match self.peek() {
            Some(byte) if byte == closing => {
                self.at += 1;
                Ok(false)
            }
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(_) => Ok(true),
            None => Err(not_json(self.at)),
        }
    }

    fn string(&mut self) -> Result<String, Fault> {
        let start = self.at;
        self.expect(b'"')?;
        loop {
            match self.peek() {
                Some(b'\\') => self.at += 2,
                Some(b'"') => break,
                Some(_) => self.at += 1,
                None => return Err(not_json(start)),
            }
        }
        self.at += 1;
        let literal = self.text.get(start..self.at).ok_or_else(|| not_json(start))?;
        serde_json::from_str(literal).map_err(|_| not_json(start))
    }

    fn word(&mut self) -> Result<Value, Fault> {
        let start = self.at;
        let ends = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}');
        while self.peek().is_some_and(|byte| !ends(byte)) {
            self.at += 1;
        }
        match self.text.get(start..self.at) {
            Some("null") => Ok(Value::Null),
            Some("true") => Ok(Value::Boolean(true)),
            Some("false") => Ok(Value::Boolean(false)),
            Some(number) if !number.is_empty() => {
                Ok(number.parse().map_or(Value::OtherNumber, Value::Integer))
            }
            _ => Err(not_json(start)),
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(not_json(self.at))
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) -> usize {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        self.at
    }
}
