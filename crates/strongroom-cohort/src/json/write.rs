use serde::{Serialize, Serializer};
use serde_json::Value;
use strongroom_omop::ConceptId;

use crate::definition::{Definition, Entry, Observed, Profile, Step, StepAction};
use crate::{
    AgeRange, Anchor, AtLeast, ConceptItem, ConceptRef, ConceptSetExpression, CountUnit, DateRange, Events,
    Predicate, RowPredicate, Window, WindowEdge,
};

// The written form is spelt out here rather than derived: it is what digests are taken over, so it
// must not change because a type was reordered, and writing it cannot fail.

impl Serialize for Definition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl Definition {
    pub(super) fn to_value(&self) -> Value {
        let sets = self.concept_sets.iter();
        object([
            ("format", Some(text("cohort-ast/1"))),
            ("profile", Some(profile(self.profile))),
            ("name", Some(text(self.name.as_str()))),
            ("title", self.title.as_ref().map(|title| text(title.as_str()))),
            ("observed", Some(observed(self.observed))),
            (
                "concept_sets",
                (!self.concept_sets.is_empty())
                    .then(|| object(sets.map(|(name, set)| (name.as_str(), Some(concept_set(set)))))),
            ),
            ("entry", Some(entry(&self.entry))),
            ("steps", list(&self.steps, step)),
        ])
    }
}

fn profile(profile: Profile) -> Value {
    match profile {
        Profile::Native1 => text("native/1"),
    }
}

fn observed(observed: Observed) -> Value {
    match observed {
        Observed::Unbounded => text("unbounded"),
    }
}

fn concept_set(set: &ConceptSetExpression) -> Value {
    object([
        ("include", Some(array(&set.include, concept_item))),
        ("exclude", list(&set.exclude, concept_item)),
    ])
}

fn concept_item(item: &ConceptItem) -> Value {
    object([
        ("concept", Some(concept_id(&item.concept))),
        ("descendants", item.descendants.then_some(Value::Bool(true))),
    ])
}

fn concept_id(concept: &ConceptId) -> Value {
    concept.value().into()
}

fn entry(entry: &Entry) -> Value {
    match entry {
        Entry::Everyone => text("everyone"),
        Entry::First(first) => tagged("first", events(first)),
    }
}

fn step(step: &Step) -> Value {
    let (word, inner) = match &step.action {
        StepAction::Require(inner) => ("require", inner),
        StepAction::Exclude(inner) => ("exclude", inner),
    };
    object([(word, Some(predicate(inner))), ("label", step.label.as_ref().map(|label| text(label.as_str())))])
}

fn predicate(predicate_: &Predicate) -> Value {
    match predicate_ {
        Predicate::Any(of) => tagged("any", events(of)),
        Predicate::No(of) => tagged("none", events(of)),
        Predicate::AtLeast(AtLeast { n, unit, of }) => {
            let unit = match unit {
                CountUnit::Dates => text("dates"),
            };
            tagged(
                "at_least",
                object([("n", Some((*n).into())), ("unit", Some(unit)), ("of", Some(events(of)))]),
            )
        }
        Predicate::AgeAtIndex(range) => tagged("age_at_index", age_range(*range)),
        Predicate::SexAtBirth(concepts) => tagged("sex_at_birth", array(concepts, concept_id)),
        Predicate::All(members) => tagged("all", array(members, predicate)),
        Predicate::AnyOf(members) => tagged("any_of", array(members, predicate)),
        Predicate::Not(inner) => tagged("not", predicate(inner)),
    }
}

fn events(events_: &Events) -> Value {
    object([
        ("domain", Some(text(&events_.domain.to_string()))),
        (
            "concepts",
            events_.concepts.as_ref().map(|concepts| match concepts {
                ConceptRef::Set(name) => tagged("set", text(name.as_str())),
            }),
        ),
        ("where", list(&events_.filters, row_predicate)),
        ("during", events_.during.as_ref().map(window)),
    ])
}

fn row_predicate(filter: &RowPredicate) -> Value {
    match filter {
        RowPredicate::Start(DateRange { from, to }) => tagged(
            "start",
            object([
                ("from", from.map(|day| text(&day.to_string()))),
                ("to", to.map(|day| text(&day.to_string()))),
            ]),
        ),
        RowPredicate::Age(range) => tagged("age", age_range(*range)),
    }
}

fn age_range(range: AgeRange) -> Value {
    object([("min", range.min.map(Value::from)), ("max", range.max.map(Value::from))])
}

fn window(window: &Window) -> Value {
    let anchor = match &window.of {
        Anchor::Index => text("index"),
        Anchor::First(first) => tagged("first", events(first)),
    };
    object([("from", Some(edge(window.from))), ("to", Some(edge(window.to))), ("of", Some(anchor))])
}

fn edge(edge: WindowEdge) -> Value {
    match edge {
        WindowEdge::Days(days) => tagged("d", days.into()),
        WindowEdge::Unbounded => text("unbounded"),
    }
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn tagged(word: &str, value: Value) -> Value {
    object([(word, Some(value))])
}

fn array<T>(elements: &[T], write: impl Fn(&T) -> Value) -> Value {
    Value::Array(elements.iter().map(write).collect())
}

/// A list that is left out where it is empty.
fn list<T>(elements: &[T], write: impl Fn(&T) -> Value) -> Option<Value> {
    (!elements.is_empty()).then(|| array(elements, write))
}

fn object<'a>(fields: impl IntoIterator<Item = (&'a str, Option<Value>)>) -> Value {
    let mut fields: Vec<_> =
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    // serde_json keeps the order of insertion where any crate of a build asks it to.
    fields.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    Value::Object(fields.into_iter().collect())
}
