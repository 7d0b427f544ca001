use std::collections::{BTreeMap, BTreeSet};

use super::problem::{AouProblem, AouProblemKind};
use crate::Severity;
use crate::json::Tree;
use crate::path::JsonPath;

/// After so many problems a reader stops collecting: nobody reads on.
const MOST_PROBLEMS: usize = 1_000;

/// Collects what is wrong.
#[derive(Default)]
pub(super) struct Problems {
    found: Vec<AouProblem>,
    errors: bool,
}

impl Problems {
    pub(super) fn add(&mut self, kind: AouProblemKind, at: &JsonPath) {
        self.errors |= kind.severity() == Severity::Error;
        if self.found.len() < MOST_PROBLEMS {
            self.found.push(AouProblem::new(kind, at.clone()));
        }
    }

    /// Whether anything keeps the definition from being imported.
    pub(super) const fn errors(&self) -> bool {
        self.errors
    }

    pub(super) fn into_list(self) -> Vec<AouProblem> {
        self.found
    }
}

/// An object of the text, by its known fields. `null` is the same as nothing, as for the readers of
/// the Workbench.
pub(super) struct Object<'a> {
    pub(super) path: JsonPath,
    fields: BTreeMap<&'static str, &'a Tree>,
    /// Whether everything asked of it so far could be read.
    sound: bool,
}

impl<'a> Object<'a> {
    pub(super) fn read(
        tree: &'a Tree,
        path: JsonPath,
        known: &[&'static str],
        problems: &mut Problems,
    ) -> Option<Self> {
        let Tree::Object(written) = tree else {
            problems.add(AouProblemKind::NotAnObject, &path);
            return None;
        };
        let mut fields = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut unknown = false;
        for (name, value) in written {
            if !seen.insert(name.as_str()) {
                problems.add(AouProblemKind::RepeatedField, &path);
                return None;
            }
            match known.iter().find(|known| *known == name) {
                Some(_) if matches!(value, Tree::Null) => {}
                Some(name) => {
                    fields.insert(*name, value);
                }
                None => unknown = true,
            }
        }
        if unknown {
            problems.add(AouProblemKind::UnknownField, &path);
        }
        Some(Self { path, fields, sound: true })
    }

    /// Whether everything asked of it so far could be read.
    pub(super) const fn sound(&self) -> bool {
        self.sound
    }

    pub(super) fn at(&self, name: &'static str) -> JsonPath {
        self.path.field(name)
    }

    pub(super) fn tree(&self, name: &str) -> Option<&'a Tree> {
        self.fields.get(name).copied()
    }

    /// The elements of a list; none where there is no list.
    pub(super) fn list(&mut self, name: &'static str, problems: &mut Problems) -> &'a [Tree] {
        match self.tree(name) {
            None => &[],
            Some(Tree::List(elements)) => elements,
            Some(_) => {
                self.fail(AouProblemKind::NotAList, name, problems);
                &[]
            }
        }
    }

    pub(super) fn text(&mut self, name: &'static str, problems: &mut Problems) -> Option<&'a str> {
        match self.tree(name)? {
            Tree::Text(text) => Some(text),
            _ => {
                self.fail(AouProblemKind::NotAText, name, problems);
                None
            }
        }
    }

    pub(super) fn integer(&mut self, name: &'static str, problems: &mut Problems) -> Option<i64> {
        let tree = self.tree(name)?;
        let integer = integer(tree);
        if integer.is_none() {
            self.fail(AouProblemKind::NotAnInteger, name, problems);
        }
        integer
    }

    pub(super) fn number(&mut self, name: &'static str, problems: &mut Problems) -> Option<f64> {
        let tree = self.tree(name)?;
        let number = operand(tree).and_then(|text| finite(&text));
        if number.is_none() {
            self.fail(AouProblemKind::NotANumber, name, problems);
        }
        number
    }

    pub(super) fn flag(&mut self, name: &'static str, problems: &mut Problems) -> bool {
        match self.tree(name) {
            None => false,
            Some(Tree::Bool(flag)) => *flag,
            Some(_) => {
                self.fail(AouProblemKind::NotAFlag, name, problems);
                false
            }
        }
    }

    /// The texts of a list; none where there is no list.
    pub(super) fn texts(&mut self, name: &'static str, problems: &mut Problems) -> Vec<String> {
        let mut texts = Vec::new();
        for (position, element) in self.list(name, problems).iter().enumerate() {
            match operand(element) {
                Some(text) => texts.push(text),
                None => {
                    self.sound = false;
                    problems.add(AouProblemKind::NotAText, &self.at(name).position(position));
                }
            }
        }
        texts
    }

    pub(super) fn fail(&mut self, kind: AouProblemKind, name: &'static str, problems: &mut Problems) {
        self.sound = false;
        problems.add(kind, &self.at(name));
    }
}

/// A whole number, perhaps in quotes: readers of the Workbench take both.
fn integer(tree: &Tree) -> Option<i64> {
    match tree {
        Tree::Integer(value) => Some(*value),
        Tree::Unsigned(value) => i64::try_from(*value).ok(),
        Tree::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// A text, or a number as its text.
fn operand(tree: &Tree) -> Option<String> {
    match tree {
        Tree::Text(text) => Some(text.clone()),
        Tree::Integer(value) => Some(value.to_string()),
        Tree::Unsigned(value) => Some(value.to_string()),
        Tree::Float(value) => Some(value.to_string()),
        _ => None,
    }
}

pub(super) fn finite(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}
