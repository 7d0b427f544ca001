use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Cohort, ConceptSet, Count, Dataset, DigestPrefix, Events, ExampleTest, Matching, Parameter, is_default,
};
use crate::{CohortName, EventsName, ParameterName, SetName};

/// A document in the format `cohort-ast/1`: concept sets, named events and the cohorts made of
/// them, with what belongs to them.
///
/// It may be built in Rust, read from JSON or text, or imported, and may well be nonsense:
/// [`check`](crate::check) says what is wrong with it, [`resolve`](crate::resolve) turns a sound one
/// into what an engine runs.
///
/// The *main* cohort is the last one: what stands before it is what it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a definition")]
#[non_exhaustive]
pub struct Definition {
    format: Format,
    /// The rules that the words of this definition follow.
    pub profile: Profile,
    /// Concept sets that stand in other documents.
    #[serde(default, skip_serializing_if = "is_default")]
    pub imports: Vec<Import>,
    /// Values that may be given when the definition is run.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parameters: BTreeMap<ParameterName, Parameter>,
    /// The concept sets that events refer to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub concept_sets: BTreeMap<SetName, ConceptSet>,
    /// Events with a name of their own. Written `let`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub events: BTreeMap<EventsName, Events>,
    /// The cohorts; each may refer to any other, but not in a circle.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cohorts: Vec<Cohort>,
    /// Cohorts of controls.
    #[serde(default, skip_serializing_if = "is_default")]
    pub matches: Vec<Matching>,
    /// Tables about the people of a cohort.
    #[serde(default, skip_serializing_if = "is_default")]
    pub datasets: Vec<Dataset>,
    /// Counts that may leave under a disclosure policy.
    #[serde(default, skip_serializing_if = "is_default")]
    pub counts: Vec<Count>,
    /// People written down with the answer they must get.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tests: Vec<ExampleTest>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(expecting = "\"cohort-ast/1\"")]
enum Format {
    #[serde(rename = "cohort-ast/1")]
    CohortAst1,
}

/// A named set of semantic rules. Every definition names one, so that no engine, importer or later
/// version can change its meaning in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(expecting = "a profile, such as \"native/1\"")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every profile")]
pub enum Profile {
    /// `native/1`: the rules R1 to R19 as this crate documents them.
    #[serde(rename = "native/1")]
    Native1,
    /// `circe/1`: what OHDSI Circe's generated SQL does.
    #[serde(rename = "circe/1")]
    Circe1,
    /// `aou-workbench/1`: what the cohort builder of the All of Us Researcher Workbench does.
    #[serde(rename = "aou-workbench/1")]
    AouWorkbench1,
}

/// Concept sets taken from another document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an import, such as {\"names\": [\"t1dm_dx\"], \"from\": \"diabetes.concepts\"}"
)]
#[non_exhaustive]
pub struct Import {
    /// Their names.
    pub names: Vec<SetName>,
    /// Where they stand: a path relative to the importing document.
    pub from: String,
    /// The first digits of the SHA-256 that the other document must have. Without them the import
    /// is not pinned.
    #[serde(default, skip_serializing_if = "is_default")]
    pub digest: Option<DigestPrefix>,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Native1, Self::Circe1, Self::AouWorkbench1];

    /// The written name, such as `native/1`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Native1 => "native/1",
            Self::Circe1 => "circe/1",
            Self::AouWorkbench1 => "aou-workbench/1",
        }
    }
}

impl Import {
    /// An import of these sets from there, not pinned.
    #[must_use]
    pub const fn new(names: Vec<SetName>, from: String) -> Self {
        Self { names, from, digest: None }
    }
}

impl Definition {
    /// An empty document under this profile.
    #[must_use]
    pub const fn new(profile: Profile) -> Self {
        Self {
            format: Format::CohortAst1,
            profile,
            imports: Vec::new(),
            parameters: BTreeMap::new(),
            concept_sets: BTreeMap::new(),
            events: BTreeMap::new(),
            cohorts: Vec::new(),
            matches: Vec::new(),
            datasets: Vec::new(),
            counts: Vec::new(),
            tests: Vec::new(),
        }
    }

    /// A document under `native/1` with this cohort.
    #[must_use]
    pub fn of(cohort: Cohort) -> Self {
        Self::new(Profile::Native1).with_cohort(cohort)
    }

    /// The same with this concept set, in place of any of the same name.
    #[must_use]
    pub fn with_concept_set(mut self, name: SetName, set: ConceptSet) -> Self {
        self.concept_sets.insert(name, set);
        self
    }

    /// The same with this cohort at the end: it is now the main one.
    #[must_use]
    pub fn with_cohort(mut self, cohort: Cohort) -> Self {
        self.cohorts.push(cohort);
        self
    }

    /// The main cohort: the last one.
    #[must_use]
    pub fn main(&self) -> Option<&Cohort> {
        self.cohorts.last()
    }

    /// The cohort of this name.
    #[must_use]
    pub fn cohort(&self, name: &CohortName) -> Option<&Cohort> {
        self.cohorts.iter().find(|cohort| cohort.name == *name)
    }
}
