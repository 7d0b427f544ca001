use strongroom_cohort::ast::{Literal, Parameter, ParameterKind};
use strongroom_cohort::reference::{CohortEntry, Evaluation, PersonRecord, evaluate_all};
use strongroom_cohort::{CohortName, Definition, Limits, ParameterName, Vocabulary, aou, circe, resolve};
use strongroom_omop::SubjectId;

use crate::{Case, CohortRow, Engine, EngineError};

/// The reference evaluator over people in memory.
#[derive(Debug, Clone)]
pub struct ReferenceEngine {
    people: Vec<PersonRecord>,
    vocabulary: Vocabulary,
    limits: Limits,
}

impl ReferenceEngine {
    /// The evaluator over these people, with concepts from this vocabulary.
    #[must_use]
    pub const fn new(people: Vec<PersonRecord>, vocabulary: Vocabulary, limits: Limits) -> Self {
        Self { people, vocabulary, limits }
    }

    fn evaluate(&self, definition: &Definition) -> Result<Vec<Evaluation>, EngineError> {
        let resolved = resolve(definition, &self.vocabulary, &self.limits);
        let resolved = resolved.map_err(|error| EngineError::Refused(error.to_string()))?;
        Ok(evaluate_all(&resolved, &self.people))
    }
}

impl Engine for ReferenceEngine {
    fn run(&self, definition: &Definition) -> Result<Vec<CohortRow>, EngineError> {
        let mut rows = Vec::new();
        for evaluation in self.evaluate(definition)? {
            for CohortEntry { start, end } in evaluation.entries() {
                let (Some(start), Some(end)) = (*start, *end) else {
                    let reason = "people enter without days; ask for people instead of rows";
                    return Err(EngineError::Refused(reason.to_owned()));
                };
                rows.push(CohortRow { subject: evaluation.subject(), start, end });
            }
        }
        Ok(rows)
    }

    fn people(&self, definition: &Definition) -> Result<Vec<SubjectId>, EngineError> {
        let evaluations = self.evaluate(definition)?;
        Ok(evaluations.iter().filter(|one| one.is_included()).map(Evaluation::subject).collect())
    }
}

/// Imports a case that OHDSI ATLAS exported.
///
/// # Errors
/// If it is no definition that can be imported.
pub fn import_circe(case: &Case) -> Result<Definition, EngineError> {
    circe::import(&case.definition.text, cohort_name()?, &Limits::default()).map_err(failed)
}

/// Imports a search of the All of Us Researcher Workbench, on the case's day.
///
/// # Errors
/// If it is no search that can be imported.
pub fn import_workbench(case: &Case) -> Result<Definition, EngineError> {
    let imported = aou::import(&case.definition.text, cohort_name()?, &Limits::default());
    let mut definition = imported.map_err(failed)?;
    let today = ParameterName::new("today").map_err(failed)?;
    if let Some(Parameter { kind: ParameterKind::Date, default }) = definition.parameters.get_mut(&today) {
        *default = case.today.map(Literal::Date);
    }
    Ok(definition)
}

fn cohort_name() -> Result<CohortName, EngineError> {
    CohortName::new("main").map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> EngineError {
    EngineError::Import(error.to_string())
}
