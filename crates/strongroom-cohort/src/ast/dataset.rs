use serde::{Deserialize, Serialize};

use super::{Column, Events, Predicate, Value, is_default};
use crate::{CohortName, ColumnName};

/// Tables about the people of a cohort.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a dataset")]
#[non_exhaustive]
pub struct Dataset {
    /// Its name.
    pub name: CohortName,
    /// The cohort.
    pub from: CohortName,
    /// The columns of a table with one row for each entry.
    #[serde(default, skip_serializing_if = "is_default")]
    pub per_entry: Vec<Feature>,
    /// Tables with one row for each event.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tables: Vec<DatasetTable>,
}

/// A column that is computed for each entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a feature")]
#[expect(clippy::exhaustive_structs, reason = "a name and a value")]
pub struct Feature {
    /// Its name.
    pub name: ColumnName,
    /// What it holds.
    pub is: FeatureValue,
}

/// What a [`Feature`] holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "{\"value\": …} or {\"predicate\": …}")]
#[expect(clippy::exhaustive_enums, reason = "a closed set of the language")]
pub enum FeatureValue {
    /// A value.
    Value(Value),
    /// True, false or missing.
    Predicate(Predicate),
}

/// A table with one row for each event.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of events")]
#[expect(clippy::exhaustive_structs, reason = "three parts of the language")]
pub struct DatasetTable {
    /// Its name.
    pub name: ColumnName,
    /// The events.
    pub of: Events,
    /// Their columns.
    pub columns: Vec<Column>,
}

/// A count that may leave, under a disclosure policy.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a count")]
#[non_exhaustive]
pub struct Count {
    /// The cohort.
    pub of: CohortName,
    /// What it is broken down by.
    #[serde(default, skip_serializing_if = "is_default")]
    pub by: Vec<Value>,
    /// The name of the disclosure policy. There is no count without one.
    pub release_policy: ColumnName,
}

impl Dataset {
    /// A dataset of this cohort, without tables.
    #[must_use]
    pub const fn new(name: CohortName, from: CohortName) -> Self {
        Self { name, from, per_entry: Vec::new(), tables: Vec::new() }
    }
}

impl Count {
    /// A count of this cohort under this disclosure policy.
    #[must_use]
    pub const fn new(of: CohortName, release_policy: ColumnName) -> Self {
        Self { of, by: Vec::new(), release_policy }
    }
}
