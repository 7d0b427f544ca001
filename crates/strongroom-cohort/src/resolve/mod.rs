//! The second phase: names are replaced by what they mean, parameters bound, concepts looked up.

mod arguments;
mod concepts;
mod lock;
mod lower;
mod meaning;
mod named;

use std::collections::BTreeMap;

use strongroom_primitives::NonEmpty;
use thiserror::Error;

pub use self::arguments::Arguments;
pub use self::lock::{
    ConceptLock, ConceptsDifference, LockedSet, concepts_diff, concepts_digest, expand_sets,
};
pub use self::meaning::ENGINE_SEMANTICS;

use self::lower::Lowering;
use crate::CohortName;
use crate::ast::Definition;
use crate::check::check;
use crate::json::document_digest;
use crate::limits::{LimitError, Limits};
use crate::path::JsonPath;
use crate::problem::{Problem, ProblemKind, Severity};
use crate::resolved::{ResolvedCohort, ResolvedMatch};
use crate::vocabulary::Vocabulary;

/// A definition cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// It is larger than allowed.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// It has errors: all of them, warnings left out.
    #[error("the definition cannot be run, errors: {}, the first: {}", .0.len(), .0.first())]
    Problems(NonEmpty<Problem>),
}

/// Turns the main cohort of a definition into what engines run: checks its size, inlines names,
/// binds parameters to their defaults, and looks concepts up once (R14).
///
/// The vocabulary has to know the concepts that
/// [`named_concepts`](Definition::named_concepts) and [`named_codes`](Definition::named_codes) list,
/// what is below those that [`named_ancestors`](Definition::named_ancestors) lists, and what maps
/// to those of [`named_mapped`](Definition::named_mapped): of all of them, which of the others they
/// are, and whether they are valid.
///
/// # Errors
/// If the definition passes a limit, or has errors; see [`ProblemKind`] for what may be wrong.
pub fn resolve(
    definition: &Definition,
    vocabulary: &Vocabulary,
    limits: &Limits,
) -> Result<ResolvedCohort, ResolveError> {
    // First of all, because everything after it recurses along the definition.
    limits.check(definition)?;
    let Some(main) = definition.main() else {
        let problem = Problem::new(ProblemKind::NoCohort, JsonPath::default().field("cohorts"));
        return Err(ResolveError::Problems(NonEmpty::new(problem)));
    };
    resolve_checked(definition, &main.name, vocabulary, limits, &Arguments::new())
}

/// The same for the cohort of this name, with values for the definition's parameters.
///
/// # Errors
/// As [`resolve`]; also if there is no such cohort, or a value is given that no parameter takes.
pub fn resolve_cohort(
    definition: &Definition,
    name: &CohortName,
    vocabulary: &Vocabulary,
    limits: &Limits,
    arguments: &Arguments,
) -> Result<ResolvedCohort, ResolveError> {
    limits.check(definition)?;
    resolve_checked(definition, name, vocabulary, limits, arguments)
}

/// Turns a match, a cohort of controls, into what engines run.
///
/// # Errors
/// As [`resolve_cohort`].
pub fn resolve_match(
    definition: &Definition,
    name: &CohortName,
    vocabulary: &Vocabulary,
    limits: &Limits,
    arguments: &Arguments,
) -> Result<ResolvedMatch, ResolveError> {
    limits.check(definition)?;
    let mut lowering = Lowering::new(definition, vocabulary, limits, arguments)?;
    let matching = lowering.matching(name)?;
    let (errors, _) = lowering.finish();
    match (matching, NonEmpty::from_vec(errors)) {
        (Some(matching), None) => Ok(matching),
        (_, Some(errors)) => Err(ResolveError::Problems(errors)),
        (None, None) => Err(ResolveError::Problems(NonEmpty::new(unknown_cohort()))),
    }
}

fn resolve_checked(
    definition: &Definition,
    name: &CohortName,
    vocabulary: &Vocabulary,
    limits: &Limits,
    arguments: &Arguments,
) -> Result<ResolvedCohort, ResolveError> {
    let (errors, mut warnings): (Vec<_>, Vec<_>) =
        check(definition).into_iter().partition(|problem| problem.severity() == Severity::Error);
    if let Some(errors) = NonEmpty::from_vec(errors) {
        return Err(ResolveError::Problems(errors));
    }
    let mut lowering = Lowering::new(definition, vocabulary, limits, arguments)?;
    let plan = lowering.cohort(name, &JsonPath::default().field("cohorts"))?;
    let concept_sets = lowering.concept_sets();
    let used_concepts = lowering.used_concepts();
    let (errors, about_concepts) = lowering.finish();
    warnings.extend(about_concepts);
    if let Some(errors) = NonEmpty::from_vec(errors) {
        return Err(ResolveError::Problems(errors));
    }
    let plan = plan.ok_or_else(|| ResolveError::Problems(NonEmpty::new(unknown_cohort())))?;
    let json = definition.to_value();
    Ok(ResolvedCohort {
        profile: definition.profile,
        definition_digest: document_digest(&json),
        meaning_digest: meaning::digest(definition, json, name, arguments),
        concepts_digest: meaning::concepts(&used_concepts),
        vocabulary_version: vocabulary.version().clone(),
        concept_sets,
        units: std::sync::Arc::new(vocabulary.units().clone()),
        plan,
        warnings,
    })
}

fn unknown_cohort() -> Problem {
    Problem::new(ProblemKind::UnknownCohort, JsonPath::default().field("cohorts"))
}

/// A map of names to what they resolve to, in the order of the names.
type Named<K, V> = BTreeMap<K, V>;
