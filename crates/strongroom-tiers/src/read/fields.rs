use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use strongroom_primitives::Timestamp;

use crate::finding::{FieldPath, Finding, Position};
use crate::source::{Document, Entry, Node, Value};

/// More findings are counted only: a file that is something else has one on every line.
const MOST_FINDINGS: usize = 100;

/// Longer lists and tables are refused: no programme has so many rules of one sort, and what is
/// checked pair by pair stays quick.
const MOST_ELEMENTS: usize = 1_000;

/// What was found so far while reading a document.
pub(crate) struct Report<'d> {
    document: &'d Document<'d>,
    findings: Vec<Finding>,
    left_out: usize,
}

/// A value of the document and the way to it.
pub(crate) struct Cursor<'d> {
    pub(crate) node: &'d Node,
    pub(crate) path: FieldPath,
}

/// The fields of a table. Those that nobody asked for are found at the end.
pub(crate) struct Fields<'d> {
    entries: &'d [Entry],
    path: FieldPath,
    known: Vec<&'static str>,
}

impl<'d> Report<'d> {
    pub(crate) fn new(document: &'d Document<'d>) -> Self {
        Self { document, findings: Vec::new(), left_out: 0 }
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// All findings in the order of the text.
    pub(crate) fn finish(mut self) -> Vec<Finding> {
        self.findings.sort_by_key(|finding| finding.position);
        if self.left_out > 0 {
            self.findings.push(Finding::error(
                FieldPath::root(),
                format!("there are {} findings more", self.left_out),
                "correct the first ones and read it again",
            ));
        }
        self.findings
    }

    pub(crate) fn error(&mut self, path: &FieldPath, problem: impl Into<String>, remedy: impl Into<String>) {
        self.place(Finding::error(path.clone(), problem, remedy));
    }

    /// Adds a finding, with the place of its field.
    pub(crate) fn place(&mut self, finding: Finding) {
        let document = self.document;
        self.push(finding, |finding| document.position_of(finding.path()));
    }

    /// Adds a finding that is at this byte.
    fn place_at(&mut self, finding: Finding, offset: usize) {
        let document = self.document;
        self.push(finding, |_| document.position(offset));
    }

    /// To find a place takes a walk through the text: it is not taken for what is only counted.
    fn push(&mut self, finding: Finding, place: impl FnOnce(&Finding) -> Position) {
        if self.findings.len() < MOST_FINDINGS {
            let position = place(&finding);
            self.findings.push(finding.at(position));
        } else {
            self.left_out += 1;
        }
    }

    fn has_room_for(&mut self, cursor: &Cursor<'_>, elements: usize) -> bool {
        if elements > MOST_ELEMENTS {
            let problem = format!("there are {elements} elements, and {MOST_ELEMENTS} at most");
            self.error(&cursor.path, problem, "check that it is the right file");
        }
        elements <= MOST_ELEMENTS
    }

    fn expected(&mut self, cursor: &Cursor<'_>, expected: &str) {
        let problem = format!("it is {}, and must be {expected}", cursor.node.value.what());
        self.error(&cursor.path, problem, format!("write {expected}"));
    }

    pub(crate) fn root(&mut self) -> Option<Fields<'d>> {
        let cursor = Cursor { node: &self.document.root, path: FieldPath::root() };
        self.table(&cursor)
    }

    pub(crate) fn table(&mut self, cursor: &Cursor<'d>) -> Option<Fields<'d>> {
        match &cursor.node.value {
            Value::Table(entries) => Some(Fields { entries, path: cursor.path.clone(), known: Vec::new() }),
            _ => {
                self.expected(cursor, "a table");
                None
            }
        }
    }

    pub(crate) fn boolean(&mut self, cursor: &Cursor<'_>) -> Option<bool> {
        match cursor.node.value {
            Value::Boolean(boolean) => Some(boolean),
            _ => {
                self.expected(cursor, "true or false");
                None
            }
        }
    }

    pub(crate) fn integer<N: TryFrom<i64>>(
        &mut self,
        cursor: &Cursor<'_>,
        range: RangeInclusive<i64>,
    ) -> Option<N> {
        let (least, most) = (range.start(), range.end());
        let integer = match cursor.node.value {
            Value::Integer(integer) if range.contains(&integer) => N::try_from(integer).ok(),
            Value::Integer(_) => None,
            _ => {
                self.expected(cursor, &format!("an integer from {least} to {most}"));
                return None;
            }
        };
        if integer.is_none() {
            let problem = format!("the number is outside {least} to {most}");
            self.error(&cursor.path, problem, "choose one within");
        }
        integer
    }

    pub(crate) fn text(&mut self, cursor: &Cursor<'d>) -> Option<&'d str> {
        match &cursor.node.value {
            Value::Text(text) => Some(text),
            _ => {
                self.expected(cursor, "a text");
                None
            }
        }
    }

    /// A text that is a value of a type of its own.
    pub(crate) fn value<T>(
        &mut self,
        cursor: &Cursor<'d>,
        read: impl FnOnce(&'d str) -> Result<T, strongroom_primitives::InvalidValue>,
    ) -> Option<T> {
        let text = self.text(cursor)?;
        read(text)
            .map_err(|error| self.error(&cursor.path, error.to_string(), "write one that keeps the rule"))
            .ok()
    }

    pub(crate) fn instant(&mut self, cursor: &Cursor<'_>) -> Option<Timestamp> {
        let (Value::Text(text) | Value::Instant(text)) = &cursor.node.value else {
            self.expected(cursor, "an instant such as 2026-03-01T09:00:00Z");
            return None;
        };
        Timestamp::parse(text)
            .map_err(|error| self.error(&cursor.path, error.to_string(), "write date, time and `Z`"))
            .ok()
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(&mut self, cursor: &Cursor<'d>, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(cursor)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.error(&cursor.path, "the word is not known here", suggestion(text, &known));
        }
        found.map(|(_, value)| *value)
    }

    pub(crate) fn list(&mut self, cursor: &Cursor<'d>) -> Vec<Cursor<'d>> {
        let Value::List(nodes) = &cursor.node.value else {
            self.expected(cursor, "a list");
            return Vec::new();
        };
        if !self.has_room_for(cursor, nodes.len()) {
            return Vec::new();
        }
        let element = |(index, node)| Cursor { node, path: cursor.path.element(index) };
        nodes.iter().enumerate().map(element).collect()
    }

    /// A table whose fields are names of the document's own. A name that is not valid is found
    /// and left out.
    pub(crate) fn map<K: Ord>(
        &mut self,
        cursor: &Cursor<'d>,
        what: &str,
        read: impl Fn(&str) -> Option<K>,
    ) -> BTreeMap<K, Cursor<'d>> {
        let Value::Table(entries) = &cursor.node.value else {
            self.expected(cursor, "a table");
            return BTreeMap::new();
        };
        let mut map = BTreeMap::new();
        if !self.has_room_for(cursor, entries.len()) {
            return map;
        }
        for entry in entries {
            match read(&entry.key) {
                Some(key) => {
                    let path = cursor.path.field(&entry.key);
                    map.insert(key, Cursor { node: &entry.node, path });
                }
                None => {
                    let problem = format!("a field is no {what}");
                    self.place_at(
                        Finding::error(cursor.path.clone(), problem, "rename it"),
                        entry.span.start,
                    );
                }
            }
        }
        map
    }
}

impl<'d> Fields<'d> {
    pub(crate) fn path(&self) -> &FieldPath {
        &self.path
    }

    pub(crate) fn optional(&mut self, name: &'static str) -> Option<Cursor<'d>> {
        self.known.push(name);
        let entry = self.entries.iter().find(|entry| entry.key == name)?;
        Some(Cursor { node: &entry.node, path: self.path.field(name) })
    }

    pub(crate) fn required(&mut self, report: &mut Report<'d>, name: &'static str) -> Option<Cursor<'d>> {
        let found = self.optional(name);
        if found.is_none() {
            report.error(&self.path, format!("the field `{name}` is missing"), format!("write `{name}`"));
        }
        found
    }

    /// Complains about no field any more, because it is not known which ones there may be.
    pub(crate) fn forget(&mut self) {
        self.entries = &[];
    }

    /// Complains about every field that nobody asked for.
    pub(crate) fn end(self, report: &mut Report<'d>) {
        for entry in self.entries.iter().filter(|entry| !self.known.contains(&entry.key.as_str())) {
            let remedy = suggestion(&entry.key, &self.known);
            let finding = Finding::error(self.path.clone(), "a field is not known here", remedy);
            report.place_at(finding, entry.span.start);
        }
    }
}

/// What may have been meant: the nearest word, or all words.
fn suggestion(written: &str, known: &[&'static str]) -> String {
    let nearest = known.iter().map(|word| (distance(written, word), *word)).min();
    match nearest {
        Some((distance, word)) if distance <= 1 + word.len() / 4 => format!("did you mean `{word}`?"),
        _ if known.is_empty() => "remove it".to_owned(),
        _ => {
            let words: Vec<_> = known.iter().map(|word| format!("`{word}`")).collect();
            format!("known are {}", words.join(", "))
        }
    }
}

/// The Levenshtein distance in characters. Long texts are far from everything.
fn distance(left: &str, right: &str) -> usize {
    if left.len() > 64 {
        return usize::MAX;
    }
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, from) in left.chars().enumerate() {
        let mut diagonal = index;
        let mut previous = index + 1;
        for (cell, to) in row.iter_mut().skip(1).zip(&right) {
            let best = (diagonal + usize::from(from != *to)).min(previous + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = best;
            previous = best;
        }
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_suggested() {
        for (written, expected) in [
            ("requirement", "did you mean `requirements`?"),
            ("requirements", "did you mean `requirements`?"),
            ("hiden", "did you mean `hidden`?"),
            ("colour", "known are `hidden`, `requirements`"),
            ("", "known are `hidden`, `requirements`"),
        ] {
            assert_eq!(suggestion(written, &["hidden", "requirements"]), expected, "{written}");
        }
        assert_eq!(suggestion("anything", &[]), "remove it");
    }

    #[test]
    fn the_distance_counts_single_changes() {
        for (left, right, expected) in [
            ("", "", 0),
            ("a", "", 1),
            ("", "ab", 2),
            ("abc", "abd", 1),
            ("kitten", "sitting", 3),
            ("ä", "a", 1),
        ] {
            assert_eq!(distance(left, right), expected, "{left} to {right}");
        }
    }
}
