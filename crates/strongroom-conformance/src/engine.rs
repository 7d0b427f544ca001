use std::collections::BTreeSet;

use strongroom_cohort::Definition;
use strongroom_omop::SubjectId;
use thiserror::Error;

use crate::CohortRow;

/// Something that answers definitions over data of its own.
///
/// The answer must be a function of the definition and the data: cases are run in any order, from
/// several threads at once.
pub trait Engine {
    /// The rows of the definition's main cohort, in any order.
    ///
    /// # Errors
    /// If the definition cannot be run.
    fn run(&self, definition: &Definition) -> Result<Vec<CohortRow>, EngineError>;

    /// The people of the main cohort, whether it has days or not, in any order.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    fn people(&self, definition: &Definition) -> Result<Vec<SubjectId>, EngineError> {
        let rows = self.run(definition)?;
        Ok(rows.iter().map(|row| row.subject).collect::<BTreeSet<_>>().into_iter().collect())
    }
}

/// Why a case has no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The other tool's definition could not be read.
    #[error("the definition cannot be imported: {0}")]
    Import(String),
    /// The definition was read and refused.
    #[error("the definition cannot be run: {0}")]
    Refused(String),
}
