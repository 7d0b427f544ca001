use serde::{Deserialize, Serialize};

use super::{Duration, Number, PersonColumn, Step, is_default};
use crate::CohortName;

/// A cohort of controls: for each case, people of another cohort who are like it.
///
/// Cases are visited in the order of a keyed hash of their ids, candidates likewise (R17). A
/// control's index day is that of its case. Cases without a control are reported.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a match")]
#[non_exhaustive]
pub struct Match {
    /// The name of the cohort of controls.
    pub name: CohortName,
    /// Where controls come from.
    pub from: CohortName,
    /// The cases.
    pub to: CohortName,
    /// How many controls each case gets at most.
    pub ratio: u32,
    /// Whether a control may serve only one case.
    #[serde(default, skip_serializing_if = "is_default")]
    pub without_replacement: bool,
    /// What must be equal, and known.
    #[serde(default, skip_serializing_if = "is_default")]
    pub exact: Vec<PersonColumn>,
    /// What must be near.
    #[serde(default, skip_serializing_if = "is_default")]
    pub near: Vec<(PersonColumn, MatchTolerance)>,
    /// What a control must pass on the day of the case.
    #[serde(default, skip_serializing_if = "is_default")]
    pub steps: Vec<Step>,
    /// The key of the order.
    pub seed: u64,
}

/// How near is near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "{\"duration\": …} or {\"number\": …}")]
#[expect(clippy::exhaustive_enums, reason = "a closed set of the language")]
pub enum MatchTolerance {
    /// At most so much time apart.
    Duration(Duration),
    /// At most this difference.
    Number(Number),
}

impl Match {
    /// One control for each case.
    #[must_use]
    pub const fn new(name: CohortName, from: CohortName, to: CohortName, seed: u64) -> Self {
        Self {
            name,
            from,
            to,
            ratio: 1,
            without_replacement: false,
            exact: Vec::new(),
            near: Vec::new(),
            steps: Vec::new(),
            seed,
        }
    }
}
