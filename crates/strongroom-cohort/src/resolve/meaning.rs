use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use strongroom_omop::ConceptId;
use strongroom_primitives::Sha256Digest;

use super::Arguments;
use super::lock::concepts_digest;
use crate::CohortName;
use crate::ast::{Cohort, Definition};
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
        self.main().map(|main| digest(self, &main.name, &Arguments::new()))
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

/// The meaning of the cohort of this name, of a definition that has no circle.
pub(super) fn digest(definition: &Definition, name: &CohortName, arguments: &Arguments) -> Sha256Digest {
    let mut meaning = Meaning { definition, arguments, known: BTreeMap::new(), open: BTreeSet::new() };
    let digest = meaning.of_cohort(name);
    let text = format!("{} {digest}", definition.profile.name());
    Sha256Digest::from_bytes(Sha256::digest(text).into())
}

/// What a name stands for, by the kind of name and the name.
type Name = (&'static str, String);

struct Meaning<'a> {
    definition: &'a Definition,
    arguments: &'a Arguments,
    /// Names are replaced by digests, so a definition never grows by being inlined.
    known: BTreeMap<Name, Value>,
    open: BTreeSet<Name>,
}

impl Meaning<'_> {
    fn of_cohort(&mut self, name: &CohortName) -> Value {
        let cohort = self.definition.cohort(name).map(|cohort| Cohort {
            // The name says nothing about who is in.
            title: None,
            ..cohort.clone()
        });
        self.named(
            "cohort",
            name.as_str(),
            cohort.map(|cohort| {
                let mut value = serde_json::to_value(cohort).unwrap_or_default();
                if let Value::Object(fields) = &mut value {
                    fields.remove("name");
                }
                value
            }),
        )
    }

    /// The digest of the canonical form of what a name stands for.
    fn named(&mut self, kind: &'static str, name: &str, value: Option<Value>) -> Value {
        let key = (kind, name.to_owned());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        // A circle was reported before; this only keeps the call from running for ever.
        if !self.open.insert(key.clone()) {
            return Value::Null;
        }
        let canonical = self.canonical(value.unwrap_or_default()).to_string();
        let digest = Sha256Digest::from_bytes(Sha256::digest(canonical).into());
        let digest = Value::String(format!("{kind} {digest}"));
        self.open.remove(&key);
        self.known.insert(key, digest.clone());
        digest
    }

    fn canonical(&mut self, value: Value) -> Value {
        match value {
            Value::Array(elements) => {
                Value::Array(elements.into_iter().map(|element| self.canonical(element)).collect())
            }
            Value::Object(fields) => self.canonical_object(fields),
            other => other,
        }
    }

    fn canonical_object(&mut self, fields: Map<String, Value>) -> Value {
        if fields.len() == 1
            && let Some((field, Value::String(name))) = fields.iter().next()
        {
            let (field, name) = (field.clone(), name.clone());
            if let Some(meaning) = self.reference(&field, &name) {
                return meaning;
            }
        }
        let mut canonical = Map::new();
        for (field, value) in fields {
            let value = match (field.as_str(), value) {
                ("label" | "title", _) => continue,
                // The cohort of a membership.
                ("cohort", Value::String(name)) => match CohortName::new(name) {
                    Ok(name) => self.of_cohort(&name),
                    Err(_) => Value::Null,
                },
                (
                    "all" | "any_of" | "none_of" | "union" | "include" | "exclude" | "codes" | "censor"
                    | "concepts",
                    Value::Array(elements),
                ) => self.sorted(elements),
                // Of a number of predicates; elsewhere `of` is no list.
                ("of", Value::Array(elements)) => self.sorted(elements),
                (_, value) => self.canonical(value),
            };
            canonical.insert(field, value);
        }
        Value::Object(canonical)
    }

    fn sorted(&mut self, elements: Vec<Value>) -> Value {
        let mut elements: Vec<_> = elements.into_iter().map(|element| self.canonical(element)).collect();
        elements.sort_by_cached_key(Value::to_string);
        Value::Array(elements)
    }

    /// What `{field: name}` refers to.
    fn reference(&mut self, field: &str, name: &str) -> Option<Value> {
        let definition = self.definition;
        let as_value = |value: Result<Value, serde_json::Error>| value.ok();
        match field {
            "set" => {
                let set = definition.concept_sets.iter().find(|(known, _)| known.as_str() == name)?.1;
                Some(self.named("set", name, as_value(serde_json::to_value(set))))
            }
            "named" => {
                let events = definition.events.iter().find(|(known, _)| known.as_str() == name)?.1;
                Some(self.named("events", name, as_value(serde_json::to_value(events))))
            }
            "parameter" | "minus_parameter" => {
                let (known, parameter) =
                    definition.parameters.iter().find(|(known, _)| known.as_str() == name)?;
                let value = self.arguments.get(known).or(parameter.default.as_ref());
                let value = self.named("parameter", name, as_value(serde_json::to_value(value)));
                Some(Value::Array(vec![Value::String(field.to_owned()), value]))
            }
            _ => None,
        }
    }
}
