use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::Policy;
use crate::finding::FieldPath;
use crate::measure::{Measure, measure_of};

/// Whether a change asks for more or shows less, or the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth direction")]
pub enum Direction {
    /// More is asked for, or less is shown or let out.
    Stricter,
    /// Less is asked for, or more is shown or let out.
    Looser,
    /// Neither, or it cannot be told from the policy alone.
    Neither,
}

/// One thing that two policies say differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    path: FieldPath,
    old: Option<String>,
    new: Option<String>,
    direction: Direction,
}

/// Everything that two policies say differently, by the order of the fields' names.
///
/// It compares rules, not people: a requirement that everybody meets already is a stricter rule
/// and changes nothing for anybody. Who gains and who loses is found by deciding about everybody
/// with both policies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyDiff {
    changes: Vec<Change>,
}

impl Direction {
    /// The direction of the opposite change.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Stricter => Self::Looser,
            Self::Looser => Self::Stricter,
            Self::Neither => Self::Neither,
        }
    }
}

impl Change {
    /// The field.
    #[must_use]
    pub fn path(&self) -> &FieldPath {
        &self.path
    }

    /// What the old policy says there; `None` if nothing.
    #[must_use]
    pub fn before(&self) -> Option<&str> {
        self.old.as_deref()
    }

    /// What the new policy says there; `None` if nothing.
    #[must_use]
    pub fn after(&self) -> Option<&str> {
        self.new.as_deref()
    }

    /// Its direction.
    #[must_use]
    pub fn direction(&self) -> Direction {
        self.direction
    }
}

impl PolicyDiff {
    /// The changes.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether the policies say the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether something becomes looser.
    #[must_use]
    pub fn loosens(&self) -> bool {
        self.changes.iter().any(|change| change.direction == Direction::Looser)
    }

    /// Whether something becomes stricter.
    #[must_use]
    pub fn tightens(&self) -> bool {
        self.changes.iter().any(|change| change.direction == Direction::Stricter)
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Stricter => "stricter",
            Self::Looser => "looser",
            Self::Neither => "neither",
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:8}  {}: ", self.direction, self.path)?;
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => write!(f, "{old} → {new}"),
            (Some(old), None) => write!(f, "− {old}"),
            (None, Some(new)) => write!(f, "+ {new}"),
            (None, None) => f.write_str("the order"),
        }
    }
}

impl fmt::Display for PolicyDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.changes.iter().try_for_each(|change| writeln!(f, "{change}"))
    }
}

/// What the new policy says differently from the old one, each change with its direction.
///
/// Nothing is left out: it compares everything that the documents of the two policies say.
#[must_use]
pub fn diff(old: &Policy, new: &Policy) -> PolicyDiff {
    let mut changes = Vec::new();
    // A policy is texts, numbers and maps with text keys: there is nothing that JSON cannot hold.
    let [before, after] = [old, new].map(|policy| serde_json::to_value(policy).unwrap_or_default());
    compare(&mut changes, &[], Some(&before), Some(&after));
    PolicyDiff { changes }
}

fn compare(changes: &mut Vec<Change>, path: &[&str], old: Option<&Value>, new: Option<&Value>) {
    if old == new {
        return;
    }
    let measure = measure_of(path, old, new);
    match (measure, old.or(new)) {
        (Measure::Inside, Some(Value::Object(_))) => {
            let keys: BTreeSet<&String> = [old, new].into_iter().flatten().flat_map(keys).collect();
            for key in keys {
                let inner: Vec<&str> = path.iter().copied().chain([key.as_str()]).collect();
                compare(changes, &inner, old.and_then(|old| old.get(key)), new.and_then(|new| new.get(key)));
            }
        }
        (Measure::Members { added }, _) => members(changes, path, old, new, added),
        (Measure::Versions, _) => versions(changes, path, old, new),
        _ => changes.push(Change {
            path: field_path(path),
            old: old.map(text),
            new: new.map(text),
            direction: measure.direction(old, new),
        }),
    }
}

fn members(
    changes: &mut Vec<Change>,
    path: &[&str],
    old: Option<&Value>,
    new: Option<&Value>,
    added: Direction,
) {
    let [before, after] = [old, new].map(|list| elements(list).map(text).collect::<BTreeSet<_>>());
    let length = changes.len();
    let change = |old, new, direction| Change { path: field_path(path), old, new, direction };
    for gone in before.difference(&after) {
        changes.push(change(Some(gone.clone()), None, added.reversed()));
    }
    for come in after.difference(&before) {
        changes.push(change(None, Some(come.clone()), added));
    }
    if changes.len() == length {
        changes.push(change(None, None, Direction::Neither));
    }
}

/// A version of a code of conduct is known by its name.
fn versions(changes: &mut Vec<Change>, path: &[&str], old: Option<&Value>, new: Option<&Value>) {
    let name = |version: &Value| version.get("version").map(text).unwrap_or_default();
    let [before, after] = [old, new]
        .map(|list| elements(list).map(|version| (name(version), version)).collect::<BTreeMap<_, _>>());
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let inner: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
        compare(changes, &inner, before.get(name).copied(), after.get(name).copied());
    }
}

fn keys(value: &Value) -> impl Iterator<Item = &String> {
    value.as_object().into_iter().flat_map(serde_json::Map::keys)
}

fn elements(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_array).into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn field_path(path: &[&str]) -> FieldPath {
    path.iter().fold(FieldPath::root(), |path, name| path.field(name))
}
