use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use strongroom_omop::ConceptId;
use strongroom_primitives::Sha256Digest;

use super::Arguments;
use super::lock::concepts_digest;
use crate::CohortName;
use crate::ast::{Code, ConceptItem, ConceptSet, Definition};
use crate::resolved::ResolvedCohort;

/// The version of the rules that engines follow. It changes whenever a definition may get another
/// answer than before, and with it every [`result_key`](ResolvedCohort::result_key).
pub const ENGINE_SEMANTICS: &str = "strongroom-cohort-semantics/1";

impl ResolvedCohort {
    /// What the cohort means, in 32 bytes: the *meaning hash* of R18.
    ///
    /// Labels, titles, names of concept sets, events and cohorts, and the order in which members
    /// of groups, unions and concept sets are written make no difference; values of parameters do.
    #[must_use]
    pub const fn meaning_digest(&self) -> Sha256Digest {
        self.meaning_digest
    }

    /// The key under which a result may be kept: the *result key* of R18. It is made of the
    /// meaning, the concepts it came to, the profile, [`ENGINE_SEMANTICS`] and the name of the data
    /// release.
    #[must_use]
    pub fn result_key(&self, release: &str) -> Sha256Digest {
        let mut hash = Sha256::new();
        for part in [
            self.meaning_digest.as_bytes().as_slice(),
            self.concepts_digest.as_bytes(),
            self.profile.name().as_bytes(),
            ENGINE_SEMANTICS.as_bytes(),
            release.as_bytes(),
        ] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        Sha256Digest::from_bytes(hash.finalize().into())
    }
}

impl Definition {
    /// The meaning hash of the main cohort (R18), with the defaults of the parameters; see
    /// [`ResolvedCohort::meaning_digest`]. It needs no vocabulary. Nothing where there is no cohort.
    #[must_use]
    pub fn meaning_digest(&self) -> Option<Sha256Digest> {
        self.main().map(|main| digest(self, self.to_value(), &main.name, &Arguments::new()))
    }
}

/// The digest of every list of concepts that a cohort uses.
pub(super) fn concepts(used: &BTreeSet<Arc<[ConceptId]>>) -> Sha256Digest {
    let digests: BTreeSet<_> = used.iter().map(|concepts| concepts_digest(concepts)).collect();
    let mut hash = Sha256::new();
    for digest in digests {
        hash.update(digest.as_bytes());
    }
    Sha256Digest::from_bytes(hash.finalize().into())
}

/// The meaning of the cohort of this name, of a definition that has no circle, with its JSON form.
pub(super) fn digest(
    definition: &Definition,
    json: Value,
    name: &CohortName,
    arguments: &Arguments,
) -> Sha256Digest {
    let known = BTreeMap::new();
    let mut meaning = Meaning { definition, json, arguments, known, open: BTreeSet::new() };
    let digest = meaning.of_cohort(name);
    let text = format!("{} {digest}", definition.profile.name());
    Sha256Digest::from_bytes(Sha256::digest(text).into())
}

/// What a name stands for, by the kind of name and the name.
type Name = (&'static str, String);

struct Meaning<'a> {
    definition: &'a Definition,
    /// The definition's JSON form, out of which each part is taken once.
    json: Value,
    arguments: &'a Arguments,
    /// Names are replaced by digests, so a definition never grows by being inlined.
    known: BTreeMap<Name, Value>,
    open: BTreeSet<Name>,
}

impl Meaning<'_> {
    fn of_cohort(&mut self, name: &CohortName) -> Value {
        self.named("cohort", name.as_str(), |meaning| {
            let position = meaning.definition.cohorts.iter().position(|cohort| cohort.name == *name);
            let mut cohort = meaning.json.get_mut("cohorts")?.get_mut(position?)?.take();
            // The name says nothing about who is in.
            cohort.as_object_mut()?.remove("name");
            Some(cohort)
        })
    }

    /// What stands under a name in a map of the definition.
    fn part(&mut self, map: &str, name: &str) -> Option<Value> {
        Some(self.json.get_mut(map)?.get_mut(name)?.take())
    }

    /// The digest of the canonical form of what a name stands for.
    fn named(
        &mut self,
        kind: &'static str,
        name: &str,
        value: impl FnOnce(&mut Self) -> Option<Value>,
    ) -> Value {
        let key = (kind, name.to_owned());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        // A circle was reported before; this only keeps the call from running for ever.
        if !self.open.insert(key.clone()) {
            return Value::Null;
        }
        let mut canonical = value(self).unwrap_or_default();
        self.canonical(&mut canonical);
        let digest = Sha256Digest::from_bytes(Sha256::digest(canonical.to_string()).into());
        let digest = Value::String(format!("{kind} {digest}"));
        self.open.remove(&key);
        self.known.insert(key, digest.clone());
        digest
    }

    fn canonical(&mut self, value: &mut Value) {
        match value {
            Value::Array(elements) => elements.iter_mut().for_each(|element| self.canonical(element)),
            Value::Object(fields) => {
                if let Some(meaning) = self.referred_to(fields) {
                    *value = meaning;
                } else {
                    self.canonical_fields(fields);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// What an object refers to that is nothing but a reference.
    fn referred_to(&mut self, fields: &Map<String, Value>) -> Option<Value> {
        let mut fields = fields.iter();
        match (fields.next(), fields.next()) {
            (Some((field, Value::String(name))), None) => self.reference(field, name),
            _ => None,
        }
    }

    fn canonical_fields(&mut self, fields: &mut Map<String, Value>) {
        fields.remove("label");
        fields.remove("title");
        for (field, value) in fields {
            match (field.as_str(), &mut *value) {
                // The cohort of a membership.
                ("cohort", Value::String(name)) => {
                    *value = CohortName::new(name.as_str()).map_or(Value::Null, |name| self.of_cohort(&name));
                }
                // `of` is a list only of a number of predicates.
                (
                    "all" | "any_of" | "none_of" | "union" | "include" | "exclude" | "codes" | "censor"
                    | "concepts" | "of",
                    Value::Array(elements),
                ) => {
                    elements.iter_mut().for_each(|element| self.canonical(element));
                    elements.sort_by(order);
                }
                (_, value) => self.canonical(value),
            }
        }
    }

    /// What `{field: name}` refers to.
    fn reference(&mut self, field: &str, name: &str) -> Option<Value> {
        let definition = self.definition;
        match field {
            "set" if definition.concept_sets.contains_key(name) => {
                let meaning = |set: &ConceptSet| Value::String(items_in_order(set));
                Some(self.named("set", name, |_| definition.concept_sets.get(name).map(meaning)))
            }
            "named" if definition.events.contains_key(name) => {
                Some(self.named("events", name, |meaning| meaning.part("events", name)))
            }
            "parameter" | "minus_parameter" => {
                let (known, parameter) = definition.parameters.get_key_value(name)?;
                let value = self.arguments.get(known).or(parameter.default.as_ref());
                let value = self.named("parameter", name, |_| serde_json::to_value(value).ok());
                Some(Value::Array(vec![Value::String(field.to_owned()), value]))
            }
            _ => None,
        }
    }
}

/// The items of a set, one to a line, in an order that does not depend on how they were written.
fn items_in_order(set: &ConceptSet) -> String {
    let mut lines = String::new();
    for (sign, items) in [('+', &set.include), ('-', &set.exclude)] {
        let key = |item: &ConceptItem| (item.descendants, item.mapped, item.children);
        let mut items: Vec<_> = items.iter().map(|item| (&item.concept, key(item))).collect();
        items.sort_unstable();
        for (concept, (descendants, mapped, children)) in items {
            lines.push(sign);
            lines.extend(
                [(descendants, 'd'), (mapped, 'm'), (children, 'c')]
                    .iter()
                    .filter_map(|(asked, letter)| asked.then_some(*letter)),
            );
            // Debug escapes quotes and line ends, so no code can look like two.
            let written = match concept {
                Code::Id(id) => writeln!(lines, " {id}"),
                Code::Code(code) => writeln!(lines, " {:?} {:?}", code.vocabulary, code.code),
            };
            // Writing to a text cannot fail.
            written.unwrap_or_default();
        }
    }
    lines
}

/// Some order of all values, which does not depend on how they were written.
fn order(one: &Value, other: &Value) -> Ordering {
    const fn rank(value: &Value) -> u8 {
        match value {
            Value::Null => 0,
            Value::Bool(_) => 1,
            Value::Number(_) => 2,
            Value::String(_) => 3,
            Value::Array(_) => 4,
            Value::Object(_) => 5,
        }
    }
    match (one, other) {
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        (Value::Number(one), Value::Number(other)) => match (one.as_i64(), other.as_i64()) {
            (Some(one), Some(other)) => one.cmp(&other),
            _ => one.to_string().cmp(&other.to_string()),
        },
        (Value::String(one), Value::String(other)) => one.cmp(other),
        (Value::Array(one), Value::Array(other)) => {
            let members = one.iter().zip(other).map(|(one, other)| order(one, other));
            first_difference(members).then(one.len().cmp(&other.len()))
        }
        (Value::Object(one), Value::Object(other)) => {
            let fields = one.iter().zip(other);
            let fields = fields.map(|(one, other)| one.0.cmp(other.0).then_with(|| order(one.1, other.1)));
            first_difference(fields).then(one.len().cmp(&other.len()))
        }
        _ => rank(one).cmp(&rank(other)),
    }
}

fn first_difference(mut orders: impl Iterator<Item = Ordering>) -> Ordering {
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}
