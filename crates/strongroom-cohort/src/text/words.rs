use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::ast::{Column, EventKind};
use crate::hashing::HashSet;

/// What an item of a document begins with.
pub(crate) const ITEMS: &[&str] =
    &["import", "param", "concepts", "let", "cohort", "match", "dataset", "count", "test"];

/// What a line of a cohort begins with.
pub(crate) const CLAUSES: &[&str] = &[
    "observed", "people", "entry", "index", "require", "exclude", "keep", "exit", "censor", "merge", "clip",
    "sample",
];

/// What a filter of events begins with.
pub(crate) const FILTERS: &[&str] =
    &["where", "during", "ending", "overlapping", "same", "keep", "as", "ignoring"];

/// What follows a value or a statement and carries it on.
pub(crate) const CONTINUATIONS: &[&str] = &[
    "after",
    "and",
    "as",
    "at",
    "before",
    "between",
    "during",
    "end",
    "ending",
    "ignoring",
    "in",
    "is",
    "keep",
    "like",
    "not",
    "of",
    "or",
    "overlapping",
    "per",
    "same",
    "where",
    "within",
];

/// Other words with a meaning of their own where a name could stand.
const OTHERS: &[&str] = &[
    "age",
    "all",
    "answers",
    "any",
    "band",
    "cohort",
    "count",
    "date",
    "days_supply",
    "distinct",
    "each",
    "either",
    "entry",
    "events",
    "exactly",
    "first",
    "gap",
    "gene",
    "index",
    "inf",
    "kind",
    "last",
    "least",
    "max",
    "mean",
    "member",
    "min",
    "most",
    "nearest",
    "no",
    "none",
    "nth",
    "observed",
    "param",
    "person",
    "source",
    "start",
    "sum",
    "this",
    "to",
    "union",
    "variants",
    "wearables",
    "with",
];

/// Every word that has a meaning in some place, kinds of events and columns left out: what an editor
/// may offer.
pub fn keywords() -> impl Iterator<Item = &'static str> {
    let lists = [ITEMS, CLAUSES, FILTERS, CONTINUATIONS, OTHERS, STATEMENTS, UNITS, AGGREGATES];
    lists.into_iter().flatten().copied().collect::<BTreeSet<_>>().into_iter()
}

/// Words that the next language will use.
pub(crate) const RESERVED_ITEMS: &[&str] = &["pathway", "measure", "function", "grain"];

/// What a statement can begin with, apart from values.
pub(crate) const STATEMENTS: &[&str] =
    &["any", "no", "at", "exactly", "all", "none", "not", "observed", "member", "person"];

/// What is counted.
pub(crate) const UNITS: &[&str] = &["rows", "dates", "visits", "concepts", "distinct"];

/// What turns many rows into one value.
pub(crate) const AGGREGATES: &[&str] = &["first", "last", "nearest", "min", "max", "mean", "sum"];

/// Kinds of wearable data, after `wearables`.
pub(crate) const WEARABLES: &[&str] = &["steps", "heart_rate", "sleep", "activity"];

/// The first words of all kinds of events.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    EventKind::ALL.iter().map(|kind| first_word(kind.words()))
}

fn first_word(words: &'static str) -> &'static str {
    words.split(' ').next().unwrap_or(words)
}

/// The kind of events whose name is one word in text.
pub(crate) fn kind(word: &str) -> Option<EventKind> {
    EventKind::ALL.iter().copied().find(|kind| kind.words() == word)
}

/// The kind of wearable events of this name.
pub(crate) fn wearable(word: &str) -> Option<EventKind> {
    EventKind::ALL.iter().copied().find(|kind| kind.words().strip_prefix("wearables ") == Some(word))
}

/// The column of this name.
pub(crate) fn column(name: &str) -> Option<Column> {
    Column::ALL.iter().copied().find(|column| column.name() == name)
}

/// Whether a name must stand in backquotes so that it is not taken for a word of the language.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(name)
}

static RESERVED: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lists =
        [ITEMS, CLAUSES, FILTERS, CONTINUATIONS, OTHERS, RESERVED_ITEMS, STATEMENTS, UNITS, AGGREGATES];
    let columns = Column::ALL.iter().filter_map(|column| column.name().split('.').next());
    lists.into_iter().flatten().copied().chain(kinds()).chain(columns).collect()
});
