//! Cohort definitions of OHDSI Circe, the JSON that ATLAS exports, in both directions.
//!
//! ```text
//!   Circe JSON ──import──▶ Definition under `circe/1` ──export──▶ Circe JSON
//!      │                                                 │
//!      └─▶ CirceErrors: where, what, what to do          └─▶ Vec<Unsayable>: likewise
//! ```
//!
//! [`import`] makes every rule of Circe a part of the definition, in the order in which Circe's
//! queries apply them, so that a reader sees what is asked: observation window, limits, the
//! observation period of nested criteria. What remains to the profile `circe/1` is what no part of a
//! definition says, such as the end of a record without one. [`export`] is its inverse as far as
//! Circe goes: definitions that it can hold come out with the same rows, others are refused.
//!
//! The source of the rules is the reference implementation, `OHDSI/circe-be`, packages
//! `cohortdefinition` and `cohortdefinition.builders`, and its SQL templates.
//!
//! ```
//! use strongroom_cohort::circe::{export, import};
//! use strongroom_cohort::{CohortName, Limits};
//!
//! let circe = r#"{
//!   "ConceptSets": [{"id": 7, "name": "Type 2 diabetes", "expression": {"items": [
//!     {"concept": {"CONCEPT_ID": 201826}, "includeDescendants": true}]}}],
//!   "PrimaryCriteria": {
//!     "CriteriaList": [{"ConditionOccurrence": {"CodesetId": 7, "Age": {"Value": 18, "Op": "gte"}}}],
//!     "ObservationWindow": {"PriorDays": 365, "PostDays": 0},
//!     "PrimaryCriteriaLimit": {"Type": "First"}}
//! }"#;
//! let name = CohortName::new("adults_with_diabetes")?;
//! let definition = import(circe, name.clone(), &Limits::default())?;
//! assert_eq!(definition.cohorts[0].steps.len(), 3, "a year of history, keep first, keep first");
//!
//! let again = export(&definition).map_err(|refused| refused[0].clone())?;
//! assert_eq!(import(&again, name, &Limits::default())?, definition);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is read
//!
//! | Circe | here |
//! |---|---|
//! | `ConceptSets` | `concept_sets`, named `set_` and the id; negative ids `set_minus_` and the number |
//! | `PrimaryCriteria` | the entry's events, and their pick or, after an observation window, a `keep` step |
//! | `ObservationWindow` | `require observed` as the first step |
//! | `AdditionalCriteria`, `InclusionRules` | `require` steps; the name of a rule is its label |
//! | `QualifiedLimit`, `ExpressionLimit` | `keep` steps |
//! | `EndStrategy`, `CensoringCriteria`, `CollapseSettings`, `CensorWindow` | exit, censor, merge, clip |
//! | `CodesetId`, `…SourceConcept` | the concepts of the events; both: the source as a first filter |
//! | `First`, `DateAdjustment`, `UserDefinedPeriod` | filters, in this order around the attributes |
//! | `CorrelatedCriteria` | a row filter that begins with `observed [0d, 0d] of this` |
//!
//! # What has another or no effect
//!
//! Properties that Circe does not know are ignored, as Circe does. Of those that it knows:
//!
//! | property | effect |
//! |---|---|
//! | `cdmVersionRange`, `InclusionRules[].description` | none |
//! | `concept` beyond `CONCEPT_ID` and `CONCEPT_NAME` | none; the name is kept as a label in sets only |
//! | `QualifiedLimit` without `AdditionalCriteria` | none |
//! | `Occurrence.CountColumn` without `IsDistinct` | none |
//! | `…TypeExclude` without its list, empty lists of concepts, empty nested groups | none |
//! | `ProcedureOccurrence.OccurrenceEndDate`, `Specimen.SpecimenSourceConcept` | none |
//! | `Specimen.DateAdjustment`, `Death.First` | none |
//! | `Death.DateAdjustment` | `StartWith` and `EndWith` are not looked at |
//! | `DrugExposure.OccurrenceEndDate` | tests the start |
//! | `VisitDetail.Age` | is the age at the end |
//! | `DrugEra.GapDays` | is compared with the range of `EraLength`; refused without one |
//! | `RaceCS`, `EthnicityCS` | test the gender |
//! | numbers of `ObservationWindow` below 0 | none |
//!
//! In three places Circe writes a query that no database runs; here they do what was meant:
//! `Measurement.Abnormal` without `ValueAsConcept`, distinct counts over criteria with nested ones,
//! and those by concept over periods.
//!
//! # What is refused
//!
//! `LocationRegion`, `PlaceOfServiceLocation`, `EffectiveDrugDose` and `DoseUnit`, which need tables
//! and columns that the CDM does not have from version 5.3 on; `Episode`; units of time other than
//! days; ids of concept sets that do not exist; and whatever makes Circe itself fail.

mod attributes;
mod concept_sets;
mod criteria;
mod error;
mod exits;
mod export;
mod filters;
mod groups;
mod place;
mod ranges;
mod reader;
mod steps;
mod tables;
#[cfg(test)]
mod tests;
mod windows;

use serde::Deserialize;
use serde_json::Value as Json;

use self::error::CirceProblem as Problem;
use self::reader::{Import, Node};
use crate::CohortName;
use crate::ast::{Definition, Profile};
use crate::limits::Limits;
use crate::path::JsonPath;

pub use self::error::{CirceError, CirceErrors, CirceProblem};
pub use self::export::{Unsayable, export};

/// Reads a Circe cohort definition. The result is under `circe/1` and has one cohort, of this name.
///
/// Reading is total: whatever the text, the answer is a definition within the limits or what is
/// wrong with it, each with its place.
///
/// # Errors
/// If the text is not JSON, is not what Circe could make a query of, says something that the
/// language or the CDM cannot, or passes a limit.
pub fn import(text: &str, name: CohortName, limits: &Limits) -> Result<Definition, CirceErrors> {
    let one = |problem| CirceErrors::new(vec![CirceError::new(JsonPath::default(), problem)]);
    // Nesting is limited on the text, because whatever reads JSON recurses. One level of the
    // language is at most five of Circe's JSON; the rest is room for what surrounds it.
    let deepest = limits.nesting.saturating_mul(5).saturating_add(24);
    limits.check_json(text, deepest).map_err(|error| one(Problem::Limit(error)))?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.disable_recursion_limit();
    let json = Json::deserialize(&mut deserializer)
        .and_then(|json| deserializer.end().map(|()| json))
        .map_err(|error| one(Problem::Syntax { line: error.line(), column: error.column() }))?;

    let mut cx = Import::new();
    let root = Node::root(&json);
    let mut definition = Definition::new(Profile::Circe1);
    if cx.object(&root) {
        definition.concept_sets.extend(concept_sets::concept_sets(&mut cx, &root));
        definition.cohorts.extend(steps::cohort(&cx, &root, name));
    }
    let problems = cx.problems();
    if !problems.is_empty() {
        return Err(CirceErrors::new(problems));
    }
    debug_assert_eq!(definition.cohorts.len(), 1, "what cannot be read is noted");
    limits.check(&definition).map_err(|error| one(Problem::Limit(error)))?;
    Ok(definition)
}
