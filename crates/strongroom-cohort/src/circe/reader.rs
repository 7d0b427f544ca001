use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value as Json;
use strongroom_omop::ConceptId;
use strongroom_primitives::BoundedText;

use super::error::{CirceError, CirceErrors, CirceProblem};
use super::place::Place;
use crate::SetName;
use crate::ast::Title;

/// One value of a Circe document and where it stands.
pub(super) struct Node<'a> {
    pub(super) json: &'a Json,
    pub(super) place: Place<'a>,
}

/// What an import knows while it reads: the concept sets by id, and everything found wrong so far.
///
/// Readers answer `None` for what is absent and for what is wrong; the latter is noted here. So
/// reading goes on after a problem, and one run finds many.
pub(super) struct Import {
    pub(super) sets: BTreeMap<i32, SetName>,
    problems: RefCell<Vec<CirceError>>,
}

impl<'a> Node<'a> {
    pub(super) const fn root(json: &'a Json) -> Self {
        Self { json, place: Place::Root }
    }

    /// The property of this name. Circe takes `null` for an absent one.
    pub(super) fn field(&self, name: &'static str) -> Option<Node<'_>> {
        let json = self.json.get(name).filter(|json| !json.is_null())?;
        Some(Node { json, place: self.place.field(name) })
    }

    /// Whether the property is written, be it as `null`.
    pub(super) fn has(&self, name: &'static str) -> bool {
        self.json.get(name).is_some()
    }

    pub(super) fn element<'n>(&'n self, position: usize, json: &'n Json) -> Node<'n> {
        Node { json, place: self.place.position(position) }
    }
}

impl Import {
    pub(super) const fn new() -> Self {
        Self { sets: BTreeMap::new(), problems: RefCell::new(Vec::new()) }
    }

    pub(super) fn note(&self, node: &Node<'_>, problem: CirceProblem) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < CirceErrors::MOST {
            problems.push(CirceError::new(node.place.path(), problem));
        }
    }

    pub(super) fn missing(&self, node: &Node<'_>, property: &'static str, remedy: &'static str) {
        self.note(node, CirceProblem::Missing { property, remedy });
    }

    pub(super) fn unsupported(&self, node: &Node<'_>, what: &'static str, remedy: &'static str) {
        self.note(node, CirceProblem::Unsupported { what, remedy });
    }

    pub(super) fn problems(self) -> Vec<CirceError> {
        self.problems.into_inner()
    }

    fn shape(&self, node: &Node<'_>, expected: &'static str) {
        self.note(node, CirceProblem::Shape { found: in_words(node.json), expected });
    }

    /// Whether it is an object; noted where not.
    pub(super) fn object(&self, node: &Node<'_>) -> bool {
        if !node.json.is_object() {
            self.shape(node, "an object");
        }
        node.json.is_object()
    }

    /// The elements of a list; of none where it is no list.
    pub(super) fn elements<'n>(&self, node: &Node<'n>) -> &'n [Json] {
        node.json.as_array().map_or_else(
            || {
                self.shape(node, "a list");
                &[][..]
            },
            Vec::as_slice,
        )
    }

    pub(super) fn text<'n>(&self, node: &Node<'n>) -> Option<&'n str> {
        let text = node.json.as_str();
        if text.is_none() {
            self.shape(node, "a text");
        }
        text
    }

    pub(super) fn title(&self, node: &Node<'_>, name: &'static str) -> Option<Title> {
        title(self.text(&node.field(name)?)?)
    }

    /// `true` or `false`, also as a text, as Jackson reads it; absent is `false`.
    pub(super) fn flag(&self, node: &Node<'_>, name: &'static str) -> bool {
        self.maybe_flag(node, name).unwrap_or(false)
    }

    pub(super) fn maybe_flag(&self, node: &Node<'_>, name: &'static str) -> Option<bool> {
        let node = node.field(name)?;
        match node.json {
            Json::Bool(flag) => Some(*flag),
            Json::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Json::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => {
                self.shape(&node, "true or false");
                None
            }
        }
    }

    /// A whole number, also as a text.
    pub(super) fn whole(&self, node: &Node<'_>) -> Option<i32> {
        let number = self.number(node, "a whole number")?;
        if number.fract() != 0.0 {
            self.shape(node, "a whole number");
            return None;
        }
        self.truncated(node, number)
    }

    /// The whole number at `name`, `default` where it is absent.
    pub(super) fn whole_or(&self, node: &Node<'_>, name: &'static str, default: i32) -> Option<i32> {
        node.field(name).map_or(Some(default), |node| self.whole(&node))
    }

    /// A whole number that is not negative; absent where `name` is.
    pub(super) fn natural(&self, node: &Node<'_>, name: &'static str) -> Option<u32> {
        let node = node.field(name)?;
        let number = self.whole(&node)?;
        let natural = u32::try_from(number).ok();
        if natural.is_none() {
            self.note(&node, CirceProblem::Number { expected: "0 or more" });
        }
        natural
    }

    /// Any number, also as a text, as Jackson reads it.
    pub(super) fn number(&self, node: &Node<'_>, expected: &'static str) -> Option<f64> {
        let number = match node.json {
            Json::Number(number) => number.as_f64(),
            Json::String(text) => text.trim().parse::<f64>().ok().filter(|number| number.is_finite()),
            _ => None,
        };
        if number.is_none() {
            self.shape(node, expected);
        }
        number
    }

    /// What `intValue` makes of a number that it can hold.
    pub(super) fn truncated(&self, node: &Node<'_>, number: f64) -> Option<i32> {
        let whole = number.trunc();
        if (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&whole) {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within the range")]
            return Some(whole as i32);
        }
        self.note(node, CirceProblem::Number { expected: "one of at most 31 bits" });
        None
    }

    /// A day as Circe reads it: year, month and day between hyphens, zeros in front or not.
    pub(super) fn day(&self, node: &Node<'_>) -> Option<NaiveDate> {
        let text = self.text(node)?;
        let mut parts = text.split('-').map(|part| part.trim().parse::<u32>().ok());
        let day = (|| {
            let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
            let year = i32::try_from(year).ok()?;
            parts.next().is_none().then(|| NaiveDate::from_ymd_opt(year, month, day))?
        })();
        if day.is_none() {
            self.shape(node, "a day such as \"2015-01-31\"");
        }
        day
    }

    pub(super) fn concept(&self, node: &Node<'_>) -> Option<ConceptId> {
        if !self.object(node) {
            return None;
        }
        let Some(id) = node.field("CONCEPT_ID") else {
            self.missing(node, "CONCEPT_ID", "add the concept's id");
            return None;
        };
        let number = match id.json {
            Json::String(text) => text.trim().parse::<i64>().ok(),
            other => other.as_i64(),
        };
        if number.is_none() {
            self.shape(&id, "a concept id");
        }
        number.map(ConceptId::new)
    }

    /// The name of the concept set whose id stands here.
    pub(super) fn set(&self, node: &Node<'_>) -> Option<SetName> {
        let name = self.sets.get(&self.whole(node)?);
        if name.is_none() {
            self.note(node, CirceProblem::UnknownSet);
        }
        name.cloned()
    }
}

/// The text as a title: one line, without control characters, cut where titles end.
pub(super) fn title(text: &str) -> Option<Title> {
    let printable = |c: char| !c.is_control() && BoundedText::<1, 1>::new(c).is_ok();
    let words = text.split(|c| !printable(c)).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(1000).collect();
    Title::new(cut.trim()).ok()
}

const fn in_words(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
