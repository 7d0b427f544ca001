//! Cohorts of the All of Us Researcher Workbench: its JSON, and its index tables.
//!
//! ```text
//!   CohortDefinition (JSON) ──import──▶ Definition under aou-workbench/1: the same people
//!                           ──strict──▶ Definition under native/1:        the people meant
//!
//!   cb_search_all_events, cb_criteria, … (JSON) ──tables::read──▶ people + vocabulary
//! ```
//!
//! [`import`] keeps what the Workbench's cohort builder does, quirks included, and writes them down:
//! what its query does is in the tree, or in the rules of the profile. [`strict`] mends them:
//!
//! | Rule | Workbench ([`import`]) | Mended ([`strict`]) |
//! |---|---|---|
//! | Kind of event | found by concept in any table; the kind is for readers | found in the table of the item's domain |
//! | Only excludes | the people who match them | everybody else |
//! | Number of occurrences | dates of one concept | dates of all concepts of the item together |
//! | Occurrences in a temporal group | dropped | an error |
//! | Standard and source concepts in one condition or procedure item | modifiers apply to every event of who matches | modifiers apply to the matching events |
//! | Descendants | if one parameter asks for them all are expanded, by the criteria trees; drugs always | by `concept_ancestor`, for parameters that ask for them; drugs always |
//! | First and last mention | of each part of each item; ties of a day are all kept | of a whole side; one event, by the order of `native/1` |
//! | Same encounter | same day and equal visit id, two missing ids being equal | same day and equal, known visit id |
//! | Temporal group without a relation | same encounter | an error |
//! | Blood pressure | systolic first, diastolic second | by the attributes' concepts |
//! | Age today | on the day given for the parameter `today` | at the release's cut-off date |
//! | Age at event | as recorded with the event | from the day of birth and the event's start |
//! | Two modifiers of a name | the first | both |
//! | Several operands of `ENCOUNTERS` and `CATI` | the first | all |
//! | Parameters of several types in a `PERSON` item | of the first one's type | each of its own |
//! | Data filters | count, but are not applied to exports | part of the cohort |
//!
//! The source of the rules is the public code of the Workbench (`all-of-us/workbench`: the API
//! schema of `CohortDefinition` and the query builders of `cohortbuilder`).
//!
//! ```
//! use strongroom_cohort::ast::Profile;
//! use strongroom_cohort::{CohortName, Limits, aou};
//!
//! let diabetes = r#"{"includes": [{"items": [{"type": "CONDITION", "searchParameters": [
//!     {"domain": "CONDITION", "conceptId": 201826, "standard": true, "group": true}
//! ]}]}]}"#;
//! let definition = aou::import(diabetes, CohortName::new("diabetes")?, &Limits::default())?;
//! assert_eq!(definition.profile, Profile::AouWorkbench1);
//!
//! let errors = aou::import(r#"{"includes": [{}]}"#, CohortName::new("nobody")?, &Limits::default());
//! assert_eq!(
//!     errors.unwrap_err().to_string(),
//!     "error at $.includes[0].items: the group has no items; add one or remove the group",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Neither reads a file, a clock or a network, and neither writes the Workbench's JSON.

mod attribute;
mod build;
mod compare;
mod demographic;
mod events;
mod flags;
mod modifier;
mod problem;
mod reader;
mod request;
mod size;
pub mod tables;
mod temporal;
mod variant;
mod words;

use self::build::Builder;
pub use self::problem::{AouErrors, AouProblem, AouProblemKind};
use self::reader::Problems;
use self::request::Request;
use crate::CohortName;
use crate::ast::Definition;
use crate::json::{JsonError, read_tree};
use crate::limits::Limits;
use crate::path::JsonPath;

/// Which rules an imported definition follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there are the rules as they are and as they were mended")]
pub enum Mode {
    /// What the Workbench does, under `aou-workbench/1`.
    Workbench,
    /// What its words say, under `native/1`.
    Strict,
}

/// An imported definition and what may not be meant so.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// The definition, with one cohort.
    pub definition: Definition,
    /// The warnings, in the order in which they were met.
    pub warnings: Vec<AouProblem>,
}

/// Reads a `CohortDefinition` (`SearchRequest`) of the Workbench as a definition under
/// `aou-workbench/1` that selects the same people.
///
/// Optional and required fields may be absent or `null`, which is their default; fields that the
/// Workbench does not know are not read. An age today becomes the required parameter `today`.
///
/// # Errors
/// If the text is not JSON, is larger than the limits, or is not a definition that the Workbench
/// could run: everything that is wrong with it.
pub fn import(text: &str, name: CohortName, limits: &Limits) -> Result<Definition, AouErrors> {
    read(text, name, limits, Mode::Workbench).map(|imported| imported.definition)
}

/// Reads the same with the rules mended, as a definition under `native/1`; the
/// [table](self) names every difference.
///
/// # Errors
/// As [`import`], and where the Workbench drops in silence what cannot be meant.
pub fn strict(text: &str, name: CohortName, limits: &Limits) -> Result<Definition, AouErrors> {
    read(text, name, limits, Mode::Strict).map(|imported| imported.definition)
}

/// As [`import`] and [`strict`], with the warnings.
///
/// # Errors
/// As those.
pub fn read(text: &str, name: CohortName, limits: &Limits, mode: Mode) -> Result<Imported, AouErrors> {
    let mut problems = Problems::default();
    let definition = definition(text, name, limits, mode, &mut problems);
    match definition {
        Some(definition) if !problems.errors() => Ok(Imported { definition, warnings: problems.into_list() }),
        _ => Err(AouErrors::new(problems.into_list())),
    }
}

fn definition(
    text: &str,
    name: CohortName,
    limits: &Limits,
    mode: Mode,
    problems: &mut Problems,
) -> Option<Definition> {
    let root = JsonPath::default();
    let limits_of_text = Limits { nesting: size::NESTING, ..*limits };
    if let Err(error) = limits_of_text.check_json(text, size::NESTING) {
        problems.add(AouProblemKind::TooLarge(error), &root);
        return None;
    }
    let tree = match read_tree(text) {
        Ok(tree) => tree,
        Err(JsonError::Syntax { line, column }) => {
            problems.add(AouProblemKind::NotJson { line, column }, &root);
            return None;
        }
        Err(_) => {
            problems.add(AouProblemKind::NotAnObject, &root);
            return None;
        }
    };
    if let Err(error) = size::check(&tree, limits) {
        let at = error.path().clone();
        problems.add(AouProblemKind::TooLarge(error), &at);
        return None;
    }
    let request = Request::read(&tree, problems)?;
    let definition = Builder::new(mode, *limits, problems).cohort(&request, name);
    if let Err(error) = limits.check(&definition) {
        problems.add(AouProblemKind::TooLarge(error), &root);
        return None;
    }
    Some(definition)
}
