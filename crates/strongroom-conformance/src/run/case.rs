use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::cases::{CaseId, Expected, ForeignDefinition, WorkbenchCase};

/// A definition to run, and what must come out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Case {
    /// The definition.
    pub definition: ForeignDefinition,
    /// The day that counts as today, where the definition asks.
    pub today: Option<NaiveDate>,
    /// What must come out, where somebody knows.
    pub expected: Option<Expected>,
}

impl Case {
    /// Gives each definition the result that is expected of it. Expected results without a
    /// definition are left out.
    #[must_use]
    pub fn pair(definitions: Vec<ForeignDefinition>, mut expected: BTreeMap<CaseId, Expected>) -> Vec<Self> {
        definitions
            .into_iter()
            .map(|definition| {
                let expected = expected.remove(&definition.id);
                Self { definition, today: None, expected }
            })
            .collect()
    }

    /// The id.
    #[must_use]
    pub const fn id(&self) -> &CaseId {
        &self.definition.id
    }
}

/// Events count whatever domain they are recorded in, as in the Workbench.
impl From<WorkbenchCase> for Case {
    fn from(case: WorkbenchCase) -> Self {
        Self {
            definition: case.definition,
            today: Some(case.today),
            expected: Some(Expected::People(case.persons)),
        }
    }
}
